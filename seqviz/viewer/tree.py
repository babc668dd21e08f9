"""The search tree for the viewer: columns of nodes, and why each lived or fell.

Letters in shapes: T steps, K slots, N nodes, R live prefixes.
"""

from collections.abc import Sequence
from math import inf, isnan
from typing import Any, NamedTuple

import numpy as np

from seqviz.analysis.attention import default_layer
from seqviz.analysis.beam import START, BeamNodes, Pruned, Reason, beam_nodes, fate_reasons
from seqviz.analysis.tokens import NextTokens, next_tokens
from seqviz.figures import reason_text
from seqviz.figures.words import WORDS
from seqviz.trace import Fate, Ints, Trace
from seqviz.viewer.columns import packed_columns

MOST_NODES = 20_000
"""Beyond it cut candidates are left out first, late steps last."""
NEVER = -1e4
"""Stands for the logarithm of 0 where JSON holds it; as a probability it is 0."""
LISTED_TOKENS = 10
"""Most probable next tokens of a prefix."""
LISTED_PLACES = 6
"""Source tokens that a prefix looked at most."""
CHOICES: tuple[Pruned, ...] = ("all", "next", "none")
NONE = -1
"""Stands for what is not there in columns of whole numbers."""

_KEYS = {key: key for key in WORDS if key.startswith("reason.")}
"""Words that make ``reason_text`` name the sentence instead of saying it: the viewer says it."""


def packed_tree(trace: Trace) -> dict[str, Any]:
    """The nodes in columns (N,), the root first, as JSON.

    Returns:
        "columns": those of ``BeamNodes``, and "token"; "row": step · K + slot of the prefix that
        was continued; "next": the same of the prefix that it became; "reason": place in "reasons",
        keys of sentences; "tokenRank" and "drawable", which some of them need; "branches CUTS": row
        in the layout without crossings where these cut ones are drawn, NaN: not drawn. What is not
        there is ``NONE``, in floats NaN. "cuts": which choices of cut ones there are; "last": the
        last step that is drawn; "finished": how many of every step.
    """
    choices, last = _affordable(trace)
    nodes = beam_nodes(trace, pruned=choices[0], layout="rank", last_step=last)
    search = trace.search
    reasons = _reasons(trace, nodes)
    keys = sorted({reason.key for reason in reasons})
    columns: dict[str, tuple[str, Any]] = {
        "step": ("i", nodes.step),
        "candidate": ("i", nodes.candidate),
        "fate": ("u", nodes.fate),
        "parent": ("i", nodes.parent),
        "token": ("i", _at(search.candidate_tokens, nodes)),
        "row": ("i", _rows(_at(search.candidate_parents, nodes), nodes.step, trace)),
        "next": ("i", _rows(_at(search.candidate_slots, nodes), nodes.step + 1, trace)),
        "logProb": ("f", nodes.log_prob),
        "cumulative": ("f", nodes.cumulative),
        "score": ("f", nodes.score),
        "margin": ("f", nodes.margin),
        "reason": ("u", [keys.index(reason.key) for reason in reasons]),
        "tokenRank": ("i", [reason.token_rank for reason in reasons]),
        "drawable": ("i", [reason.drawable for reason in reasons]),
    }
    for choice in choices:
        drawn = beam_nodes(trace, pruned=choice, layout="tree", last_step=last)
        columns[f"branches {choice}"] = ("f", _places(nodes, drawn))
    return {
        "columns": packed_columns(columns),
        "reasons": keys,
        "cuts": list(choices),
        "finished": (search.candidate_fates == Fate.FINISHED).sum(1).tolist(),
        "last": last,
        "sampled": trace.options.sampling is not None,
    }


