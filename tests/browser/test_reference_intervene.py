"""A typed reference and edits of the attention in a real browser, on the shipped models."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from seqviz.analysis.reference import reference_exit, reference_tokens, verdict
from seqviz.options.editcode import encode_edits
from seqviz.options.intervention import Intervention
from seqviz.translator import load
from seqviz.words import table
from tests.browser import app_page
from tests.browser.app_page import MILLISECONDS, await_link, choose, go, link_of, translation
from tests.browser.conftest import OpenPage, settled
from tests.browser.test_app import INACTIVE

CHINESE = table("zh")
pytestmark = pytest.mark.browser

LINK = {"text": "Es regnet in Strömen.", "pair": "de-en", "system": "transformer"}
REFERENCE = "The rain is coming down in sheets."
MUTE = encode_edits([Intervention(kind="mute", sources=(3, 4))])


def text_of(page: Page, words: str) -> str:
    """The whole of the one text that begins with these words."""
    found = page.locator("[data-testid=stMain]").get_by_text(re.compile(f"^{words}")).first
    expect(found).to_be_visible(timeout=MILLISECONDS)
    return found.inner_text()


def assert_accessible(page: Page) -> None:
    results = Axe().run(page, context=INACTIVE)
    assert results.violations_count == 0, results.generate_report()


def test_a_typed_reference_is_judged_and_its_bars_drawn(page: Page, app: str) -> None:
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


def test_a_suggestion_changes_the_translation_and_a_click_on_a_bar_its_step(
    page: Page, app: str
) -> None:
    go(page, app, LINK | {"view": "intervene"})
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
    box = page.locator(".st-key-step").get_by_role("combobox")
    expect(box).to_have_value(re.compile(rf"^{int(link_of(page)['step']) + 1}\. "))
    assert_accessible(page)
    page.get_by_role("button", name="Undo").click()
    expect(app_page.plot(page, "shift")).to_have_count(0)


def test_a_link_restores_edits_in_chinese_and_dark(open_page: OpenPage, app: str) -> None:
    page = open_page(color_scheme="dark")
    go(page, app, LINK | {"view": "intervene", "edits": MUTE, "edit_mode": "score", "lang": "zh"})
    expect(page.get_by_text(CHINESE["intervene.scored"])).to_be_visible(timeout=MILLISECONDS)
    expect(app_page.plot(page, "shift")).to_be_visible()
    assert link_of(page)["edits"] == MUTE
    choose(page, "edit_mode", CHINESE["intervene.mode.redo"])
    expect(page.get_by_text(CHINESE["intervene.edited"], exact=True)).to_be_visible(
        timeout=MILLISECONDS
    )
    settled(page)
    assert link_of(page).get("edit_mode", "redo") == "redo"
    assert_accessible(page)
