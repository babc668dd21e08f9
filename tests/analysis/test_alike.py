"""Agreement of hypotheses by hand; chrF against sacrebleu."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.analysis.alike import MOST, agreement, character_grams, chrf_between, disagreement
from seqviz.analysis.quality import sentence_chrf

TEXTS = st.text("ab 猫.", max_size=12)


@given(TEXTS, TEXTS)
def test_chrf_is_that_of_sacrebleu(one: str, other: str) -> None:
    both = chrf_between(character_grams(one), character_grams(other))
    assert both == pytest.approx((sentence_chrf(one, other), sentence_chrf(other, one)))


def test_agreement_is_the_mean_of_pairs_by_weight() -> None:
    """Weights 1, ½, ½: the pairs weigh ½, ½, ¼."""
    texts, scores = ["cats", "cats", "dog"], [-1.0, -1.0 - math.log(2), -1.0 - math.log(2)]
    assert agreement(texts, scores) == pytest.approx((0.5 * 100 + 0.5 * 0 + 0.25 * 0) / 1.25)
    assert agreement(texts[:2], [-3.0, -900.0]) == pytest.approx(100)
    assert math.isnan(agreement(texts[:1], scores[:1]))


def test_what_has_nothing_in_common_disagrees() -> None:
    assert disagreement("cats", "dog") == 100
    assert disagreement("a cat", "acat") == 0


def test_only_the_best_are_compared() -> None:
    texts, scores = ["cat"] * MOST + ["dog"], [-1.0] * MOST + [-1.5]
    assert agreement(texts, scores) == pytest.approx(100)
