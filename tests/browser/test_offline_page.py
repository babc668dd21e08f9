"""The page that is taken away, opened from a file with the network cut."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from seqviz.analysis.attention import attention_matrix
from seqviz.analysis.beam import fate_reason
from seqviz.export.offline import offline_page
from seqviz.figures import reason_text
from seqviz.trace import Fate, Trace
from seqviz.viewer import card
from seqviz.words import table
from tests.browser.conftest import opened_file
from tests.browser.seen import await_fit
from tests.fixtures.toy_traces import transformer_trace

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>document.title='x'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def trace() -> Trace:
    plain = transformer_trace()
    model = replace(plain.model, source_language="deu_Latn", target_language="a <b>")
    return replace(plain, source=replace(plain.source, text=HOSTILE), model=model)


@pytest.fixture
def page(browser: Browser, tmp_path: Path, trace: Trace) -> Iterator[Page]:
    """The page; afterwards it must have asked for nothing, and have failed nowhere."""
    with opened_file(browser, tmp_path / "trace.html", offline_page(trace)) as opened:
        yield opened


def test_it_works_by_itself(page: Page, trace: Trace) -> None:
    expect(page.locator(".sentence.source .text")).to_have_text(HOSTILE)
    assert page.locator("img").count() == 0
    assert page.locator(".sentence.source .text").get_attribute("lang") == "deu-Latn"
    assert page.locator(".sentence.translation .text").get_attribute("lang") is None
    check_hover(page, trace)
    check_head(page)
    check_node(page, trace)
    check_keys(page)
    check_themes(page)
    check_presenter(page)
    page.set_viewport_size({"width": 390, "height": 844})
    await_fit(page)
    page.get_by_role("radio", name="中文").check()
    expect(page.locator("#attention h2")).to_have_text("注意力")


def check_hover(page: Page, trace: Trace) -> None:
    view = attention_matrix(trace)
    tip, cells = page.locator(".heatmap .tip"), page.locator(".matrix canvas")
    cells.scroll_into_view_if_needed()
    box = cells.bounding_box()
    assert box is not None
    rows, columns = view.weights.shape
    step, place = 2, 1
    page.mouse.move(
        box["x"] + box["width"] * (place + 0.5) / columns,
        box["y"] + box["height"] * (step + 0.5) / rows,
    )
    expect(tip).to_be_visible()
    shown = re.search(r": (\d\.\d{3})$", tip.inner_text())
    assert shown is not None
    assert float(shown[1]) == pytest.approx(float(view.weights[step, place]), abs=0.0025)


def picture(page: Page) -> str:
    drawn: str = page.locator(".matrix canvas").evaluate("canvas => canvas.toDataURL()")
    return drawn


def check_themes(page: Page) -> None:
    """Dark when the visitor wants it or the system is, and light on paper."""
    light = "rgb(244, 247, 251)"
    body = page.locator("body")
    expect(body).to_have_css("background-color", light)
    in_the_light = picture(page)
    page.get_by_role("radio", name="Dark").check()
    expect(body).to_have_css("background-color", "rgb(11, 16, 22)")
    page.wait_for_function(
        "light => document.querySelector('.matrix canvas').toDataURL() !== light", arg=in_the_light
    )
    dark = picture(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    on_paper = picture(page)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen", color_scheme="dark")
    assert on_paper != dark, "what is painted is light on paper, too"
    page.wait_for_function(
        "dark => document.querySelector('.matrix canvas').toDataURL() === dark", arg=dark
    )
    page.get_by_role("radio", name="Light").check()
    expect(body).to_have_css("background-color", light)
    page.get_by_role("radio", name="Auto").check()
    expect(body).to_have_css("background-color", "rgb(11, 16, 22)")


def check_head(page: Page) -> None:
    before = picture(page)
    page.get_by_role("combobox", name="Head").select_option("2")
    expect(page.locator(".heatmap h3")).to_contain_text("head 2")
    after = picture(page)
    assert before != after
    page.get_by_role("button", name="Layer 1, head 3").click()
    expect(page.locator(".heatmap h3")).to_contain_text("layer 1, head 3")
    assert picture(page) not in (before, after)


def check_node(page: Page, trace: Trace) -> None:
    step = 1
    candidate = int((trace.search.candidate_fates[step] == Fate.PRUNED).argmax())
    reason = reason_text(fate_reason(trace, step, candidate))
    page.get_by_role("radio", name="All", exact=True).check()
    page.locator(f'.node.is-pruned[aria-label*=", step {step + 1},"]').first.click()
    plain = re.sub("[\u2068\u2069]", "", page.locator(".reason").inner_text())
    assert plain == re.sub("[\u2068\u2069]", "", reason)


def check_keys(page: Page) -> None:
    page.get_by_role("application").focus()
    page.keyboard.press("Home")
    expect(page.locator(".player .status")).to_contain_text("Word 1 of")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".player .status")).to_contain_text("Word 2 of")
    expect(page.locator('.node[aria-pressed="true"]')).to_have_attribute(
        "aria-label", re.compile(", step 2, ")
    )


def check_presenter(page: Page) -> None:
    """P: one part in large type; Page Down goes through it, then turns; B is black; Esc ends."""
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    page.keyboard.press("p")
    picture = page.locator("main .seqviz-picture:visible")
    expect(picture).to_have_attribute("data-part", "lines")
    expect(page.locator("main > section:visible")).to_have_attribute("id", "attention")
    expect(page.locator("[data-part=heatmap]")).to_be_hidden()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".seqviz-timer")).to_have_text(re.compile(r"^0:\d\d$"))
    assert page.evaluate(size) == pytest.approx(1.6 * before, rel=0.02)
    expect(page.get_by_text("Show data").filter(visible=True)).to_have_count(0)
    here = "document.documentElement.scrollTop"
    seen = [turn_on(page, picture) for _ in range(4)]
    assert seen == ["heatmap", "next", "heads", "tree"]
    expect(page.locator("main > section:visible")).to_have_attribute("id", "search")
    assert page.evaluate(here) == 0
    assert page.evaluate("document.documentElement.scrollHeight > innerHeight + 100")
    page.keyboard.press("PageDown")
    assert page.evaluate(here) > 0
    expect(picture).to_have_attribute("data-part", "tree")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    expect(picture).to_have_attribute("data-part", "heads")
    page.keyboard.press("b")
    expect(page.locator("html")).to_have_class(re.compile("seqviz-black"))
    page.keyboard.press("Escape")
    expect(page.locator("nav")).to_be_visible()
    page.get_by_role("button", name="Present").click()
    expect(page.locator("nav")).to_be_hidden()
    page.mouse.move(100, 100)
    page.get_by_role("button", name="Stop presenting").click()
    expect(page.locator("nav")).to_be_visible()


def turn_on(page: Page, picture: Locator) -> str | None:
    """Turn from the end of a presented part to the next; return its name."""
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    page.keyboard.press("PageDown")
    return picture.get_attribute("data-part")


@pytest.mark.parametrize(
    "made", [offline_page, lambda trace: card(trace).html], ids=["page", "card"]
)
def test_a_translation_that_was_cut_off_is_said_and_the_facts_are_there(
    browser: Browser, tmp_path: Path, made: Callable[[Trace], str]
) -> None:
    plain = transformer_trace()
    assert not plain.hypotheses.finished[0]
    whole = replace(plain.hypotheses, finished=plain.hypotheses.finished | True)
    with opened_file(
        browser, tmp_path / "whole.html", made(replace(plain, hypotheses=whole))
    ) as page:
        expect(page.locator("[data-part=heatmap]")).to_be_visible()
        expect(page.get_by_text(table()["header.unfinished"])).to_have_count(0)
    with opened_file(browser, tmp_path / "cut.html", made(plain)) as page:
        expect(page.get_by_text(table()["header.unfinished"])).to_be_visible()
        for folded in page.locator("summary").filter(has_text="Model and options").all():
            folded.click()
        for fact in ("float32", plain.model.fingerprint[:16], table()["viewer.stopped.max_length"]):
            expect(page.get_by_text(fact, exact=True)).to_be_visible()
