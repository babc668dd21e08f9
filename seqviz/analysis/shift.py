"""Where to intervene in the attention: the word most looked at, the head that aligns best, a row.

Numpy only; all of the best hypothesis. Letters in shapes: L layers, H heads, T target tokens, S
source tokens.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.attention import attention_stack, coverage, coverage_deviation
from seqviz.analysis.words import word_groups
from seqviz.trace import Trace

Array = NDArray[np.floating[Any]]


def most_attended_word(trace: Trace) -> tuple[int, ...]:
    """Positions of the source tokens of the word that received most attention, EOS left out.

    Raises:
        ValueError: there is no cross-attention.
    """
    received = coverage(attention_stack(trace).mean((0, 1)))[:-1]
    groups = word_groups(trace.source.pieces)[:-1]
    if not len(groups):
        return (0,)
    word = int(np.argmax(np.bincount(groups, weights=received)))
    return tuple(int(place) for place in np.flatnonzero(groups == word))


def best_aligned_head(trace: Trace) -> tuple[int, int]:
    """The (layer, head) whose attention deviates least from even coverage (formulas d1).

    Raises:
        ValueError: there is no cross-attention.
    """
    penalties = coverage_deviation(attention_stack(trace))  # (L, H)
    layer, head = np.unravel_index(int(np.argmax(penalties)), penalties.shape)
    return int(layer), int(head)


def present_row(
    trace: Trace, *, steps: Sequence[int] = (), heads: Sequence[tuple[int, int]] = ()
) -> Array:
    """Where the model looks at some steps, in some heads, on average, (S,); empty: in all.

    Raises:
        ValueError: there is no cross-attention.
    """
    stack = attention_stack(trace)
    chosen = stack[tuple(np.array(heads).T)] if heads else stack.reshape(-1, *stack.shape[2:])
    rows = chosen.mean(0)  # (T, S)
    row: Array = rows[list(steps) or slice(None)].mean(0)
    return row
