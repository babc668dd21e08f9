"""What a step looks at: a decoding, a place in it, and what it may be compared with.

Some places depend on the sentence, such as the step at which the model was least sure; a step of a
lesson names them, so that it fits any sentence. Asks nobody for a decoding by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.attention import attention_matrix, default_layer, missing_attention
from seqviz.analysis.compare import first_difference
from seqviz.analysis.words import (
    SPACE,
    Groups,
    merge_to_words,
    piece_label,
    word_groups,
    word_labels,
)
from seqviz.lesson.chapter import Asked, Moment, View
from seqviz.lesson.models import Models
from seqviz.trace import Fate, Floats, Ints, Trace
from seqviz.trace.computation import Numbers


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A decoding, and the step of one of its hypotheses that a text speaks of."""

    asked: Asked
    trace: Trace
    view: View
    models: Models
    """Decodes what it is compared with: other systems' and greedy translations."""

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

    def label(self, piece: str) -> str:
        """A piece as a label; that it goes on with a word says nothing where none begins one."""
        shown = piece_label(piece)
        begins = any(SPACE in each for each in self.trace.vocabulary.values())
        return shown if begins else shown.removeprefix("·")

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
    def norms(self) -> Numbers | None:
        """How long the vectors are that the layer reads, of all heads, (T, S); None: as there.

        Of the best hypothesis, too.
        """
        found = None if self.attention is None else self.models.norms(self.asked)
        return None if found is None else found[self.layer]

    @property
    def layer(self) -> int:
        """Of the cross-attention, from 0."""
        return self.view.layer - 1 if self.view.layer else default_layer(self.trace)

    @cached_property
    def norm_shares(self) -> Numbers | None:
        """The same in whole words, as shares of a row; (target words, source words)."""
        if self.norms is None:
            return None
        merged = merge_to_words(self.norms, self.groups, word_groups(self.trace.source.pieces))
        shares: Numbers = merged / np.maximum(merged.sum(1, keepdims=True), 1e-12)
        return shares

    @cached_property
    def greedy(self) -> Trace:
        """Greedy decoding of the same sentence by the same model."""
        return self.models.decode(self.asked.greedily)

    def by(self, system: str) -> "Scene":
        """The same sentence in another system."""
        asked = self.asked.by(system)
        return scene_of(asked, self.view, self.models)


def scene_of(asked: Asked, view: View, models: Models) -> Scene:
    """The scene of a decoding that is asked for."""
    return Scene(asked=asked, trace=models.decode(asked), view=view, models=models)


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
    """The first step that kept one prefix of which nothing is left one step later; or several."""
    lost = [doomed(scene.trace, step) for step in range(scene.trace.search.steps)]
    one = (step for step, some in enumerate(lost) if step and len(some) == 1)
    return next(one, next((step for step, some in enumerate(lost) if some), None))


def _reordering(scene: Scene) -> int | None:
    """The step whose word looked farthest away from where the word before it had looked.

    Of words, not marks, that looked at something else than the sentence's end.
    """
    if scene.attention is None:
        return None
    looked, end = scene.attention.argmax(1), scene.attention.shape[1] - 1
    is_word = _are_words(scene.words) & (looked != end)
    jumps = np.abs(np.diff(looked)) * is_word[1:] * is_word[:-1]
    if not jumps.any():
        return None
    return int(np.flatnonzero(scene.groups == int(np.argmax(jumps)) + 1)[0])


def _pointed(scene: Scene) -> int | None:
    """The step, not the first, whose word looked most at one single source word."""
    if scene.attention is None or len(scene.attention) < 2:  # noqa: PLR2004 (one beside the first)
        return None
    most = scene.attention[:, :-1].max(1) * _are_words(scene.words)
    word = int(np.argmax(most[1:])) + 1
    return int(np.flatnonzero(scene.groups == word)[0])


def _unlike(scene: Scene) -> int | None:
    """The step at whose word attention weights and norms, as shares, differ most."""
    if scene.attention is None or scene.norm_shares is None:
        return None
    word = int(np.abs(scene.attention - scene.norm_shares).max(1).argmax())
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
    "unlike": _unlike,
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


def _are_words(labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which of them are words, and neither marks nor the end."""
    return np.array([any(map(str.isalnum, label)) and label[0] != "⟨" for label in labels])


def _entropies(scene: Scene) -> Floats:
    """Of every step of the hypothesis, (T,), in nats."""
    slots: Ints = scene.trace.path(scene.rank)[0]
    return scene.trace.search.entropies[np.arange(len(slots)), slots]
