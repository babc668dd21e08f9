"""The lesson on the page: opened cold by a link, walked, given another sentence and new numbers."""

import io
import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_page import COLD_MILLISECONDS
from tests.browser.conftest import settled
from tests.browser.seen import SMALL

pytestmark = pytest.mark.browser


def test_a_lesson_opens_at_its_link_and_takes_ones_own_sentence(page: Page, app: str) -> None:
    page.goto(f"{app}/?view=lesson&chapter=attention&at=sum&lang=en")
    lesson = page.locator(".lesson")
    expect(lesson).to_have_attribute("data-step", "sum", timeout=COLD_MILLISECONDS)
    expect(page.locator(".calc .context .cell").first).to_be_visible()
    expect(page.locator(".st-key-ask")).to_be_hidden()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a spreadsheet").click()
    book = openpyxl.load_workbook(io.BytesIO(saving.value.path().read_bytes()))
    assert book.sheetnames == ["Scores and weights", "Context", "Prediction"]
    page.locator(".lesson").focus()
    page.keyboard.press("PageDown")
    expect(lesson).to_have_attribute("data-step", "predict")
    expect(page).to_have_url(re.compile("at=predict"))
    settled(page)
    heading = page.locator(".calc .heading h3")
    before = heading.inner_text()
    page.locator(".words.output .chip").first.click()  # its numbers have not travelled yet
    expect(heading).to_contain_text("Step 1")
    assert heading.inner_text() != before or "Step 1" in before
    page.evaluate("document.activeElement.blur()")
    for step in ("sum", "softmax", "score", "toy", "matrix"):
        page.keyboard.press("PageUp")
        expect(lesson).to_have_attribute("data-step", step)
    expect(page.get_by_role("button", name="Save as a spreadsheet")).to_have_count(0)
    box = page.get_by_role("textbox", name="Your sentence")
    box.fill("Es war kalt.")
    box.press("Enter")
    words = page.locator(".words.source .chip bdi")
    expect(words).to_have_text(["Es", "war", "kalt", ".", "⟨eos⟩"])
    expect(lesson).to_have_attribute("data-step", "matrix")
    expect(page).to_have_url(re.compile(r"sentence=Es\+war\+kalt"))
    page.evaluate("document.activeElement.blur()")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.keyboard.press("p")
    expect(page.locator(".lesson .timer")).to_have_text(re.compile(r"^0:0\d$"))
    assert lesson.evaluate(SMALL) == []
    page.keyboard.press("PageDown")
    expect(lesson).to_have_attribute("data-step", "toy")
    page.keyboard.press("PageDown")
    expect(lesson).to_have_attribute("data-step", "score")
    assert lesson.evaluate(SMALL) == []
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollHeight === main.clientHeight")  # all is seen at once
    page.keyboard.press("Escape")
    expect(page.locator(".lesson .timer")).to_be_hidden()
    page.get_by_role("combobox", name="Chapter").select_option(index=6)
    expect(page).to_have_url(re.compile("chapter=beam-search"), timeout=COLD_MILLISECONDS)
    expect(lesson).to_have_attribute("data-step", "idea")
    expect(lesson).to_be_focused()  # and not the menu
    page.keyboard.press("Space")
    expect(lesson).not_to_have_attribute("data-step", "idea")
