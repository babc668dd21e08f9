"""A trace is saved through the panel and opened again; every other file is one click."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from seqviz.trace.file import read_trace
from tests.browser.app_page import (
    MILLISECONDS,
    drawn,
    go,
    link_of,
    open_settings,
    source,
    submit,
    translation,
    unfold,
)
from tests.browser.conftest import HEIGHT, WIDTH, settled

pytestmark = pytest.mark.browser

SENTENCE = "Der Hund schläft <b>nicht</b>."
FILES = {
    "trace-json": "seqviz_de-en-dot_Der-Hund-schläft-b-nicht-b.json",
    "page-html": "seqviz_de-en-dot_Der-Hund-schläft-b-nicht-b.html",
    "table-attention": "seqviz_de-en-dot_Der-Hund-schläft-b-nicht-b_attention.csv",
    "table-tree": "seqviz_de-en-dot_Der-Hund-schläft-b-nicht-b_tree.csv",
    "table-hypotheses": "seqviz_de-en-dot_Der-Hund-schläft-b-nicht-b_hypotheses.csv",
    "trace-gz": "seqviz_de-en-dot_Der-Hund-schläft-b-nicht-b.json.gz",
}


def test_a_trace_is_taken_away_and_opened_again(page: Page, app: str, tmp_path: Path) -> None:
    go(page, app, {"text": SENTENCE, "system": "dot", "beam": "3"})
    said = translation(page).inner_text()
    page.get_by_role("button", name="Export").click()
    link = page.locator("[data-testid=stCode] code")
    expect(link).to_contain_text(f"{app}/?", timeout=MILLISECONDS)
    expect(page.locator("[data-testid=stCode] button")).to_be_visible()  # points at Export
    for code, name in FILES.items():
        with page.expect_download(timeout=MILLISECONDS) as download:
            page.locator(f".st-key-take-{code} button").click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    page.keyboard.press("Escape")
    trace = read_trace(tmp_path / FILES["trace-gz"])
    assert (trace.source.text, trace.translation) == (SENTENCE, said)
    assert json.loads((tmp_path / FILES["trace-json"]).read_bytes())["format"]
    assert (tmp_path / FILES["table-tree"]).read_text("utf-8-sig").startswith("node,parent,step")
    assert "&lt;b&gt;nicht" in (tmp_path / FILES["page-html"]).read_text("utf-8")

    submit(page, "Es war sehr kalt.")
    before = link_of(page)
    open_settings(page)
    unfold(page, "open-trace")
    page.locator(".st-key-open-trace input[type=file]").set_input_files(
        tmp_path / FILES["trace-gz"]
    )
    expect(source(page)).to_have_text(SENTENCE, timeout=MILLISECONDS)
    drawn(page)
    assert translation(page).inner_text() == said
    opened = page.locator(".st-key-opened")
    expect(opened).to_contain_text(FILES["trace-gz"])
    expect(opened).to_contain_text(trace.model.fingerprint[:8])
    opened.get_by_role("button", name="Close").click()
    expect(source(page)).to_have_text("Es war sehr kalt.", timeout=MILLISECONDS)
    settled(page)
    assert link_of(page) == before


def test_what_a_field_says_while_one_types_is_not_written_over_it(page: Page, app: str) -> None:
    go(page, app, {"text": "Hund", "system": "dot", "beam": "1"})
    open_settings(page)
    page.mouse.move(WIDTH - 1, HEIGHT - 1)
    expect(page.get_by_test_id("stSidebarCollapseButton")).to_be_visible()
    unfold(page, "own-model")
    field = page.locator(".st-key-own input")
    field.fill("Helsinki-NLP/opus-mt-de-en")
    told = page.locator(".st-key-own [data-testid=InputInstructions]")
    expect(told).to_contain_text("Enter", timeout=MILLISECONDS)
    typed, below = field.bounding_box(), told.bounding_box()
    assert typed and below
    assert below["y"] >= typed["y"] + typed["height"]
    field.fill("")
