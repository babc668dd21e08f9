"""Inspect: the table and what is chosen of it, notes that stay, and the way to the search."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from seqviz import figures
from seqviz.records.notes import NOTES_FILE
from seqviz.server.inspections import FOLDER_VARIABLE
from seqviz.translator import load
from seqviz.views.inspect import brush, detail, systems, table
from seqviz.views.session import inspections, state
from tests.fixtures.inspected import inspected, write_run
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

NAME = "0123456789ab"
LINK = {"view": "inspect", "run": NAME}
REFERENCE = "it"


def frame() -> pd.DataFrame:
    """Twelve sentences, the first of which the tiny model really translates."""
    return translated().copy()


@cache
def translated() -> pd.DataFrame:
    found = inspected(12)
    texts = ["der hund", REFERENCE, load("de-en/transformer").translate("der hund").translation]
    for column, text in zip(("source", "reference", "translation"), texts, strict=True):
        found.loc[0, column] = text
    return found


@pytest.fixture(autouse=True)
def folder(tiny: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.delenv("SEQVIZ_PUBLIC", raising=False)
    inspections.inspections.clear()
    return write_run(tmp_path / NAME, frame())


def numbers(app: AppTest) -> list[int]:
    """Of the sentences that the table lists."""
    shown: Any = app.dataframe[0].value
    return [int(number) for number in shown["number"]]


def test_a_few_sentences_are_drawn_whole_and_with_a_true_minus(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proto = pages.open_app(LINK).dataframe[0].proto
    worst = frame().worst3.min()
    assert f"−{-worst:.2f}".encode() in proto.arrow_data.styler.display_values
    config = json.loads(proto.columns)
    assert "format" not in config["worst3"]["type_config"]
    assert len(frame()) == table.WHOLE
    monkeypatch.setattr(table, "WRITTEN", 11)
    proto = pages.open_app(LINK).dataframe[0].proto
    assert not proto.arrow_data.styler.display_values
    assert json.loads(proto.columns)["worst3"]["type_config"]["format"] == "%.2f"


def test_another_order_leaves_the_histograms_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    brush._drawn.clear()
    made: list[str] = []
    draw = figures.histogram_picture

    def counted(*values: Any, **named: Any) -> Any:
        made.append("")
        return draw(*values, **named)

    monkeypatch.setattr(figures, "histogram_picture", counted)
    app = pages.open_app(LINK)
    assert len(made) == 1
    app.selectbox(key="order").set_value("worst3")
    pages.checked(app.run())
    assert len(made) == 1
    app.text_input(key="filter").set_value("number > 3")
    pages.checked(app.run())
    assert len(made) == 2


def test_a_table_travels_no_larger_than_what_its_cells_show(folder: Path) -> None:
    link, sizes = LINK | {"order": "seq_logprob"}, list[int]()
    for times in (1, 100):
        long = inspected(12 * times).assign(source="x" * 300, translation="y" * 300)
        write_run(folder, long)
        app = pages.open_app(link)
        sizes.append(len(app.dataframe[0].proto.arrow_data.data))
    shown: Any = app.dataframe[0].value
    assert len(shown) == 1200 and len(shown.columns) == 4 + 6
    texts, features, number, sign = 2 * (table.MOST_CHARACTERS + 8), 6 * 4, 4, 1
    a_row = (sizes[1] - sizes[0]) / (12 * 99)
    assert a_row == pytest.approx(texts + features + number + sign, abs=1)


def test_the_table_comes_first_and_the_histograms_last(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    parts = {"table": table, "sentence": detail, "systems": systems, "histograms": brush}
    for name, module in parts.items():
        render = module.render

        def told(
            *facts: Any, _name: str = name, _render: Callable[..., None] = render, **more: Any
        ) -> None:
            drawn.append(_name)
            _render(*facts, **more)

        monkeypatch.setattr(module, "render", told)
    pages.open_app(LINK | {"row": "5"})
    assert drawn == list(parts)


def test_the_filter_keeps_what_passes_and_says_what_it_cannot_read() -> None:
    app = pages.open_app(LINK | {"filter": "search_error", "order": "worst3"})
    found = frame()
    expected = found[found.search_error].sort_values("worst3").number.tolist()
    assert numbers(app) == expected
    assert any("4 of 12 sentences" in str(text.value) for text in app.markdown)
    app.text_input(key="filter").set_value("wurst3 < -4")
    pages.checked(app.run())
    assert any("wurst3" in message and "worst3" in message for message in pages.messages(app))
    assert sorted(numbers(app)) == found.number.tolist()
    assert pages.link(app)["filter"] == "wurst3 < -4"
    app.text_input(key="filter").set_value("1 > 2")
    pages.checked(app.run())
    assert not app.dataframe and ENGLISH("inspect.none") in pages.messages(app)
    pages.press(app, ENGLISH("inspect.show_all"))
    assert len(numbers(app)) == 12 and "filter" not in pages.link(app)
    assert ENGLISH("inspect.show_all") not in [button.label for button in app.button]


def test_the_table_points_at_the_sentence_however_one_came_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def pointed(app: AppTest) -> int:
        selection: Any = json.loads(app.dataframe[0].proto.selection_state)["selection"]
        ((place, _),) = selection["cells"]
        return numbers(app)[int(place)]

    app = pages.open_app(LINK | {"row": "5", "order": "worst3"})
    assert pointed(app) == 5
    row = numbers(app)[numbers(app).index(5) + 1]
    pages.press(app, ENGLISH("inspect.after"))
    assert app.session_state["row"] == pointed(app) == row
    app.text_input(key="filter").set_value(f"number != {row}")
    pages.checked(app.run())
    assert row not in numbers(app) and not app.dataframe[0].proto.selection_state
    monkeypatch.setattr(table, "POINTING", 11)
    app = pages.open_app(LINK | {"row": "5"})
    assert not app.dataframe[0].proto.selection_state, "a large one would have to be sent anew"


def test_weak_features_are_folded_away_with_the_reason() -> None:
    app = pages.open_app(LINK | {"row": "2", "lang": "zh"})
    shown: Any = app.dataframe[0].value
    assert list(shown.columns)[:5] == ["mark", "number", "source", "translation", "worst3"]
    assert "attention_entropy" not in shown
    (panel,) = [one for one in app.expander if one.label == CHINESE("inspect.weak")]
    assert panel.caption[0].value == CHINESE("inspect.weak.why")
    assert CHINESE("inspect.feature.wass_to_unif") in panel.markdown[0].value
    assert CHINESE("inspect.sentence", {"number": 2}) in pages.headings(app)


def test_words_carry_their_surprisal_and_nothing_is_read_as_markup() -> None:
    app = pages.open_app(LINK | {"row": "3"})
    rows = {row["name"]: row for row in pages.component(app, "inspect-words")["rows"]}
    assert list(rows) == ["source", "translation", "reference", "baseline"]
    assert "".join(word["text"] for word in rows["source"]["words"]).startswith("<b>Zwei</b>")
    words = rows["translation"]["words"]
    assert "".join(word["text"] for word in words).strip() == frame().translation[2]
    log_probs = frame().log_probs[2]
    said = ENGLISH("inspect.surprisal", {"nats": f"{-log_probs[0]:.1f}"})
    assert words[0]["said"].split("; ")[0] == said


def test_a_word_that_is_said_again_is_marked_with_how_good_the_mark_is(folder: Path) -> None:
    found = frame()
    pieces = ["▁a", "▁big", "▁dog", "▁a", "▁big", "▁dog", "."]
    lists = {"pieces": [*pieces, "</s>"], "log_probs": [-0.01] * 8, "contrast": [5.0] * 8}
    lists["read_past"] = [0.0] * 8
    for name, values in lists.items():
        column = [values if place == 1 else one for place, one in enumerate(found[name])]
        found[name] = pd.Series(column, dtype=object)
    write_run(folder, found)
    (row,) = [
        row
        for row in pages.component(pages.open_app(LINK | {"row": "2"}), "inspect-words")["rows"]
        if row["name"] == "translation"
    ]
    assert [word["text"].strip() for word in row["words"]] == [one.strip("▁") for one in pieces]
    kinds = [[mark["kind"] for mark in word["marks"]] for word in row["words"]]
    assert kinds == [[]] * 3 + [["repeated"]] * 3 + [[]]
    (mark,) = row["words"][3]["marks"]
    assert mark["auroc"] > 0.5 and mark["data"] == "planted"


def test_bookmarks_and_notes_survive_a_reload(folder: Path) -> None:
    app = pages.open_app(LINK | {"row": "5"})
    pages.press(app, ENGLISH("inspect.bookmark"))
    pages.checked(app.text_area(key="inspect-note-5").set_value("why *so*?").run())
    notes = NOTES_FILE.read(folder / NOTES_FILE.name)
    assert notes is not None and notes.bookmarks == (5,) and notes.texts == {5: "why *so*?"}
    again = pages.open_app(LINK | {"row": "5", "marked": "1"})
    assert again.text_area(key="inspect-note-5").value == "why *so*?"
    assert numbers(again) == [5]
    (folder / NOTES_FILE.name).write_text("[]")
    app.run()
    assert any("notes.json" in pages.plain(message) for message in pages.messages(app))


def test_a_sentence_opens_in_its_search_at_the_word_with_the_verdict_and_one_comes_back() -> None:
    app = pages.open_app(LINK | {"row": "1", "system": "dot", "order": "worst3"})
    pages.press(app, ENGLISH("inspect.watch"))
    assert pages.source(app) == "der hund" and app.session_state["system"] == "transformer"
    assert app.session_state["view"] in ("attention", "tree")
    log_probs = frame().log_probs[0]
    assert app.session_state["step"] == int(np.argmin(log_probs[:-1]))
    texts = [str(text.value) for text in app.container(key="from-inspect").markdown]
    assert texts[0] == ENGLISH.markdown("inspect.watched", {"number": 1, "name": NAME})
    assert texts[1].split(": ", 1)[1].startswith(("Model error", "Search error"))
    pages.press(app, ENGLISH("inspect.back"))
    assert app.session_state["view"] == "inspect" and app.session_state["order"] == "worst3"
    pages.turn_to(app, "tree")
    app.text_area(key="text").set_value("der hund ist kalt")
    pages.submit(app)
    assert not [text for text in app.markdown if NAME in str(text.value)]


def test_without_its_model_a_table_opens_and_its_searches_do_not(folder: Path) -> None:
    facts = (folder / "run.json").read_text().replace("de-en/transformer", "xx-yy/gone")
    (folder / "run.json").write_text(facts)
    app = pages.open_app(LINK | {"row": "1"})
    (button,) = (one for one in app.button if one.label == ENGLISH("inspect.watch"))
    assert button.disabled
    assert len(numbers(app)) == 12


@pytest.mark.parametrize("run", ["ffffffffffff", "/nowhere/at/all", "\\\\host\\share", "9" * 400])
def test_what_is_no_test_set_is_one_message(run: str) -> None:
    app = pages.open_app({"view": "inspect", "run": run})
    assert len(pages.messages(app)) == 1


def test_a_public_server_opens_no_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQVIZ_PUBLIC", "1")
    app = pages.open_app({"view": "inspect", "run": str(folder)})
    assert not app.dataframe and len(pages.messages(app)) == 1


def test_a_cell_chooses_its_row_and_a_brush_its_range(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {"cells": [(1, "source")], "box": [{"xref": "x", "x": [-3.0, -1.0]}]}
    put: dict[str, Any] = {}
    monkeypatch.setattr(state, "told_by", lambda key, name: told)
    monkeypatch.setattr(state, "put", put.__setitem__)
    monkeypatch.setattr(state, "text", lambda code: put.get(code, ""))
    monkeypatch.setattr(state, "remember", lambda *_: None)
    monkeypatch.setattr(state, "remembered", lambda _: None)
    ends = {"worst3": (-9.0, 0.0), "bleu": (0.0, 100.0)}
    table.choose("key", np.array([7, 9]))
    brush.take("key", ends)
    assert put == {"row": 9, "filter": "-3 <= worst3 <= -1"}
    told["box"] = [{"xref": "x", "x": [-12.0, -1.0]}]
    brush.take("key", ends)
    assert put["filter"] == "worst3 <= -1"
    told["box"] = [{"xref": "x2", "x": [30.0, 10.0]}]
    brush.take("key", ends)
    assert put["filter"] == "worst3 <= -1 and 10 <= bleu <= 30"
    told["box"] = [{"xref": "x", "x": [-9.5, 0.5]}]
    brush.take("key", ends)
    assert put["filter"] == "10 <= bleu <= 30"
    told.update(cells=[], box=[])
    table.choose("key", np.array([7, 9]))
    brush.take("key", ends)
    assert put == {"row": 9, "filter": "10 <= bleu <= 30"}
