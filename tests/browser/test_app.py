"""The app with its shipped models in a real browser: what a visitor does, and then sees.

What the picture itself can do is tested without a server in test_viewer.py and test_viewer_tree.py.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from seqviz.analysis.attention import attention_matrix
from seqviz.analysis.beam import fate_reason
from seqviz.analysis.compare import first_difference, greedy_prefix_fate
from seqviz.figures import reason_text
from seqviz.options import DecodeOptions
from seqviz.tasks.examples import EXAMPLES
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.words import table
from seqviz.words.numbers import number
from tests.browser import app_page
from tests.browser.app_page import await_link, choose, go, link_of, translation
from tests.browser.conftest import OpenPage, settled
from tests.browser.seen import SCREEN, assert_accessible, turn

pytestmark = pytest.mark.browser

COLD = {"text": "Es war sehr kalt."}
MARKUP = "Der <b>Hund</b> & die Katze"
DIVERGENT = next(e for e in EXAMPLES["de-en"] if e.code == "divergence")


@cache
def translator() -> Translator:
    return load("de-en/transformer")


def trace_of(text: str, **options: Any) -> Trace:
    return translator().translate(text, DecodeOptions(**options))


def words_of(page: Page, side: str) -> Locator:
    """The source's or the translation's words in the picture."""
    return page.locator(f"[data-part=sentence] .words.{side} .chip bdi")


def shows(page: Page, trace: Trace) -> None:
    """The picture is that of this trace, word by word."""
    view = attention_matrix(trace, words_level=True)
    expect(words_of(page, "source")).to_have_text(list(view.column_labels))
    expect(words_of(page, "output")).to_have_text(list(view.row_labels))
    expect(page.locator("[data-part=heatmap] canvas")).to_be_visible()


def test_a_cold_visit_shows_an_example_and_a_typed_sentence_is_walked_and_looked_into(
    page: Page, app: str
) -> None:
    go(page, app)
    first = EXAMPLES["de-en"][0]
    trace = trace_of(first.source)
    expect(app_page.sentence_box(page)).to_have_value(first.source)
    expect(translation(page)).to_have_text(trace.translation)
    expect(page).to_have_title("SeqViz")
    shows(page, trace)
    total, tokens, _, device = app_page.metrics(page)
    assert total == number(trace.hypotheses.log_probs[0])
    assert tokens == f"{len(trace.source.ids)} → {len(trace.target())}"
    assert device == "CPU"

    app_page.sentence_box(page).fill(MARKUP)
    page.get_by_role("button", name="Translate").click()
    trace = trace_of(MARKUP)
    expect(translation(page)).to_have_text(trace.translation)
    shows(page, trace)
    await_link(page, "text", MARKUP)

    slider = page.get_by_role("slider", name="Step", exact=True)
    slider.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    told = page.locator("[data-part=player] output:visible")
    expect(told).to_have_text(f"Word 3 of {words_of(page, 'output').count()}")
    page.wait_for_url(re.compile("[?&]step=[1-9]"))
    slider.press("Home")
    page.get_by_test_id("stMain").focus()  # where a click beside everything leads
    page.keyboard.press("ArrowRight")
    expect(told).to_have_text(re.compile("^Word 2 "))
    page.keyboard.press("ArrowLeft")
    await_link(page, "step", "0")
    for head in ("3", "0"):
        page.get_by_role("button", name="Layer 1, head 3", exact=True).click()
        await_link(page, "head", head)
    assert link_of(page)["layer"] == "1"
    assert_accessible(page)


PROGRAMS = """() => performance.getEntriesByType("resource")
    .map(({ name }) => /[/]static[/]js[/]([^/]+[.]js)$/.exec(name)?.[1]).filter(Boolean)"""


def test_the_first_page_asks_for_no_program_that_it_does_not_name_at_once(
    open_page: OpenPage, app: str
) -> None:
    go(open_page(), app)  # whoever comes first sees progress, too
    page = open_page()
    go(page, app)
    expect(page.get_by_text(table()["evidence.ask"])).to_be_visible()
    asked, named = page.evaluate(PROGRAMS), page.request.get(app).text()
    assert len(asked) > 50
    assert [name for name in asked if name not in named] == []


SETTINGS = {
    "text": DIVERGENT.source,
    "reference": "a reference",
    "beam": "7",
    "norm": "gnmt",
    "alpha": "0.6",
    "words": "0",
    "raw": "1",
    "step": "2",
    "pruned": "all",
    "layout": "tree",
}


def test_a_change_of_language_keeps_the_rest_and_every_view_is_accessible(
    page: Page, app: str
) -> None:
    go(page, app, SETTINGS)
    options = DecodeOptions(beam_size=7, length_normalisation="gnmt", alpha=0.6)
    beam = translator().translate(DIVERGENT.source, options)
    expect(translation(page)).to_have_text(beam.translation)
    for view, language, following in (("attention", "en", "zh"), ("tree", "zh", "en")):
        app_page.tab(page, view, language).check()
        await_link(page, "view", view)
        app_page.drawn(page)
        before = link_of(page)
        assert before.items() >= SETTINGS.items()
        choose(page, "lang", table(following)["page.own_name"])
        await_link(page, "lang", following)
        submit = page.get_by_role("button", name=table(following)["sidebar.submit"])
        expect(submit).to_be_visible()
        expect(app_page.tab(page, view, following)).to_be_checked()
        app_page.drawn(page)
        assert link_of(page).items() >= (before | {"lang": following}).items()
        expect(translation(page)).to_have_text(beam.translation)
        expect(app_page.sentence_box(page)).to_have_value(DIVERGENT.source)
    turn(page)
    assert_accessible(page)  # the tree in the dark; what follows in the light
    turn(page)

    app_page.show(page, "compare")
    greedy = translator().translate(DIVERGENT.source, replace(options, beam_size=1))
    difference, fate = first_difference(greedy, beam), greedy_prefix_fate(greedy, beam)
    assert difference is not None
    told = page.locator("[data-part=compare]")
    for line in (greedy.translation, beam.translation, f"At step {difference.step + 1}, greedy"):
        expect(told).to_contain_text(line)
    assert fate.code == "finished"
    stayed = f"stayed in beam search (beam size 7) and finished at step {fate.step + 1}"
    expect(told).to_contain_text(stayed)
    assert_accessible(page, SCREEN)


def test_a_node_explains_itself_and_the_address_shows_the_same_page_to_another_visitor(
    page: Page, app: str
) -> None:
    go(page, app, COLD | {"view": "tree", "beam": "4", "layer": "2", "head": "3"})
    trace = trace_of(COLD["text"], beam_size=4)
    node = page.locator("[data-part=tree] .node.is-pruned").first
    node.click()
    page.wait_for_url(re.compile("[?&]node="))
    settled(page)
    step, candidate = map(int, link_of(page)["node"].split("."))
    card = page.locator("[data-part=node]")
    expect(card).to_contain_text(reason_text(fate_reason(trace, step, candidate)))
    address, told, numbers = page.url, card.inner_text(), app_page.metrics(page)
    page.goto(address)
    expect(card).to_have_text(told, use_inner_text=True)
    settled(page)
    assert page.url == address
    assert app_page.metrics(page)[:2] == numbers[:2]
    turned = app_page.tab(page, "attention").element_handle()
    app_page.turn_to(page, "attention")
    assert turned.evaluate("tab => tab.isConnected && tab.checked")  # its tabs are not built anew
    expect(page.locator("[data-part=heatmap] h3")).to_contain_text("layer 2, head 3")
    expect(app_page.alerts(page)).to_have_count(0)


def test_the_address_holds_the_kept_word_and_what_the_matrix_shows(page: Page, app: str) -> None:
    go(page, app, COLD | {"why": "1"})
    app_page.drawn(page)
    word = page.locator("[data-part=sentence] .words.source .chip").nth(2)
    word.click()
    await_link(page, "source", "3")
    page.get_by_role("radio", name=table()["evidence.by.fed"], exact=True).check()
    await_link(page, "by", "fed")
    settled(page)
    title = page.locator("[data-part=heatmap] h3")
    told = title.inner_text()
    page.goto(page.url)
    expect(word).to_have_attribute("aria-pressed", "true", timeout=app_page.COLD_MILLISECONDS)
    expect(title).to_have_text(told)
    page.get_by_role("radio", name=table()["figure.kind.encoder"], exact=True).check()
    here = page.locator("[data-part=player] output:visible")
    expect(here).to_have_text(re.compile("^Source 3 of"))
    await_link(page, "kind", "encoder")
    page.goto(page.url)
    expect(here).to_have_text(re.compile("^Source 3 of"), timeout=app_page.COLD_MILLISECONDS)
    page.get_by_test_id("stMain").focus()
    page.keyboard.press("Escape")
    await_link(page, "source", "0")


def test_whoever_presents_before_the_page_is_there_turns_from_part_to_part(
    page: Page, app: str
) -> None:
    page.goto(f"{app}/?view=tree", wait_until="commit")
    page.locator("body").press("p")
    shown = page.locator(".pictures .seqviz-picture")
    expect(shown).to_have_attribute("data-part", "tree", timeout=app_page.COLD_MILLISECONDS)
    expect(shown).to_be_visible()
    expect(page.locator("[data-part=node]")).to_be_visible()  # stands beside it
    for hidden in ("choose", "heads", "lines"):
        expect(page.locator(f"[data-part={hidden}]").filter(visible=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Translate")).to_be_hidden()
    expect(page.locator("[data-part=heads]")).to_have_count(1)  # the other views are built
    page.keyboard.press("PageUp")
    expect(shown).to_have_attribute("data-part", "heads")
    expect(shown).to_be_visible()
    expect(page.locator("[data-part=sentence]")).to_be_visible()
    page.wait_for_url(lambda url: "view" not in url)
    page.keyboard.press("Escape")
    expect(page.locator("[data-part=lines]")).to_be_visible()
