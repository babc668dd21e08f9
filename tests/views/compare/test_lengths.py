"""Sentence length: curves that were measured, and the sentence repeated by two systems."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.catalog.entry import weights_digest
from seqviz.records.lengths import STUDY_FILE
from seqviz.translator import load
from seqviz.views.compare import longer
from seqviz.views.session.i18n import Words, escape_markdown
from tests.records.test_lengths import study
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

LINK = pages.SHORT | {"view": "lengths"}
BOTH = pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))


@pytest.fixture
def folder(own_folder: Path) -> Path:
    return own_folder / "de-en"


def measure(folder: Path, system: str, *, fall: float = 10.0, digest: str = "d" * 64) -> None:
    """Store a study that fits the weights of a system."""
    own = folder / system
    made = replace(
        study(fall=fall),
        model=f"de-en/{system}",
        attention="none" if system == "none-reversed" else "dot",
        weights=weights_digest(own / "model.safetensors"),
        digest=digest,
        test_set="a_b_c.tsv",
    )
    STUDY_FILE.write(made, own / STUDY_FILE.name)


def commands(app: AppTest) -> list[str]:
    return [line for block in app.main.code for line in str(block.value).splitlines()]


def command(folder: Path, system: str) -> str:
    """The folder of models is named, but not where it lies."""
    out = f"{folder.parent.name}/de-en/{system}/{STUDY_FILE.name}"
    return f"seqviz lengths --model de-en/{system} --out {out} TEST.tsv"


def said(app: AppTest) -> list[str]:
    return [pages.plain(str(text.value)) for text in app.main.markdown]


def test_where_nothing_was_measured_the_page_says_which_commands_do(folder: Path) -> None:
    app = pages.open_app(LINK)
    assert ENGLISH("lengths.heading") in pages.headings(app)
    assert ENGLISH("lengths.about") in pages.captions(app)
    order = ("dot", "additive", "transformer", "none-reversed")
    assert commands(app) == [command(folder, system) for system in order]
    assert not pages.has(app, "plotly_chart", "lengths")


@BOTH
def test_what_was_measured_is_drawn_and_the_rest_is_named(folder: Path, w: Words) -> None:
    measure(folder, "none-reversed", fall=11.5)
    measure(folder, "dot")
    app = pages.open_app(LINK | {"lang": w.language})
    attentive, bare = pages.figure(app, "lengths")["data"]
    assert attentive["y"][-1] == 10
    assert bare["y"][-1] == 2.5
    assert (attentive["line"]["dash"], bare["line"]["dash"]) == ("solid", "dash")
    assert commands(app) == [command(folder, system) for system in ("additive", "transformer")]
    gap = {"bare": w("system.none-reversed"), "attentive": w("system.dot"), "metric": "BLEU"}
    assert pages.plain(w("lengths.gap", gap | {"short": "0.0", "long": "7.5"})) in said(app)
    app.session_state["lengths-table"] = True
    pages.checked(app.run())
    assert any(r"a\_b\_c\.tsv" in caption for caption in pages.captions(app))
    assert any(w("lengths.few", {"count": 25}) in caption for caption in pages.captions(app))
    marked = pages.figure(app, "lengths")["layout"]["shapes"][0]["x0"]
    assert marked == len(load("de-en/dot").read(LINK["text"]).ids) - 1


def test_another_metric_is_a_click_away_and_stays_in_the_link(folder: Path) -> None:
    measure(folder, "dot")
    app = pages.open_app(LINK)
    app = pages.checked(app.segmented_control(key="length_metric").set_value("exact").run())
    assert pages.figure(app, "lengths")["data"][0]["y"][0] == 30
    assert pages.link(app)["length_metric"] == "exact"


def test_numbers_of_other_weights_are_not_shown(folder: Path) -> None:
    measure(folder, "dot")
    weights = folder / "dot" / "model.safetensors"
    shutil.copyfile(folder / "additive" / "model.safetensors", weights)
    shutil.copyfile(folder / "additive" / "settings.json", folder / "dot" / "settings.json")
    app = pages.open_app(LINK)
    assert not pages.has(app, "plotly_chart", "lengths")
    assert command(folder, "dot") in commands(app)


def test_what_was_measured_on_other_sentences_is_not_compared(folder: Path) -> None:
    for system, digest in (("transformer", "e"), ("additive", "e"), ("dot", "d")):
        measure(folder, system, digest=digest * 64)
    app = pages.open_app(LINK)
    assert len(pages.figure(app, "lengths")["data"]) == 1  # the system of the page decides
    assert ENGLISH("lengths.otherwise") in pages.captions(app)
    app = pages.open_app(LINK | {"system": "none-reversed"})
    assert len(pages.figure(app, "lengths")["data"]) == 2  # it has none: most are alike


def test_a_broken_file_is_said_and_costs_nothing_else(folder: Path) -> None:
    measure(folder, "transformer")
    (folder / "dot" / STUDY_FILE.name).write_text("{", encoding="utf-8")
    app = pages.open_app(LINK)
    assert any(str(escape_markdown(STUDY_FILE.name)) in message for message in pages.messages(app))
    assert len(pages.figure(app, "lengths")["data"]) == 1


@pytest.mark.usefixtures("tiny")
def test_a_system_that_is_not_there_falls_back_with_a_notice() -> None:
    app = pages.open_app(LINK | {"bare": "<b>x</b>"})
    assert app.selectbox(key="bare").value == "none-reversed"
    name = ENGLISH("setting.bare")
    assert ENGLISH.markdown("page.link", {"names": name}) in pages.messages(app)


@pytest.mark.usefixtures("tiny")
def test_the_sentence_is_repeated_on_request_by_the_two_that_are_chosen() -> None:
    app = pages.open_app(LINK)
    assert not pages.has(app, "plotly_chart", "repeated")
    app = pages.checked(app.selectbox(key="attentive").set_value("dot").run())
    assert pages.link(app)["attentive"] == "dot"
    app = pages.press(app, ENGLISH("lengths.longer.run", {"most": longer.MOST}))
    names = [line["name"] for line in pages.figure(app, "repeated")["data"]]
    assert names[:2] == [ENGLISH("system.none-reversed"), ENGLISH("system.dot")]
    for line in pages.figure(app, "repeated")["data"]:
        assert line["x"] == list(range(1, longer.MOST + 1))
        assert line["y"][0] == pytest.approx(100)
    app.text_area(key="text").set_value("der hund")
    app = pages.submit(app)
    assert pages.source(app) == "der hund"
    assert not pages.has(app, "plotly_chart", "repeated")


@pytest.mark.parametrize(
    ("text", "times", "joined"),
    [
        ("Es war kalt.", 1, "Es war kalt."),
        ("Es war kalt.", 3, "Es war kalt, Es war kalt, Es war kalt."),
        ("今天很冷。", 2, "今天很冷，今天很冷。"),
        ("Wo?!", 2, "Wo, Wo?!"),
        ("kalt", 2, "kalt, kalt"),
        ("...", 1, "..."),
        ("", 2, ""),
    ],
)
def test_a_sentence_is_joined_to_itself(text: str, times: int, joined: str) -> None:
    assert longer.joined(text, times) == joined
