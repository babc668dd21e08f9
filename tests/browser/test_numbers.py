"""The panel with every number that a page shows below its screen, in one page without a server."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.translator import load
from seqviz.viewer import numbers_words, script, style
from seqviz.viewer.computation import packed_computation
from tests.browser.conftest import opened_file
from tests.browser.seen import assert_accessible
from tests.fixtures.explained import OPTIONS, TEXT
from tests.fixtures.tiny_models import write_tiny_models

pytestmark = pytest.mark.browser

HOST = """
const parentElement = document.getElementById("host").attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet();
parentElement.adoptedStyleSheets.push(sheet);
let leave = null;
const show = (data) => { leave = seqviz.numbers({ data, parentElement }); };
"""


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder = write_tiny_models(tmp_path_factory.mktemp("pretrained"))
    translator = load("de-en/transformer", "cpu", folder)
    trace = translator.translate(TEXT, OPTIONS)
    return [packed_computation(translator.explain(trace, step)) for step in (0, 1)]


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    program = script("numbers").replace("export default function", "function")
    text = (
        '<!doctype html><html lang="en"><title>numbers</title><main><h1>numbers</h1><h2>step</h2>'
        f'<div id="host"></div></main><script>(() => {{{program} numbers(); }})();{HOST}</script>'
    )
    path = tmp_path_factory.mktemp("numbers") / "numbers.html"
    with opened_file(browser, path, text) as opened:
        opened.evaluate("text => sheet.replaceSync(text)", style("base", "computation"))
        yield opened


def test_another_step_and_another_language_keep_what_was_chosen(
    page: Page, steps: list[Any]
) -> None:
    def show(step: int, language: str) -> None:
        words = numbers_words(language)
        data = {"packed": steps[step], "language": language, "words": words}
        page.evaluate("data => show(data)", data)

    heading, panel = page.locator(".calc h3"), page.locator(".calc")
    show(0, "en")
    expect(heading).to_contain_text("Step 1")
    page.get_by_role("radio", name="Weighted sum").check()
    expect(page.locator(".sums .token")).to_have_count(len(steps[0]["columns"]))
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".term.lit")).not_to_have_count(0)
    show(1, "en")
    expect(heading).to_contain_text("Step 2")
    expect(panel).to_have_attribute("data-phase", "sum")
    assert_accessible(page)
    show(0, "zh")
    expect(heading).to_contain_text("1")
    expect(page.get_by_role("radio", name="加权求和")).to_be_checked()
    page.evaluate("leave()")
    expect(panel).to_have_count(0)
