"""All systems side by side in a real browser, on the shipped models."""

import pytest
from playwright.sync_api import Page, expect

from seqviz.analysis.systems import difference
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
    expect(cards.locator(".js-plotly-plot")).to_have_count(cards.count())
    settled(page)
    boxes = [box for box in (card.bounding_box() for card in cards.all()) if box is not None]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[1]["x"] >= boxes[0]["x"] + boxes[0]["width"]
    assert boxes[0]["height"] == pytest.approx(boxes[1]["height"], abs=1)

    select(page, "base", "LSTM, dot attention")
    await_link(page, "base", "dot")
    found = {name: load(f"de-en/{name}").translate(LINK["text"]) for name in ("dot", "transformer")}
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
