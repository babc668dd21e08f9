"""What a learner tries in the lesson: gradient steps, taken back, and a search for a sentence."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_page import COLD_MILLISECONDS, lead
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible

pytestmark = pytest.mark.browser


def test_gradient_steps_are_taken_and_taken_back(page: Page, app: str) -> None:
    lead(page, app, {"view": "lesson", "chapter": "training", "at": "one-step"})
    lesson, loss = page.locator(".lesson"), page.locator(".learning .loss")
    expect(lesson).to_have_attribute("data-step", "one-step", timeout=COLD_MILLISECONDS)
    expect(page.locator("[data-part=learn_one]")).to_have_count(0)  # it is for the handout
    page.keyboard.press("Space")
    expect(lesson).to_have_attribute("data-step", "one-step")  # nothing was tried
    first = loss.inner_text()
    one, ten = (page.get_by_role("button", name=name) for name in ("One step", "Ten steps"))
    one.focus()
    page.keyboard.press("Enter")
    expect(loss).to_contain_text("it fell")
    after_one = loss.inner_text()
    right = page.locator(".learning tr.right .number")
    assert [float(text) for text in right.all_text_contents()] == [0.408, 0.696]
    ten.click()
    expect(page.locator(".learning .lesson-curves rect")).to_have_count(12)
    page.get_by_role("button", name="Undo").click()
    expect(loss).to_have_text(after_one)
    page.get_by_role("button", name="Reset").click()
    expect(loss).to_have_text(first)
    page.get_by_role("slider", name="Learning rate").fill("-20")
    one.click()
    expect(loss).to_contain_text("it rose")
    assert_accessible(page, SCREEN)
    word, right = (page.get_by_role("textbox", name=name) for name in ("Word", "should become"))
    word.fill("pix")
    right.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="ix")).to_be_visible()
    expect(loss).to_contain_text("it rose")
    word.fill("tepal")
    right.fill("lapet")
    right.press("Enter")
    places = page.locator(".learning .at label")
    expect(places).to_have_text([re.compile(f"^{token} ") for token in [*"lapet", "⟨eos⟩"]])
    text = page.locator(".lesson-text")
    expect(text).to_contain_text("right token p goes from 26% to 84%")
    one.click()
    expect(loss).to_contain_text("→")
    page.keyboard.press("Space")
    expect(lesson).to_have_attribute("data-step", "ten-steps")
    expect(text).to_contain_text("Ten steps lead to 95%")
    expect(word).to_have_value("tepal")
    expect(page).to_have_url(re.compile("at=ten-steps"))


def test_a_sentence_on_which_they_part_is_found_and_opened(page: Page, app: str) -> None:
    lead(page, app, {"view": "lesson", "chapter": "greedy", "at": "find"})
    lesson = page.locator(".lesson")
    expect(lesson).to_have_attribute("data-step", "find", timeout=COLD_MILLISECONDS)
    settled(page)
    page.get_by_role("button", name="Find one").click()
    told = page.locator(".find output")
    expect(told).to_have_text(
        "Sentences tried: 5. On this one they part.", timeout=COLD_MILLISECONDS
    )
    expect(lesson).to_have_attribute("data-step", "find")
    expect(page).to_have_url(re.compile("sentence=Hilfst"))
