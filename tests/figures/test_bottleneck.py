"""Quality by length, one reference under two systems, and repetitions: what is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.bottleneck import parting
from seqviz.figures.bottleneck import ForcedLine
from seqviz.figures.lengths import LengthCurve
from seqviz.figures.longer import RepeatedRow
from seqviz.records.lengths import METRICS
from seqviz.words import table
from tests.records.test_lengths import STARTS, study

CHINESE = table("zh")
LABELS = ["≤ 6", "7", "8–9", "10–12", "13–17", "≥ 18"]
PIECES = ("▁the", "▁<b>x</b>", "▁$y$", "</s>")


@pytest.fixture
def curves() -> list[LengthCurve]:
    bare = replace(study(fall=11), attention="none")
    return [
        LengthCurve(code="dot", name="LSTM, dot", study=study()),
        LengthCurve(code="none-reversed", name="LSTM, <i>none</i>", study=bare),
    ]


@pytest.mark.parametrize("metric", METRICS)
def test_every_system_is_a_line_with_its_intervals(curves: list[LengthCurve], metric: str) -> None:
    figure = figures.lengths_picture(curves, metric).chart
    assert len(figure.data) == 2
    for line, curve in zip(figure.data, curves, strict=True):
        found = [getattr(bucket, metric) for bucket in curve.study.buckets]
        assert list(line.y) == [each.value for each in found]
        tops = np.array(line.y) + np.array(line.error_y.array)
        assert tops == pytest.approx([each.high for each in found])
        bottoms = np.array(line.y) - np.array(line.error_y.arrayminus)
        assert bottoms == pytest.approx([each.low for each in found])
        means = [bucket.mean_length for bucket in curve.study.buckets]
        assert list(line.x) == pytest.approx(means, abs=0.1)
    assert list(figure.data[0].x) != list(figure.data[1].x)  # or one bar would hide the other


def test_no_attention_shows_without_colour(curves: list[LengthCurve]) -> None:
    attentive, bare = figures.lengths_picture(curves, "bleu").chart.data
    assert (attentive.line.dash, bare.line.dash) == ("solid", "dash")
    assert bare.marker.symbol.endswith("-open")
    assert attentive.marker.symbol != bare.marker.symbol


def test_a_point_says_of_how_many_sentences_it_is(curves: list[LengthCurve]) -> None:
    figure = figures.lengths_picture(curves, "chrf").chart
    sizes = [bucket.sentences for bucket in curves[0].study.buckets]
    assert figure.data[0].hovertext[2] == (
        f"<b>LSTM, dot</b><br>8–9 tokens, {sizes[2]} sentences<br>chrF 50.0 (95 %: 45.0 to 54.0)"
    )


@pytest.mark.parametrize(("here", "at"), [(3, 3), (18, 18), (90, 22.5)])
def test_the_present_sentence_is_marked(curves: list[LengthCurve], here: int, at: float) -> None:
    layout = figures.lengths_picture(curves, "bleu", here=here).chart.layout
    assert layout.shapes[0].x0 == at
    assert layout.annotations[0].text == f"this sentence: {here}" + " →" * (here > at)


def test_the_table_holds_every_bucket_of_every_system(curves: list[LengthCurve]) -> None:
    table = figures.lengths_picture(curves, "bleu").table
    assert len(table) == 2 * len(STARTS)
    assert list(table.iloc[-1]) == ["LSTM, <i>none</i>", "≥ 18", 25, 5.0, 0.0, 9.0]
    assert table.columns[-2:].tolist() == ["BLEU, 95 % from", "BLEU, 95 % to"]


def test_the_sentence_names_both_ends(curves: list[LengthCurve]) -> None:
    alt = figures.lengths_picture(curves, "bleu").sentence
    assert "LSTM, dot: 60.0 for ≤ 6 tokens, 10.0 for ≥ 18." in alt
    assert "LSTM, <i>none</i>: 60.0 for ≤ 6 tokens, 5.0 for ≥ 18." in alt
    chinese = figures.lengths_picture(curves, "bleu", words=CHINESE)
    assert "长度 ≤ 6 时 60.0，≥ 18 时 10.0" in chinese.sentence


def test_one_bucket_is_called_all() -> None:
    short = study()
    only = replace(short.buckets[0], last=None)
    curve = LengthCurve(code="x", name="x", study=replace(short, buckets=(only,)))
    assert figures.lengths_picture([curve], "bleu").table.iloc[0, 1] == "all"
    assert len(figures.lengths_picture([curve], "bleu", here=9).chart.data[0].x) == 1


def test_names_stay_text(curves: list[LengthCurve]) -> None:
    named = replace(curves[0], study=replace(curves[0].study, test_set="<b>$x$</b>"))
    figure = figures.lengths_picture([named, curves[1]], "bleu").chart
    assert "&lt;b&gt;&#36;x&#36;&lt;/b&gt;" in figure.layout.title.subtitle.text
    assert figure.data[1].name == "LSTM, &lt;i&gt;none&lt;/i&gt;"


@pytest.fixture
def lines() -> list[ForcedLine]:
    worse = np.array([-1, -3, -2, -np.inf], np.float32)
    bare = ForcedLine(code="none", name="<none>", attends=False, pieces=PIECES, log_probs=worse)
    better = np.array([-1, -1, -1, -0.5], np.float32)
    return [bare, replace(bare, code="dot", name="dot", attends=True, log_probs=better)]


def test_running_sums_stand_above_surprisals(lines: list[ForcedLine]) -> None:
    parted = parting(lines[0].log_probs, lines[1].log_probs)
    figure = figures.forced_picture(lines, parted).chart
    sums, surprisals, better_sums, better = figure.data
    assert list(sums.y) == [-1, -4, -6, -106]
    assert list(surprisals.y) == [1, 3, 2, 100]
    assert list(better_sums.y) == [-1, -2, -3, -3.5]
    assert list(better.y) == [1, 1, 1, 0.5]
    assert (sums.yaxis, surprisals.yaxis) == (None, "y2")
    assert (sums.line.dash, better_sums.line.dash) == ("dash", "solid")
    assert [line.showlegend for line in figure.data] == [None, False, None, False]
    assert parted.step == 1
    assert {shape.x0 for shape in figure.layout.shapes} == {0.5}
    assert figure.layout.annotations[-1].text == "from here on they differ"
    assert sums.name == "&lt;none&gt;"
    assert figure.layout.xaxis.labelalias["1"] == "&lt;b&gt;x&lt;/b&gt;"


def test_one_system_is_drawn_alone(lines: list[ForcedLine]) -> None:
    figure = figures.forced_picture(lines[1:], None).chart
    assert len(figure.data) == 2
    assert not figure.layout.shapes
    assert not figure.layout.annotations


def test_table_and_sentence_hold_the_same_numbers(lines: list[ForcedLine]) -> None:
    table = figures.forced_picture(lines, None).table
    assert table["dot: Σ log p"].tolist() == [-1, -2, -3, -3.5]
    assert table["<none>: Surprisal (nats)"].tolist() == [1, 3, 2, 100]
    alt = figures.forced_picture(lines, None).sentence
    assert "dot: −3.50 nats in all, the most surprising token is the with 1.00 nats." in alt
    assert "⟨eos⟩ with 100.00 nats" in alt
    assert "dot：合计 −3.50 奈特" in figures.forced_picture(lines, None, words=CHINESE).sentence


def row(code: str, times: int, chrf: float) -> RepeatedRow:
    return RepeatedRow(
        code=code,
        name=f"<{code}>",
        attends=code != "none",
        times=times,
        pieces=5 * times,
        text=f"{code} {times}",
        chrf=chrf,
    )


def test_repetitions_are_a_line_a_system() -> None:
    rows = [row("none", 1, 100), row("dot", 1, 100), row("none", 2, 30.25), row("dot", 2, 90)]
    bare, attentive = figures.repeated_picture(rows).chart.data
    assert (list(bare.x), list(bare.y)) == ([1, 2], [100, 30.25])
    assert list(attentive.y) == [100, 90]
    assert (bare.line.dash, attentive.line.dash) == ("dash", "solid")
    assert list(bare.customdata) == [5, 10]
    assert bare.name == "&lt;none&gt;"
    table = figures.repeated_picture(rows).table
    assert list(table.iloc[1]) == [2, 10, 30.2, "none 2", 90.0, "dot 2"]
    assert "<dot>: repeated 2 times, chrF against its own translation is 90.0." in (
        figures.repeated_picture(rows).sentence
    )
