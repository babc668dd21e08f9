"""Marks, trust and lenses on the viewer's words and below it, in one page without a server."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.viewer import PARTS, evidence_words, packed, script, style, viewer_words
from seqviz.views.watch.evidence import gathered
from tests.browser.conftest import opened_file
from tests.browser.seen import assert_accessible
from tests.fixtures.explained import OPTIONS, TEXT
from tests.fixtures.tiny_models import write_tiny_models

pytestmark = pytest.mark.browser

HOST = """
const hosts = ["viewer", "below"].map(
  (id) => document.getElementById(id).attachShadow({ mode: "open" }),
);
const styled = (host, text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  host.adoptedStyleSheets.push(sheet);
};
const leaving = {};
const show = (program, at, data) => {
  leaving[program] = seqviz[program]({ data, parentElement: hosts[at], setTriggerValue() {} });
};
const state = () => seqviz.viewers.get("watch").stage.state;
"""
HOSTILE = "<img/src=x/onerror=alert(1)>"
LAYOUT = ("sentence", "player", "choose", "heatmap")
KINDS = ("unsure", "unsupported", "repeated", "copied")


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder = write_tiny_models(tmp_path_factory.mktemp("pretrained"))
    return load("de-en/transformer", "cpu", folder)


@pytest.fixture(scope="module")
def trace(translator: Translator) -> Trace:
    """Its first source token is spelled as markup."""
    found = translator.translate(TEXT, OPTIONS)
    pieces = (f"▁{HOSTILE}", *found.source.pieces[1:])
    return replace(found, source=replace(found.source, pieces=pieces))


@pytest.fixture(scope="module")
def told(translator: Translator, trace: Trace) -> dict[str, Any]:
    """With a mark of every kind: on the first token of each side, all of the target's."""
    found = gathered(translator, trace, 0).packed
    one = {"start": 0, "end": 1, "threshold": 0.25, "auroc": 0.75, "data": "planted"}
    marks = [
        one | {"side": "target", "kind": kind, "value": 0.5, "strength": place / 4}
        for place, kind in enumerate(KINDS)
    ]
    left_out = {"side": "source", "kind": "left_out", "value": 0.9, "strength": 1, "auroc": None}
    return found | {"marks": [*marks, one | left_out], "rank": 0, "missing": {}}


def viewer(trace: Trace, language: str, name: str = "first") -> dict[str, Any]:
    told = {"key": "watch", "trace": name, "language": language, "layout": LAYOUT, "acts": []}
    return told | {"payload": packed(trace), "words": viewer_words(language)}


def below(told: dict[str, Any], language: str) -> dict[str, Any]:
    known = {
        "viewer": "watch",
        "trace": "first",
        "packed": told,
        "style": style("flags", "evidence"),
    }
    return known | {"language": language, "words": evidence_words(language)}


@pytest.fixture(scope="module")
def page(
    browser: Browser, trace: Trace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    programs = "".join(
        f"(() => {{{script(name).replace('export default function', 'function')} {start}(); }})();"
        for name, start in (("page", "program"), ("evidence", "evidence"))
    )
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>evidence</title><main>'
        '<h1>evidence</h1><h2>why</h2><div id="viewer"></div><div id="below"></div></main>'
        f"<script>{programs}{HOST}</script>"
    )
    path = tmp_path_factory.mktemp("evidence") / "evidence.html"
    with opened_file(browser, path, text, reduced_motion="reduce") as opened:
        for at, names in ((0, PARTS), (1, ("base", "flags", "evidence"))):
            opened.evaluate("([at, text]) => styled(hosts[at], text)", [at, style(*names)])
        opened.evaluate("data => show('show', 0, data)", viewer(trace, "en"))
        yield opened


@pytest.fixture
def shown(page: Page, told: dict[str, Any]) -> Page:
    page.evaluate("data => show('evidence', 1, data)", below(told, "en"))
    expect(page.locator(".ways figure")).to_have_count(4)
    return page


