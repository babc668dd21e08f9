"""The bottleneck in a real browser: curves that were measured, and two systems on a reference."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import app_page
from tests.browser.app_page import go
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible

pytestmark = pytest.mark.browser

LINK = {"view": "lengths", "text": "Es war sehr kalt.", "reference": "It was cold."}


def test_the_bottleneck_is_drawn_for_the_test_set_and_for_a_reference(page: Page, app: str) -> None:
    go(page, app, LINK)
    curves = app_page.plot(page, "lengths")
    expect(curves.locator(".legendtext").filter(has_text="no attention").first).to_be_visible()
    assert curves.locator(".errorbar").count() >= 6
    settled(page)
    assert_accessible(page, SCREEN)
    app_page.turn_to(page, "bottleneck")
    said = page.locator("[data-testid=stMain] p").filter(has_text=re.compile("From step"))
    expect(said).to_contain_text("nats ahead")
    expect(app_page.plot(page, "forced").locator(".scatterlayer .trace")).to_have_count(4)
    assert_accessible(page, SCREEN)
