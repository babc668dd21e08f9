"""How far features follow chrF: ranks against pandas, which end is good, and what is missing."""

import numpy as np
import pandas as pd
import pytest

from seqviz.inspection.own import THRESHOLDS, Followed, followed, ignored_at
from seqviz.inspection.validation import Table
from tests.fixtures.inspected import inspected


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Sentences with features that follow their chrF, or nothing."""
    found = inspected(40)
    return found.assign(repetition=-found["chrf"], agreement=found["chrf"].round(0), copied=0.5)


def by_name(models: list[pd.DataFrame]) -> dict[str, Followed]:
    return {one.feature: one for one in followed(models, seed=1)}


def test_the_correlation_is_that_of_ranks_and_its_sign_says_which_end_is_good(
    rows: pd.DataFrame,
) -> None:
    found = by_name([rows])
    assert found["repetition"].interval.correlation == pytest.approx(1)  # low is good, and is -chrF
    expected = rows["agreement"].rank().corr(rows["chrf"].rank())
    assert found["agreement"].interval.correlation == pytest.approx(expected)
    far = -np.abs(np.log(rows["length_ratio"] / rows["length_ratio"].median()))
    expected = far.rank().corr(rows["chrf"].rank())
    assert found["length_ratio"].interval.correlation == pytest.approx(expected)
    assert "copied" not in found, "what is always the same follows nothing"
    once = by_name([rows.assign(copied=[1.0] + [0.0] * 39)])["copied"].interval
    assert -1 <= once.low <= once.high <= 1, "resamples without the one that differs say nothing"
    assert not {"bleu", "chrf", "search_error"} & found.keys()


def test_the_interval_is_about_as_wide_as_fishers(rows: pd.DataFrame) -> None:
    one = by_name([rows])["margin_min"].interval
    assert one.low < one.correlation < one.high
    fisher = np.tanh(np.arctanh(one.correlation) + np.array([-1.96, 1.96]) / np.sqrt(40 - 3))
    assert one.high - one.low == pytest.approx(float(np.diff(fisher)[0]), rel=0.25)


def test_what_a_feature_only_says_of_length_is_taken_off(rows: pd.DataFrame) -> None:
    chance = np.random.default_rng(1)
    lengths = chance.permutation(40) + 1
    long = rows.assign(
        source_pieces=pd.Series([["▁a"] * length for length in lengths]),
        chrf=-lengths + chance.normal(0, 8, 40),
        agreement=-lengths + chance.normal(0, 8, 40),
    )
    one = by_name([long])["agreement"]
    assert one.interval.correlation > 0.4 > abs(one.at_length)
    residuals = [
        ranked - np.polyval(np.polyfit(lengths, ranked, 1), lengths)
        for ranked in (long[name].rank().to_numpy(np.float64) for name in ("agreement", "chrf"))
    ]
    assert one.at_length == pytest.approx(float(np.corrcoef(np.stack(residuals))[0, 1]))


def test_models_are_averaged_and_those_without_a_feature_left_out(rows: pd.DataFrame) -> None:
    other = rows.assign(agreement=-rows["chrf"], source_share=np.nan)
    found = by_name([rows, other])
    first = by_name([rows])
    assert found["agreement"].interval.correlation == pytest.approx(
        (first["agreement"].interval.correlation - 1) / 2
    )
    assert found["source_share"] == first["source_share"]
    assert (found["agreement"].sentences, found["source_share"].sentences) == (80, 40)


def test_thresholds_are_judged_on_words_and_on_sentences(rows: pd.DataFrame) -> None:
    words = Table(
        side="target",
        signals={"contrast": np.array([-1.0, 0.2, 0.7, 3.0])},
        bad=np.array([True, True, False, False]),
        planted=np.array(["invented"] * 4),
    )
    found = ignored_at([rows], words, seed=1)
    assert [one.nats for one in found] == list(THRESHOLDS)
    mcc = {one.nats: one.mcc for one in found}
    assert mcc[0.3] == pytest.approx(1) and mcc[0.0] == pytest.approx(1 / 3**0.5)
    shares = by_name([rows.assign(source_ignorance=_ignored(rows))])["source_ignorance"]
    assert found[THRESHOLDS.index(0.3)].interval == shares.interval


def _ignored(rows: pd.DataFrame) -> list[float]:
    """Written out: every piece of these translations but "d" begins a word."""
    shares = []
    for pieces, contrast in zip(rows["pieces"], rows["contrast"], strict=True):
        words: list[float] = []
        for piece, gained in zip(pieces[:-1], contrast, strict=False):
            if piece.startswith("▁") or piece in (".",):
                words.append(gained)
            else:
                words[-1] += gained
        shares.append(float(np.mean([word < 0.3 for word in words])))
    return shares