def packed_next(trace: Trace) -> dict[str, Any]:
    """What every live prefix expected next and where it looked, as JSON.

    Returns:
        "tokens" and "places": how many of each a prefix lists; "columns": "row" (R,): step · K +
        slot; "token" and "prob" (R, tokens), ``NONE`` and NaN where there are fewer; "entropy" (R,)
        in nats; "mass" (R,): share of the probability that sampling could draw, NaN without it;
        "drawable" (R, tokens): whether it could draw each; "given" (R,): it is in the fixed start;
        "restricted" (R,): some tokens were not allowed; "place" and "weight" (R, places): source
        tokens by their attention, the mean of the heads of the layer that is shown first.
    """
    search = trace.search
    rows = [
        (step, slot)
        for step in range(search.steps)
        for slot in np.flatnonzero(np.isfinite(search.entropies[step])).tolist()
    ]
    found = [next_tokens(trace, step, slot=slot) for step, slot in rows]
    columns: dict[str, tuple[str, Any]] = {
        "row": ("i", [step * search.slots + slot for step, slot in rows]),
        "token": ("i", [_listed(one.tokens, NONE) for one in found]),
        "prob": ("f", [_listed(one.probs, np.nan) for one in found]),
        "entropy": ("f", [one.entropy for one in found]),
        "mass": ("f", [np.nan if one.kept_mass is None else one.kept_mass for one in found]),
        "drawable": ("u", [_listed(_drawable(one), 0) for one in found]),
        "given": ("u", [one.given for one in found]),
        "restricted": ("u", [one.restricted for one in found]),
    }
    places = min(LISTED_PLACES, len(trace.source.ids))
    if search.cross_attention is not None:
        seen = search.cross_attention[:, :, default_layer(trace)].mean(2)  # (T, K, S)
        weights = np.array([seen[row] for row in rows])
        order = np.argsort(-weights, axis=1, kind="stable")[:, :places]
        columns["place"] = ("i", order)
        columns["weight"] = ("f", np.take_along_axis(weights, order, 1))
    return {"tokens": LISTED_TOKENS, "places": places, "columns": packed_columns(columns)}


def _listed(values: Any, missing: float) -> list[float]:
    few = list(values[:LISTED_TOKENS])
    return few + [missing] * (LISTED_TOKENS - len(few))


def _drawable(found: NextTokens) -> Sequence[bool]:
    return (True,) * len(found.tokens) if found.drawable is None else found.drawable


def numbers(values: Any) -> list[float | None]:
    """Nine digits, as many as float32 has; None for what is no number, ``NEVER`` at least."""
    return [
        None if isnan(value) or value == inf else float(f"{max(value, NEVER):.9g}")
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


class _Told(NamedTuple):
    """Why a node lived or fell: the key of a sentence, and what of its facts the nodes lack."""

    key: str = ""
    token_rank: int = NONE
    drawable: int = NONE


def _reasons(trace: Trace, nodes: BeamNodes) -> list[_Told]:
    """Of every node; of the root: nothing."""
    steps = {step: fate_reasons(trace, step) for step in set(nodes.step.tolist()) - {START}}
    return [
        _told(steps[step][candidate]) if step in steps else _Told()
        for step, candidate in zip(nodes.step.tolist(), nodes.candidate.tolist(), strict=True)
    ]


def _told(reason: Reason) -> _Told:
    facts = (NONE if fact is None else fact for fact in (reason.token_rank, reason.drawable))
    return _Told(reason_text(reason, words=_KEYS), *facts)


def _at(values: Ints, nodes: BeamNodes) -> Ints:
    """Values (T, C) of the nodes; ``NONE`` for the root."""
    found: Ints = np.where(nodes.step < 0, NONE, values[nodes.step, nodes.candidate])
    return found


def _rows(slots: Ints, step: Ints, trace: Trace) -> Ints:
    """Step · K + slot; ``NONE`` where there is no slot or no such step."""
    is_there = (slots >= 0) & (step < trace.search.steps)
    rows: Ints = np.where(is_there, step * trace.search.slots + slots, NONE)
    return rows


def _places(nodes: BeamNodes, some: BeamNodes) -> list[float]:
    """Row of every node where only ``some`` are drawn; NaN: not drawn."""
    drawn = zip(some.step.tolist(), some.candidate.tolist(), strict=True)
    place = dict(zip(drawn, some.y.tolist(), strict=True))
    keys = zip(nodes.step.tolist(), nodes.candidate.tolist(), strict=True)
    return [place.get(key, np.nan) for key in keys]
