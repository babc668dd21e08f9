"""The app with its shipped models in a real browser: what a visitor does, and then sees."""

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from seqviz.analysis.attention import attention_matrix
from seqviz.analysis.beam import fate_reason, prefix_text
from seqviz.analysis.compare import first_difference, greedy_prefix_fate
from seqviz.analysis.words import display_piece
from seqviz.figures import reason_text
from seqviz.options import DecodeOptions
from seqviz.trace import Fate, Trace
from seqviz.translator import Translator, load
from seqviz.views.sidebar.examples import EXAMPLES
from seqviz.words import table
from seqviz.words.numbers import number
from tests.browser import app_page
from tests.browser.app_page import VIEWS, await_link, choose, go, link_of, translation
from tests.browser.conftest import OpenPage, settled
from tests.browser.seen import assert_accessible, turn

ENGLISH, CHINESE = table("en"), table("zh")
pytestmark = pytest.mark.browser

COLD = {"text": "Es war sehr kalt."}
MARKUP = "Der <b>Hund</b> & die Katze"
DIVERGENT = next(e for e in EXAMPLES["de-en"] if e.code == "divergence")


@cache
def translator(name: str) -> Translator:
    return load(name)


@cache
def trace_of(text: str, beam_size: int = 5, name: str = "de-en/transformer") -> Trace:
    return translator(name).translate(text, beam_size=beam_size)


def sum_of(trace: Trace) -> str:
    return number(trace.hypotheses.log_probs[0])


def tick_labels(page: Page, axis: str) -> list[str]:
    texts = app_page.plot(page, "attention").locator(f".{axis}tick text").all_text_contents()
    return [text.strip("\u2066\u2067\u2068\u2069") for text in texts]


def outlined_label(page: Page) -> str:
    """The label beside the outlined row of the heatmap."""
    heatmap = app_page.plot(page, "attention")
    outline = heatmap.locator(".shapelayer path").first.bounding_box()
    assert outline is not None
    ticks = heatmap.locator(".ytick text")
    middles = ticks.evaluate_all("es => es.map(e => e.getBoundingClientRect())")
    centre = outline["y"] + outline["height"] / 2
    distances = [abs(box["y"] + box["height"] / 2 - centre) for box in middles]
    nearest = ticks.nth(int(np.argmin(distances))).text_content()
    return (nearest or "").strip("\u2066\u2067\u2068\u2069")


def test_a_cold_visit_shows_an_example_and_a_typed_sentence_is_translated(
    page: Page, app: str
) -> None:
    go(page, app)
    first = EXAMPLES["de-en"][0]
    trace = trace_of(first.source)
    expect(app_page.source(page)).to_have_text(first.source)
    expect(translation(page)).to_have_text(trace.translation)
    expect(page).to_have_title("SeqViz")
    expect(app_page.plot(page, "attention").locator(".heatmaplayer image")).to_be_visible()
    assert tick_labels(page, "x") == [display_piece(piece) for piece in trace.source.pieces]
    total, tokens, _, device = app_page.metrics(page)
    assert total == sum_of(trace)
    assert tokens == f"{len(trace.source.ids)} → {len(trace.target())}"
    assert device == "CPU"
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    app_page.translate(page, MARKUP)
    trace = trace_of(MARKUP)
    expect(translation(page)).to_have_text(trace.translation)
    check_saved_heatmap(page, trace)
    app_page.sentence_box(page).fill("Wo ist meine Lesebrille?")
    page.get_by_role("button", name="Translate").click()
    trace = trace_of("Wo ist meine Lesebrille?")
    expect(translation(page)).to_have_text(trace.translation)
    await_link(page, "text", "Wo ist meine Lesebrille?")

    view = attention_matrix(trace, words_level=True)
    page.locator(".st-key-words label").first.click()
    await_link(page, "words", "1")
    assert tick_labels(page, "x") == list(view.column_labels)
    assert set(tick_labels(page, "y")) == set(view.row_labels)
    assert len(view.column_labels) < len(trace.source.pieces)


def check_saved_heatmap(page: Page, trace: Trace) -> None:
    """The camera button saves an SVG with every token as it is."""
    app_page.drawn(page)
    app_page.plot(page, "attention").hover()
    with page.expect_download() as download:
        app_page.plot(page, "attention").locator("[data-title='Download plot']").click()
    assert download.value.suggested_filename == "attention.svg"
    picture = ElementTree.parse(Path(download.value.path())).getroot()
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    texts = {"".join(node.itertext()) for node in picture.iter("{http://www.w3.org/2000/svg}text")}
    texts = {text.strip("\u2066\u2067\u2068\u2069") for text in texts}
    assert texts >= {
        display_piece(piece) for piece in (*trace.source.pieces, *trace.target_pieces())
    }
    assert picture.find(".//{http://www.w3.org/2000/svg}image") is not None


