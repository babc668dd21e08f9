"""What stands around the views: Streamlit's header, its own words, the browser's Back."""

import re

import pytest
from playwright.sync_api import Page, expect

from seqviz.views.components.browser import pairs
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


def test_the_views_can_be_chosen_while_the_sidebar_is_closed(page: Page, app: str) -> None:
    go(page, app, LINK)
    page.get_by_test_id("stSidebar").hover(position={"x": 20, "y": 20})
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    for width, view in ((1280, "tree"), (1920, "attention"), (390, "tree")):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        app_page.turn_to(page, view)
        page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 600)")
        page.keyboard.press("Shift+Tab")  # what takes the focus is not under the header either
        page.keyboard.press("Tab")
        chosen = page.locator(":focus").locator("..").bounding_box()
        header = page.get_by_test_id("stHeader").bounding_box()
        assert chosen is not None
        assert header is not None
        assert chosen["y"] >= header["y"] + header["height"]


def test_back_and_forward_show_what_was_there(page: Page, app: str) -> None:
    before = f"{app}/_stcore/health"
    page.goto(before)
    go(page, app, LINK)
    opened = page.url
    choose(page, "view", "Beam tree")
    await_link(page, "view", "tree")
    app_page.translate(page, "Der Hund schläft.")
    expect(app_page.source(page)).to_have_text("Der Hund schläft.")
    await_link(page, "text", "Der Hund schläft.")
    choose(page, "view", "Attention")
    await_link(page, "view", "attention")
    page.get_by_role("button", name="Next step").first.click()
    await_link(page, "step", "1")
    choose(page, "lang", "中文")
    await_link(page, "lang", "zh")

    seen = [
        ("attention", "Der Hund schläft.", "en", "1"),
        ("tree", "Der Hund schläft.", "en", "0"),
        ("tree", LINK["text"], "en", "0"),
    ]
    for view, text, language, step in seen:
        page.go_back()
        await_link(page, "lang", language)
        await_link(page, "text", text)
        await_link(page, "view", view)
        expect(app_page.source(page)).to_have_text(text)
        expect(app_page.sentence_box(page)).to_have_value(text)
        name = table(language)[f"view.{view}"]
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
        assert link_of(page)["step"] == step, "moving is no step of Back"
    page.go_back()  # to the link as it was opened
    expect(page.get_by_role("radio", name="Attention", exact=True)).to_be_checked()
    settled(page)
    assert page.url == opened
    page.go_forward()
    await_link(page, "view", "tree")
    expect(page.get_by_role("radio", name="Beam tree", exact=True)).to_be_checked()
    expect(app_page.source(page)).to_have_text(LINK["text"])
    page.go_back()
    page.go_back()
    assert page.url == before


def test_three_unusual_settings_and_their_buttons_stand_in_one_line(page: Page, app: str) -> None:
    sampling = {"how": "sample", "samples": "4", "temperature": "0.5", "top_k": "12", "seed": "7"}
    go(page, app, LINK | sampling)
    asked = page.locator(".st-key-asked")
    caption = asked.get_by_test_id("stCaptionContainer").bounding_box()
    button = asked.get_by_role("button", name="Reset options").bounding_box()
    assert caption is not None
    assert button is not None
    assert caption["y"] < button["y"] + button["height"] / 2 < caption["y"] + caption["height"]


def test_a_chinese_page_has_no_words_of_streamlits_own(page: Page, app: str) -> None:
    go(page, app, LINK | {"lang": "zh"})
    for summary in page.locator("summary").all():
        summary.click()
    page.locator(".st-key-text textarea").fill("kalt")
    expect(page.get_by_text("按 Ctrl+Enter 键提交")).to_be_visible()
    page.locator(".st-key-start input").fill("x")
    expect(page.get_by_text("按 Enter 键提交")).to_be_visible()
    expect(page.get_by_text("每个文件不超过").first).to_be_visible()
    page.locator(".st-key-system").get_by_role("combobox").press_sequentially("qq")
    expect(page.get_by_text("没有匹配的选项")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".st-key-own input").fill("x")
    expect(page.get_by_text("按 Enter 键生效")).to_be_visible()
    app_page.plot(page, "attention").hover()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    found = page.evaluate(ENGLISH)
    assert "放大" in found  # plotly's buttons
    theirs = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(english)) for english, _ in pairs("zh")]
    assert not [text for text in found if any(re.fullmatch(one, text) for one in theirs)]
    choose(page, "lang", "English")
    expect(page.get_by_text("per file").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
