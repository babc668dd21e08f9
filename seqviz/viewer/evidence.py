"""What went into a translation, packed for the browser: marks, trust, norms, lenses, attributions.

The numbers are computed elsewhere. Letters in shapes as in ``seqviz.trace.trace``.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from seqviz.analysis.agreement import agreement
from seqviz.analysis.marks import Mark
from seqviz.analysis.trust import Trust
from seqviz.viewer.columns import packed_columns


def packed_evidence(found: Trust, marks: Sequence[Mark]) -> dict[str, Any]:
    """As JSON.

    Returns:
        "marks": see ``packed_mark``; "columns": "withSource" and
        "withoutSource" (T,), and where they are to be had "share" (T,), "normHeads" (L, H, T, S),
        "normLayers" (L, T, S), "ranks" and "probs" (T, L), and the grids (T, S) by their ways;
        "ways": their names, in order; "rho": the mean of ρ of every two (None: there is none);
        "verdict" on attention, or None, with "tests", its numbers as texts; "texts":
        translations by layers of the encoder, or None.
    """
    columns: dict[str, tuple[str, Any]] = {
        "withSource": ("d", found.contrast.with_source),
        "withoutSource": ("d", found.contrast.without_source),
        **{way: ("f", grid) for way, grid in found.grids.items()},
    }
    if found.contributions is not None:
        columns["share"] = ("d", found.contributions.source_share)
    if found.norms is not None:
        columns |= {"normHeads": ("f", found.norms.heads), "normLayers": ("f", found.norms.layers)}
    if (lens := found.lens) is not None:
        columns |= {"ranks": ("i", lens.ranks), "probs": ("f", lens.probs)}
    compared = agreement(found.grids)
    return {
        "marks": [packed_mark(mark) for mark in marks],
        "columns": packed_columns(columns),
        "ways": list(compared.ways),
        "rho": [
            [float(value) if np.isfinite(value) else None for value in row]
            for row in compared.overall
        ],
        "verdict": compared.verdict,
        "tests": compared.tests() if compared.verdict else {},
        "texts": None if found.by_layer is None else list(found.by_layer),
    }


def packed_mark(mark: Mark) -> dict[str, Any]:
    """A mark as JSON; what it was measured on is a code, see ``data_code``."""
    return asdict(mark) | {"data": data_code(mark.data)}


def data_code(data: str) -> str:
    """What a rule was measured on, in the codes of the words: planted, own, judged, or borrowed."""
    codes = {"planted errors": "planted", "own planted errors": "own"}
    return (codes | {"judgements of people": "judged"}).get(data.partition(":")[0], "borrowed")