def click_node(page: Page, label: str) -> None:
    """Click a node of the tree by the first text that reads so."""
    tree = page.locator("[class*=st-key-tree-chart-] svg")
    tree.locator(
        "text", has_text=re.compile(f"^[★✓✂ ]*\u2068?{re.escape(label)}\u2069?$")
    ).first.click()


def pruned_once(trace: Trace) -> tuple[int, int]:
    """A pruned candidate of an early step whose token is nowhere else in the first three steps."""
    search = trace.search
    shown = search.candidate_tokens[:3][search.candidate_fates[:3] != Fate.ABSENT].tolist()
    for step in range(1, 3):
        for candidate in np.flatnonzero(search.candidate_fates[step] == Fate.PRUNED).tolist():
            if shown.count(int(search.candidate_tokens[step, candidate])) == 1:
                return step, candidate
    raise AssertionError("no such candidate")


def label_of(trace: Trace, step: int, candidate: int) -> str:
    token = int(trace.search.candidate_tokens[step, candidate])
    return display_piece(trace.vocabulary[token]).removeprefix("▁")


def details(page: Page) -> Locator:
    return page.locator(".st-key-node [data-testid=stText]").first


def check_nodes(page: Page, trace: Trace) -> tuple[int, int]:
    """A click on a node shows its prefix and why it lived or was cut; return the last one."""
    _, path = trace.path()
    click_node(page, label_of(trace, 3, int(path[3])))
    expect(details(page)).to_have_text(prefix_text(trace, 3, int(path[3])))
    await_link(page, "node", f"3.{path[3]}")
    step, candidate = pruned_once(trace)
    click_node(page, label_of(trace, step, candidate))
    expect(details(page)).to_have_text(prefix_text(trace, step, candidate))
    reason = reason_text(fate_reason(trace, step, candidate))
    assert reason.startswith("Pruned: rank ")
    expect(page.locator(".st-key-node")).to_contain_text(reason)
    await_link(page, "node", f"{step}.{candidate}")
    return step, candidate


def click_tile(page: Page, chart: str, place: int) -> None:
    point = app_page.plot(page, chart).locator(".point").nth(place)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.wait_for_timeout(150)  # plotly notices the pointer only after a while
    page.mouse.click(box["x"] + 12, box["y"] + 12)


def test_keys_move_the_outline_and_the_link_and_a_click_chooses_a_head_or_the_mean(
    page: Page, app: str
) -> None:
    go(page, app, COLD)
    labels = [display_piece(piece) for piece in trace_of(COLD["text"]).target_pieces()]
    expect(app_page.plot(page, "attention").locator(".shapelayer path")).to_be_visible()
    assert outlined_label(page) == labels[0]
    page.locator(".stepper").get_by_role("slider").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".stepper output")).to_have_text(f"Step 4 of {len(labels)}")
    await_link(page, "step", "3")
    expect(app_page.plot(page, "attention").locator(".shapelayer path")).to_be_visible()
    assert outlined_label(page) == labels[3]
    page.keyboard.press("Home")
    await_link(page, "step", "0")
    assert outlined_label(page) == labels[0]

    head = page.locator(".st-key-head").get_by_role("combobox")
    for value, shown in (("3", "3"), ("0", "Mean of heads")):
        click_tile(page, "heads", 2)
        await_link(page, "head", value)
        expect(head).to_have_value(shown)
    page.locator(".st-key-all_layers label").first.click()
    await_link(page, "all_layers", "1")
    for value in ("5", "0"):
        click_tile(page, "model-view", 2 * 8 + 4)
        await_link(page, "head", value)
        assert link_of(page)["layer"] == "3"
    assert_accessible(page)


SETTINGS = {
    "text": DIVERGENT.source,
    "reference": "a reference",
    "system": "additive",
    "beam": "7",
    "norm": "gnmt",
    "alpha": "0.6",
    "words": "1",
    "raw": "1",
    "step": "2",
    "pruned": "all",
    "layout": "rank",
    "node": "2.9",
}


