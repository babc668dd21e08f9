from dataclasses import replace

import pytest

from seqviz import figures
from seqviz.figures.beam_sizes import APART
from seqviz.records.beam_sizes import BeamSizeStudy
from seqviz.words import table
from seqviz.words.numbers import number
from tests.records.test_beam_sizes import SIZES, measured, study

CHINESE = table("zh")


@pytest.fixture
def found() -> BeamSizeStudy:
    return study()


def test_four_panels_hold_both_normalisations(found: BeamSizeStudy) -> None:
    figure = figures.beam_sizes_picture(found).chart
    assert len(figure.data) == 8
    names = {"without normalisation": "none", "averaged over the length": "average"}
    for place, field in enumerate(("bleu", "length_ratio", "log_prob", "empty")):
        lines = zip(figure.data[2 * place : 2 * place + 2], (APART, 1 / APART), strict=True)
        for line, apart in lines:
            rows = found.curves[names[line.name]]
            assert [round(x * apart) for x in line.x] == list(SIZES)
            assert line.error_y.array is None
            assert list(line.y) == [getattr(row, field) for row in rows]
    none, average = figure.data[:2]
    assert none.line.dash != average.line.dash
    assert none.marker.symbol != average.marker.symbol
    assert [line.name for line in figure.data if line.showlegend] == list(names)
    assert figure.layout.xaxis4.type == "log"
    assert list(figure.layout.xaxis4.ticktext) == [str(size) for size in SIZES]


def test_the_table_holds_all_that_was_measured(found: BeamSizeStudy) -> None:
    table = figures.beam_sizes_picture(found).table
    assert len(table) == 2 * len(SIZES)
    last = table.iloc[len(SIZES) - 1]
    row = found.curves["none"][-1]
    assert list(last) == [
        "without normalisation",
        64,
        row.bleu,
        row.chrf,
        row.length_ratio,
        row.log_prob,
        row.score,
        row.empty,
        row.seconds,
    ]


def test_the_sentence_names_the_best_and_the_last(found: BeamSizeStudy) -> None:
    alt = figures.beam_sizes_picture(found).sentence
    none = found.curves["none"]
    assert (
        f"Beam sizes 1 to 64, without normalisation: BLEU goes from {none[0].bleu:.1f} to "
        f"{none[-1].bleu:.1f}, the best is {none[3].bleu:.1f} at 5;"
    ) in alt
    assert "at 64, 5.0% of the translations are empty." in alt
    assert "不归一化：BLEU" in figures.beam_sizes_picture(found, words=CHINESE).sentence


def test_names_stay_text(found: BeamSizeStudy) -> None:
    named = replace(found, test_set="<b>$x$</b>.tsv")
    told = figures.beam_sizes_picture(named).chart.layout.title.subtitle.text
    assert told.endswith("&lt;b&gt;&#36;x&#36;&lt;/b&gt;.tsv")


@pytest.mark.parametrize(("most", "high"), [(0.0, 0.005), (0.004, 0.005), (0.4, 0.44)])
def test_no_share_of_empty_translations_has_the_tick_of_another(
    found: BeamSizeStudy, most: float, high: float
) -> None:
    curves = {
        name: tuple(replace(row, empty=min(row.empty, most)) for row in rows)
        for name, rows in found.curves.items()
    }
    rows = curves["none"]
    curves["none"] = (*rows[:-1], replace(rows[-1], empty=most))
    axis = figures.beam_sizes_picture(replace(found, curves=curves)).chart.layout.yaxis4
    assert list(axis.range) == pytest.approx([0, high])
    assert axis.tickformat == "~%"


def test_one_beam_size_is_enough() -> None:
    figure = figures.beam_sizes_picture(study((3,))).chart
    assert [round(x) for x in figure.data[0].x] == [3]


def test_intervals_are_bars_and_columns() -> None:
    found = measured((-1.0, -0.5), (-0.2, 0.3))
    picture = figures.beam_sizes_picture(found)
    row, line = found.curves["none"][-1], picture.chart.data[0]
    assert line.y[-1] + line.error_y.array[-1] == pytest.approx(row.bleu + 0.01)
    assert line.y[-1] - line.error_y.arrayminus[-1] == pytest.approx(row.bleu - 0.01)
    assert line.hovertext[-1].endswith(f"({row.bleu - 0.01:.3f} … {row.bleu + 0.01:.3f})")
    last = picture.table.iloc[len(SIZES) - 1]
    assert last["BLEU, 95 % from"] == pytest.approx(row.bleu - 0.01)
    shares = picture.chart.layout.yaxis4.range
    assert shares[1] == pytest.approx(1.1 * (row.empty + 0.01))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((-1.0, -0.5), "It falls."),
        ((0.1, 0.4), "It rises."),
        ((-0.2, 0.3), "No difference can be told."),
    ],
)
def test_what_the_data_say_stands_below_the_title(change: tuple[float, float], said: str) -> None:
    found = measured(change, (-0.2, 0.3))
    picture = figures.beam_sizes_picture(found)
    none = found.curves["none"]
    text = number(none[-1].bleu - none[3].bleu, "+.2f")
    low, high = (number(end, "+.2f") for end in change)
    expected = (
        f"From beam size 5 to 64, without normalisation: BLEU {text} "
        f"(95 %: {low} to {high}). {said}"
    )
    told = picture.chart.layout.title.subtitle.text.replace("<br>", " ")
    assert expected in told
    assert expected in picture.sentence
