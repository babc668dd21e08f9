"""The panel with every number that a page shows below its screen, in one page without a server."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.analysis.attention import default_layer
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.viewer import numbers_words, packed, script, style, viewer_words
from seqviz.viewer.computation import packed_computation
from tests.browser.conftest import opened_file
from tests.browser.seen import assert_accessible
from tests.fixtures.explained import OPTIONS, TEXT
from tests.fixtures.tiny_models import write_tiny_models

pytestmark = pytest.mark.browser

HOST = """
const [parentElement, viewer] = ["host", "viewer"].map(
  (id) => document.getElementById(id).attachShadow({ mode: "open" }),
);
const sheet = new CSSStyleSheet();
parentElement.adoptedStyleSheets.push(sheet);
let leave = null;
const show = (data) => { leave = seqviz.numbers({ data, parentElement }); };
const watch = (data) => seqviz.show({ data, parentElement: viewer, setTriggerValue() {} });
"""
WALK = """(step) => {
  seqviz.viewers.get("watch").stage.goToStep(step);
  return document.getElementById("host").shadowRoot.querySelector("h3").textContent;
}"""
"""What the panel says when the viewer goes to a step, before anything else can happen."""


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder = write_tiny_models(tmp_path_factory.mktemp("pretrained"))
    return load("de-en/transformer", "cpu", folder)


@pytest.fixture(scope="module")
def trace(translator: Translator) -> Trace:
    return translator.translate(TEXT, OPTIONS)


@pytest.fixture(scope="module")
def steps(translator: Translator, trace: Trace) -> list[Any]:
    layer = default_layer(trace, "cross")
    return [packed_computation(translator.explain(trace, at, layer=layer)) for at in (0, 1, 2)]


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    programs = "".join(
        f"(() => {{{script(name).replace('export default function', 'function')} {start}(); }})();"
        for name, start in (("page", "program"), ("numbers", "numbers"))
    )
    text = (
        '<!doctype html><html lang="en"><title>numbers</title><main><h1>numbers</h1><h2>step</h2>'
        f'<div id="viewer"></div><div id="host"></div></main><script>{programs}{HOST}</script>'
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
        data = {"packed": steps[step], "code": f"{step}", "language": language, "words": words}
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


def test_the_panel_moves_with_the_viewer_in_the_same_frame(
    page: Page, trace: Trace, steps: list[Any]
) -> None:
    told = {"key": "watch", "trace": "first", "language": "en", "layout": ["sentence"], "acts": []}
    watched = told | {"payload": packed(trace), "words": viewer_words("en")}
    page.evaluate("data => watch(data)", watched)
    expect(page.locator("#viewer .words.output .chip")).not_to_have_count(0)
    layer = default_layer(trace, "cross")
    code = f"cross {layer} 0 0"
    ahead = {f"{code} {step}": one for step, one in enumerate(steps[:2])}
    page.evaluate("data => { show(data); }", {"trace": "first", "steps": ahead})
    shown = {"viewer": "watch", "trace": "first", "language": "en", "words": numbers_words("en")}
    page.evaluate("data => show(data)", shown | {"packed": steps[0], "code": f"{code} 0"})
    heading = page.locator(".calc h3")
    expect(heading).to_contain_text("Step 1")
    assert "Step 2" in page.evaluate(WALK, 1)
    assert "Step 2" in page.evaluate(WALK, 2), "not there yet: it is asked for"
    page.evaluate("data => show(data)", shown | {"packed": steps[0], "code": f"{code} 0"})
    page.evaluate("data => show(data)", shown | {"packed": steps[2], "code": f"{code} 2"})
    expect(heading).to_contain_text("Step 3")
    assert "Step 1" in page.evaluate(WALK, 0)
    page.evaluate("data => show(data)", shown | {"packed": steps[2], "code": f"{code} 2"})
    page.wait_for_function("seqviz.viewers.get('watch').stage.state.step === 0")
    expect(heading).to_contain_text("Step 1")  # what comes late of a step that one left
    page.evaluate("leave()")
    expect(heading).to_have_count(0)
