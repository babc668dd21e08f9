"""The measured beam sizes below the sweep: shown where they fit the weights."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.records.beam_sizes import STUDY_FILE
from seqviz.translator import load
from seqviz.views.session.i18n import Words, escape_markdown
from tests.fixtures.tiny_models import write_small_model
from tests.records.test_beam_sizes import study
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

LINK = pages.SHORT | {"view": "beam_sizes"}


@pytest.fixture
def file(own_folder: Path) -> Path:
    return own_folder / "de-en" / "dot" / STUDY_FILE.name


def write(file: Path, *, fingerprint: str | None = None) -> None:
    fits = fingerprint or load("de-en/dot").facts.fingerprint
    STUDY_FILE.write(replace(study(), fingerprint=fits, test_set="a_b_c.tsv"), file)


def command(file: Path) -> str:
    shown = "/".join(file.parts[-4:])
    return f"seqviz beam-sizes --model de-en/dot --out {shown} TEST.tsv"


def code(app: AppTest) -> list[str]:
    return [str(block.value) for block in app.code]


def test_where_nothing_was_measured_the_page_says_which_command_does(file: Path) -> None:
    app = pages.open_app(LINK)
    assert ENGLISH("beam_sizes.heading") in pages.headings(app)
    assert code(app) == [command(file)]
    assert not pages.has(app, "plotly_chart", "beam-sizes")


def test_where_another_system_was_measured_that_one_is_shown(file: Path) -> None:
    other = file.parents[1] / "additive" / STUDY_FILE.name
    fingerprint = load("de-en/additive").facts.fingerprint
    STUDY_FILE.write(replace(study(), fingerprint=fingerprint), other)
    app = pages.open_app(LINK)
    facts = {
        "own": ENGLISH("system.dot"),
        "other": f"German → English: {ENGLISH('system.additive')}",
    }
    assert ENGLISH.markdown("page.instead", facts) in pages.messages(app)
    assert pages.has(app, "plotly_chart", "beam-sizes")
    assert code(app) == [command(file)]
    assert not any("parameters of" in text for text in pages.captions(app))


def test_the_other_system_that_is_shown_says_how_large_it_is(file: Path) -> None:
    write(file)
    write_small_model(file.parents[2], "dot-small", "dot")
    app = pages.open_app(LINK | {"system": "dot-small"})
    (said,) = (pages.plain(text) for text in pages.captions(app) if "parameters of" in text)
    assert f"{ENGLISH('system.dot-small')} has only" in said
    assert f"German → English: {ENGLISH('system.dot')}" in said


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_what_was_measured_is_drawn_with_its_facts(file: Path, words: Words) -> None:
    write(file)
    app = pages.open_app(LINK | {"lang": words.language})
    figure = pages.figure(app, "beam-sizes")
    assert len(figure["data"]) == 8
    found = study()
    facts = {
        "sentences": 300,
        "test_set": "a_b_c.tsv",
        "seed": 1,
        "bleu": f"BLEU {found.bleu_signature}",
        "chrf": f"chrF {found.chrf_signature}",
    }
    app.session_state["beam-sizes-table"] = True
    pages.checked(app.run())
    assert words.markdown("beam_sizes.facts", facts) in pages.captions(app)
    assert code(app) == []


def test_numbers_of_other_weights_are_not_shown(file: Path) -> None:
    write(file, fingerprint="0" * 64)
    app = pages.open_app(LINK)
    assert ENGLISH("beam_sizes.other_weights") in pages.captions(app)
    assert code(app) == [command(file)]
    assert not pages.has(app, "plotly_chart", "beam-sizes")


def test_a_broken_file_is_said_and_costs_nothing_else(file: Path) -> None:
    file.write_text("{", encoding="utf-8")
    app = pages.open_app(LINK)
    assert any(str(escape_markdown(STUDY_FILE.name)) in message for message in pages.messages(app))
    assert pages.has(app, "plotly_chart", "sweep")
