"""What is taken away: files that are made when asked for, with names that speak, and the link."""

import gc
import gzip
import weakref
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.catalog import models_folder
from seqviz.errors import InputError
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.trace.file import trace_from_bytes, trace_to_bytes
from seqviz.translator import load
from seqviz.views.session.access import VARIABLE
from seqviz.views.session.request import Request
from seqviz.views.shell import take_away
from tests.fixtures import toy_traces as toy
from tests.views import pages
from tests.views.pages import ENGLISH, SHORT
from tests.views.sidebar.test_open_trace import upload

PANEL = "take-away"


def named(text: str, model: str = "de-en/dot") -> Trace:
    trace = toy.rnn_trace()
    return replace(
        trace,
        source=replace(trace.source, text=text, spans=((0, 0),) * 4),
        model=replace(trace.model, name=model),
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Es war sehr kalt.", "seqviz_de-en-dot_Es-war-sehr-kalt.json"),
        ("我喜欢猫。", "seqviz_de-en-dot_我喜欢猫.json"),
        ("مرحبا بالعالم", "seqviz_de-en-dot_مرحبا-بالعالم.json"),
        ("../../etc/passwd", "seqviz_de-en-dot_etc-passwd.json"),
        ('a<b>:"|?*\\\x00\n\u202ec', "seqviz_de-en-dot_a-b-c.json"),
        ("…", "seqviz_de-en-dot.json"),
        (
            "Ich habe gestern in der Stadt einen alten Freund getroffen.",
            "seqviz_de-en-dot_Ich-habe-gestern-in-der-Stadt-einen.json",
        ),
        ("猫" * 100, f"seqviz_de-en-dot_{'猫' * 36}.json"),
    ],
)
def test_a_file_name_says_model_and_sentence_and_nothing_unsafe(text: str, name: str) -> None:
    assert take_away.file_name(named(text), "json") == name


def test_a_file_name_says_what_part_it_holds() -> None:
    found = take_away.file_name(named("Hund", model="/tmp/.x/y"), "csv", part="attention")
    assert found == "seqviz_tmp-x-y_Hund_attention.csv"


@pytest.mark.parametrize("letter", ["猫", "𠮷"])
def test_a_file_name_is_no_longer_than_file_systems_take(letter: str) -> None:
    found = take_away.file_name(
        named(letter * 100, model=letter * 100), "json.gz", part="hypotheses"
    )
    assert len(f"{found}.crdownload".encode()) <= 255
    assert found.count(letter) >= 50


def test_the_same_trace_makes_the_same_file() -> None:
    content = take_away.packed_trace(toy.rnn_trace())
    assert content == take_away.packed_trace(toy.rnn_trace())
    assert gzip.decompress(content) == trace_to_bytes(toy.rnn_trace())
    assert trace_from_bytes(content, name="x").translation == "the cat"


def open_panel(app: AppTest) -> AppTest:
    app.session_state[PANEL] = True
    return pages.checked(app.run())


@pytest.mark.usefixtures("tiny")
def test_nothing_is_made_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Trace] = []
    app = pages.open_app(SHORT)
    assert not app.download_button
    for name in ("packed_trace", "trace_to_bytes"):
        monkeypatch.setattr(take_away, name, made.append)
    open_panel(app)
    assert not made
    assert len(app.download_button) >= 2
    assert all(button.proto.deferred_file_id for button in app.download_button)


@pytest.mark.usefixtures("tiny")
def test_a_system_without_attention_has_no_table_of_it() -> None:
    buttons = open_panel(pages.open_app(SHORT | {"system": "none-reversed"})).download_button
    assert [b.label for b in buttons if "table" in str(b.key)] == ["Beam search tree", "Hypotheses"]


