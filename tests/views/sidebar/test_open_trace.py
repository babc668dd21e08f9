"""A trace file on the page: opened without its model, refused in one sentence, closed again."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import FileUploader

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.trace.file import FORMAT, trace_to_bytes
from seqviz.translator import load
from seqviz.views.page import RENDER, WITHOUT_MODEL
from seqviz.views.session.access import VARIABLE
from seqviz.views.session.i18n import Words
from seqviz.views.sidebar import open_trace
from seqviz.words import table
from seqviz.words.numbers import number
from tests.fixtures import toy_traces as toy
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH, SHORT

pytestmark = pytest.mark.usefixtures("tiny")

DRAWN = ("attention", "tree", "compare", "rerank")
HOSTILE = "<b>Die</b> [x](http://b.invalid) :red[Katze] $x$ \u202e{0}"


def field(app: AppTest) -> FileUploader:
    """Where a trace file is put."""
    (found,) = (f for f in app.sidebar.file_uploader if str(f.key).startswith("trace-file"))
    return found


def upload(app: AppTest, content: bytes, name: str = "cat.json") -> AppTest:
    """Put a file into the field."""
    return pages.checked(field(app).set_value((name, content, "application/json")).run())


def opened(trace: Trace, link: dict[str, str] | None = None) -> AppTest:
    """The page after a file with that trace was opened on it."""
    return upload(pages.open_app(SHORT | (link or {})), trace_to_bytes(trace))


def close(app: AppTest, words: Words = ENGLISH) -> AppTest:
    """Press "Close"."""
    return pages.press(app, words("open.close"))


def messages(app: AppTest) -> list[str]:
    """Every message but that on the end, which random weights do not find."""
    ends = {words("header.unfinished") for words in (ENGLISH, CHINESE)}
    return [message for message in pages.messages(app) if message not in ends]


def notice(app: AppTest) -> str:
    """What stands above an opened trace."""
    (line,) = app.container(key="opened").markdown
    return str(line.value)


@pytest.mark.parametrize("name", ["cat.json", "cat.json.gz"])
def test_a_file_is_shown_in_place_of_what_is_typed_until_it_is_closed(name: str) -> None:
    app = pages.open_app(SHORT)
    before = pages.translation(app), pages.link(app)
    content = trace_to_bytes(toy.rnn_trace())
    upload(app, gzip.compress(content) if name.endswith(".gz") else content, name)
    assert pages.source(app) == "Die Katze"
    assert pages.translation(app) == "the cat"
    assert pages.numbers(app)["Tokens"] == "4 → 3"
    assert "cat" in notice(app)
    assert app.session_state["text"] == "Die Katze", "the box shows what the page shows"
    assert not field(app).value
    upload(app, content, name)
    assert (pages.translation(close(app)), pages.link(app)) == before
    assert app.session_state["text"] == "kalt"


def test_the_sentence_of_a_file_is_translated_when_it_is_sent() -> None:
    app = opened(toy.rnn_trace())
    pages.press(app, ENGLISH("sidebar.submit"))
    assert pages.source(app) == app.session_state["text"] == "Die Katze"
    assert not pages.messages(app) or "cat.json" not in str(pages.messages(app))


def test_every_view_draws_the_file_or_says_what_it_needs_in_both_languages() -> None:
    trace = toy.transformer_trace()
    app = opened(trace)
    shown = pages.component(app, "watch")
    assert shown["payload"]["hypotheses"][0]["tokens"] == list(trace.target())
    assert shown["acts"] == []
    for place, view in enumerate(RENDER):
        words = (ENGLISH, CHINESE)[place % 2]
        app.segmented_control(key="lang").set_value(words.language)
        pages.turn_to(app, view)
        assert pages.translation(app) == trace.translation
        assert messages(app) == ([] if view in DRAWN else [words(f"open.needs.{view}")])
        if view == "rerank":
            assert words("open.needs.again") in pages.captions(app)
    pages.turn_to(app, "training")
    pages.turn_to(app, "attention")
    assert pages.translation(app) == trace.translation
    close(app, words)
    assert pages.source(app) == "kalt"


@pytest.mark.parametrize("ask", ["submit", "system", "example", "pair"])
def test_whoever_asks_for_something_else_gets_it(ask: str) -> None:
    app = opened(toy.rnn_trace())
    if ask == "submit":
        app.text_area(key="text").set_value("es war")
        pages.submit(app)
    else:
        values = {"system": "additive", "example": "long", "pair": "eo-en"}
        field = app.pills if ask == "example" else app.selectbox
        pages.checked(field(key=ask).set_value(values[ask]).run())
    assert not pages.is_translated(app) or pages.source(app) != "Die Katze"
    assert not [button for button in app.button if button.label == ENGLISH("open.close")]


def test_a_file_opens_where_there_are_no_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    app = upload(pages.open_app(), trace_to_bytes(toy.rnn_trace()))
    assert pages.translation(app) == "the cat"
    pages.turn_to(app, "systems")
    assert messages(app) == [ENGLISH("open.needs.systems")]
    facts = {"model": "de-en/additive"}
    assert ENGLISH.markdown("open.missing", facts) in pages.captions(app)
    close(app)
    assert messages(app) == [ENGLISH("page.no_models")]


def change(*path: str, value: Any) -> bytes:
    content: dict[str, Any] = json.loads(trace_to_bytes(toy.rnn_trace()))
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(content).encode()


REFUSED = {
    "foreign": b'{"cells": [], "metadata": {}, "nbformat": 4}',
    "cut gzip": gzip.compress(trace_to_bytes(toy.rnn_trace()))[:-20],
    "newer": change("format", value=FORMAT + 1),
    "hostile": change("stopped_by", value="<b>"),
}
"""One of every kind; tests/trace has the others."""


def test_what_is_no_trace_is_refused_in_one_sentence_and_nothing_is_lost() -> None:
    app = pages.open_app(SHORT | {"beam": "3"})
    before = pages.translation(app), pages.link(app)
    for content in REFUSED.values():
        upload(app, content, "../<b>*x*</b>.json")
        (message,) = messages(app)
        assert "\\<b\\>\\*x\\*" in message or "b\\>\\.json" in message
        assert (pages.translation(app), pages.link(app)) == before
    upload(app, trace_to_bytes(toy.rnn_trace()))
    assert not messages(app)
    assert pages.translation(app) == "the cat"


def test_a_refused_file_leaves_the_opened_one() -> None:
    app = upload(opened(toy.rnn_trace()), b"{")
    assert pages.translation(app) == "the cat"
    assert len(messages(app)) == 1
    assert not messages(close(app))


def test_too_large_a_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_trace, "MOST_MEGABYTES", 1)
    app = pages.open_app(SHORT)
    assert field(app).proto.max_upload_size_mb == 1
    upload(app, bytes(2**20 + 1))
    assert "more than 1 MB" in messages(app)[0]


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_trace, "MOST_BYTES", 2**20)
    app = upload(pages.open_app(SHORT), gzip.compress(bytes(2**24)), "bomb.json.gz")
    assert "more than 1 MB" in messages(app)[0]


def test_strangers_can_open_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    app = pages.open_app(SHORT)
    assert not app.get("file_uploader")
    assert pages.is_translated(app)


def test_whatever_a_file_says_is_text() -> None:
    plain = toy.rnn_trace()
    texts = (HOSTILE, *plain.hypotheses.texts[1:])
    pieces = (HOSTILE, *plain.source.pieces[1:])
    trace = replace(
        plain,
        source=replace(plain.source, text=HOSTILE, pieces=pieces),
        model=replace(plain.model, name=HOSTILE, kind=HOSTILE, fingerprint=HOSTILE),
        hypotheses=replace(plain.hypotheses, texts=texts),
        vocabulary={**plain.vocabulary, 4: HOSTILE},
        device=HOSTILE,
    )
    app = upload(pages.open_app(SHORT), trace_to_bytes(trace), f"{HOSTILE}.json")
    for view in (*DRAWN, "systems"):
        pages.turn_to(app, view)
        assert pages.source(app) == HOSTILE
        assert pages.translation(app) == HOSTILE
    assert "[x](http" not in notice(app)
    assert "<b>" not in notice(app)


def test_every_view_that_needs_the_model_can_say_so() -> None:
    needy = {f"open.needs.{view}" for view in RENDER.keys() - WITHOUT_MODEL.keys()}
    assert needy <= table().keys()


def real(options: DecodeOptions | None = None) -> Trace:
    """A trace of a model that is here."""
    return load("de-en/dot").translate("es war kalt", options)


OPTIONS = {
    "usual": DecodeOptions(),
    "search": DecodeOptions(
        beam_size=3, alpha=0.5, beta=0.25, min_length=2, max_length=9, stop="first", n_best=2
    ),
    "samples": DecodeOptions(
        beam_size=4, sampling=Sampling(temperature=0.75, top_k=7, top_p=0.9, seed=11)
    ),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_the_same_model_translates_the_sentence_again_as_the_file_says(
    options: DecodeOptions,
) -> None:
    trace = real(options)
    app = opened(trace, {"view": "lengths", "system": "additive", "beta": "0.5"})
    assert ENGLISH("open.same") in pages.captions(app)
    pages.press(app, ENGLISH("open.again"))
    assert app.session_state["system"] == "dot"
    pages.turn_to(app, "attention")
    assert pages.source(app) == "es war kalt"
    assert pages.translation(app) == trace.translation
    score = number(trace.hypotheses.log_probs[0])
    assert pages.numbers(app)["Σ log p"] == score


def test_a_model_with_other_weights_is_called_so() -> None:
    trace = real()
    other = replace(trace, model=replace(trace.model, fingerprint="1" * 64))
    app = opened(other, {"view": "reference"})
    assert ENGLISH("open.other") in pages.captions(app)
    assert [b for b in app.button if b.label == ENGLISH("open.again")]


def test_options_that_the_page_does_not_have_become_the_usual_ones() -> None:
    wide = replace(real(), options=DecodeOptions(beam_size=50, alpha=3.0, beta=1.5))
    app = opened(wide, {"view": "lengths"})
    pages.press(app, ENGLISH("open.again"))
    state = app.session_state
    assert (state["beam"], state["alpha"], state["beta"]) == (5, 1.0, 1.5)


def test_the_start_and_the_words_ruled_out_are_said_and_asked_for_again() -> None:
    translator = load("de-en/dot")
    prefix, banned = translator.prefix_ids("it was"), translator.token_ids("e")[:1]
    trace = real(DecodeOptions(prefix=prefix, banned=banned))
    app = opened(trace, {"view": "lengths"})
    (facts,) = app.container(key="opened").caption
    assert "it was" in facts.value
    pages.press(app, ENGLISH("open.again"))
    assert app.session_state["start"] == "it was"
