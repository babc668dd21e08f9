"""Train it live in a real browser: started, seen learning, tried, stopped."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_page import COLD_MILLISECONDS, MILLISECONDS, lead
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible

pytestmark = pytest.mark.browser

SOURCE = "3 May <b>99</b>"


def updates(page: Page) -> int:
    """Updates done so far, as the page shows them."""
    text = page.locator("[data-testid=stMetricValue]").first.inner_text()
    return int(text.split("/")[0].replace(",", ""))


def more_updates(page: Page, than: int) -> None:
    """Wait until the page shows more updates, without having been touched."""
    first = page.locator("[data-testid=stMetricValue]").first
    shown = re.compile(rf"^{than:,} /")
    expect(first).not_to_have_text(shown, timeout=COLD_MILLISECONDS)
    assert updates(page) > than


def test_a_model_learns_before_ones_eyes(page: Page, app: str) -> None:
    lead(page, app, {"view": "live", "live_task": "date-iso", "live_system": "dot"})
    page.get_by_role("button", name="Start", exact=True).click(timeout=COLD_MILLISECONDS)
    curves = page.locator(".st-key-live-curves").get_by_role("slider")
    expect(curves).to_be_visible(timeout=COLD_MILLISECONDS)
    more_updates(page, 0)
    drawn = curves.element_handle()
    box = page.locator(".st-key-live-try input")
    box.press_sequentially(SOURCE, delay=60)  # takes longer than two looks at the process
    expect(box).to_have_value(SOURCE)
    box.press("Enter")
    expect(page.locator(".st-key-translation")).to_be_visible(timeout=MILLISECONDS)
    expect(page.get_by_text(f"Cross-attention of {SOURCE}:")).to_be_visible()
    more_updates(page, updates(page))
    assert drawn.evaluate("one => one.isConnected"), "others were put in place of the curves"
    assert int(curves.get_attribute("aria-valuemax") or 0) > 1
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Continue")).to_be_visible(timeout=MILLISECONDS)
    settled(page)
    stopped = updates(page)
    assert_accessible(page, SCREEN)
    assert updates(page) == stopped
