"""All systems side by side in a real browser, on the shipped models."""

import pytest
from playwright.sync_api import Page, expect

from seqviz.analysis.attention import attention_matrix
from seqviz.analysis.systems import difference
from seqviz.catalog import find_models
from seqviz.translator import load
from tests.browser import app_page
from tests.browser.app_page import MILLISECONDS, await_link, go, link_of, select, translation
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible

pytestmark = pytest.mark.browser

LINK = {
    "text": "Der Dieb ist entkommen.",
    "reference": "The thief escaped.",
    "view": "systems",
}


def test_cards_stand_beside_each_other_mark_words_and_lead_on(page: Page, app: str) -> None:
    go(page, app, LINK)
    cards = page.locator("[class*='st-key-system-card']")
    expect(page.locator(".st-key-systems-data")).to_be_visible(timeout=MILLISECONDS)
    heatmaps, drawings = cards.locator("[data-part=heatmap]"), cards.locator(".js-plotly-plot")
    attending = [one.system for one in find_models().entries if one.pair == "de-en" and one.attends]
    expect(heatmaps).to_have_count(len(attending))
    expect(drawings).to_have_count(cards.count() - len(attending))
    settled(page)
    boxes = [box for box in (card.bounding_box() for card in cards.all()) if box is not None]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[1]["x"] >= boxes[0]["x"] + boxes[0]["width"]
    assert boxes[0]["height"] == pytest.approx(boxes[1]["height"], abs=1)

    select(page, "base", "LSTM, dot attention")
    await_link(page, "base", "dot")
    found = {name: load(f"de-en/{name}").translate(LINK["text"]) for name in ("dot", "transformer")}
    for name, trace in found.items():
        view = attention_matrix(trace, words_level=True)
        table = page.locator(f".st-key-system-card-{name} [data-part=heatmap] details")
        table.locator("summary").click()
        expect(table.locator("tr")).to_have_count(1 + len(view.row_labels))
        rows = [[*row.split("\t")] for row in table.locator("table").inner_text().splitlines()]
        assert rows[0][1:] == list(view.column_labels)
        for row, label, weights in zip(rows[1:], view.row_labels, view.weights, strict=True):
            assert row[0] == label
            drawn = [float(number.removeprefix("<")) for number in row[1:]]
            assert drawn == pytest.approx(weights, abs=0.001)
        table.locator("summary").click()
    marks = difference(found["dot"].translation, found["transformer"].translation)
    strong = page.locator(".st-key-marked-system-transformer strong")
    words = "".join(word.text for word in marks.words if word.differs)
    assert words
    assert "".join(strong.all_inner_texts()).split() == words.split()
    line = strong.first.evaluate("mark => getComputedStyle(mark).textDecorationLine")
    assert "underline" in line
    assert_accessible(page, SCREEN)

    page.locator(".st-key-tree-of-dot button").click()
    await_link(page, "view", "tree")
    assert link_of(page)["system"] == "dot"
    expect(translation(page)).to_have_text(found["dot"].translation)
    expect(app_page.source(page)).to_have_text(LINK["text"])
    settled(page)


def test_word_alignment_is_accessible(page: Page, app: str) -> None:
    go(page, app, LINK | {"view": "alignment"})
    expect(page.locator(SCREEN).get_by_test_id("stFileUploaderDropzone")).to_be_visible()
    settled(page)
    assert_accessible(page, SCREEN)
