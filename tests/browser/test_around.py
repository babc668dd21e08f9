"""What stands around the views: Streamlit's header, its own words, the browser's Back."""

import re

import pytest
from playwright.sync_api import Page, expect

from seqviz.views.components.browser import pairs
from seqviz.views.session.settings import group_of
from seqviz.words import table
from tests.browser import app_page
from tests.browser.app_page import await_link, choose, go, link_of
from tests.browser.conftest import HEIGHT, settled

pytestmark = pytest.mark.browser

LINK = {"text": "Es war sehr kalt.", "system": "dot"}
ENGLISH = """() => {
  const names = ["aria-label", "data-title", "placeholder", "title"], found = [];
  for (const one of document.querySelectorAll("[data-testid=stApp], [data-testid=stApp] *")) {
    for (const name of names) if (one.hasAttribute(name)) found.push(one.getAttribute(name).trim());
    for (const node of one.childNodes)
      if (node.nodeType === 3 && one.checkVisibility()) found.push(node.data.trim());
  }
  return found;
}"""


ITALIC = (
    "performance.getEntriesByType('resource').filter(({ name }) => name.includes('Italic')).length"
)


def fits(page: Page) -> None:
    """Nothing is wider than the screen, once what follows its width has done so."""
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")


def test_the_first_screen_is_one_sentence_and_its_translation_and_a_phone_has_it_in_one_column(
    page: Page, app: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    go(page, app, anew=True)
    assert page.url == f"{app}/?", "nothing differs from the defaults"
    for seen in ("Translate", "Settings", "Present"):
        expect(page.get_by_role("button", name=seen)).to_be_in_viewport()
    expect(page.locator(".st-key-example")).to_be_in_viewport()
    for seen in ("sentence] .words.source", "sentence] .words.output", "lines] svg"):
        expect(page.locator(f"[data-part={seen}").first).to_be_in_viewport(ratio=0.98)
    assert page.evaluate(ITALIC) == 0, "a font that no word of the first screen is set in"
    for _ in range(3):  # past what leads to the middle of the page
        page.keyboard.press("Tab")
        expect(page.locator("[data-testid=stSidebar] :focus")).to_have_count(0)
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
    unsent = page.get_by_text("Changed. Press Enter")
    expect(unsent).to_be_hidden()
    box = app_page.sentence_box(page)
    box.fill("Es war")
    expect(unsent).to_be_visible()
    box.press("Shift+Enter")
    box.press_sequentially("kalt")
    expect(box).to_have_value("Es war\nkalt")
    box.press("Enter")
    expect(app_page.source(page)).to_have_text("Es war kalt")
    expect(unsent).to_be_hidden()
    page.locator(".st-key-example").get_by_role("radio").first.click()
    expect(box).not_to_have_value("Es war\nkalt")
    expect(app_page.source(page)).to_have_text(box.input_value())
    expect(unsent).to_be_hidden()

    for width in (1920, 390):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        fits(page)
    parts = ("text", "pair", "group", "screen")
    tops = [page.locator(f".st-key-{part}").bounding_box() for part in parts]
    ends = [box["y"] + box["height"] for box in tops if box]
    assert [box["y"] for box in tops[1:] if box] >= ends[:-1], "one below the other"
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).not_to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Settings").click()
    expect(sidebar).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-beam input")).to_be_attached()
    settled(page)  # the settings are drawn once they are opened
    left = page.locator(".st-key-text").bounding_box()
    edge = sidebar.bounding_box()
    assert left is not None
    assert edge is not None
    assert left["x"] >= edge["x"] + edge["width"], "nothing is covered"
    page.locator(".st-key-beam input").focus()
    page.keyboard.press("ArrowLeft")
    await_link(page, "beam", "4")
    page.get_by_test_id("stSidebarCollapseButton").locator("button").dispatch_event("click")
    expect(sidebar).not_to_be_in_viewport()  # the next page would open with it


def test_a_server_that_is_back_is_asked_at_once(page: Page, app: str) -> None:
    """It may be another one, which knows nothing of what stands on the page, settings included."""
    with page.expect_websocket() as found:
        go(page, app, anew=True)
    page.get_by_test_id("stExpandSidebarButton").dispatch_event("click")  # past our button
    expect(page.get_by_test_id("stSidebar")).to_be_in_viewport()
    expect(page.locator(".st-key-more-options")).to_have_count(0)
    with found.value.expect_event("framesent"):
        for state in ("PINGING_SERVER", "CONNECTED"):
            page.get_by_test_id("stApp").evaluate(
                "(app, state) => app.setAttribute('data-test-connection-state', state)", state
            )
    expect(page.locator(".st-key-more-options")).to_be_visible()
    page.get_by_test_id("stSidebarCollapseButton").locator("button").dispatch_event("click")
    settled(page)