def test_words_are_marked_in_shapes_and_say_why(shown: Page) -> None:
    first = shown.locator(".words.output .chip").first
    expect(first.locator(".flag")).to_have_count(2)  # only the strongest, at first
    shown.get_by_role("radio", name="All", exact=True).check()
    expect(first.locator(".flag")).to_have_count(len(KINDS))
    shapes = first.locator(".flag").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).textDecorationStyle)"
    )
    assert len(set(shapes)) == len(KINDS)
    assert "AUROC 0.75 on errors that we planted" in (first.get_attribute("title") or "")
    source = shown.locator(".words.source .chip").first
    expect(source.locator(".flag.left_out")).to_have_text(HOSTILE)
    first.hover()
    expect(shown.locator(".why .status")).to_contain_text("marked from probability 0.25 on")
    shown.get_by_role("radio", name="Off").check()
    expect(shown.locator(".words .flag, .words .tracks")).to_have_count(0)
    shown.get_by_role("radio", name="Only the strongest").check()
    assert_accessible(shown)


def test_where_no_mark_stands_out_the_weaker_ones_are_told_of(
    page: Page, told: dict[str, Any]
) -> None:
    for marks, said in (
        ([one | {"strength": 0.1} for one in told["marks"]], "“All” shows weaker marks"),
        ([], "No word is marked"),
    ):
        page.evaluate("data => show('evidence', 1, data)", below(told | {"marks": marks}, "en"))
        page.get_by_role("radio", name="Only the strongest").check()
        expect(page.locator(".why")).to_contain_text(said)


def test_numbers_are_those_of_python(
    shown: Page, translator: Translator, trace: Trace, told: dict[str, Any]
) -> None:
    found = translator.evidence(trace)
    contrast, share = found.contrast(), found.contributions().source_share
    shown.get_by_role("switch", name="Whole words").uncheck()
    title = shown.locator(".words.output .chip").first.get_attribute("title") or ""
    assert f"gain {contrast.difference[0]:.2f} nats".replace("-", "−") in title
    assert f"{share[0]:.2f} of it comes" in title
    expect(shown.locator(".verdict")).to_contain_text(told["tests"]["occlusion"])
    shown.get_by_role("radio", name="Rank").check()
    ranks = shown.locator(".evidence .lens").first.locator("tbody tr")
    drawn = [row.locator("td").evaluate_all(TEXTS) for row in ranks.all()]
    assert np.array(drawn, int).T.tolist() == found.decoder_lens().ranks.tolist()
    expect(shown.locator(".texts td")).to_have_text([text or "∅" for text in found.encoder_lens()])
    shown.evaluate("state().head = 0")
    shown.get_by_role("radio", name="Norms").check()
    shown.get_by_role("radio", name="Step that is fed the word").check()
    expect(shown.locator(".heatmap h3")).to_contain_text("norms ‖α f(x)‖; rows: the step that is")
    drawn_norms = shown.evaluate("seqviz.viewers.get('watch').stage.matrix.values.map(r => [...r])")
    layer = shown.evaluate("state().layer")
    expected = found.norms().heads[layer, 0]
    np.testing.assert_allclose(drawn_norms[:-1], expected[1:], rtol=1e-5)
    assert not np.any(drawn_norms[-1])
    shown.get_by_role("radio", name="Weights").check()
    shown.get_by_role("radio", name="Step that predicts the word").check()
    shown.get_by_role("switch", name="Whole words").check()


TEXTS = "all => all.map((one) => one.firstChild.textContent)"


def test_another_language_and_going_leave_the_viewer_as_it_was(
    shown: Page, told: dict[str, Any], trace: Trace
) -> None:
    shown.get_by_role("radio", name="Norms").check()
    shown.evaluate("data => show('show', 0, data)", viewer(trace, "zh"))
    shown.evaluate("data => show('evidence', 1, data)", below(told, "zh"))
    expect(shown.get_by_role("radio", name="范数")).to_be_checked()
    expect(shown.locator(".heatmap h3")).to_contain_text("范数")
    expect(shown.locator(".words.output .flag")).not_to_have_count(0)
    shown.evaluate("leaving.evidence()")
    expect(shown.locator(".flag, .tracks, .why, .measures, .evidence")).to_have_count(0)
    expect(shown.locator(".heatmap h3")).not_to_contain_text("范数")
    assert shown.locator(".words .chip[title]").count() == 0
