"""The search tree for the viewer: columns of nodes, and why each lived or fell.

Letters in shapes: T steps, K slots.
"""

from collections.abc import Iterable, Sequence
from math import inf, isnan
from typing import Any

import numpy as np

from seqviz.analysis.beam import BeamNodes, Layout, Pruned, beam_nodes, fate_reason, prefix_text
from seqviz.figures import reason_text
from seqviz.figures.words import WORDS
from seqviz.trace import Fate, Ints, Trace

MOST_NODES = 2_000
"""More would be slow to draw: then cut candidates are left out first, late steps last."""
NEVER = -1e4
"""Stands for the logarithm of 0; as a probability it is 0."""
LISTED_TOKENS = 6
"""Most probable next tokens of a prefix."""
CHOICES: tuple[Pruned, ...] = ("all", "next", "none")
LAYOUTS: tuple[Layout, ...] = ("rank", "tree")

_KEYS = {key: key for key in WORDS if key.startswith("reason.")}
"""Words that make ``reason_text`` name the sentence instead of saying it: the page says it."""


def packed_tree(trace: Trace) -> dict[str, Any]:
    """The nodes in columns, the root first, as JSON.

    Returns:
        the columns of ``BeamNodes``; "token": −1 for the root; "row": step · K + slot of the prefix
        that was continued; "reason": key of a sentence; "y": rows by layout and by which cut ones
        are drawn; "survivors" and "finished" of every step; "last": the last step that is drawn.
    """
    choices, last = _affordable(trace)
    nodes = beam_nodes(trace, pruned=choices[0], last_step=last)
    drawn = {
        (layout, choice): beam_nodes(trace, pruned=choice, layout=layout, last_step=last)
        for layout in LAYOUTS
        for choice in choices
    }
    reasons = [_reason(trace, nodes, row) for row in range(len(nodes))]
    return {
        "step": nodes.step.tolist(),
        "candidate": nodes.candidate.tolist(),
        "fate": nodes.fate.tolist(),
        "parent": nodes.parent.tolist(),
        "token": _at(trace.search.candidate_tokens, nodes),
        "row": _prefix_rows(trace, nodes),
        "logProb": numbers(nodes.log_prob),
        "cumulative": numbers(nodes.cumulative),
        "score": numbers(nodes.score),
        "margin": numbers(nodes.margin),
        "reason": [code for code, _, _ in reasons],
        "tokenRank": [rank for _, rank, _ in reasons],
        "drawable": [drawable for _, _, drawable in reasons],
        "y": {
            layout: {choice: _places(nodes, drawn[layout, choice]) for choice in choices}
            for layout in LAYOUTS
        },
        "survivors": [_survivor(trace, step) for step in range(last + 1)],
        "finished": (trace.search.candidate_fates == Fate.FINISHED).sum(1).tolist(),
        "last": last,
        "sampled": trace.options.sampling is not None,
    }


def packed_next(trace: Trace, rows: Iterable[int]) -> dict[str, list[Any]]:
    """Most probable next tokens and entropy of these prefixes, by step · K + slot."""
    search = trace.search
    found: dict[str, list[Any]] = {}
    for row in sorted(set(rows)):
        step, slot = divmod(row, search.slots)
        tokens = search.next_tokens[step, slot, :LISTED_TOKENS]
        probs = np.exp(search.next_log_probs[step, slot, :LISTED_TOKENS])
        listed = tokens >= 0
        found[str(row)] = [
            tokens[listed].tolist(),
            numbers(probs[listed]),
            numbers(search.entropies[step, slot : slot + 1])[0],
        ]
    return found


def numbers(values: Any) -> list[float | None]:
    """Five decimals; None for what is no number, ``NEVER`` at least: JSON has no infinity."""
    return [
        None if isnan(value) or value == inf else round(max(value, NEVER), 5)
        for value in np.asarray(values).tolist()
    ]


def _affordable(trace: Trace) -> tuple[Sequence[Pruned], int]:
    """Which choices of cut candidates, and which last step, stay within ``MOST_NODES``."""
    fates = trace.search.candidate_fates
    lives = np.isin(fates, (Fate.KEPT, Fate.FINISHED)).sum(1)
    cut = (fates == Fate.PRUNED).sum(1)
    counts = {"all": lives + cut, "next": lives + (cut > 0), "none": lives}
    for place, choice in enumerate(CHOICES):
        if counts[choice].sum() <= MOST_NODES:
            return CHOICES[place:], len(lives) - 1
    fitting = int((np.cumsum(lives) <= MOST_NODES).sum())
    return ("none",), max(0, fitting - 1)


def _reason(trace: Trace, nodes: BeamNodes, row: int) -> tuple[str, int | None, int | None]:
    step, candidate = int(nodes.step[row]), int(nodes.candidate[row])
    if step < 0:
        return "", None, None
    reason = fate_reason(trace, step, candidate)
    return reason_text(reason, words=_KEYS), reason.token_rank, reason.drawable


def _at(values: Ints, nodes: BeamNodes) -> list[int]:
    """Values (T, C) of the nodes; −1 for the root."""
    found: list[int] = np.where(nodes.step < 0, -1, values[nodes.step, nodes.candidate]).tolist()
    return found


def _prefix_rows(trace: Trace, nodes: BeamNodes) -> list[int]:
    slots = np.array(_at(trace.search.candidate_parents, nodes))
    rows: list[int] = np.where(nodes.step < 0, -1, nodes.step * trace.search.slots + slots).tolist()
    return rows


def _places(nodes: BeamNodes, some: BeamNodes) -> list[float | None]:
    """Row of every node where only ``some`` are drawn; None: not drawn."""
    drawn = zip(some.step.tolist(), some.candidate.tolist(), strict=True)
    place = dict(zip(drawn, some.y.round(3).tolist(), strict=True))
    keys = zip(nodes.step.tolist(), nodes.candidate.tolist(), strict=True)
    return [place.get(key) for key in keys]


def _survivor(trace: Trace, step: int) -> str:
    """Text of the last survivor of a step, "" where nothing survived."""
    kept = np.flatnonzero(trace.search.candidate_fates[step] == Fate.KEPT)
    return prefix_text(trace, step, int(kept[-1])) if len(kept) else ""
