"""What was measured: curves and facts of records, if they are those of the weights that decode."""

from dataclasses import replace

import pytest

from seqviz.lesson.chart import Chart
from seqviz.lesson.measured import MEASURED_CHARTS, MEASURED_FACTS, replay
from seqviz.lesson.named import fact
from seqviz.records.beam_sizes import BeamSizeStudy
from tests.lesson.small import SmallModels, scene
from tests.records.test_beam_sizes import SIZES, study

OF_RECORDS = [*MEASURED_CHARTS, *sorted(MEASURED_FACTS.keys() - {"parameters", "exact"})]


def chart(name: str) -> Chart:
    found = MEASURED_CHARTS[name](scene(1), "en")
    assert found is not None
    return found


def test_quality_length_and_empty_ones_are_curves_over_the_beam_size() -> None:
    bleu, length, empty = map(chart, ("beam_bleu", "beam_length", "beam_empty"))
    for found in (bleu, length, empty):
        assert [row.label for row in found.rows] == [str(size) for size in SIZES]
        assert [row.at for row in found.rows][-1] == 6, "each doubling is as wide"
        assert found.series == ("without normalisation", "averaged over the length")
    assert bleu.rows[0].values == (50.33, 50.33)
    assert bleu.rows[0].intervals[1] == pytest.approx((50.32, 50.34))
    assert (bleu.least, bleu.most) == (22, 51.68)
    assert length.rows[-1].values == pytest.approx((69.23, 101.23))
    assert empty.rows[-1].values == pytest.approx((5, 0))
    assert (empty.least, empty.unit) == (0, "percent")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("compared_beam", "5"),
        ("widest_beam", "64"),
        ("tested", "300"),
        ("bleu_change", "0.00 (−0.10 … +0.10)"),
        ("bleu_change_undivided", "−29.50 (−29.90 … −29.10)"),
        ("length_undivided", "69%"),
        ("empty_undivided", "5.0%"),
        ("trained_steps", "1200"),
        ("trained_seconds", "300"),
    ],
)
def test_facts_of_what_was_measured(name: str, written: str) -> None:
    found = fact(name, scene(1))
    assert found is not None
    assert found.text.lstrip("+") == written


def test_a_training_is_curves_over_its_steps() -> None:
    loss, score = chart("training_loss"), chart("training_score")
    assert [row.at for row in loss.rows] == [60.0 * place for place in range(1, 21)]
    assert [row.values[1] is None for row in loss.rows].count(False) == 2
    assert [row.label for row in loss.rows if row.label] == ["240", "480", "720", "960", "1,200"]
    assert [row.at for row in score.rows] == [600, 1200]
    assert (score.most, score.series[0][:13]) == (100, "exactly right")
    record = SmallModels().training("de-en/dot")
    assert record is not None
    assert loss.rows[0].values[0] == record.losses[0].loss


def test_a_replay_says_what_was_written_at_every_step() -> None:
    found = replay(scene(1))
    record = SmallModels().training("de-en/dot")
    assert found is not None
    assert record is not None
    assert found["steps"] == [frame.step for frame in record.frames]
    assert (found["rows"][1]["source"], found["language"]) == ("Der Hund schläft.", "en")
    assert found["rows"][1]["texts"][-1] == record.frames[-1].views[1].translation
    assert replay(scene(1).by("none")) is None


@pytest.mark.parametrize("name", OF_RECORDS)
def test_records_of_other_weights_say_nothing(name: str) -> None:
    other = scene(1).by("none")
    if name in MEASURED_CHARTS:
        assert MEASURED_CHARTS[name](other, "en") is None
    else:
        assert fact(name, other) is None


def test_beam_sizes_without_intervals_say_nothing() -> None:
    class Older(SmallModels):
        def beam_sizes(self, model: str) -> BeamSizeStudy:
            return replace(study(), fingerprint="0" * 64)

    older = replace(scene(1), models=Older())
    assert MEASURED_CHARTS["beam_bleu"](older, "en") is None
    assert fact("tested", older) is None
