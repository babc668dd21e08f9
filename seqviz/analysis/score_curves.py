"""How the scores of recorded hypotheses run over α and over β, and where the winner changes.

Needs a Trace and no model. M hypotheses in the order of ``trace.hypotheses``; N values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seqviz.analysis.rerank import Array, Ranking, behind, best_first, penalties_for
from seqviz.options import DecodeOptions
from seqviz.trace import Trace

Over = Literal["alpha", "beta"]
Which = int | slice

ALL = slice(None)
RESOLUTION = 1e-9
"""Two changes of the winner that lie closer together count as one."""
HALVINGS = 60
"""Of an interval of length 1 they leave less than a float can tell apart."""


@dataclass(frozen=True, kw_only=True)
class WinnerChange:
    """A value at which another hypothesis takes over; both are places in ``trace.hypotheses``."""

    value: float
    before: int
    after: int


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreCurves:
    """The scores of all hypotheses over α or over β, the other one held."""

    over: Over
    values: Array
    """(N,): from 0 to the greatest value asked for."""
    scores: Array
    """(N, M): of every hypothesis at every value."""
    now: float
    """The present value of what is varied."""
    changes: tuple[WinnerChange, ...]
    """Where the winner changes, in ascending order."""


def score_curves(
    trace: Trace, ranking: Ranking, over: Over, *, high: float, count: int = 101
) -> ScoreCurves:
    """How all scores run when one of α and β goes from 0 to ``high`` and the other stays.

    The values at which the winner changes are found exactly, not on the grid of the curves.

    Args:
        trace: whose hypotheses.
        ranking: what is held, and the present value of what is varied.
        over: what is varied.
        high: the greatest value.
        count: N, points of every curve.

    Raises:
        InputError: ``no_attention`` where a β above 0 is asked for.
    """
    values = np.linspace(0.0, high, count)
    penalties = penalties_for(trace, max(ranking.beta, high if over == "beta" else 0.0))
    pencil = _pencil(trace, ranking, over, penalties=penalties)
    return ScoreCurves(
        over=over,
        values=values,
        scores=pencil.scores(values[:, None], ALL),
        now=ranking.alpha if over == "alpha" else ranking.beta,
        changes=_changes(pencil, trace, high=high),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pencil:
    """M curves over one variable, any two of which differ by a function with at most one turn."""

    scores: Callable[[Array, Which], Array]
    """The scores at some values, (…, M) or broadcast to it, of all curves or of one."""
    turns: Callable[[int], Array]
    """Where each curve's distance to the given one turns, (M,); not finite: nowhere."""


def _pencil(trace: Trace, ranking: Ranking, over: Over, *, penalties: Array) -> _Pencil:
    """The curves: lines over β; over α s e^(−α r) + c, with r the log of the length term."""
    sums = trace.hypotheses.log_probs.astype(np.float64)
    options = DecodeOptions(length_normalisation=ranking.normalisation, alpha=1.0)
    rates = np.log(options.normaliser(trace.hypotheses.lengths))
    if over == "beta":
        quotients = sums * np.exp(-ranking.alpha * rates)
        return _Pencil(
            scores=lambda values, which: quotients[which] + values * penalties[which],
            turns=lambda _: np.full(len(sums), np.nan),
        )
    terms = ranking.beta * penalties

    def turns(one: int) -> Array:
        """Where s r e^(−α r), the slope, is the same for both curves."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.log(sums * rates / (sums[one] * rates[one]))
            return np.asarray(ratios / (rates - rates[one]), np.float64)

    return _Pencil(
        scores=lambda values, which: sums[which] * np.exp(-values * rates[which]) + terms[which],
        turns=turns,
    )


def _changes(pencil: _Pencil, trace: Trace, *, high: float) -> tuple[WinnerChange, ...]:
    """Walk along the upper envelope of the curves from 0 to ``high``."""
    last = behind(trace)
    rivals = ~last | last.all()
    changes: list[WinnerChange] = []
    at, winner = 0.0, _best(pencil, trace, 0.0)
    while True:
        crossing = float(_overtaken(pencil, winner, at, high=high)[rivals].min())
        at = crossing + RESOLUTION
        if at > high:
            return tuple(changes)
        before, winner = winner, _best(pencil, trace, at)
        if winner != before:
            changes.append(WinnerChange(value=crossing, before=before, after=winner))


def _best(pencil: _Pencil, trace: Trace, value: float) -> int:
    return int(best_first(trace, pencil.scores(np.array(value), ALL))[0])


def _overtaken(pencil: _Pencil, winner: int, at: float, *, high: float) -> Array:
    """Where every curve first rises above the winner's after ``at``, (M,); infinite: nowhere."""

    def lead(values: Array) -> Array:
        """How far every curve is ahead of the winner's, each at a value of its own."""
        with np.errstate(invalid="ignore"):  # of two that are −inf neither is ahead
            return pencil.scores(values, ALL) - pencil.scores(values, winner)

    turns = pencil.turns(winner)
    start, end = np.full(len(turns), at), np.full(len(turns), high)
    middle = np.where((turns > at) & (turns < high), turns, high)
    return np.fmin(_rise(lead, start, middle), _rise(lead, middle, end))


def _rise(lead: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where each of some monotone functions becomes positive in its interval; infinite: nowhere."""
    rises = (lead(low) <= 0) & (lead(high) > 0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        positive = lead(middle) > 0
        low, high = np.where(positive, low, middle), np.where(positive, middle, high)
    return np.where(rises, high, np.inf)
