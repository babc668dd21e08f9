"""Paired tests, against those of sacrebleu and against each other."""

from collections.abc import Sequence

import numpy as np
import pytest
from sacrebleu.significance import PairedTest

from seqviz.analysis.quality import metrics_for
from seqviz.analysis.significance import Significance, significance

WORDS = tuple("abcdefghijklmn")


def sentences(count: int) -> tuple[list[str], list[str], list[str]]:
    """References, and what a better and a worse system make of them."""
    rng = np.random.default_rng(5)
    references = [list(rng.choice(WORDS, 8)) for _ in range(count)]

    def spoiled(share: float) -> list[str]:
        return [
            " ".join(rng.choice(WORDS) if rng.random() < share else word for word in words)
            for words in references
        ]

    return spoiled(0.25), spoiled(0.3), [" ".join(words) for words in references]


@pytest.fixture(scope="module")
def compared() -> tuple[Significance, ...]:
    better, worse, references = sentences(150)
    return significance(better, worse, references, language="en", trials=500)


def test_scores_are_sacrebleus_and_p_values_of_two_sides(
    compared: tuple[Significance, ...],
) -> None:
    better, worse, references = sentences(150)
    bleu, chrf = metrics_for("en")
    systems: list[tuple[str, Sequence[str]]] = [("worse", worse), ("better", better)]
    metrics = {"bleu": bleu, "chrf": chrf}
    for kind, name, sides in (("bs", "p_bootstrap", 2), ("ar", "p_randomisation", 1)):
        _, found = PairedTest(systems, metrics, [references], kind, n_samples=500)()
        for one in compared:
            baseline, own = found[one.metric]
            assert not isinstance(baseline, str) and not isinstance(own, str)
            assert (one.score, one.baseline) == pytest.approx((own.score, baseline.score))
            assert own.p_value is not None
            assert getattr(one, name) == pytest.approx(sides * own.p_value, abs=0.03)
    assert {one.metric for one in compared} == {"BLEU", "chrF2"}
    assert all(one.low < one.difference < one.high for one in compared)


def test_a_system_is_no_better_than_itself() -> None:
    better, _, references = sentences(30)
    for one in significance(better, better, references, language="en", trials=50):
        assert one.difference == one.low == one.high == 0
        assert one.p_bootstrap == one.p_randomisation == 1


def test_the_interval_holds_no_0_where_the_bootstrap_calls_a_difference_significant() -> None:
    better, worse, references = sentences(150)
    found = [
        one
        for count in range(20, 150, 10)
        for one in significance(
            worse[:count], better[:count], references[:count], language="en", trials=200
        )
    ]
    beside, around = (
        [one.p_bootstrap for one in found if (one.low <= 0 <= one.high) is holds]
        for holds in (False, True)
    )
    assert beside and max(beside) < 0.05 + 4 / 200, "one resample is added, on either side"
    assert around and min(around) >= 0.05


def test_who_gives_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 translations"):
        significance([], [], [], language="en")
