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
    sides = [page.locator(f".st-key-edit-{name}") for name in ("before", "after")]
    for side in sides:
        expect(side.locator("[data-part=next] table")).to_be_visible()
        expect(side.locator("[data-part=heatmap] canvas").first).to_be_visible()
    scales = [side.locator(".scale span").last.text_content() for side in sides]
    assert scales[0] == scales[1]
    expect(sides[1].locator(".heatmap .cursor")).to_be_hidden()
    sides[0].locator(".heatmap [role=application]").hover()
    expect(sides[1].locator(".heatmap .cursor")).to_be_visible()  # one place in both
    assert_accessible(page, SCREEN, own_colours=False)
    shifts.nth(2).click(force=True)
    await_link(page, "step", "2")


def test_a_presenter_shows_the_verdict_and_the_chart_that_one_points_at(
    page: Page, app: str
) -> None:
    go(page, app, LINK | {"reference": "it was cold"})
    settled(page)
    plot = app_page.plot(page, "surprisal")
    bars, told = plot.locator(".bars .point path"), plot.locator(".hovertext")
    expect(bars.nth(2)).to_be_visible(timeout=app_page.COLD_MILLISECONDS)

    def hover(place: int) -> str:
        page.mouse.move(0, 0)
        expect(told).to_have_count(0)
        bars.nth(place).hover(force=True)
        expect(told).to_have_count(1)
        return told.text_content() or ""

    # The first one is a pixel high.
    before = [hover(place) for place in (1, 2)]
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Translate")).to_be_hidden()
    expect(page.locator(".st-key-result-verdict [data-testid=stAlert]")).to_be_visible()
    expect(page.locator("[class*=st-key-marked]").first).to_be_visible()
    assert [hover(place) for place in (1, 2)] == before
    drawn = plot.bounding_box()
    below = page.locator(".st-key-screen").bounding_box()
    assert drawn is not None
    assert below is not None
    assert below["y"] + below["height"] >= drawn["y"] + drawn["height"] - 1, "there is room for it"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Translate")).to_be_visible()
