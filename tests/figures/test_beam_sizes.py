from dataclasses import replace

import pytest

from seqviz import figures
from seqviz.records.beam_sizes import BeamSizeStudy
from seqviz.words import table
from tests.figures.below import gap_below
from tests.records.test_beam_sizes import SIZES, study

CHINESE = table("zh")


@pytest.fixture
def found() -> BeamSizeStudy:
    return study()


def test_four_panels_hold_both_normalisations(found: BeamSizeStudy) -> None:
    figure = figures.beam_sizes_picture(found).chart
    assert len(figure.data) == 8
    names = {"without normalisation": "none", "averaged over the length": "average"}
    for place, field in enumerate(("bleu", "length_ratio", "log_prob", "empty")):
        for line in figure.data[2 * place : 2 * place + 2]:
            rows = found.curves[names[line.name]]
            assert list(line.x) == list(SIZES)
            assert list(line.y) == [getattr(row, field) for row in rows]
    none, average = figure.data[:2]
    assert none.line.dash != average.line.dash
    assert none.marker.symbol != average.marker.symbol
    assert [line.name for line in figure.data if line.showlegend] == list(names)
    assert gap_below(figure) > 0
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
    title = figures.beam_sizes_picture(named).chart.layout.title.text
    assert title.endswith("&lt;b&gt;&#36;x&#36;&lt;/b&gt;.tsv")


@pytest.mark.parametrize(("most", "high"), [(0.0, 0.01), (0.005, 0.01), (0.4, 0.44)])
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
    assert list(figure.data[0].x) == [3]