def request_of(options: DecodeOptions, text: str = "es war kalt") -> Request:
    folder = models_folder() / "de-en" / "dot"
    return Request(folder=folder, text=text, options=options, device="cpu")


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[Trace | None]:
    """With what the page without a server was asked to compare."""
    found: list[Trace | None] = []

    def page(trace: Trace, *, greedy: Trace | None, language: str) -> str:
        found.append(greedy)
        return f"{trace.translation} {language}"

    monkeypatch.setattr(take_away, "offline_page", page)
    return found


@pytest.mark.usefixtures("tiny")
def test_the_page_without_a_server_compares_with_greedy_decoding(
    compared: list[Trace | None],
) -> None:
    trace = load("de-en/dot").translate("es war kalt")
    asked = request_of(DecodeOptions())
    made = take_away.page_without_server(trace, asked, language="zh")
    assert made == f"{trace.translation} zh".encode()
    (greedy,) = compared
    assert greedy is not None
    assert greedy.options.beam_size == 1
    assert greedy.source == trace.source


ALONE = {
    "greedy itself": DecodeOptions(beam_size=1),
    "samples": DecodeOptions(beam_size=2, sampling=Sampling()),
}


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("options", ALONE.values(), ids=ALONE)
def test_where_greedy_decoding_adds_nothing_the_page_stands_alone(
    options: DecodeOptions, compared: list[Trace | None]
) -> None:
    trace = load("de-en/dot").translate("es war kalt", options)
    take_away.page_without_server(trace, request_of(options), language="en")
    take_away.page_without_server(trace, None, language="en")
    assert compared == [None, None]


@pytest.mark.usefixtures("tiny")
def test_a_model_that_is_gone_costs_the_comparison_only(compared: list[Trace | None]) -> None:
    trace = load("de-en/dot").translate("es war kalt")
    gone = replace(request_of(DecodeOptions()), folder=Path("gone"))
    take_away.page_without_server(trace, gone, language="en")
    assert compared == [None]


@pytest.mark.usefixtures("tiny")
def test_a_button_holds_no_trace_and_has_it_decoded_again() -> None:
    trace, asked = load("de-en/dot").translate("es war kalt"), request_of(DecodeOptions())
    expected, held = trace.translation, weakref.ref(trace)
    make = take_away.later(lambda trace: trace.translation.encode(), trace, asked)
    assert make() == expected.encode()
    del trace
    gc.collect()
    assert held() is None
    assert make() == expected.encode()


@pytest.mark.parametrize(("held", "refused"), [(512, False), (513, True)])
def test_a_public_server_makes_no_more_files_than_it_can_hold(
    held: int, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, trace = list[Trace](), toy.rnn_trace()
    monkeypatch.setattr("seqviz.views.shell.serving.made_bytes", lambda: held * 10**6)

    def content(trace: Trace) -> bytes:
        made.append(trace)
        return b""

    make = take_away.later(content, trace, None)
    make()
    monkeypatch.setenv(VARIABLE, "1")
    with pytest.raises(InputError, match="files that visitors made") if refused else nullcontext():
        make()
    assert len(made) == 2 - refused


def test_a_real_page_is_made_of_a_file_too() -> None:
    made = take_away.page_without_server(toy.transformer_trace(), None, language="en")
    assert made.lower().startswith(b"<!doctype html>")


@pytest.mark.usefixtures("tiny")
def test_the_link_leads_back_to_the_page_as_it_is() -> None:
    app = open_panel(pages.open_app(SHORT | {"view": "tree", "node": "1.2", "beam": "3"}))
    (link,) = app.code
    assert "node=1.2" in link.value
    assert "beam=3" in link.value
    assert "text=kalt" in link.value
    told, first = pages.captions(app), ENGLISH("take.link.about")
    assert told.index(first) < told.index(ENGLISH("take.trace.about"))  # seen without scrolling
    upload(app, trace_to_bytes(toy.rnn_trace()))
    assert app.code[0].value == link.value.replace("kalt", "Die+Katze")
    assert ENGLISH("take.link.file") in pages.captions(app)
