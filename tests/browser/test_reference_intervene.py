"""A typed reference and edits of the attention in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import app_page
from tests.browser.app_page import await_link, go, link_of
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible

pytestmark = pytest.mark.browser

LINK = {"text": "kalt", "system": "dot", "max_length": "6", "view": "reference", "reference": "x"}


def test_a_reference_is_typed_and_attention_is_edited(page: Page, app: str) -> None:
    go(page, app, LINK)
    bars = app_page.plot(page, "surprisal").locator(".bars .point")
    expect(bars.first).to_be_visible()
    before = bars.count()
    box = page.get_by_role("textbox", name="Reference translation")
    box.fill("it was cold")
    box.press("Enter")
    await_link(page, "reference", "it was cold")
    expect(bars.nth(before)).to_be_attached()  # a longer one; drawn anew, there is none for a while
    boxes = [bar.bounding_box() for bar in bars.all()]
    widths = [box["width"] for box in boxes if box is not None]
    assert max(widths) < 1.1 * min(widths)
    assert_accessible(page, SCREEN, own_colours=False)

    app_page.turn_to(page, "intervene")
    page.get_by_role("button", name=re.compile("^.*Mute the most attended word")).click()
    shifts = app_page.plot(page, "shift").locator(".bars .point")
    expect(shifts.first).to_be_visible()
    settled(page)
    assert link_of(page)["edits"].startswith("mute-j")
    for name in ("next-before", "next-after", "attention-before", "attention-after"):
        expect(app_page.plot(page, name)).to_be_visible()
    assert_accessible(page, SCREEN, own_colours=False)
    shifts.nth(2).click(force=True)
    await_link(page, "step", "2")