def test_a_change_of_language_keeps_the_rest_and_every_view_is_accessible(
    page: Page, app: str
) -> None:
    go(page, app, SETTINGS)
    trace = translator("de-en/additive").translate(
        DIVERGENT.source, DecodeOptions(beam_size=7, length_normalisation="gnmt", alpha=0.6)
    )
    expect(translation(page)).to_have_text(trace.translation)
    other = {"en": "zh", "zh": "en"}
    names = {"zh": "中文", "en": "English"}
    for view in VIEWS:
        language = link_of(page)["lang"]
        choose(page, "view", VIEWS[view] if language == "en" else CHINESE[f"view.{view}"])
        await_link(page, "view", view)
        app_page.drawn(page)
        before = link_of(page)
        assert before.items() >= SETTINGS.items()
        choose(page, "lang", names[other[language]])
        await_link(page, "lang", other[language])
        words = {"zh": CHINESE, "en": ENGLISH}[other[language]]
        expect(page.get_by_role("button", name=words["sidebar.submit"])).to_be_visible()
        expect(page.get_by_role("radio", name=words[f"view.{view}"], exact=True)).to_be_checked()
        assert link_of(page).items() >= (before | {"lang": other[language]}).items()
        expect(translation(page)).to_have_text(trace.translation)
        expect(app_page.sentence_box(page)).to_have_value(DIVERGENT.source)
        page.get_by_text(words["chart.table"]).first.click()
        expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()
        assert_accessible(page)
        turn(page)  # the next view begins as this one ends
        assert_accessible(page)


def test_nodes_explain_themselves_and_the_address_shows_the_same_page_to_another_visitor(
    page: Page, open_page: OpenPage, app: str
) -> None:
    go(page, app, COLD)
    page.locator(".st-key-beam input").focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Translate").click()
    await_link(page, "beam", "4")
    app_page.select(page, "layer", "2")
    await_link(page, "layer", "2")
    app_page.select(page, "head", "3")
    await_link(page, "head", "3")
    page.locator(".stepper").get_by_role("button", name="Next step").click()
    await_link(page, "step", "1")
    choose(page, "view", VIEWS["tree"])
    choose(page, "pruned", "All")
    await_link(page, "pruned", "all")
    trace = trace_of(COLD["text"], 4)
    step, candidate = check_nodes(page, trace)
    other = open_page()
    other.goto(page.url)
    expect(details(other)).to_have_text(prefix_text(trace, step, candidate))
    settled(other)
    assert other.url == page.url
    assert app_page.metrics(other)[:2] == app_page.metrics(page)[:2]
    choose(other, "view", VIEWS["attention"])
    await_link(other, "view", "attention")
    expect(app_page.plot(other, "attention")).to_contain_text("layer 2 · head 3")
    assert outlined_label(other) == display_piece(trace.target_pieces()[1])
    expect(other.locator(".stepper output")).to_have_text(f"Step 2 of {len(trace.target())}")
    expect(app_page.alerts(other)).to_have_count(0)


def test_all_beam_sizes_and_a_sentence_where_both_differ(page: Page, app: str) -> None:
    go(page, app, COLD | {"view": "beam_sizes"})
    chart = app_page.plot(page, "sweep")
    expect(chart).to_be_visible()
    settled(page)
    expect(chart.locator(".point")).to_have_count(30)  # score, length, and chrF of the example
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)

    app_page.turn_to(page, "compare")
    expect(app_page.alert(page, "agree")).to_be_visible()
    page.get_by_role("button", name="Show a sentence where they differ").click()
    expect(app_page.source(page)).to_have_text(DIVERGENT.source)
    expect(app_page.sentence_box(page)).to_have_value(DIVERGENT.source)
    greedy, beam = trace_of(DIVERGENT.source, 1), trace_of(DIVERGENT.source)
    difference = first_difference(greedy, beam)
    assert difference is not None
    assert difference.greedy_piece is not None
    assert difference.beam_piece is not None
    said = (
        f"At step {difference.step + 1} greedy took ‘{difference.greedy_piece.strip('▁')}’ with "
        f"p = {difference.greedy_prob:.2f}; the beam kept ‘{difference.beam_piece.strip('▁')}’ "
        f"(p = {difference.beam_prob:.2f}), which won by {difference.log_prob_margin:.2f}"
    )
    expect(app_page.alert(page, said)).to_be_visible()
    fate = greedy_prefix_fate(greedy, beam)
    assert fate.code == "finished"
    expect(page.get_by_text("stayed in the beam and finished at step")).to_contain_text(
        f"at step {fate.step + 1}"
    )
    for trace in (greedy, beam):
        expect(page.get_by_text(trace.translation).last).to_be_visible()
