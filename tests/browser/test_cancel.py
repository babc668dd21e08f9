"""Long work on a slow app in a real browser: a translation and a sweep are cancelled."""

import pytest
from playwright.sync_api import Page, expect

from seqviz.words import table
from tests.browser import app_page
from tests.browser.app_page import go, link_of
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible

pytestmark = pytest.mark.browser

SLOW = "der hund ist kalt"
"""In staged.py, too."""


def test_long_work_can_be_cancelled_and_nothing_is_lost(page: Page, app: str) -> None:
    go(page, app, {"text": "kalt", "system": "dot", "beam": "3", "max_length": "20"})
    app_page.translate(page, SLOW)
    page.get_by_role("button", name="Cancel").click()
    expect(app_page.alert(page, "Cancelled. ")).to_be_visible()
    expect(app_page.sentence_box(page)).to_have_value(SLOW)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    assert link_of(page)["beam"] == "3"
    app_page.translate(page, "es")
    expect(app_page.source(page)).to_have_text("es")
    expect(app_page.alert(page, "Cancelled. ")).to_have_count(0)

    app_page.choose(page, "group", table()["group.compare"])
    app_page.choose(page, "view", table()["view.beam_sizes"])  # works at once: no link until then
    expect(page.get_by_text("Beam size 3 of 10")).to_be_visible()
    here = page.locator("[data-testid=stElementContainer]:not([data-stale=true])")
    here.get_by_role("button", name="Cancel").click()  # the one of the screen before goes later
    expect(app_page.alert(page, "Cancelled. ")).to_be_visible()
    points = app_page.plot(page, "sweep").locator(".point")
    expect(points).to_have_count(2 * 3)  # score, length, chrF
    settled(page)
    assert_accessible(page, SCREEN)
