"""Histograms count every sentence once, those that pass again, and say where they stand."""

import numpy as np

from seqviz import figures
from seqviz.figures.histogram import BARS
from seqviz.words import table

VALUES = np.array([*np.linspace(-4, 0, 1001), -900.0, np.nan])
PASSED = VALUES < -2


def test_bars_hold_every_number_and_the_outermost_what_lies_beyond() -> None:
    picture = figures.histogram_picture(VALUES, PASSED, name="a<b>")
    every, some = picture.chart.data
    edges = figures.bar_edges(VALUES)
    assert edges.shape == (BARS + 1,) and -4.1 < edges[0] < -3.9
    assert sum(every.y) == 1002 and sum(some.y) == 501
    assert every.y[0] > every.y[1] and all(a >= b for a, b in zip(every.y, some.y, strict=True))
    assert picture.chart.layout.title.text == "a&lt;b&gt;"
    assert picture.chart.layout.dragmode == "select"
    assert picture.table.shape == (BARS, 4)
    assert "1002 sentences" in picture.sentence and "501 of them" in picture.sentence


def test_a_name_that_stands_elsewhere_leaves_its_room() -> None:
    bare = figures.histogram_picture(VALUES, PASSED, name="a", titled=False)
    titled = figures.histogram_picture(VALUES, PASSED, name="a")
    assert not bare.chart.layout.title.text and bare.sentence == titled.sentence
    assert bare.chart.layout.margin.t < titled.chart.layout.margin.t


def test_sentences_are_counted_in_whole_numbers() -> None:
    for count, step in ((3, 1), (100, None)):
        values = np.full(count, 2.0)
        picture = figures.histogram_picture(values, np.ones(count, bool), name="x")
        assert picture.chart.layout.yaxis.dtick == step


def test_a_feature_without_a_spread_or_a_number_is_drawn() -> None:
    for values in (np.full(3, 2.0), np.full(3, np.nan), np.zeros(0)):
        picture = figures.histogram_picture(
            values, np.ones(len(values), bool), name="x", words=table("zh")
        )
        assert sum(picture.chart.data[0].y) == np.isfinite(values).sum()
        assert "x：" in picture.sentence