def test_back_and_forward_show_what_was_there(page: Page, app: str) -> None:
    go(page, app)
    before = page.url
    go(page, app, LINK)
    opened = page.url
    app_page.turn_to(page, "what_if")
    app_page.translate(page, "Der Hund schläft.")
    expect(app_page.source(page)).to_have_text("Der Hund schläft.")
    await_link(page, "text", "Der Hund schläft.")
    app_page.turn_to(page, "attention")
    page.get_by_role("button", name=table()["viewer.next_step"]).first.click()
    page.wait_for_url(re.compile("step="))
    choose(page, "lang", "中文")
    await_link(page, "lang", "zh")

    seen = [
        ("attention", "Der Hund schläft.", "en"),  # moving is no step of Back
        ("what_if", "Der Hund schläft.", "en"),
        ("what_if", LINK["text"], "en"),
    ]
    for view, text, language in seen:
        page.go_back()
        await_link(page, "lang", language)
        await_link(page, "text", text)
        await_link(page, "view", view)
        expect(app_page.source(page)).to_have_text(text)
        expect(app_page.sentence_box(page)).to_have_value(text)
        name = table(language)[f"group.{group_of(view)}"]
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    page.go_back()  # to the link as it was opened
    expect(page.get_by_role("radio", name="Watch", exact=True)).to_be_checked()
    settled(page)
    assert page.url == opened
    page.go_forward()
    await_link(page, "view", "what_if")
    expect(app_page.source(page)).to_have_text(LINK["text"])
    page.go_back()
    page.go_back()
    assert page.url == before
    expect(app_page.sentence_box(page)).not_to_have_value(LINK["text"])
    settled(page)


WRITTEN_LATE = """(address) => new Promise((done) => {
    addEventListener("popstate", () => done(history.pushState({}, "", address)), { once: true });
    history.back();
})"""
"""As Streamlit does what a run asked for that began before Back."""


def test_a_run_that_began_before_back_writes_no_address(page: Page, app: str) -> None:
    go(page, app)
    first = app_page.source(page).inner_text()
    app_page.submit(page, "Der Hund schläft.")
    await_link(page, "text", "Der Hund schläft.")
    page.evaluate(WRITTEN_LATE, f"{page.url}&step=1")
    expect(app_page.source(page)).to_have_text(first)
    settled(page)
    assert "text" not in link_of(page)
    choose(page, "lang", "中文")  # what one does now counts
    await_link(page, "lang", "zh")
    choose(page, "lang", "English")
    await_link(page, "lang", "en")
    assert "text" not in link_of(page)


HUSHED = """() => {
    const { stage } = seqviz.viewers.get("watch");
    stage.play(true);
    stage.moveTo(2);
    const { setTimeout } = window;
    const waits = new Map();
    window.setTimeout = (act, wait) => {
        const timer = setTimeout(act, wait);
        waits.set(timer, wait);
        return timer;
    };
    dispatchEvent(new PopStateEvent("popstate"));
    window.setTimeout = setTimeout;
    return [stage.state.playing, waits.get(stage.resting)];
}"""
"""Whether it plays on, and after how many milliseconds where one is will be told."""


def test_back_stops_what_plays_and_comes_before_what_is_not_told_yet(page: Page, app: str) -> None:
    go(page, app)
    app_page.drawn(page)
    assert page.evaluate(HUSHED) == [False, 10_000]
    settled(page)


def test_a_chinese_page_has_no_words_of_streamlits_own(page: Page, app: str) -> None:
    go(page, app, LINK | {"lang": "zh"})
    page.get_by_role("button", name="设置").click()
    expect(page.locator(".st-key-open-trace summary")).to_be_visible()  # the last of them
    summaries = page.locator("summary").filter(visible=True)  # other views are laid out, too
    summaries.evaluate_all("all => all.forEach((one) => one.click())")
    page.locator(".st-key-start input").fill("x")
    expect(page.get_by_text("按 Enter 键生效")).to_be_visible()
    expect(page.get_by_text("每个文件不超过").first).to_be_visible()
    page.locator(".st-key-system").get_by_role("combobox").press_sequentially("qq")
    expect(page.get_by_text("没有匹配的选项")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    found = page.evaluate(ENGLISH)
    theirs = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(english)) for english, _ in pairs("zh")]
    assert not [text for text in found if any(re.fullmatch(one, text) for one in theirs)]
    choose(page, "lang", "English")
    expect(page.get_by_text("per file").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
