"""What a step looks at: a decoding, a place in it, and what it may be compared with.

Some places depend on the sentence, such as the step at which the model was least sure; a step of a
lesson names them, so that it fits any sentence. Asks nobody for a decoding by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seqviz.analysis.attention import attention_matrix, missing_attention
from seqviz.analysis.compare import first_difference
from seqviz.analysis.words import Groups, word_groups, word_labels
from seqviz.lesson.chapter import Asked, Moment, View
from seqviz.trace import Fate, Floats, Ints, Trace

Decode = Callable[[Asked], Trace]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A decoding, and the step of one of its hypotheses that a text speaks of."""

    asked: Asked
    trace: Trace
    view: View
    decode: Decode
    """Decodes other systems' and greedy translations; remembers what it has decoded."""

    @cached_property
    def rank(self) -> int:
        """Of the hypothesis; the best one where there are not as many."""
        return self.view.hypothesis if self.view.hypothesis < len(self.trace.hypotheses) else 0

    @cached_property
    def step(self) -> int | None:
        """From 0; None: this sentence has no such place."""
        return place_of(self.view.step, self)

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """Of the hypothesis."""
        return self.trace.target_pieces(self.rank)

    @cached_property
    def groups(self) -> Groups:
        """The word of every token of the hypothesis, (T,)."""
        return word_groups(self.pieces)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Of the hypothesis, its end included."""
        return word_labels(self.pieces, self.groups)

    @cached_property
    def source_words(self) -> tuple[str, ...]:
        """Of the sentence, its end included."""
        pieces = self.trace.source.pieces
        return word_labels(pieces, word_groups(pieces))

    @cached_property
    def attention(self) -> Floats | None:
        """Cross-attention in whole words, (target words, source words); None: there is none.

        That of the view's layer and head, of the best hypothesis.
        """
        if self.rank or missing_attention(self.trace) is not None:
            return None
        layer, head = (
            number - 1 if number else None for number in (self.view.layer, self.view.head)
        )
        shape = self.trace.model.layers, self.trace.model.heads
        if (layer or 0) >= shape[0] or (head or 0) >= shape[1]:
            return None
        found = attention_matrix(self.trace, layer=layer, head=head, words_level=True)
        return found.weights.astype(np.float32)

    @cached_property
    def greedy(self) -> Trace:
        """Greedy decoding of the same sentence by the same model."""
        return self.decode(self.asked.greedily)

    def by(self, system: str) -> "Scene":
        """The same sentence in another system."""
        asked = self.asked.by(system)
        return Scene(asked=asked, trace=self.decode(asked), view=self.view, decode=self.decode)


def _first(_: Scene) -> int | None:
    """The first step."""
    return 0


def _last(scene: Scene) -> int | None:
    """The last step that produced a word: the one before the end."""
    return max(0, len(scene.pieces) - 2) if scene.trace.hypotheses.finished[scene.rank] else -1


def _uncertain(scene: Scene) -> int | None:
    """The step at which the next token was least sure: the highest entropy."""
    return int(np.argmax(_entropies(scene)))


def _sure(scene: Scene) -> int | None:
    """The step, of those that began a word, at which the next token was surest."""
    starts = np.flatnonzero(np.diff(scene.groups, prepend=-1))[:-1]
    return int(starts[np.argmin(_entropies(scene)[starts])]) if len(starts) else None


def _parting(scene: Scene) -> int | None:
    """The first step at which greedy decoding chose another token."""
    found = first_difference(scene.greedy, scene.trace)
    return None if found is None or found.step >= len(scene.pieces) else found.step


def _cut(scene: Scene) -> int | None:
    """The first step that kept a prefix of which nothing is left one step later, but not all."""
    search = scene.trace.search
    return next((step for step in range(search.steps - 1) if doomed(scene.trace, step)), None)


def _reordering(scene: Scene) -> int | None:
    """The step whose word looked farthest away from where the word before it had looked.

    Of the words that looked at a word, not at the sentence's end.
    """
    if scene.attention is None:
        return None
    looked, end = scene.attention.argmax(1), scene.attention.shape[1] - 1
    jumps = np.abs(np.diff(looked)) * (looked[1:] != end) * (looked[:-1] != end)
    if not jumps.any():
        return None
    return int(np.flatnonzero(scene.groups == int(np.argmax(jumps)) + 1)[0])


def _pointed(scene: Scene) -> int | None:
    """The step, not the first, whose word looked most at one single source word."""
    if scene.attention is None or len(scene.attention) < 2:  # noqa: PLR2004 (one beside the first)
        return None
    word = int(np.argmax(scene.attention[1:, :-1].max(1))) + 1
    return int(np.flatnonzero(scene.groups == word)[0])


MOMENTS: Mapping[str, Callable[[Scene], int | None]] = {
    "first": _first,
    "last": _last,
    "uncertain": _uncertain,
    "sure": _sure,
    "parting": _parting,
    "cut": _cut,
    "reordering": _reordering,
    "pointed": _pointed,
}
"""Places of a translation, by the names that a step may use instead of a number."""


def place_of(moment: Moment, scene: Scene) -> int | None:
    """The step from 0 that a moment means; None: this sentence has none."""
    length = len(scene.pieces)
    found = MOMENTS[moment](scene) if isinstance(moment, str) else moment
    if found is None or not -length <= found < length:
        return None
    return found % length


def doomed(trace: Trace, step: int) -> tuple[int, ...]:
    """The candidates that a step kept, and of which nothing is left one step later.

    Empty where all are doomed, or where the search ended.
    """
    search = trace.search
    if step + 1 >= search.steps:
        return ()
    kept = np.flatnonzero(search.candidate_fates[step] == Fate.KEPT)
    lives = np.isin(search.candidate_fates[step + 1], (Fate.KEPT, Fate.FINISHED))
    parents = search.candidate_parents[step + 1][lives]
    lost = kept[~np.isin(search.candidate_slots[step, kept], parents)]
    return () if len(lost) == len(kept) else tuple(lost.tolist())


def _entropies(scene: Scene) -> Floats:
    """Of every step of the hypothesis, (T,), in nats."""
    slots: Ints = scene.trace.path(scene.rank)[0]
    return scene.trace.search.entropies[np.arange(len(slots)), slots]
