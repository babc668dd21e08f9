"""What the viewer unpacks of every sort of trace is what Python knows: number by number."""

import re
from collections.abc import Iterator
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.analysis.attention import Kind, attention_matrix, missing_attention
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.trace.file import read_trace
from seqviz.viewer import card, packed, viewer_words
from seqviz.viewer.program import script
from tests.fixtures import toy_traces as toy

pytestmark = pytest.mark.browser

HALF = 0.5 / 65_535
"""Of a level; a mean is as exact as its parts."""
MATRIX = """([at, asked]) => {
    const {rows, columns, values} = opened[at].matrix({hypothesis: 0, ...asked});
    return [rows, columns, values.map((row) => [...row])];
}"""
PIECES = {
    "right to left": ("▁مرحبا", "▁بال", "عالم", "▁שלום", "."),
    "no spaces": ("▁很", "忙", "的", "猫", "。"),
    "hostile": ("▁<img src=x onerror=alert(1)>", "</script>", "▁{rank}", "⟨x", "\u202e", "▁$x$"),
}
OLD = Path(__file__).parents[1] / "data"


def traces() -> dict[str, Trace]:
    """One of every sort."""
    attending = {
        name: toy.random_trace(5, 9, 3, layers=2, heads=2, pieces=pieces)
        for name, pieces in PIECES.items()
    }
    return {
        "recurrent": toy.rnn_trace(),
        "without attention": toy.rnn_trace(attention=False),
        "transformer": toy.transformer_trace(),
        "greedy": toy.greedy_trace(),
        "large": toy.random_trace(3, 30, 5, layers=6, heads=8, source_length=30),
        "long": toy.random_trace(4, 100, 2, layers=2, heads=2, source_length=100),
        **attending,
        **{path.name: read_trace(path) for path in sorted(OLD.glob("format-*.json*"))},
    }


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page with the viewer's own class of records, and nothing of a server."""
    context = browser.new_context(offline=True, reduced_motion="reduce")
    opened = context.new_page()
    program = script("page", short=False).replace("export default function", "function")
    opened.add_script_tag(content=f"{program}\nwindow.opened = []; window.Opened = Record;")
    yield opened
    context.close()


TRACES = traces()


@pytest.mark.parametrize("name", TRACES)
def test_matrices_scores_and_bars_are_the_traces(page: Page, name: str) -> None:
    trace = TRACES[name]
    page.evaluate("async (payload) => { opened[0] = await Opened.open(payload); }", packed(trace))
    check_attention(page, trace)
    check_next(page, trace)
    check_tree(page, trace)


def check_attention(page: Page, trace: Trace) -> None:
    for kind in get_args(Kind):
        if missing_attention(trace, kind) is not None:
            assert page.evaluate("kind => opened[0].weights[kind] === undefined", kind)
            continue
        encoder = trace.encoder_self_attention
        layers = trace.model.layers if kind != "encoder" or encoder is None else encoder.shape[0]
        for words in (False, True):
            for layer, head in ((0, None), (layers - 1, trace.model.heads - 1)):
                view = attention_matrix(trace, kind, layer=layer, head=head, words_level=words)
                asked = {"kind": kind, "layer": layer, "words": words}
                check(page, asked | {"head": -1 if head is None else head}, view.weights, HALF)
        if missing_attention(trace, kind, raw=True) is None:
            for words in (False, True):
                view = attention_matrix(trace, kind, raw=True, words_level=words)
                asked = {"kind": kind, "layer": 0, "head": -1, "words": words, "raw": True}
                check(page, asked, view.weights, 1e-5)


def check(page: Page, asked: dict[str, Any], expected: Any, within: float) -> None:
    rows, columns, values = page.evaluate(MATRIX, [0, asked])
    assert (len(rows), len(columns)) == expected.shape
    full = np.zeros(expected.shape)
    for place, row in enumerate(values):  # the decoder's rows end where it had got to
        full[place, : len(row)] = row
    sums = max(1, expected.shape[1])  # a word adds up its tokens
    np.testing.assert_allclose(full, expected, rtol=1e-5, atol=within * sums + 1e-6)


EARLY = """(data) => {
    const host = document.body.appendChild(document.createElement("div"));
    const shadow = host.attachShadow({mode: "open"});
    seqviz.show({data, parentElement: shadow, setTriggerValue() {}});
}"""


def test_a_viewer_that_is_told_later_what_is_selected_is_drawn(page: Page) -> None:
    faults = list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    data: dict[str, Any] = {"key": "early", "trace": "early", "language": "en", "acts": []}
    data |= {"layout": None, "words": viewer_words("en")}
    data["payload"] = packed(toy.transformer_trace())
    page.evaluate("program()")
    page.evaluate(EARLY, data)
    expect(page.locator("[data-part=heatmap] canvas")).to_be_visible()
    assert faults == []


