"""The view Training in a real browser, with a made-up record beside tiny models."""

import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import app_page
from tests.browser.app_page import COLD_MILLISECONDS, await_link, lead
from tests.browser.conftest import HEIGHT, WIDTH, settled
from tests.browser.seen import SCREEN, assert_accessible
from tests.fixtures.made_training import SENTENCES

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
LETTERS = """(curves) => {
  const { baseVal: { width } } = curves.viewBox;
  const size = parseFloat(getComputedStyle(curves.querySelector(".tick")).fontSize);
  return curves.clientWidth < 390 && size * curves.getBoundingClientRect().width / width > 12.9;
}"""
"""Whether the curves stand on a phone, in letters of 13 pixels."""
ROOM = """(curves) => {
  const edge = Math.max(...[...curves.querySelectorAll(".grid")].map(({ x2 }) => x2.baseVal.value));
  const last = [...curves.querySelectorAll(".tick")].find((tick) => tick.textContent === "1,000");
  return curves.viewBox.baseVal.width - edge - last.getBBox().width / 2;
}"""
"""What is left beside a step that stands at the end of the axis, and that a training ends with."""
LINK = {
    "view": "training",
    "system": "dot",
    "text": "kalt",
    "reference": "it was cold",
    "train_with": "de-en/none-reversed",
}


def peak(heatmap: Locator) -> float:
    """The largest weight of a row, on average, as the picture's name says it."""
    return float(re.findall(r"\d\.\d\d", heatmap.get_attribute("aria-label") or "")[-1])


def tallest(page: Page) -> float:
    """Height of the tallest surprisal bar of the first system."""
    heights = [float(b.get_attribute("height") or 0) for b in page.locator(".panel .bar").all()]
    return max(heights)


def saved_svg(page: Page, replay: Locator) -> ElementTree.Element:
    """What the replay's button saves."""
    with page.expect_download() as download:
        replay.get_by_role("button", name="Save as SVG").click()
    return ElementTree.parse(download.value.path()).getroot()


def test_everything_moves_with_the_scrubber(page: Page, app: str) -> None:
    lead(page, app, LINK)
    replay = page.locator(".replay")
    expect(replay).to_be_visible(timeout=COLD_MILLISECONDS)
    settled(page)
    translation = replay.locator("dd.translation").first
    heatmap = replay.locator(".panel").first.locator(".scroll[role=img]")
    drawn = heatmap.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    mark = replay.locator(".mark circle").first
    expect(replay.locator(".panel")).to_have_count(2)
    assert replay.locator(".curves").evaluate(ROOM) >= 0
    expect(translation).not_to_have_text(SENTENCES[0][1])
    before = peak(heatmap), tallest(page), mark.get_attribute("cx"), mark.get_attribute("cy")
    page.get_by_role("slider", name="Moment of the training").focus()
    page.keyboard.press("End")
    expect(translation).to_have_text(SENTENCES[0][1])
    expect(replay.locator(".title").filter(has_text="step 1,200")).to_have_count(2)
    assert before[0] < 0.5 < peak(heatmap)
    assert heatmap.locator("canvas").evaluate("canvas => canvas.toDataURL()") != drawn
    assert tallest(page) < before[1] / 3
    assert float(mark.get_attribute("cx") or 0) > float(before[2] or 0)
    assert float(mark.get_attribute("cy") or 0) > float(before[3] or 0)  # the loss fell
    await_link(page, "train_stop", "19")
    page.keyboard.press("ArrowLeft")
    expect(replay.locator(".title").filter(has_text="step 826")).to_have_count(2)
    await_link(page, "train_stop", "18")
    expect(replay.get_by_text("No attention: one vector")).to_be_visible()
    saved = saved_svg(page, replay)
    assert SENTENCES[0][1] in "".join(saved.itertext())
    assert len(list(saved.iter(f"{SVG}rect"))) > 10
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    page.wait_for_function(LETTERS, arg=replay.locator(".curves").element_handle())
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    app_page.turn_to(page, "teacher")
    bars = app_page.plot(page, "teacher-losses").locator(".bars .point")
    bars.nth(2).click(force=True)
    await_link(page, "teacher_step", "3")
    expect(page.get_by_text(re.compile("^Step 3 of "))).to_be_visible()
    assert_accessible(page, SCREEN)
