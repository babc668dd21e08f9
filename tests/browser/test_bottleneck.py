"""The bottleneck in a real browser: curves that were measured, and two systems on a reference."""

import re

import pytest
from playwright.sync_api import Page, expect

from seqviz.analysis.bottleneck import parting
from seqviz.translator import load
from seqviz.views.learn.bottleneck import FORCED
from tests.browser import app_page
from tests.browser.app_page import MILLISECONDS, await_link, choose, go
from tests.browser.conftest import settled
from tests.browser.seen import assert_accessible

pytestmark = pytest.mark.browser

LINK = {
    "view": "lengths",
    "pair": "de-en",
    "system": "transformer",
    "text": "Ich schaue mich nach einer Tasche für meine Frau um.",
    "reference": "x",
}
REFERENCE = "I'm looking for a bag for my wife."


def test_the_bottleneck_is_drawn_for_the_test_set_and_for_a_typed_reference(
    page: Page, app: str
) -> None:
    go(page, app, LINK)
    curves = app_page.plot(page, "lengths")
    expect(curves.locator(".legendtext").filter(has_text="no attention").first).to_be_visible()
    assert curves.locator(".errorbar").count() >= 6
    choose(page, "length_metric", "chrF")
    await_link(page, "length_metric", "chrf")
    expect(curves.locator(".ytitle")).to_have_text("chrF", timeout=MILLISECONDS)
    page.get_by_role("button", name=re.compile("Repeat the sentence 1–5 times")).click()
    expect(app_page.plot(page, "repeated")).to_be_visible(timeout=2 * MILLISECONDS)
    settled(page)
    assert_accessible(page)
    app_page.turn_to(page, "bottleneck")
    box = page.get_by_role("textbox", name="Reference translation")
    box.fill(REFERENCE)
    box.press("Enter")
    page.wait_for_url(lambda url: "reference=" not in url)  # it is the example's own
    settled(page)
    bare, attentive = (
        load(f"de-en/{system}").force(LINK["text"], REFERENCE, FORCED)
        for system in ("none-reversed", "transformer")
    )
    found = parting(bare.log_probs(), attentive.log_probs())
    assert found.step is not None
    said = page.locator("[data-testid=stMain] p").filter(has_text=re.compile("From step"))
    expect(said).to_contain_text(f" {found.gap:.2f} nats ahead", timeout=MILLISECONDS)
    lines = app_page.plot(page, "forced").locator(".scatterlayer .trace")
    expect(lines).to_have_count(4)
    expect(lines.first.locator(".point")).to_have_count(len(bare.target()))
    settled(page)
    assert_accessible(page)