ASKED = """data => {
    const asked = [];
    const ask = globalThis.getComputedStyle;
    const canvas = CanvasRenderingContext2D.prototype;
    const font = Object.getOwnPropertyDescriptor(canvas, "font");
    const note = (what) => {
        const host = document.querySelector("div.asked");
        if (host.shadowRoot.querySelector("[data-part=lines] .all path")) asked.push(what);
    };
    globalThis.getComputedStyle = (...all) => (note("style"), ask(...all));
    Object.defineProperty(canvas, "font", { ...font, set(value) {
        if (this.canvas.isConnected) note("font");
        font.set.call(this, value);
    } });
    const host = document.body.appendChild(document.createElement("div"));
    host.className = "asked";
    const shadow = host.attachShadow({mode: "open"});
    seqviz.show({data: {key: data.key, given: {trace: data.trace, count: 1, step: 1}}});
    seqviz.show({data, parentElement: shadow, setTriggerValue() {}});
    return new Promise((resolve) => {
        new MutationObserver((_, watching) => {
            if (!shadow.querySelector("[data-part=heatmap] .now")) return;
            watching.disconnect();
            globalThis.getComputedStyle = ask;
            Object.defineProperty(canvas, "font", font);
            resolve(asked);
        }).observe(shadow, { childList: true, subtree: true });
    });
}"""


def test_nothing_has_the_first_picture_laid_out_while_it_is_drawn(page: Page) -> None:
    data: dict[str, Any] = {"key": "asked", "trace": "asked", "language": "en", "acts": []}
    data |= {"layout": None, "words": viewer_words("en")}
    data["payload"] = packed(toy.transformer_trace())
    page.evaluate("program()")
    assert page.evaluate(ASKED, data) == []


NEXT = """rows => rows.map((row) => {
    const {tokens, probs, entropy} = opened[0].next(row);
    return [tokens, [...probs].slice(0, tokens.length), entropy];
})"""


def check_next(page: Page, trace: Trace) -> None:
    slots, _ = trace.path()
    rows = np.arange(len(slots)) * trace.search.slots + slots
    for (step, slot), found in zip(
        enumerate(slots.tolist()), page.evaluate(NEXT, rows.tolist()), strict=True
    ):
        recorded = trace.search.next_tokens[step, slot]
        listed = recorded[recorded >= 0][:10].tolist()
        assert found[0] == listed
        probs = np.exp(trace.search.next_log_probs[step, slot][: len(listed)])
        np.testing.assert_allclose(found[1], probs, atol=1e-6)
        assert found[2] == trace.search.entropies[step, slot]


def check_tree(page: Page, trace: Trace) -> None:
    columns = ("step", "candidate", "logProb", "cumulative")
    found = page.evaluate("names => names.map((name) => [...opened[0].tree[name]])", list(columns))
    search = trace.search
    for step, candidate, log_prob, cumulative in zip(*found, strict=True):
        if step < 0:
            continue
        for shown, array in (
            (log_prob, search.candidate_log_probs),
            (cumulative, search.candidate_cumulative),
        ):
            assert shown == array[step, candidate] or isnan(array[step, candidate])


def test_samples_and_given_translations_are_what_they_are(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = toy.transformer_trace()
    sampled = replace(plain, options=DecodeOptions(beam_size=3, sampling=Sampling(seed=2)))
    for trace, key in ((sampled, "tree.sampled"), (replace(plain, forced=True), "data.forced")):
        page.evaluate("async (one) => { opened[0] = await Opened.open(one); }", packed(trace))
        first, second = key.split(".")
        assert page.evaluate("([a, b]) => opened[0][a][b]", [first, second]) is True
        check_attention(page, trace)


def test_a_card_in_a_notebook_draws_in_its_frame(browser: Browser) -> None:
    context = browser.new_context(offline=True, reduced_motion="reduce")
    opened, faults = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
    opened.set_content(card(toy.transformer_trace())._repr_html_())
    frame = opened.frame_locator("iframe")
    expect(frame.locator("[data-part=heatmap] canvas").first).to_be_visible()
    attention, tree = (frame.locator(".tabs input").nth(place) for place in (0, 1))
    tree.check()
    drawn = frame.locator("[data-part=tree]")
    expect(drawn).to_be_visible()
    drawn.evaluate("part => { part.dataset.kept = true; }")
    frame.get_by_role("button", name="Forward", exact=True).click()
    attention.check()  # what was out of sight has missed nothing
    expect(drawn).to_be_hidden()
    expect(frame.locator("[data-part=player] output:visible")).to_have_text(re.compile("2"))
    expect(frame.locator(".words.output .chip").nth(1)).to_have_attribute("aria-current", "step")
    frame.get_by_role("button", name="Forward", exact=True).click()
    expect(drawn.locator(".step-name.on")).to_have_text("3")  # nobody turned to it
    tree.check()
    expect(frame.locator("[data-part=tree][data-kept]")).to_be_visible()
    context.close()
    # To ask for what is out of sight has it drawn, and Chromium remarks on it.
    assert [fault for fault in faults if "hidden by content-visibility" not in fault] == []
