"""A typed reference and edits of the attention in a real browser, on the shipped models."""

import re

import pytest
from playwright.sync_api import Page, expect

from seqviz.analysis.reference import reference_exit, reference_tokens, verdict
from seqviz.translator import load
from seqviz.words import table
from tests.browser import app_page
from tests.browser.app_page import MILLISECONDS, await_link, choose, go, link_of, translation
from tests.browser.conftest import settled
from tests.browser.seen import assert_accessible, turn

ENGLISH, CHINESE = table("en"), table("zh")
pytestmark = pytest.mark.browser

LINK = {"text": "Es regnet in Strömen.", "pair": "de-en", "system": "transformer"}
REFERENCE = "The rain is coming down in sheets."


def text_of(page: Page, words: str) -> str:
    """The whole of the one text that begins with these words."""
    found = page.locator("[data-testid=stMain]").get_by_text(re.compile(f"^{words}")).first
    expect(found).to_be_visible(timeout=MILLISECONDS)
    return found.inner_text()


def test_a_typed_reference_is_judged_and_attention_is_edited(page: Page, app: str) -> None:
    translator = load("de-en/transformer")
    found = translator.translate(LINK["text"])
    forced = translator.force(LINK["text"], REFERENCE, found.options)
    given, left = verdict(forced, found), reference_exit(forced, found)
    go(page, app, LINK | {"view": "reference", "reference": "x"})
    box = page.get_by_role("textbox", name="Reference translation")
    box.fill(REFERENCE)
    box.press("Enter")
    await_link(page, "reference", REFERENCE)
    name = {"model_error": "Model error", "search_error": "Search error"}[given.code]
    assert f"{abs(given.score_margin):.3f} higher" in text_of(page, f"{name}: ")
    assert f"at step {left.step + 1}, " in text_of(page, "Where the search lost it")
    bars = app_page.plot(page, "surprisal").locator(".bars .point")
    expect(bars).to_have_count(len(reference_tokens(forced).pieces))
    boxes = [bar.bounding_box() for bar in bars.all()]
    widths = [box["width"] for box in boxes if box is not None]
    assert max(widths) < 1.1 * min(widths)
    assert_accessible(page)
    choose(page, "view", ENGLISH["view.intervene"])
    await_link(page, "view", "intervene")
    check_suggestion(page)
    check_chinese_and_dark(page)


def check_suggestion(page: Page) -> None:
    """It changes the translation, and a click on a bar chooses its step."""
    original = translation(page).inner_text()
    page.get_by_role("button", name=re.compile("^.*Mute the most attended word")).click()
    bars = app_page.plot(page, "shift").locator(".bars .point")
    expect(bars.first).to_be_visible(timeout=MILLISECONDS)
    settled(page)
    assert link_of(page)["edits"].startswith("mute-j")
    assert original in page.locator(".st-key-marked-original").inner_text()
    edited = page.locator(".st-key-marked-edited p").nth(1).inner_text()
    assert edited != original
    for name in ("next-before", "next-after", "attention-before", "attention-after"):
        expect(app_page.plot(page, name)).to_be_visible()
    tallest = max(bars.all(), key=lambda bar: (bar.bounding_box() or {"height": 0.0})["height"])
    tallest.click(force=True)
    page.wait_for_url(lambda _: link_of(page).get("step", "0") != "0", timeout=MILLISECONDS)
    settled(page)
    assert_accessible(page)


def check_chinese_and_dark(page: Page) -> None:
    """The edits stay, only scored, until they are undone."""
    edits = link_of(page)["edits"]
    turn(page)
    choose(page, "lang", "中文")
    await_link(page, "lang", "zh")
    choose(page, "edit_mode", CHINESE["intervene.mode.score"])
    expect(page.get_by_text(CHINESE["intervene.scored"])).to_be_visible(timeout=MILLISECONDS)
    expect(app_page.plot(page, "shift")).to_be_visible()
    settled(page)
    assert link_of(page)["edits"] == edits
    assert_accessible(page)
    page.get_by_role("button", name=CHINESE["intervene.undo"]).click()
    expect(app_page.plot(page, "shift")).to_have_count(0)
