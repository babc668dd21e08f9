"""What was measured of a system's attention against people's links, and a visitor's own links."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.gold import read_gold
from seqviz.inspection.alignment import alignment_study
from seqviz.records.alignment import ALIGNMENT_FILE, AlignmentStudy
from seqviz.tasks.examples import EXAMPLES
from seqviz.translator import load
from seqviz.views.session.access import VARIABLE
from seqviz.views.session.i18n import Words
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

LINK = pages.SHORT | {"view": "alignment"}
GOLD = "es war kalt\tit was cold\t0-0 1?1 2-2\n"


@pytest.fixture
def measured(own_folder: Path) -> AlignmentStudy:
    return alignment_study(load("de-en/dot"), read_gold([GOLD], "gold.tsv"), "gold.tsv")


@pytest.fixture
def file(own_folder: Path) -> Path:
    return own_folder / "de-en" / "dot" / ALIGNMENT_FILE.name


def rates(study: AlignmentStudy) -> list[str]:
    """Of a system of one head, as the cells show them."""
    return [f"{100 * rate[0]:.1f}" for grid in study.grids for rate in grid.error_rates]


def bring(app: AppTest, content: bytes, name: str = "own.tsv") -> AppTest:
    """Drop a file into the field."""
    app.file_uploader[0].set_value((name, content, "text/plain"))
    return pages.checked(app.run())


def test_what_was_measured_is_drawn(file: Path, measured: AlignmentStudy) -> None:
    ALIGNMENT_FILE.write(measured, file)
    app = pages.open_app(LINK)
    check_facts(app, measured, ENGLISH)
    check_facts(pages.in_chinese(app), measured, CHINESE)


def check_facts(app: AppTest, measured: AlignmentStudy, words: Words) -> None:
    assert pages.figure(app, "alignment")["data"][1]["text"] == rates(measured)
    facts = {"gold": "gold.tsv", "pairs": 1, "sure": 2, "possible": 1, "rate": rates(measured)[0]}
    facts["default"] = " · ".join(words(f"figure.alignment.{code}") for code in ("weight", "step"))
    assert words.markdown("alignment.facts", facts) in pages.captions(app)
    assert not app.code


def test_where_nothing_fits_the_page_says_which_command_does(
    file: Path, measured: AlignmentStudy
) -> None:
    assert "seqviz align --model de-en/dot" in str(pages.open_app(LINK).code[0].value)
    ALIGNMENT_FILE.write(replace(measured, fingerprint="0" * 64), file)
    app = pages.open_app(LINK)
    assert ENGLISH("alignment.other_weights") in pages.captions(app)
    assert not pages.has(app, "plotly_chart", "alignment")


def test_a_visitors_own_links_are_measured(own_folder: Path, measured: AlignmentStudy) -> None:
    app = bring(pages.open_app(LINK), GOLD.encode())
    assert pages.figure(app, "own-alignment")["data"][1]["text"] == rates(measured)
    app = bring(app, b"es war kalt\tit was cold\t0-7\n", "wrong.tsv")
    assert "wrong\\.tsv" in " ".join(pages.messages(app))
    assert not pages.has(app, "plotly_chart", "own-alignment")


@pytest.mark.usefixtures("own_folder")
def test_every_head_is_read_over_the_sentences_given() -> None:
    app = pages.open_app(LINK | {"system": "transformer", "max_length": "4"})
    assert EXAMPLES["de-en"][0].source in str(app.text_area(key="heads-text-de-en").value)
    app.text_area(key="heads-text-de-en").set_value("es war kalt\tit was cold\nder hund\n")
    app = pages.press(app, ENGLISH("heads.measure"))
    drawn = check_heads(app, ENGLISH, "entropy")
    assert [point["text"] for point in drawn["data"]] == [
        [f"{layer}.1", f"{layer}.2"] for layer in (1, 2, 3)
    ]
    app.selectbox(key="heads-across").set_value("eos")
    check_heads(pages.in_chinese(app), CHINESE, "eos")
    assert {str(text.value) for text in app.text} >= {"1  es war kalt", "2  der hund"}
    app.text_area(key="heads-text-de-en").set_value("a\tb\tc\td\n" + "\t" * 2000)
    app = pages.press(app, CHINESE("heads.measure"))
    assert app.error and not pages.has(app, "plotly_chart", "heads")


def check_heads(app: AppTest, words: Words, across: str) -> dict[str, Any]:
    """The figure, which has that measure from left to right."""
    facts = {"count": 2, "forced": 1, "sample": 2}
    assert words("heads.facts", facts) in pages.captions(app)
    drawn = pages.figure(app, "heads")
    assert drawn["layout"]["xaxis"]["title"]["text"] == words(f"figure.heads.{across}")
    return drawn


def test_where_strangers_visit_nobody_brings_files(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    app = pages.open_app(LINK)
    assert not app.file_uploader
    assert not pages.has(app, "text_area", "heads-text-de-en")


def test_without_attention_there_is_nothing_to_compare(own_folder: Path) -> None:
    app = pages.open_app(LINK | {"system": "none-reversed"})
    assert ENGLISH("alignment.none") in pages.messages(app)
