"""How sure a model is, among translations of its development set."""

from typing import Any

import pytest

from seqviz.confidence import SHARES, Confidence, confidence_of, measured

QUANTILES = [-3.0, -2.0, -1.9, -1.5, -1.2, -0.9, -0.6, -0.4, -0.3, -0.1]


def test_a_mean_is_placed_among_the_quantiles() -> None:
    known = Confidence(quantiles=QUANTILES, sentences=1000, data="dev")
    assert [known.share_below(one) for one in QUANTILES] == pytest.approx(SHARES)
    assert known.share_below(-9.0) == 0 and known.share_below(0.0) == 1
    assert known.share_below(-1.7) == pytest.approx(0.035)


def test_quantiles_are_those_of_the_sentences() -> None:
    found = measured([-0.01 * number for number in range(101)], "dev")
    wanted = [share - 1 for share in SHARES]
    assert found.quantiles == pytest.approx(wanted) and found.sentences == 101
    assert measured([0.0, 1e-9], "dev").quantiles[-1] == 0
    tiny = measured([-1e-7, -2e-7], "dev")
    assert tiny.quantiles[0] == -2e-7 and tiny.share_below(-1.5e-7) == pytest.approx(0.5)


GOOD = {"quantiles": QUANTILES, "sentences": 3, "data": "dev"}


@pytest.mark.parametrize(
    "raw",
    [
        [],
        {},
        GOOD | {"quantiles": QUANTILES[1:]},
        GOOD | {"quantiles": QUANTILES[::-1]},
        GOOD | {"quantiles": [*QUANTILES[:-1], 0.5]},
        GOOD | {"quantiles": [*QUANTILES[:-1], True]},
        GOOD | {"quantiles": 3},
        GOOD | {"sentences": "3"},
        GOOD | {"data": None},
        GOOD | {"more": 1},
    ],
)
def test_what_is_no_measurement_is_refused(raw: Any) -> None:
    with pytest.raises(ValueError, match="its confidence"):
        confidence_of(raw)
    assert confidence_of(GOOD) is not None and confidence_of(None) is None
