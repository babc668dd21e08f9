"""Places for the nodes of a beam tree: one column a step, rows counted downwards from 0.

Nodes come in columns: ``step`` ascends, and ``parent`` names an earlier row of the step before, or
−1. Within a step the order of rows is the order of candidates, best first.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Integers = NDArray[np.signedinteger[Any]]


def rank_rows(step: Integers) -> Array:
    """Stack every step's nodes by rank, without gaps, (nodes,)."""
    starts = np.flatnonzero(np.diff(step, prepend=step[:1] - 1))
    sizes = np.diff(np.append(starts, len(step)))
    return np.arange(len(step), dtype=np.float64) - np.repeat(starts, sizes)


def tidy_rows(step: Integers, parent: Integers, *, trunk: NDArray[np.bool_]) -> Array:
    """Lay the tree out so that no edges cross and long branches run straight.

    After Reingold & Tilford 1981, https://doi.org/10.1109/TSE.1981.234519: subtrees are pushed
    together until they are one row apart on the steps that both reach. A parent sits beside its
    child on the trunk, or else beside the one with the most steps after it, and shorter branches
    stay closer to it (theirs: children in order, their parent in the middle, which lets a beam's
    lopsided branches drift). Without recursion; the work grows with the number of nodes, not with
    the depth.

    Args:
        step: of every node, (nodes,).
        parent: row of its parent, −1 without one, (nodes,).
        trunk: nodes of the path that is to be one straight line, (nodes,).

    Returns:
        (nodes,), at least 0.
    """
    subtrees: list[_Subtree | None] = [None] * len(step)
    offsets = [0.0] * len(step)  # to the parent
    parents, straight = parent.tolist(), trunk.tolist()
    children: list[list[int]] = [[] for _ in step]

    def join(family: list[int]) -> _Subtree:
        """The subtree of a parent of these rows, which are done with; sets their offsets."""
        joined, places = _join([subtrees[row] for row in family], [straight[row] for row in family])
        for row, place in zip(family, places, strict=True):
            subtrees[row], offsets[row] = None, place
        return joined

    for row in range(len(step) - 1, -1, -1):
        subtrees[row] = join(children[row][::-1])
        if parents[row] >= 0:
            children[parents[row]].append(row)
    join([row for row, above in enumerate(parents) if above < 0])
    return _settle(np.array(offsets), step, parent)


class _Subtree:
    """The outline of a subtree: its top and its bottom on every step, deepest step first.

    Each side has a shift of its own, so that moving a subtree costs nothing.
    """

    def __init__(self) -> None:
        """A leaf; the step after it stays free, so that it does not seem to go on."""
        self.top, self.top_shift = [0.0, 0.0], 0.0
        self.bottom, self.bottom_shift = [0.0, 0.0], 0.0

    def move(self, distance: float) -> None:
        self.top_shift += distance
        self.bottom_shift += distance

    def put_root(self) -> None:
        """Add a node at 0, one step before."""
        self.top.append(-self.top_shift)
        self.bottom.append(-self.bottom_shift)


def _join(family: "list[_Subtree | None]", trunk: list[bool]) -> "tuple[_Subtree, list[float]]":
    """Stack sibling subtrees, and say where each sits in relation to their parent."""
    subtrees = [subtree for subtree in family if subtree is not None]
    if not subtrees:
        return _Subtree(), []
    order, straight = _order([len(subtree.top) for subtree in subtrees], trunk)
    joined = subtrees[order[0]]
    offsets = [0.0] * len(subtrees)
    for child in order[1:]:
        distance = _distance(joined, subtrees[child])
        subtrees[child].move(distance)
        offsets[child] = distance
        joined = _stack(joined, subtrees[child])
    origin = offsets[straight]
    joined.move(-origin)
    joined.put_root()
    return joined, [offset - origin for offset in offsets]


def _order(steps: list[int], trunk: list[bool]) -> tuple[list[int], int]:
    """Siblings from top to bottom, and which of them runs straight on.

    Branches that end soon stay close to it, on both sides in turn.
    """
    straight = trunk.index(True) if any(trunk) else steps.index(max(steps))
    others = sorted(set(range(len(steps))) - {straight}, key=lambda child: (steps[child], child))
    return [*others[1::2][::-1], straight, *others[::2]], straight


def _distance(upper: _Subtree, lower: _Subtree) -> float:
    shared = min(len(upper.bottom), len(lower.top))
    gap = max(
        bottom - top
        for bottom, top in zip(upper.bottom[-shared:], lower.top[-shared:], strict=True)
    )
    return gap + upper.bottom_shift - lower.top_shift + 1


def _stack(upper: _Subtree, lower: _Subtree) -> _Subtree:
    """The outline of both; the lists of the deeper one are reused."""
    shared = min(len(upper.top), len(lower.top))
    if len(upper.top) >= len(lower.top):
        shift = lower.bottom_shift - upper.bottom_shift
        upper.bottom[-shared:] = [bottom + shift for bottom in lower.bottom[-shared:]]
        return upper
    shift = upper.top_shift - lower.top_shift
    lower.top[-shared:] = [top + shift for top in upper.top[-shared:]]
    return lower


def _settle(offsets: Array, step: Integers, parent: Integers) -> Array:
    """Add up the offsets from the roots down, one step at a time."""
    starts = np.flatnonzero(np.diff(step, prepend=step[:1] - 1))
    rows = offsets.copy()
    for start, end in pairwise([*starts, len(step)]):
        above = parent[start:end]
        rows[start:end] += np.where(above >= 0, rows[above], 0.0)
    settled: Array = rows - rows.min(initial=np.inf) if len(rows) else rows
    return settled
