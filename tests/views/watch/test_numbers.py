"""Watch with every number: what is taken apart, and what is said where nothing can be."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.errors import InputError
from seqviz.translator import Translator, load
from seqviz.viewer.computation import packed_computation
from seqviz.views.components import numbers
from seqviz.views.watch import numbers as watch_numbers
from tests.views import pages
from tests.views.pages import ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

TEXT = "der hund ist kalt"
LINK = {"text": TEXT, "system": "transformer", "numbers": "1"}


def shown(app: AppTest) -> Any:
    return pages.component(app, numbers.KEY)["packed"]


def test_what_is_selected_is_taken_apart_once_somebody_asks() -> None:
    app = pages.open_app({"text": TEXT, "system": "transformer"})
    assert not pages.has(app, "bidi_component", numbers.KEY)
    pages.checked(app.toggle(key="numbers").set_value(True).run())
    translator = load("de-en/transformer")
    trace = translator.translate(TEXT)
    found = translator.explain(trace, 0, layer=shown(app)["layer"], head=0)
    assert shown(app) == packed_computation(found)
    assert pages.link(app)["numbers"] == "1"
    assert pages.has(app, "download_button", "numbers-workbook")
    app.session_state["step"], app.session_state["head"], app.session_state["layer"] = 1, 2, 1
    pages.checked(app.run())
    assert shown(app) == packed_computation(translator.explain(trace, 1, layer=0, head=1))


def test_a_node_of_the_tree_and_a_token_that_is_read_are_taken_apart() -> None:
    translator = load("de-en/transformer")
    trace = translator.translate(TEXT)
    app = pages.open_app(LINK | {"view": "tree", "node": "1.4", "layer": "2"})
    assert shown(app) == packed_computation(translator.explain(trace, 1, (1, 4), layer=1, head=0))
    app = pages.open_app(LINK | {"kind": "encoder", "layer": "1", "source": "3"})
    found = translator.explain(trace, 2, read="encoder", layer=0, head=0)
    assert shown(app) == packed_computation(found)


def test_a_system_without_attention_has_its_prediction() -> None:
    app = pages.open_app(LINK | {"system": "none-reversed"})
    assert "keys" not in shown(app)["numbers"]["sizes"]
    assert "logits" in shown(app)["numbers"]["sizes"]


def test_why_nothing_can_be_taken_apart_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InputError("explain_precision", {"found": "float16"})

    monkeypatch.setattr(Translator, "explain", refuse)
    app = pages.open_app(LINK)
    assert ENGLISH.error(InputError("explain_precision", {"found": "float16"})) in pages.messages(
        app
    )
    assert not pages.has(app, "bidi_component", numbers.KEY)


def test_all_steps_of_a_path_come_ahead_under_the_code_of_what_is_shown() -> None:
    app = pages.open_app(LINK | {"layer": "2", "head": "2", "step": "1"})
    translator = load("de-en/transformer")
    trace = translator.translate(TEXT)
    ahead = pages.component(app, f"{numbers.KEY}-ahead")
    steps = range(len(trace.target()))
    assert ahead["steps"] == {
        f"cross 1 1 0 {step}": packed_computation(translator.explain(trace, step, layer=1, head=1))
        for step in steps
    }
    assert pages.component(app, numbers.KEY)["code"] == "cross 1 1 0 1"
    assert pages.component(app, numbers.KEY)["trace"] == ahead["trace"]
    app.session_state["step"] = 2
    pages.checked(app.run())
    assert pages.component(app, numbers.KEY)["code"] == "cross 1 1 0 2"
    assert pages.component(app, f"{numbers.KEY}-ahead") == ahead, "nothing travels again"


def test_a_node_off_the_path_and_what_takes_long_are_computed_as_one_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = pages.open_app(LINK | {"view": "tree", "node": "1.4", "layer": "2"})
    assert pages.component(app, numbers.KEY)["code"] == "node 4 cross 1 0 0 1"
    assert not pages.component(app, f"{numbers.KEY}-ahead")["steps"]
    monkeypatch.setattr(watch_numbers, "AHEAD_WORK", 0)
    app = pages.open_app(LINK | {"text": "der hund ist kalt ."})
    assert "keys" in shown(app)["numbers"]["sizes"]
    assert not pages.component(app, f"{numbers.KEY}-ahead")["steps"]
