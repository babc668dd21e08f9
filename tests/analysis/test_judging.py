"""How good a flag is, against definitions counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.analysis.judging import (
    auroc,
    average_precision,
    best_threshold,
    judge,
    matthews,
    pearson,
)

VALUES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30)


@given(VALUES)
def test_auroc_is_the_share_of_pairs_in_the_right_order(found: list[tuple[int, bool]]) -> None:
    bad = [value for value, is_bad in found if is_bad]
    good = [value for value, is_bad in found if not is_bad]
    area = auroc(*zip(*found, strict=True))
    if not bad or not good:
        assert np.isnan(area)
        return
    won = sum((b > g) + (b == g) / 2 for b in bad for g in good)
    assert area == pytest.approx(won / (len(bad) * len(good)))


@given(VALUES)
def test_average_precision_sums_over_every_threshold(found: list[tuple[int, bool]]) -> None:
    values, bad = map(np.array, zip(*found, strict=True))
    if not bad.any():
        assert np.isnan(average_precision(values, bad))
        return
    expected, before = 0.0, 0.0
    for threshold in sorted(set(values.tolist()), reverse=True):
        raised = values >= threshold
        recall = (raised & bad).sum() / bad.sum()
        expected += (recall - before) * bad[raised].mean()
        before = recall
    assert average_precision(values, bad) == pytest.approx(expected)


@given(VALUES)
def test_no_threshold_is_better_than_the_best_one(found: list[tuple[int, bool]]) -> None:
    values, bad = map(np.array, zip(*found, strict=True))
    if bad.all() or not bad.any():
        with pytest.raises(ValueError, match="threshold"):
            best_threshold(values, bad)
        return
    if len(set(values.tolist())) == 1:
        return
    best = matthews(values >= best_threshold(values, bad), bad)
    others = (matthews(values >= threshold, bad) for threshold in set(values.tolist()))
    assert best >= max(other for other in others if not np.isnan(other)) - 1e-9


def test_a_flag_of_five_words_by_hand() -> None:
    found = judge([0.9, 0.8, 0.4, 0.3, 0.1], [True, False, True, False, False], threshold=0.4)
    assert (found.count, found.bad, found.threshold) == (5, 2, 0.4)
    assert found.precision == pytest.approx(2 / 3) and found.recall == 1
    assert found.auroc == pytest.approx(5 / 6)
    assert found.average_precision == pytest.approx((1 + 2 / 3) / 2)
    # 2 true, 1 false, 0 missed, 2 rightly let go: (2·2 − 1·0) / √(3·2·3·2)
    assert found.mcc == pytest.approx(4 / 6)


def test_what_cannot_be_computed_is_not_a_number() -> None:
    nothing = judge([1.0, 2.0], [False, False], threshold=3)
    numbers = (nothing.auroc, nothing.average_precision, nothing.precision, nothing.recall)
    assert np.isnan((*numbers, nothing.mcc)).all()
    assert np.isnan(pearson([1, 1, 1], [1, 2, 3]))


def test_correlation_is_numpys() -> None:
    first, second = np.random.default_rng(3).normal(size=(2, 20))
    assert pearson(first, second) == pytest.approx(np.corrcoef(first, second)[0, 1])
