"""What a question at the end of a chapter is: options, the right one, and what shows it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from seqviz.analysis.words import display_text, piece_label
from seqviz.lesson.chapter import Layout
from seqviz.lesson.scene import Scene
from seqviz.words.numbers import number

OPTIONS = 4
LEAST = 0.001
"""The smallest share that is written as such."""
CLOSE = 1e-4
"""Values that differ by less are no answer."""


@dataclass(frozen=True, kw_only=True)
class Computed:
    """A question with its answer; ``facts`` are what its texts name."""

    options: tuple[str, ...]
    right: int
    shows: Layout
    """Parts that show the answer, once it is revealed."""
    facts: Mapping[str, str] = field(default_factory=dict)
    step: int = 0
    """That the picture stands at."""
    form: str = ""
    """Of its texts, where there are several: stands behind its name."""
    layer: int = -1
    """Of the attention that is asked about; −1: none."""


Asks = Callable[[Scene, Sequence[str]], Computed | None]


def token_at(scene: Scene, step: int) -> str:
    """The token of a step, as it is shown."""
    return display_text(piece_label(scene.pieces[step]))


def piece_of(scene: Scene, token: int) -> str:
    """A target token, as it is shown."""
    return display_text(piece_label(scene.trace.vocabulary[token]))


def first_step(scene: Scene, word: int) -> int:
    """The step at which a word of the translation begins."""
    return int(np.flatnonzero(scene.groups == word)[0])


def share(value: float) -> str:
    """A probability or a weight, in per cent."""
    return f"<{number(LEAST, '.1%')}" if 0 < value < LEAST / 2 else number(float(value), ".1%")
