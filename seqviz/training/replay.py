"""A few fixed sentences, translated again and again while the model learns."""

from collections.abc import Sequence

import numpy as np

from seqviz.records.training import FULL, Bytes, ReplayFrame, ReplaySentence, ReplayView
from seqviz.trace import Trace
from seqviz.training.observer import Observer

SHORTEST, LONGEST = 4, 24
"""Pieces of the sentences, EOS left out."""
MOST_PIECES = 40
"""Of a translation: an untrained model does not know when to stop."""
IMPOSSIBLE = 1e4
"""Surprisal of a token to which the model gives no probability, or one that is no number, nats."""


def frame_steps(steps: int, frames: int) -> tuple[int, ...]:
    """Logarithmically spaced steps, ascending: 0 and the last one, and others between.

    Args:
        steps: of the whole run.
        frames: how many are wanted; fewer where the early ones coincide.
    """
    if frames < 1:
        return ()
    spaced = np.geomspace(steps, 1, num=frames - 1)[::-1].round().astype(int)
    return (0, *dict.fromkeys(int(step) for step in spaced))


def choose_sentences(
    observer: Observer, pairs: Sequence[tuple[str, str]], count: int
) -> tuple[ReplaySentence, ...]:
    """Sentences of different lengths, from short to long; the first of a length in the file.

    Args:
        observer: knows the tokenizers.
        pairs: sources and references of the development set.
        count: how many; fewer where there are fewer lengths.
    """
    first: dict[int, tuple[str, str]] = {}
    for source, reference in pairs:
        first.setdefault(len(observer.source.encode(source).ids), (source, reference))
    lengths = sorted(length for length in first if SHORTEST <= length <= LONGEST) or sorted(first)
    spaced = np.linspace(0, len(lengths) - 1, num=min(count, len(lengths))).round().astype(int)
    return tuple(_sentence(observer, *first[lengths[place]]) for place in spaced)


def replay_frame(
    observer: Observer, sentences: Sequence[ReplaySentence], *, step: int
) -> ReplayFrame:
    """What the model makes of the sentences now."""
    observer.model.eval()
    return ReplayFrame(step=step, views=tuple(_view(observer, entry) for entry in sentences))


def _sentence(observer: Observer, source: str, reference: str) -> ReplaySentence:
    found = observer.force(source, reference)
    return ReplaySentence(
        source=source,
        reference=reference,
        pieces=found.source.pieces,
        reference_pieces=found.target_pieces(),
    )


def _view(observer: Observer, sentence: ReplaySentence) -> ReplayView:
    longest = min(MOST_PIECES, 2 * len(sentence.reference_pieces) + 4)
    found = observer.translate(sentence.source, max_length=longest)
    forced = observer.force(sentence.source, sentence.reference)
    surprisals = np.nan_to_num(
        -forced.search.candidate_log_probs[:, 0], nan=IMPOSSIBLE, posinf=IMPOSSIBLE
    )
    return ReplayView(
        translation=found.translation,
        pieces=found.target_pieces(),
        attention=_summary(found),
        surprisals=tuple(round(max(0.0, float(value)), 4) for value in surprisals),
    )


def _summary(trace: Trace) -> Bytes:
    """Mean over layers and heads, as bytes, (T, S); (T, 0) without attention."""
    attention = trace.cross_attention
    if attention is None:
        return np.zeros((len(trace.target_pieces()), 0), dtype=np.uint8)
    summary: Bytes = np.rint(attention.mean((0, 1)) * FULL).astype(np.uint8)
    return summary
