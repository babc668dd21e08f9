"""The training as it goes on, as ECharts options: data, axes, text that stays text."""

import json
from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.attention import AttentionView, attention_matrix
from seqviz.figures.live import LEAST_LOSS, MOST_NAMED
from seqviz.records.live import CurvePoint, LiveCase
from seqviz.words import table
from tests.fixtures.toy_traces import rnn_trace
from tests.records.test_live import STATE

CHINESE = table("zh")
GROWN = replace(
    STATE,
    step=40,
    losses=(CurvePoint(step=10, value=2.5), CurvePoint(step=40, value=0.02)),
    scores=(CurvePoint(step=0, value=0.0), CurvePoint(step=30, value=87.5)),
)
ICON = 36
"""Pixels from the top down to the lower edge of ECharts' button, seen in Chromium."""


@pytest.fixture
def view() -> AttentionView:
    return attention_matrix(rnn_trace())


def test_two_curves_have_an_axis_each() -> None:
    option = figures.live_curves_picture(GROWN).chart
    loss, score = option["series"]
    assert loss["data"] == [[10, 2.5], [40, 0.02]]
    assert score["data"] == [[0, 0.0], [30, 87.5]]
    left, right = option["yAxis"]
    assert (loss["yAxisIndex"], left["type"], left["min"], left["max"]) == (0, "log", 0.01, 10.0)
    assert (score["yAxisIndex"], right["min"], right["max"]) == (1, 0, 100)
    assert option["xAxis"]["max"] == 40
    assert option["grid"]["top"] - 8 > ICON, "the highest tick stands clear of the button"
    assert loss["lineStyle"]["type"] != score["lineStyle"]["type"]
    json.dumps(option)


def test_curves_that_are_empty_or_reach_zero_can_be_drawn() -> None:
    empty = figures.live_curves_picture(replace(STATE, step=0, losses=(), scores=())).chart
    assert [line["data"] for line in empty["series"]] == [[], []]
    zero = figures.live_curves_picture(
        replace(STATE, losses=(CurvePoint(step=1, value=0.0),))
    ).chart
    assert zero["series"][0]["data"] == [[1, LEAST_LOSS]]
    assert zero["yAxis"][0]["min"] == pytest.approx(LEAST_LOSS)


def test_the_curves_in_words_and_numbers() -> None:
    assert figures.live_curves_picture(GROWN).sentence == (
        "Two curves over 40 updates: the loss went from 2.50 to 0.020 nats per token, the exact "
        "match from 0 % to 88 %."
    )
    assert "empty" in figures.live_curves_picture(replace(GROWN, losses=())).sentence
    table = figures.live_curves_picture(GROWN).table
    assert list(table["Updates"]) == [0, 10, 30, 40]
    assert list(table["Loss (nats per token)"].dropna()) == [2.5, 0.02]
    assert list(table["Exact match (%)"].dropna()) == [0.0, 87.5]


def test_every_weight_is_a_cell_in_its_place(view: AttentionView) -> None:
    option = figures.live_attention_picture(view).chart
    cells = option["series"][0]["data"]
    assert len(cells) == view.weights.size
    for cell in cells:
        column, row, weight = cell["value"]
        assert weight == pytest.approx(float(view.weights[row, column]), abs=1e-3)
        assert cell["name"] == f"{view.row_labels[row]} → {view.column_labels[column]}"
    assert option["yAxis"]["data"] == list(view.row_labels)
    assert option["xAxis"]["data"] == list(view.column_labels)
    assert option["xAxis"]["axisLabel"]["rotate"]
    assert (option["visualMap"]["min"], option["visualMap"]["max"]) == (0, 1)
    assert option["visualMap"]["precision"] == 2
    assert option["yAxis"]["inverse"]


def test_single_characters_stand_upright(view: AttentionView) -> None:
    characters = replace(view, column_labels=("▁", "1", "9", "⟨eos⟩"))
    axis = figures.live_attention_picture(characters).chart["xAxis"]
    *columns, last = axis["data"]
    assert [*columns, last["value"]] == list(characters.column_labels)
    assert "rotate" not in axis["axisLabel"]


def test_very_many_cells_have_no_names(view: AttentionView) -> None:
    rows = MOST_NAMED // 4 + 1
    long = replace(view, weights=np.full((rows, 4), 0.25), row_labels=("x",) * rows)
    assert not any(
        "name" in cell for cell in figures.live_attention_picture(long).chart["series"][0]["data"]
    )


def test_cases_say_what_is_right() -> None:
    wrong = LiveCase(source="2", reference="two", translation="<i>one</i>")
    table = figures.live_cases_table([wrong, replace(wrong, translation="two")])
    assert table.values.tolist() == [["✗", "2", "<i>one</i>", "two"], ["✓", "2", "two", "two"]]


def test_figures_speak_chinese(view: AttentionView) -> None:
    assert figures.live_curves_picture(GROWN, words=CHINESE).chart["legend"]["data"] == [
        CHINESE["figure.live.loss"],
        CHINESE["figure.live.score"],
    ]
    assert "更新" in figures.live_curves_picture(GROWN, words=CHINESE).sentence
    assert figures.live_attention_picture(view, words=CHINESE).chart["xAxis"]["name"] == "源句"


def test_both_pictures_are_saved_as_svg(view: AttentionView) -> None:
    for option in (
        figures.live_curves_picture(GROWN).chart,
        figures.live_attention_picture(view).chart,
    ):
        assert option["toolbox"]["feature"]["saveAsImage"]["type"] == "svg"
