"""Curves over α and β, and the exact values at which the winner changes, against fine grids."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.analysis.rerank import Ranking, rerank
from seqviz.analysis.score_curves import Over, ScoreCurves, score_curves
from seqviz.errors import InputError
from seqviz.options import LengthNormalisation
from seqviz.trace import Trace
from tests.fixtures import toy_traces as toy

NORMALISATIONS: tuple[LengthNormalisation, ...] = ("none", "average", "gnmt")


def with_sums(sums: list[float], lengths: list[int], *, stopped_by: str = "max_length") -> Trace:
    """The toy trace with other sums and lengths of its three hypotheses."""
    trace = toy.rnn_trace()
    found = replace(
        trace.hypotheses,
        log_probs=np.array(sums, np.float32),
        lengths=np.array(lengths, np.int32),
    )
    return replace(trace, hypotheses=found, stopped_by=stopped_by)


def ranking(
    trace: Trace, normalisation: LengthNormalisation = "average", *, alpha: float, beta: float
) -> Ranking:
    return rerank(trace, normalisation=normalisation, alpha=alpha, beta=beta)


def winner_at(curves: ScoreCurves, value: float, first: int) -> int:
    passed = [change.after for change in curves.changes if change.value < value]
    return passed[-1] if passed else first


def varied(trace: Trace, held: Ranking, over: Over, value: float) -> Ranking:
    alpha, beta = (value, held.beta) if over == "alpha" else (held.alpha, value)
    return rerank(trace, normalisation=held.normalisation, alpha=alpha, beta=beta)


def test_two_hypotheses_change_places_where_their_scores_are_equal() -> None:
    """−6 / 4^α = −8 / 9^α at α = ln(8/6) / ln(9/4)."""
    trace = with_sums([-6.0, -8.0, -99.0], [4, 9, 2])
    (change,) = score_curves(trace, ranking(trace, alpha=0.0, beta=0.0), "alpha", high=2.0).changes
    assert change.value == pytest.approx(np.log(8 / 6) / np.log(9 / 4), rel=1e-12)
    assert (change.before, change.after) == (0, 1)


def test_lines_over_beta_change_places_where_they_cross() -> None:
    """Coverage of the first is 0.8 · 0.7 · 0.5 = 0.28, that of the third 1.0 · 0.6 · 0.5 = 0.3."""
    trace = with_sums([-3.0, -9.0, -3.05], [3, 3, 3])
    held = ranking(trace, "none", alpha=0.0, beta=0.0)
    (change,) = score_curves(trace, held, "beta", high=2.0).changes
    assert change.value == pytest.approx(0.05 / np.log(0.3 / 0.28), rel=1e-5)
    assert (change.before, change.after) == (0, 2)


def test_a_winner_may_return() -> None:
    """With a coverage penalty two curves over α may cross twice."""
    trace = with_sums([-2.0, -99.0, -2.0], [30, 30, 3])
    held = ranking(trace, alpha=0.0, beta=1.0)
    curves = score_curves(trace, held, "alpha", high=5.0)
    assert [(change.before, change.after) for change in curves.changes] == [(2, 0), (0, 2)]
    ahead = np.log(0.3 / 0.28)
    for change in curves.changes:
        value = change.value
        assert -2 / 3**value + ahead == pytest.approx(-2 / 30**value, abs=1e-6)


def check_against_grid(
    trace: Trace, normalisation: LengthNormalisation, over: Over, *, alpha: float, beta: float
) -> ScoreCurves:
    """Between the changes the winner is that of ``rerank``, up to single precision."""
    high = 2.0
    held = ranking(trace, normalisation, alpha=alpha, beta=beta)
    curves = score_curves(trace, held, over, high=high)
    values = [change.value for change in curves.changes]
    assert values == sorted(values)
    assert all(0 <= value <= high for value in values)
    first = varied(trace, held, over, 0.0).winner
    chain = [first, *(change.after for change in curves.changes)]
    if curves.changes and abs(curves.changes[0].value) > 1e-6:
        assert [change.before for change in curves.changes] == chain[:-1]
    for value in np.linspace(0.0, high, 81):
        now = varied(trace, held, over, float(value))
        claimed = winner_at(curves, float(value), first)
        gap = float(now.scores[now.winner]) - float(now.scores[claimed])
        assert gap <= 2e-6 * max(1.0, abs(float(now.scores[now.winner])))
    return curves


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    normalisation=st.sampled_from(NORMALISATIONS),
    over=st.sampled_from(("alpha", "beta")),
    held=st.sampled_from((0.0, 0.2, 1.0)),
    stopped_by=st.sampled_from(("bound", "max_length")),
)
def test_between_the_changes_the_winner_stays(
    seed: int, normalisation: LengthNormalisation, over: Over, held: float, stopped_by: str
) -> None:
    trace = replace(toy.random_trace(seed, 9, 4), stopped_by=stopped_by)
    check_against_grid(trace, normalisation, over, alpha=held, beta=held)


def test_random_traces_have_changes_to_find() -> None:
    """Otherwise the test above would hold for a function that finds none."""
    assert any(
        len(check_against_grid(trace, "average", "alpha", alpha=0.0, beta=0.3).changes) >= 2
        for trace in (toy.random_trace(seed, 9, 4) for seed in range(30))
    )


def test_curves_are_the_scores_of_the_ranking() -> None:
    trace = toy.random_trace(4, 8, 3)
    for over in ("alpha", "beta"):
        held = ranking(trace, "gnmt", alpha=0.5, beta=0.25)
        curves = score_curves(trace, held, "alpha" if over == "alpha" else "beta", high=2.0)
        at = int(np.argmin(np.abs(curves.values - curves.now)))
        assert curves.values[at] == pytest.approx(curves.now, abs=1e-12) or over == "beta"
        expected = varied(trace, held, curves.over, float(curves.values[at]))
        np.testing.assert_allclose(curves.scores[at], expected.scores, rtol=1e-5)


def test_those_that_cannot_win_change_nothing() -> None:
    trace = with_sums([-6.0, -1.0, -2.0], [4, 9, 2], stopped_by="bound")
    curves = score_curves(trace, ranking(trace, alpha=0.0, beta=0.0), "alpha", high=2.0)
    assert curves.changes == ()
    free = replace(trace, stopped_by="max_length")
    held = ranking(free, alpha=0.0, beta=0.0)
    assert held.winner == 1


def test_equal_curves_change_nothing() -> None:
    trace = with_sums([-4.0, -4.0, -4.0], [3, 3, 3])
    held = ranking(trace, alpha=1.0, beta=0.0)
    assert score_curves(trace, held, "alpha", high=2.0).changes == ()


def test_over_alpha_no_attention_is_needed_and_over_beta_it_is() -> None:
    trace = toy.rnn_trace(attention=False)
    held = ranking(trace, alpha=1.0, beta=0.0)
    assert score_curves(trace, held, "alpha", high=2.0).scores.shape == (101, 3)
    with pytest.raises(InputError):
        score_curves(trace, held, "beta", high=2.0)


@pytest.mark.parametrize("over", ["alpha", "beta"])
def test_of_two_that_are_impossible_neither_overtakes(over: Over) -> None:
    trace = with_sums([-np.inf, -3.0, -np.inf], [4, 9, 2])
    held = ranking(trace, alpha=0.5, beta=0.0)
    curves = score_curves(trace, held, over, high=2.0)
    assert (winner_at(curves, 2.0, 1), curves.changes) == (1, ())
    nowhere = with_sums([-np.inf] * 3, [4, 9, 2])
    assert (
        score_curves(nowhere, ranking(nowhere, alpha=0.5, beta=0.0), over, high=2.0).changes == ()
    )
