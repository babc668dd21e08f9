"""The bottleneck in a real browser: measured curves, two systems on a reference, presented."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import app_page
from tests.browser.app_page import go
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible

pytestmark = pytest.mark.browser

LETTERS = """plot => {
    const scale = plot.getBoundingClientRect().width / plot.offsetWidth;
    const shown = [...plot.querySelectorAll("text")].filter((text) => text.textContent.trim());
    return Math.min(...shown.map((text) => scale * parseFloat(getComputedStyle(text).fontSize)));
}"""
"""The smallest of a chart, in pixels of the screen."""
LINK = {"view": "lengths", "text": "Es war sehr kalt.", "reference": "It was cold."}


def test_the_bottleneck_is_drawn_for_the_test_set_and_for_a_reference(page: Page, app: str) -> None:
    go(page, app, LINK)
    curves = app_page.plot(page, "lengths")
    expect(curves.locator(".legendtext").filter(has_text="no attention").first).to_be_visible()
    assert curves.locator(".errorbar").count() >= 6
    settled(page)
    assert_accessible(page, SCREEN, own_colours=False)
    app_page.turn_to(page, "bottleneck")
    said = page.locator("[data-testid=stMain] p").filter(has_text=re.compile("From step"))
    expect(said).to_contain_text("nats ahead")
    expect(app_page.plot(page, "forced").locator(".scatterlayer .trace")).to_have_count(4)
    assert_accessible(page, SCREEN, own_colours=False)


def test_a_presenter_has_one_picture_and_nothing_else(page: Page, app: str) -> None:
    go(page, app, LINK | {"view": "bottleneck"})  # as the test before has left it
    pictures = page.locator(".st-key-screen [data-testid=stPlotlyChart]")
    expect(pictures.first).to_be_visible()
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Translate")).to_be_hidden()
    expect(page.get_by_text("See how a machine translates")).to_be_hidden()
    expect(pictures.first).to_be_visible()
    expect(pictures.filter(visible=True)).to_have_count(1)
    pictures.first.evaluate("one => one.classList.remove('seqviz-picture')")  # as if drawn anew
    expect(pictures.first).to_be_visible()
    assert page.evaluate(size) == pytest.approx(1.6 * 16)
    assert pictures.first.locator(".js-plotly-plot").evaluate(LETTERS) >= 24
    for said in ("[class*=st-key-marked-system] p", ".st-key-result-bare"):
        expect(page.locator(said).first).to_be_visible()
    timer = page.locator(".seqviz-timer")
    expect(timer).to_have_text(re.compile(r"^0:\d\d$"))
    page.evaluate("sessionStorage.setItem('seqviz-presents-since', Date.now() - 600_000)")
    black = "() => getComputedStyle(document.documentElement, '::after').backgroundColor"
    page.keyboard.press("b")
    assert page.evaluate(black) == "rgb(0, 0, 0)"
    page.keyboard.press("b")
    assert page.evaluate(black) != "rgb(0, 0, 0)"
    expect(page.get_by_text("Show data").filter(visible=True)).to_have_count(0)
    page.mouse.move(200, 200)  # a finger has no Escape: this, or a touch, brings a button
    page.get_by_role("button", name="Stop presenting").click()
    expect(page.get_by_role("button", name="Translate")).to_be_visible()
    expect(timer).to_have_count(0)
    page.locator("body").press("p")
    expect(timer).to_have_text(re.compile(r"^10:\d\d$"))  # it went on
    timer.click()
    expect(timer).to_have_text(re.compile(r"^0:\d\d$"))
    expect(timer).not_to_be_focused()  # keys are the picture's
    page.keyboard.press("Escape")
    app_page.sentence_box(page).press("p")
    expect(page.get_by_role("button", name="Translate")).to_be_visible()  # it was only typed
    assert page.evaluate(size) == 16
    assert pictures.first.locator(".js-plotly-plot").evaluate(LETTERS) < 24
