"""Errors are marked by mouse and keys, told whole, taken back and removed; on a page of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from seqviz.records.notes import CATEGORIES, SEVERITIES
from seqviz.viewer import mark_words, script, style
from seqviz.words import part, table
from tests.browser.conftest import opened_file
from tests.browser.seen import assert_accessible

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
TEXTS = {
    "source": ("Es", "war", "sehr", "kalt", "."),
    "translation": ("It", "was", HOSTILE, "cold", "."),
}
SAID = "surprisal 1.0 nats"
SHOW = """([data, language]) => {
  const host = document.getElementById("host");
  document.documentElement.lang = language;
  const parentElement = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  if (!parentElement.firstChild) {
    parentElement.append(document.getElementById("look").cloneNode(true));
  }
  show({ data, parentElement, setTriggerValue: (name, value) => told.push([name, value]) });
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page with the texts; afterwards it must have asked for nothing, and failed nowhere."""
    text = (
        '<!doctype html><html lang="en"><title>marking</title>'
        f'<style id="look">{style("base", "flags", "judged")}</style>'
        "<style>body { background: var(--surface); color: var(--ink); }</style>"
        '<main><h1>marking</h1><div id="host"></div></main>'
        f"<script>const told = [];{script('judged').replace('export default ', '')}</script>"
    )
    path = tmp_path_factory.mktemp("marking") / "marking.html"
    with opened_file(browser, path, text, has_touch=True) as opened:
        yield opened


def show(page: Page, sentence: int, *, language: str = "en", **marking: Any) -> None:
    """Give the page a sentence, as the server does."""
    rows = [
        {
            "name": name,
            "title": name,
            "language": "de" if name == "source" else "en",
            "words": [
                {"text": f"{text} ", "said": SAID if name == "translation" else "", "marks": []}
                for text in texts
            ],
        }
        for name, texts in TEXTS.items()
    ]
    given = {
        "rows": list(TEXTS),
        "marks": [],
        "categories": CATEGORIES,
        "severities": SEVERITIES,
        "heard": None,
        "words": part(table(language), "inspect.own."),
    }
    known = mark_words(language) | part(table(language), "inspect.words.", "inspect.own.list")
    data = {"rows": rows, "sentence": sentence, "hint": "hint", "known": known}
    data["marking"] = given | marking
    page.evaluate(SHOW, [data, language])


def mark(row: str, start: int, end: int, kind: int, severity: str = "Minor") -> dict[str, Any]:
    """Words marked by the key of a kind of error."""
    return {
        "row": row,
        "start": start,
        "end": end,
        "category": CATEGORIES[kind - 1],
        "severity": severity,
    }


def told(page: Page) -> list[dict[str, Any]]:
    """The marks that the page told last."""
    name, value = page.evaluate("told.at(-1)")
    assert name == "marks"
    found: list[dict[str, Any]] = value["marks"]
    return found


def words(page: Page, row: str = "translation") -> Locator:
    return page.locator(f"button.word[data-row={row}]")


def drag(page: Page, first: Locator, last: Locator) -> None:
    first.hover()
    page.mouse.down()
    last.hover()
    page.mouse.up()


def test_words_are_chosen_and_marked_by_mouse_and_keys_and_all_marks_are_told(page: Page) -> None:
    show(page, 1)
    expect(words(page, "source")).to_have_count(0)
    words(page).nth(1).click()
    assert page.evaluate("told.at(-1)[0]") == "word", "who does not mark follows a word"
    page.keyboard.press("1")
    assert page.evaluate("told.length") == 1
    page.get_by_role("switch", name="Mark errors").check()
    expect(page.locator(".said")).to_have_text("")
    status = page.get_by_role("status")
    page.keyboard.press("1")
    expect(status).to_have_text("Choose words first.")
    drag(page, words(page).nth(1), words(page).nth(2))
    expect(words(page).nth(2)).to_be_focused()
    page.keyboard.press("1")
    assert told(page) == [mark("translation", 1, 3, 1)]
    expect(status).to_have_text(f"Marked: was {HOSTILE} – Mistranslation, minor.")
    expect(words(page).nth(2)).to_be_focused()
    expect(words(page).nth(2)).to_have_attribute(
        "aria-label", f"{HOSTILE}: you marked: Mistranslation, minor; {SAID}"
    )
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(status).to_have_text("Chosen: cold .")
    page.keyboard.press("m")
    expect(page.get_by_role("radio", name="major")).to_be_checked()
    page.keyboard.press("9")
    words(page, "source").nth(3).click()
    page.get_by_role("button", name="Omission").click()
    expected = [
        mark("source", 3, 4, 2, "Major"),
        mark("translation", 1, 3, 1),
        mark("translation", 3, 5, 9, "Major"),
    ]
    assert told(page) == expected
    marks = page.locator("mark.own")
    assert marks.all_inner_texts() == ["2kalt", f"1was {HOSTILE}", "9cold ."]
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    page.emulate_media(color_scheme="light")


def test_a_mark_takes_the_place_of_those_below_is_taken_back_and_removed(page: Page) -> None:
    first = [mark("source", 0, 1, 2), mark("translation", 0, 2, 1), mark("translation", 3, 4, 5)]
    show(page, 2, marks=first)
    page.get_by_role("switch").check()
    page.get_by_role("radio", name="minor").check(force=True)
    words(page).nth(1).focus()
    page.keyboard.press("Shift+End")
    page.keyboard.press("3")
    assert told(page) == [first[0], mark("translation", 1, 5, 3)]
    page.keyboard.press("z")
    assert told(page) == first
    expect(page.get_by_role("button", name="Take back")).to_be_disabled()
    words(page, "source").first.focus()
    page.keyboard.press("Delete")
    assert told(page) == first[1:]
    page.get_by_role("button", name="Remove the mark on cold").click()
    assert told(page) == first[1:2]
    expect(page.get_by_role("button", name="Remove the mark on It was")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("4")
    assert told(page) == first[1:2], "nothing is chosen any more"


def test_what_the_server_says_late_takes_no_mark_away_and_what_it_refuses_goes(page: Page) -> None:
    show(page, 3)
    page.get_by_role("switch").check()
    words(page).first.focus()
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    both = told(page)
    show(page, 3, marks=both[:1], heard="that of the first")
    expect(page.locator("mark.own")).to_have_count(2)
    show(page, 3, marks=[], heard=page.evaluate("told.at(-1)[1].token"))
    expect(page.locator("mark.own")).to_have_count(0)
    show(page, 4, marks=both[1:], language="zh")
    expect(page.locator("mark.own")).to_have_count(1)
    expect(page.get_by_role("switch", name="标出错误")).to_be_checked()
    expect(words(page).first).to_have_attribute("aria-label", f"It：{SAID}")


def test_a_finger_chooses_words_across_lines_and_scrolls_nothing(page: Page) -> None:
    show(page, 5)
    page.set_viewport_size({"width": 200, "height": 700})
    page.get_by_role("switch").check()
    boxes = [words(page).nth(place).bounding_box() for place in (0, 3)]
    (x, y), (to_x, to_y) = (
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box
    )
    assert to_y > y, "in another line"
    fingers = [
        [{"x": x + (to_x - x) * step / 9, "y": y + (to_y - y) * step / 9}] for step in range(10)
    ]
    browser = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", fingers[0]),
        *(("touchMove", one) for one in fingers[1:]),
        ("touchEnd", []),
    ):
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(500)  # a tap right after a drag only stops it
    page.get_by_role("button", name="Addition", exact=True).tap()
    assert told(page) == [mark("translation", 0, 4, 3, told(page)[0]["severity"])]
