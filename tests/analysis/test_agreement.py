"""Rank correlations, against those of pandas, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from seqviz.analysis.agreement import agreement, ranked


def test_equals_share_a_rank() -> None:
    np.testing.assert_array_equal(ranked(np.array([[3.0, 1.0, 3.0, 0.0]])), [[3.5, 2, 3.5, 1]])


def test_correlations_are_those_of_pandas() -> None:
    random = np.random.default_rng(3)
    one, other = random.normal(size=(4, 6)).round(1), random.normal(size=(4, 6)).round(1)
    found = agreement({"one": one, "other": other})
    for step in range(4):
        first, second = (pd.Series(abs(grid[step])).rank() for grid in (one, other))
        expected = first.corr(second)
        assert found.steps[step, 0, 1] == pytest.approx(expected)
        assert found.steps[step, 1, 0] == found.steps[step, 0, 1]
        np.testing.assert_allclose(np.diagonal(found.steps[step]), 1)
    assert found.overall[0, 1] == pytest.approx(found.steps[:, 0, 1].mean())
    same = abs(one).argmax(1) == abs(other).argmax(1)
    assert found.strongest[0, 1] == same.mean() and found.strongest[0, 0] == 1


def test_a_step_at_which_a_way_tells_nothing_apart_does_not_count() -> None:
    flat, same = np.array([[1.0, 2, 3], [1, 1, 1]]), np.array([[1.0, 2, 3], [1, 2, 3]])
    found = agreement({"weights": flat, "b": same})
    assert np.isnan(found.steps[1, 0, 1]) and found.overall[0, 1] == pytest.approx(1)


def test_without_attention_nothing_is_said_of_it() -> None:
    one = np.array([[1.0, 2]])
    assert agreement({"gradient": one, "occlusion": one}).verdict is None


@pytest.mark.parametrize(
    ("occlusion", "gradient", "verdict"),
    [
        ([1, 2, 3], [-1, -2, -3], "same"),
        ([2, 1, 3], [1, 3, 2], "related"),
        ([3, 2, 1], [1, 3, 2], "different"),
    ],
)
def test_what_is_said_of_attention(
    occlusion: list[float], gradient: list[float], verdict: str
) -> None:
    grids = {"weights": [0.1, 0.2, 0.7], "occlusion": occlusion, "gradient": gradient}
    found = agreement({way: np.array([row], float) for way, row in grids.items()})
    assert found.verdict == verdict
    told = {"same": "1.00 100", "related": "0.50 100", "different": "−1.00 0"}[verdict]
    assert f"{found.tests()['occlusion']} {found.tests()['occlusion_strongest']}" == told
