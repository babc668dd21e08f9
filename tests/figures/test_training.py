"""The curves of a training: which lines, where, and what they say."""

from dataclasses import replace

import pytest

from seqviz import figures
from seqviz.words import table
from tests.fixtures.made_training import made_record

CHINESE = table("zh")
ONE = {"dot": made_record(losses=20)}
TWO = ONE | {"<b>none</b>": made_record(losses=20, steps=600, attends=False)}


def test_one_system_has_two_losses_and_a_score() -> None:
    figure = figures.training_picture(ONE, "step", logarithmic=False).chart
    train, dev, score = figure.data
    record = ONE["dot"]
    assert list(train.x) == [point.step for point in record.losses]
    assert list(train.y) == [point.loss for point in record.losses]
    assert list(dev.y) == [point.loss for point in record.dev]
    assert list(score.y) == [point.score for point in record.dev]
    assert list(dev.x) == list(score.x) == [point.step for point in record.dev]
    assert (train.xaxis, dev.xaxis, score.xaxis) == (None, None, "x2")
    assert (train.name, dev.name) == ("dot, training", "dot, development")
    assert [trace.showlegend for trace in figure.data] == [None, None, False]


def test_two_systems_differ_in_more_than_colour_and_names_stay_text() -> None:
    figure = figures.training_picture(TWO, "step", logarithmic=False).chart
    assert len(figure.data) == 6
    first, second = figure.data[1], figure.data[4]
    assert first.line.color != second.line.color
    assert first.line.dash != second.line.dash
    assert first.marker.symbol != second.marker.symbol
    assert second.name == "&lt;b&gt;none&lt;/b&gt;, development"
    assert "<b>none" not in second.hovertemplate


@pytest.mark.parametrize(
    ("axis", "last", "title"),
    [
        ("step", 1200, "Training steps"),
        ("seconds", 240, "Seconds of training"),
        ("epoch", 3, "Epochs"),
    ],
)
def test_the_axis_can_be_chosen(axis: str, last: float, title: str) -> None:
    figure = figures.training_picture(ONE, axis, logarithmic=False).chart  # type: ignore[arg-type]
    assert figure.data[0].x[-1] == pytest.approx(last)
    assert figure.layout.xaxis.title.text == title
    assert figure.layout.xaxis.type == figure.layout.xaxis2.type == "linear"


def test_the_axis_may_be_logarithmic() -> None:
    figure = figures.training_picture(ONE, "step", logarithmic=True).chart
    assert figure.layout.xaxis.type == figure.layout.xaxis2.type == "log"


def test_the_score_is_named() -> None:
    exact = {"dates": made_record(losses=20, metric="exact_match")}
    for records, name in ((ONE, "Development BLEU"), (exact, "Exact match (%)")):
        figure = figures.training_picture(records, "step", logarithmic=False).chart
        assert figure.layout.annotations[1].text == name
    both = figures.training_picture(ONE | exact, "step", logarithmic=False).chart
    assert both.layout.annotations[1].text == "Development score (0–100)"


def test_the_table_holds_every_point() -> None:
    table = figures.training_picture(TWO, "step", logarithmic=False).table
    assert len(table) == 40  # the development points are at steps of the losses
    assert table["System"].unique().tolist() == list(TWO)
    assert table["Score"].notna().sum() == 4
    assert table["Training loss"].notna().all()


def test_the_sentence_gives_first_last_and_best() -> None:
    alt = figures.training_picture(TWO, "step", logarithmic=False).sentence
    for name, record in TWO.items():
        assert f"{name}: over {record.steps} steps" in alt
        assert f"from {record.losses[0].loss:.2f} to {record.losses[-1].loss:.2f}" in alt
    chinese = figures.training_picture(TWO, "step", logarithmic=False, words=CHINESE)
    assert "最好的得分" in chinese.sentence


def test_a_record_without_measurements_is_drawn_empty() -> None:
    empty = {"dot": replace(made_record(), losses=(), dev=(), frames=(), sentences=())}
    picture = figures.training_picture(empty, "epoch", logarithmic=True)
    figure = picture.chart
    assert [len(trace.x) for trace in figure.data] == [0, 0, 0]
    assert len(picture.table) == 0
    assert "over 0 steps" in picture.sentence


def test_the_table_of_the_replay_follows_one_sentence() -> None:
    record = TWO["<b>none</b>"]
    table = figures.replay_table({"dot": (ONE["dot"], 2), "none": (record, 0)})
    assert len(table) == 40
    translations = table["Greedy translation"].tolist()
    assert translations[19] == "I did not read the book yesterday ."
    assert translations[39] == "It was cold ."
    assert table["Loss of the sentence (nats per token)"].iloc[0] > 4
    assert table["Mean largest weight"].iloc[:20].notna().all()
    assert table["Mean largest weight"].iloc[20:].isna().all()
