"""What a feature is worth: how often the sentence with the error looks worse."""

import numpy as np
import pytest

from seqviz.inspection.validation import Sentences
from seqviz.inspection.worth import judged_features, mean_worth


def sentences(**features: list[float]) -> Sentences:
    return Sentences(
        features={name: np.array(values) for name, values in features.items()},
        bad=np.array([False, False, True, True, True]),
        planted=np.array(["", "", "dropped", "dropped", "number"]),
    )


def worth(**features: list[float]) -> dict[str, dict[str, float]]:
    return mean_worth([judged_features(sentences(**features))])


def test_low_is_bad_where_high_is_good_and_the_other_way_round() -> None:
    found = worth(worst3=[-1, -2, -3, -1.5, 0], repetition=[0.0, 0.1, 0.2, 0.05, 0.3])
    assert found["worst3"] == {"dropped": 3 / 4, "number": 0.0}
    assert found["repetition"] == {"dropped": 3 / 4, "number": 1.0}


def test_a_length_is_bad_on_either_side_of_the_usual_one() -> None:
    assert worth(length_ratio=[0.9, 1.1, 0.5, 2.0, 1.0])["length_ratio"] == {
        "dropped": 1.0,
        "number": 0.0,
    }


def test_what_is_not_to_be_had_does_not_count() -> None:
    missing = float("nan")
    found = judged_features(sentences(worst3=[-1, missing, missing, -2, missing]))
    assert [(one.planted, one.count, one.bad, one.auroc) for one in found] == [("dropped", 2, 1, 1)]


def test_models_are_averaged() -> None:
    several = [
        judged_features(sentences(worst3=values))
        for values in ([0, 0, 1, 1, 1.0], [1, 1, 0, 0, 0.0])
    ]
    assert mean_worth(several)["worst3"]["dropped"] == pytest.approx(0.5)
