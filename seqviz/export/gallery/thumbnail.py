"""A search as a small picture: lines and dots in SVG, whose colours are the page's."""

import numpy as np

from seqviz.analysis.beam import BeamNodes, beam_nodes
from seqviz.trace import Fate, Trace

WIDTH, HEIGHT, EDGE = 240, 96, 8
MOST_STEPS = 40
"""Of a longer search the first ones are drawn."""
SPARSE = 16
"""Pixels between rows, where there are few."""


def thumbnail(trace: Trace) -> str:
    """The tree of kept prefixes, the best path above it; of one path alone, what was cut, too."""
    nodes = beam_nodes(
        trace,
        pruned="none" if trace.search.slots > 1 else "next",
        layout="tree",
        last_step=MOST_STEPS - 1,
    )
    x, y = _spread(nodes.x, gap=WIDTH, size=WIDTH), _spread(nodes.y, gap=SPARSE, size=HEIGHT)
    best = nodes.on_best_path
    ends = nodes.fate == Fate.FINISHED
    dots = (
        f'<circle cx="{x[row]}" cy="{y[row]}" r="{3 if best[row] else 2}"'
        f"{_class('best' if best[row] else '')}/>"
        for row in np.flatnonzero(ends | (nodes.step < 0)).tolist()
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{_lines(nodes, x, y, best=False)}{_lines(nodes, x, y, best=True)}{''.join(dots)}</svg>"
    )


def _spread(places: np.ndarray, *, gap: int, size: int) -> list[float]:
    """Places in pixels: from edge to edge, or in the middle, no farther apart than ``gap``."""
    places = places - places.min()
    room = size - 2 * EDGE
    scale = min(gap, room / places.max()) if places.max() else 0.0
    first = (size - places.max() * scale) / 2
    return [round(float(place), 1) for place in first + places * scale]


def _lines(nodes: BeamNodes, x: list[float], y: list[float], *, best: bool) -> str:
    """From parents to children, those of the best path or all others."""
    pairs = (
        (row, above)
        for row, above in enumerate(nodes.parent.tolist())
        if above >= 0 and bool(nodes.on_best_path[row]) == best
    )
    path = "".join(f"M{x[above]} {y[above]}L{x[row]} {y[row]}" for row, above in pairs)
    return f'<path d="{path}"{_class("best" if best else "")}/>' if path else ""


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
