"""The lesson on the page: opened cold by a link, walked, given another sentence and new numbers."""

import io
import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_page import COLD_MILLISECONDS, lead
from tests.browser.conftest import settled
from tests.browser.seen import SMALL, WHOLE

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
    assert page.evaluate(WHOLE)
    page.keyboard.press("Escape")
    expect(page.locator(".lesson .timer")).to_be_hidden()
    page.get_by_role("combobox", name="Chapter").select_option(index=6)
    expect(page).to_have_url(re.compile("chapter=beam-search"), timeout=COLD_MILLISECONDS)
    expect(lesson).to_have_attribute("data-step", "idea")
    expect(lesson).to_be_focused()  # and not the menu
    page.keyboard.press("Space")
    expect(lesson).not_to_have_attribute("data-step", "idea")


HEARD = """() => {
  window.heard = [];
  window.addEventListener("keydown", ({ key }) => window.heard.push(key));
}"""


def test_keys_that_run_streamlit_anew_or_empty_its_caches_do_not_reach_it(
    page: Page, app: str
) -> None:
    lead(page, app, {"view": "lesson", "chapter": "greedy", "lang": "en"})
    expect(page.locator(".lesson")).to_have_attribute("data-step", "how", timeout=COLD_MILLISECONDS)
    page.evaluate("document.activeElement.blur()")
    page.evaluate(HEARD)
    for key in "rcx":
        page.keyboard.press(key)
    page.wait_for_function("window.heard.includes('x')")
    assert page.evaluate("window.heard") == ["x"]


TALLEST = {
    "zh": {"greedy": ("experiment", "question-1")},
    "en": {"beam-search": ("width", "question-1")},
}


@pytest.mark.parametrize("language", TALLEST)
def test_whoever_presents_sees_the_tallest_steps_whole(page: Page, app: str, language: str) -> None:
    lesson = page.locator(".lesson")
    for chapter, steps in TALLEST[language].items():
        for step in steps:
            link = {"view": "lesson", "chapter": chapter, "at": step, "lang": language}
            page.set_viewport_size({"width": 1920, "height": 1080})
            lead(page, app, link)
            expect(lesson).to_have_attribute("data-step", step, timeout=COLD_MILLISECONDS)
            page.evaluate("document.activeElement.blur()")
            if not lesson.evaluate("lesson => lesson.matches('.presenting')"):
                page.keyboard.press("p")
            page.keyboard.press("s")  # the reveal
            page.wait_for_function(WHOLE)
            assert lesson.evaluate(SMALL) == []
            page.set_viewport_size({"width": 1280, "height": 800})
            page.wait_for_function(WHOLE)
    page.keyboard.press("Escape")  # other tests have the same page
    expect(lesson).not_to_have_class(re.compile("presenting"))
