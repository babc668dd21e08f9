"""What a node of the beam tree looks like on paper: its kind, its marks, its probability."""

from typing import Any, NamedTuple

import numpy as np

from seqviz.analysis.beam import BeamNodes
from seqviz.colours import soft
from seqviz.figures import theme
from seqviz.trace import Fate
from seqviz.words.numbers import number

LEAST_SHOWN = 0.005
"""Smaller probabilities would read as 0.00."""
KEPT, BEST, FINISHED, PRUNED = range(4)


class Look(NamedTuple):
    """Of one kind of node."""

    fill: str
    line: dict[str, Any]
    name: str
    """In the legend's words."""


LOOKS = (
    Look(soft("beam").light, {"color": theme.BEAM, "width": 1.2}, "kept"),
    Look(soft("best").light, {"color": theme.BEST, "width": 3}, "best"),
    Look(soft("beam").light, {"color": theme.INK, "width": 2}, "finished"),
    Look(soft("pruned").light, {"color": theme.PRUNED, "width": 1.2, "dash": "4px,3px"}, "pruned"),
)


def node_category(nodes: BeamNodes, row: int) -> int:
    """KEPT, BEST, FINISHED or PRUNED."""
    if nodes.on_best_path[row]:
        return BEST
    return {Fate.FINISHED: FINISHED, Fate.PRUNED: PRUNED}.get(Fate(nodes.fate[row]), KEPT)


def node_marks(nodes: BeamNodes, row: int) -> str:
    """What tells the kinds of nodes apart without colour: "★" best, "✓" finished, "✂" pruned."""
    category, finished = node_category(nodes, row), nodes.fate[row] == Fate.FINISHED
    marks = {"★": category == BEST, "✓": finished, "✂": category == PRUNED}
    return "".join(mark for mark, holds in marks.items() if holds)


def node_probability(nodes: BeamNodes, row: int) -> str:
    """The token's probability in four characters; "" for the root."""
    probability = float(np.exp(nodes.log_prob[row]))
    shown = number(probability) if probability >= LEAST_SHOWN else f"<{2 * LEAST_SHOWN}"
    return shown * int(nodes.step[row] >= 0)
