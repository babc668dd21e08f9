"""What a learner tries in the lesson: gradient steps, taken back, and a search for a sentence."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_page import COLD_MILLISECONDS, choose, lead
from tests.browser.conftest import settled
from tests.browser.seen import SCREEN, assert_accessible
from tests.views.learn.test_taken import chapters_of

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


def check_time(page: Page) -> None:
    """Present, since more than an hour."""
    page.keyboard.press("p")
    expect(page.locator(".lesson .timer")).to_have_text(re.compile(r"^7[5-9]:"))
    expect(page.locator(".seqviz-timer")).to_be_hidden()
    page.keyboard.press("Escape")


def saved(page: Page) -> dict[str, Any]:
    """The chapter as it is saved; the server hears of its bets a moment after it is chosen."""
    for _ in range(20):
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save this chapter").click()
        first: dict[str, Any] = chapters_of(saving.value.path().read_bytes())[0]
        if first["bets"]:
            break
        page.wait_for_timeout(200)
    return first


def test_a_lecture_keeps_its_bets_its_score_and_its_time(page: Page, app: str) -> None:
    """Bet, type a sentence, bet again, change chapter and language, come back, take it home."""
    lead(page, app, {"view": "lesson", "chapter": "language-model", "at": "next", "lang": "en"})
    lesson, score = page.locator(".lesson"), page.locator(".lesson .score")
    expect(lesson).to_have_attribute("data-step", "next", timeout=COLD_MILLISECONDS)
    page.get_by_role("button", name="Clear bets").click()
    settled(page)
    page.evaluate("sessionStorage.setItem('seqviz-presents-since', Date.now() - 75 * 60_000)")
    told = page.locator(".told")

    def bet(option: str, *, bets: int) -> None:
        page.keyboard.press(option)
        page.keyboard.press("Space")
        expect(told).to_contain_text("You bet on")
        expect(score).to_contain_text(f"({bets})")

    bet("2", bets=1)
    box = page.get_by_role("textbox", name="Your sentence")
    box.fill("Es war sehr kalt.")
    box.press("Enter")
    expect(page.locator(".words.source .chip bdi").nth(2)).to_have_text("sehr")
    expect(score).to_contain_text("(1)")
    expect(told).to_be_empty()  # of another decoding
    bet("1", bets=2)
    sum_of_both = score.inner_text()
    settled(page)
    check_time(page)
    page.get_by_role("combobox", name="Chapter").select_option(index=0)
    expect(lesson).to_have_attribute("data-step", "in", timeout=COLD_MILLISECONDS)
    expect(score).to_have_text(sum_of_both)
    check_time(page)
    settled(page)
    choose(page, "lang", "中文")
    expect(page.get_by_role("combobox", name="章节")).to_be_visible(timeout=COLD_MILLISECONDS)
    expect(score).to_contain_text("下注 2 次")
    settled(page)
    choose(page, "lang", "English")
    expect(score).to_have_text(sum_of_both, timeout=COLD_MILLISECONDS)
    settled(page)
    page.get_by_role("combobox", name="Chapter").select_option(index=2)
    expect(lesson).to_have_attribute("data-step", "next", timeout=COLD_MILLISECONDS)
    expect(told).to_contain_text("You bet on")
    expect(score).to_have_text(sum_of_both)
    expect(page).to_have_url(re.compile("chapter=language-model"))  # the button is of that chapter
    settled(page)
    first = saved(page)
    assert first["chapter"] == "language-model"
    assert first["bets"] == {"next": {"option": 1}, "next-2": {"option": 0}}
    page.get_by_role("button", name="Clear bets").click()
    expect(score).to_be_empty()
