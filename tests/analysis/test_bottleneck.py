"""Where two systems part along a reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.analysis.bottleneck import APART, finite, parting

LOG_PROBS = st.lists(st.tuples(st.floats(-8, 0), st.floats(-8, 0)), min_size=1, max_size=12)


def array(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


def test_they_part_where_one_stays_ahead_for_good() -> None:
    """The second is ahead by 1.5 at step 1, by 0.5 at step 2, and by 2 and 3 from step 3 on."""
    found = parting(array(-0.5, -2, -1, -2, -1.5), array(-0.5, -0.5, -2, -0.5, -0.5))
    assert found.gap == pytest.approx(3)
    assert (found.step, found.worst) == (3, 1)
    assert found.loss == pytest.approx(1.5)


def test_the_first_may_be_the_one_that_is_ahead() -> None:
    found = parting(array(-0.1, -0.1), array(-3.1, -0.2))
    assert found.gap == pytest.approx(-3.1, abs=1e-6)
    assert (found.step, found.worst) == (0, 0)
    assert found.loss == pytest.approx(3, abs=1e-6)


def test_a_small_lead_is_no_parting() -> None:
    found = parting(array(-1, -4, -1), array(-0.5, -1, -4))
    assert found.gap == pytest.approx(0.5)
    assert found.step is None


def test_equals_do_not_part() -> None:
    found = parting(array(-1, -2), array(-1, -2))
    assert (found.gap, found.step, found.loss) == (0, None, 0)


def test_an_impossible_token_counts_as_nearly_impossible() -> None:
    found = parting(array(-1, -np.inf), array(-1, -1))
    assert found.gap == 99
    assert finite(array(-np.inf)).tolist() == [-100]


@pytest.mark.parametrize(("first", "second"), [((), ()), ((-1.0,), (-1.0, -2.0))])
def test_other_tokens_are_refused(first: tuple[float, ...], second: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="log-probabilities"):
        parting(array(*first), array(*second))


@given(LOG_PROBS)
def test_the_step_is_the_first_of_the_lead_for_good(pairs: list[tuple[float, float]]) -> None:
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    found = parting(first, second)
    gaps = np.cumsum(second - first) * (1 if found.gap >= 0 else -1)
    if found.step is None:
        assert gaps[-1] <= APART + 1e-9
    else:
        assert (gaps[found.step :] > APART - 1e-9).all()
        assert found.step == 0 or gaps[found.step - 1] <= APART + 1e-9
    assert parting(second, first).gap == pytest.approx(-found.gap)
