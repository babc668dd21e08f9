"""The four bets: what is asked, what is right, and what an answer scores. Pure functions of traces.

A bet on option b of K scores log₂ p(b) + log₂ K bits: 0 for who spreads the stake evenly, above 0
where the model agrees. Where the outcome is certain, m of the K options are right and p is 1/m for
each; a wrong one loses so much that guessing blindly scores 0 on average. A painted row scores by
its distance ½ Σ |b_j − a_j|, from 0 (the same) to 1 (nothing in common).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.beam import prefix_text
from seqviz.analysis.quality import sentence_chrf
from seqviz.analysis.tokens import next_tokens_on_path
from seqviz.analysis.words import display_text
from seqviz.errors import SeqVizError
from seqviz.lesson.scene import Scene, doomed
from seqviz.trace import Fate, Trace

OPTIONS = 5
"""K, at most: one for each of the keys 1 to 5."""
SMALLEST = 2.0**-20
"""A probability below it counts as this: nobody loses more than 20 bits."""

JUDGE = "transformer"
"""The system whose translation stands in for a right one."""
NO_TEXT = ("<s>", "<pad>", "<unk>")
"""Pieces that no translation ends with or holds; nobody bets on them."""

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the answers that one may bet on."""

    label: str
    prob: float | None
    """What the model gave it; None where the outcome is certain."""
    bits: float
    """What a bet on it scores."""
    right: bool
    detail: str = ""
    """The node of the tree, STEP.CANDIDATE, or the system, that it stands for."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A bet of options, in an order that says nothing about the answer."""

    kind: Literal["next", "dies", "fails", "asked"]
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class Painting:
    """A bet on a row of the attention."""

    columns: tuple[str, ...]
    """Source words, the end included, (S,)."""
    weights: tuple[float, ...]
    """(S,); they sum to 1."""
    flat: float
    """The distance of a row that is the same everywhere: what painting nothing would score."""


def bits_of(prob: float, options: int) -> float:
    """log₂ p + log₂ K: what a bet on an option of that probability scores, in bits."""
    return math.log2(max(prob, SMALLEST)) + math.log2(options)


def certain_bits(options: int, right: int) -> tuple[float, float]:
    """What a right and a wrong bet score where ``right`` of the options are right.

    A right one log₂ (K / m), a wrong one −m / (K − m) times as much: 0 on average over all options.
    """
    gain = math.log2(options / right)
    return gain, -gain * right / (options - right) if options > right else 0.0


def distance(painted: Array, actual: Array) -> float:
    """Total variation ½ Σ |b_j − a_j| of two rows that sum to 1, in [0, 1]."""
    return float(0.5 * np.abs(np.asarray(painted) - np.asarray(actual)).sum())


def next_question(scene: Scene) -> Question | None:
    """Which token comes next: the most probable ones that were recorded, the chosen one included.

    In alphabetical order. None where there are fewer than two.
    """
    if scene.step is None:
        return None
    found = next_tokens_on_path(scene.trace, scene.step, rank=scene.rank)
    is_text = [piece not in NO_TEXT for piece in found.pieces]
    places = [place for place, is_one in enumerate(is_text) if is_one][:OPTIONS]
    if found.chosen_index is not None and found.chosen_index not in places:
        places[-1] = found.chosen_index
    options = [
        Option(
            label=display_text(scene.label(found.pieces[place])),
            prob=float(found.probs[place]),
            bits=bits_of(float(found.probs[place]), len(places)),
            right=place == found.chosen_index,
        )
        for place in places
    ]
    options.sort(key=lambda option: (option.label.casefold(), option.label))
    return Question(kind="next", options=tuple(options)) if len(options) > 1 else None


def row_question(scene: Scene) -> Painting | None:
    """Where the model looks to produce the step's word; None: it looks nowhere."""
    if scene.attention is None or scene.step is None:
        return None
    row = scene.attention[scene.groups[scene.step]].astype(np.float64)
    flat = np.full(len(row), 1 / len(row))
    return Painting(
        columns=scene.source_words,
        weights=tuple(np.round(row, 6).tolist()),
        flat=distance(flat, row),
    )


def dies_question(scene: Scene) -> Question | None:
    """Which of the prefixes that a step kept has nothing left one step later.

    None where none dies, or all. Best first, as the tree shows them: the rank is part of what one
    sees. More than five are the five that are best, one of those that die among them.
    """
    if scene.step is None or not (lost := doomed(scene.trace, scene.step)):
        return None
    kept = np.flatnonzero(scene.trace.search.candidate_fates[scene.step] == Fate.KEPT).tolist()
    shown = kept[:OPTIONS]
    if not set(shown) & set(lost):
        shown[-1] = lost[0]
    labels = [_prefix(scene.trace, scene.step, candidate) for candidate in shown]
    nodes = [f"{scene.step}.{candidate}" for candidate in shown]
    right = [candidate in lost for candidate in shown]
    return certain("dies", labels, nodes, right=right)


def stand_in(scenes: Sequence[Scene]) -> str:
    """What stands in for a right translation where two systems are asked of and nobody knows one.

    It is the translation of ``JUDGE``; empty: it is not needed, is one of the two, or is not there.
    """
    names = [scene.asked.system for scene in scenes]
    if len(scenes) != 2 or scenes[0].asked.reference or JUDGE in names:  # noqa: PLR2004 (one and the other)
        return ""
    try:
        return scenes[0].by(JUDGE).trace.translation
    except SeqVizError:
        return ""


def fails_question(scenes: Sequence[Scene], names: Sequence[str]) -> Question | None:
    """Which system fails: the one whose translation is least like the reference, by chrF.

    Where nobody knows a right translation, it is the one least like those of the others, by the
    mean of chrF; of two, the one least like what stands in. Equals are all right. None where all
    are equal, and where nothing stands in for two: each is as far from the other.

    Args:
        scenes: one a system, of the same sentence.
        names: how each is called.
    """
    known = scenes[0].asked.reference or stand_in(scenes)
    if len(scenes) == 2 and not known:  # noqa: PLR2004 (one and the other)
        return None
    texts = [scene.trace.translation for scene in scenes]
    scores = np.round([_likeness(place, texts, known) for place in range(len(texts))], 6)
    right = (scores == scores.min()).tolist()
    if all(right):
        return None
    return certain("fails", names, [scene.asked.system for scene in scenes], right=right)


def _likeness(place: int, texts: Sequence[str], known: str) -> float:
    others = [text for other, text in enumerate(texts) if other != place]
    references = [known] if known else others
    return float(np.mean([sentence_chrf(texts[place], each) for each in references]))


def _prefix(trace: Trace, step: int, candidate: int) -> str:
    return display_text(prefix_text(trace, step, candidate)) or "∅"


def certain(
    kind: Literal["dies", "fails", "asked"],
    labels: Sequence[str],
    details: Sequence[str],
    *,
    right: Sequence[bool],
) -> Question:
    """A question whose outcome is certain."""
    gain, loss = certain_bits(len(labels), sum(right))
    options = (
        Option(
            label=label, prob=None, bits=gain if is_right else loss, right=is_right, detail=detail
        )
        for label, detail, is_right in zip(labels, details, right, strict=True)
    )
    return Question(kind=kind, options=tuple(options))
