"""Experiments with the search in a real browser: a what-if by clicks and keys, and sampling."""

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Fate, Trace
from seqviz.translator import Translator, load
from seqviz.words import table
from tests.browser import app_page
from tests.browser.app_page import MILLISECONDS, await_link, go, link_of, translation
from tests.browser.conftest import HEIGHT, WIDTH, settled
from tests.browser.seen import SCREEN, assert_accessible

pytestmark = pytest.mark.browser

TEXT = "Es war sehr kalt."


@pytest.fixture(scope="module")
def translator() -> Translator:
    return load("de-en/transformer")


def start_of(trace: Trace, step: int, candidate: int) -> tuple[int, ...]:
    _, path = trace.search.path(step, candidate)
    return tuple(trace.search.candidate_tokens[np.arange(step + 1), path].tolist())


def code(*starts: tuple[int, ...]) -> str:
    return "-".join(".".join(map(str, start)) for start in starts)


def button(page: Page, key: str) -> Locator:
    """The button under that key; one with a help text is there twice, hidden once."""
    return page.locator(f".st-key-{key} button:visible")


def card(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-marked-{key} [data-testid=stMarkdownContainer]").first


def test_a_what_if_by_clicks_and_keys(page: Page, app: str, translator: Translator) -> None:
    trace = translator.translate(TEXT)
    candidate = int(np.flatnonzero(trace.search.candidate_fates[1] == Fate.PRUNED)[0])
    go(page, app, {"text": TEXT, "view": "tree", "pruned": "all", "node": f"1.{candidate}"})
    page.get_by_role("button", name=table()["viewer.continue"]).click()
    start = start_of(trace, 1, candidate)
    await_link(page, "whatif", code(start))
    first = translator.translate(TEXT, DecodeOptions(prefix=start))
    expect(card(page, "whatif")).to_have_text(first.translation, timeout=MILLISECONDS)
    expect(card(page, "original")).to_have_text(trace.translation)
    expect(translation(page)).to_have_text(trace.translation)

    page.set_viewport_size({"width": 390, "height": 844})
    screens = page.locator(".st-key-view").get_by_role("radio")
    expect(screens).to_have_count(4)
    for one in screens.all():  # no swipe brings the last one
        box = one.bounding_box()
        assert box is not None and 0 <= box["x"] <= 390 - box["width"]
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    slots, _ = first.path()
    taken = first.target()[2]
    word = next(int(t) for t in first.search.next_tokens[2, slots[2]] if t != taken)
    assert link_of(page)["step"] == "2"
    button(page, f"whatif-2-{word}").focus()
    page.keyboard.press("Enter")
    await_link(page, "whatif", code(start, (*first.target()[:2], word)))
    second = translator.translate(TEXT, DecodeOptions(prefix=(*first.target()[:2], word)))
    expect(card(page, "whatif")).to_have_text(second.translation, timeout=MILLISECONDS)
    settled(page)
    assert_accessible(page, SCREEN)


def test_sampling_in_the_form_and_another_draw(
    page: Page, app: str, translator: Translator
) -> None:
    go(page, app, {"text": TEXT, "temperature": "1.3", "samples": "3", "seed": "6"})
    app_page.open_settings(page)
    app_page.unfold(page, "more-options")
    start = page.locator(".st-key-start input")
    start.fill("It is")
    start.blur()
    await_link(page, "start", "It is")
    start.fill("")
    start.blur()
    page.wait_for_url(lambda url: "start=" not in url)
    settled(page)
    page.locator(".st-key-how").get_by_text(table()["options.how.sample"]).click()
    await_link(page, "how", "sample")
    line = page.locator(".st-key-asked")
    button(page, "draw-again").click()
    await_link(page, "seed", "7")
    options = DecodeOptions(beam_size=3, sampling=Sampling(temperature=1.3, seed=7))
    trace = translator.translate(TEXT, options)
    expect(translation(page)).to_have_text(trace.translation, timeout=MILLISECONDS)
    expect(line).to_contain_text("3 samples, temperature 1.3, seed 7")
    settled(page)  # below it, all stands where it stays
    caption = line.get_by_test_id("stCaptionContainer").bounding_box()
    reset = button(page, "reset-options").bounding_box()
    assert caption is not None and reset is not None
    assert caption["y"] < reset["y"] + reset["height"] / 2 < caption["y"] + caption["height"]
    others = page.locator(".st-key-others [data-testid=stText]")
    expect(others).to_have_count(2)
    expect(others.first).to_contain_text(trace.hypotheses.texts[1])
    button(page, "reset-options").click()
    expect(translation(page)).to_have_text(translator.translate(TEXT).translation)
    expect(line).to_have_count(0)
    assert app_page.alerts(page).count() == 0
