"""Histograms count every sentence once, those that pass again, and say where they stand."""

import numpy as np

from seqviz import figures
from seqviz.figures.histogram import A_ROW, BARS
from seqviz.words import table

VALUES = np.array([*np.linspace(-4, 0, 1001), -900.0, np.nan])
PASSED = VALUES < -2


def test_bars_hold_every_number_and_the_outermost_what_lies_beyond() -> None:
    picture = figures.histogram_picture({"a<b>": VALUES}, PASSED)
    every, some = picture.chart.data
    edges = figures.bar_edges(VALUES)
    assert edges.shape == (BARS + 1,) and -4.1 < edges[0] < -3.9
    assert sum(every.y) == 1002 and sum(some.y) == 501
    assert every.y[0] > every.y[1] and all(a >= b for a, b in zip(every.y, some.y, strict=True))
    assert picture.chart.layout.annotations[0].text == "a&lt;b&gt;"
    assert picture.chart.layout.dragmode == "select"
    assert picture.table.shape == (BARS, 5)
    assert picture.table.iloc[:, 3].tolist() == every.y.tolist()
    assert "1002 sentences" in picture.sentence and "501 of them" in picture.sentence


def test_each_feature_has_bars_axes_a_name_and_rows_of_its_own() -> None:
    features = {name: VALUES * (at + 1) for at, name in enumerate("abcde")}
    picture = figures.histogram_picture(features, PASSED)
    chart, layout = picture.chart, picture.chart.layout.to_plotly_json()
    axes = [f"x{at or ''}" for at in (0, 2, 3, 4, 5)]
    assert [bar.xaxis for bar in chart.data] == [axis for axis in axes for _ in range(2)]
    for place, name in enumerate(features):
        bars, across = chart.data[2 * place], layout[axes[place].replace("x", "xaxis")]
        edges = figures.bar_edges(features[name])
        np.testing.assert_allclose(bars.x, (edges[:-1] + edges[1:]) / 2)
        title = layout["annotations"][place]
        assert title["text"] == name and title["x"] == across["domain"][0]
        upward = layout[axes[place].replace("x", "yaxis")]["domain"]
        assert title["y"] == upward[1] and 0 <= upward[0] < upward[1] <= 1
        assert (upward[0] > 0.5) == (place < A_ROW)
    assert picture.table.iloc[:, 0].tolist() == [name for name in features for _ in range(BARS)]
    assert all(f"{name}: " in picture.sentence for name in features)


def test_sentences_are_counted_in_whole_numbers() -> None:
    for count, step in ((3, 1), (100, None)):
        values = np.full(count, 2.0)
        picture = figures.histogram_picture({"x": values}, np.ones(count, bool))
        assert picture.chart.layout.yaxis.dtick == step


def test_a_feature_without_a_spread_or_a_number_is_drawn() -> None:
    for values in (np.full(3, 2.0), np.full(3, np.nan), np.zeros(0)):
        picture = figures.histogram_picture(
            {"x": values}, np.ones(len(values), bool), words=table("zh")
        )
        assert sum(picture.chart.data[0].y) == np.isfinite(values).sum()
        assert "x：" in picture.sentence
