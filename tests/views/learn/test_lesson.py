"""The lesson's screen: what travels to it, and what it falls back to."""

from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.lesson import Chapter, shipped_chapters
from seqviz.server.store import Store
from seqviz.views.components import lesson as component
from seqviz.views.learn import acted, lesson, tried
from seqviz.views.session import state
from seqviz.words import LANGUAGES
from tests.views import pages

LINK = {"view": "lesson", "chapter": "attention"}


def sent(app: AppTest, name: str = "lesson") -> dict[str, Any]:
    return pages.component(app, name)


def test_a_chapter_travels_once_and_where_one_stands_beside_it() -> None:
    app = pages.open_app(LINK | {"at": "next"})
    data = sent(app)
    assert data["chapter"]["chapter"] == "attention"
    assert [one for one, _ in data["menu"]] == [chapter.id for chapter in shipped_chapters()]
    assert "at" not in data
    assert sent(app, "lesson-acted")["acted"] is None
    assert sent(app, "lesson-note")["at"] == "next"
    app.session_state["sentence"] = "es war kalt"
    own = sent(pages.checked(app.run()))
    assert own["chapter"]["sentence"] == "es war kalt"
    assert own["name"] != data["name"]
    assert pages.has(app, "download_button", "lesson-handout")


def test_what_learn_opens_with_is_packed_before_anybody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lesson.warm_up()
    monkeypatch.delattr(lesson, "packed_chapter")
    for language in LANGUAGES:
        app = pages.open_app({"view": "lesson", "lang": language})
        assert sent(app)["chapter"]["language"] == language


def test_a_sentence_that_no_chapter_can_show_gives_way_to_its_own() -> None:
    app = pages.open_app(LINK | {"sentence": "kalt " * 3000})
    assert sent(app)["chapter"]["sentence"] != ""
    assert app.session_state["sentence"] == ""


@pytest.mark.parametrize("chapter", shipped_chapters(), ids=lambda one: one.id)
def test_a_link_opens_every_chapter_at_its_step(
    chapter: Chapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pack(asked: Chapter, language: str, **_: object) -> Mapping[str, Any]:
        steps = [{"id": step.id, "computation": ""} for step in asked.steps]
        return {"chapter": asked.id, "language": language, "steps": steps}

    store = Store[lesson.Packed](lambda _: 0, most=1, most_bytes=0)
    monkeypatch.setattr(lesson, "_chapters", lambda: store)
    monkeypatch.setattr(lesson, "packed_chapter", pack)
    at = chapter.steps[-2].id
    app = pages.open_app({"view": "lesson", "chapter": chapter.id, "at": at, "lang": "zh"})
    assert sent(app)["chapter"] == pack(chapter, "zh")
    assert sent(app, "lesson-note")["at"] == at


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session without a page."""
    values: dict[str, Any] = {"at": "one", "chapter": "attention", "sentence": ""}
    monkeypatch.setattr("streamlit.session_state", values)
    return values


def test_what_the_lesson_tells_is_checked(session: dict[str, Any]) -> None:
    told = {"chapter": "training", "at": "two", "bets": [["training", "one", "x", {"option": 1}]]}
    bets = {("training", "one", "x"): {"option": 1}}
    session[component.KEY] = {"at": told, "act": None}
    state.remember(f"{component.KEY}-stands", component._Stands(3, "one"))
    component._moved(lesson._act)
    assert (session["at"], tried.bets()) == ("one", bets)  # a late word of another chapter
    told["chapter"] = "attention"
    component._moved(lesson._act)
    assert session["at"] == "two"
    assert state.remembered(f"{component.KEY}-stands") == component._Stands(3, "two")
    acts: Mapping[str, Mapping[str, Any]] = {
        "chapter": {"chapter": "transformer"},
        "own": {"text": "es war kalt"},
        "explain": {"trace": "no", "key": "cross 0 0 0 0"},
        "act": {"id": 1, "trace": "no", "acts": []},
        "rm": {"all": True},
    }
    for name, facts in acts.items():
        lesson._act(name, facts)
    assert session["chapter"] == "transformer"
    assert session["at"] == ""
    assert session["sentence"] == "es war kalt"
    assert state.remembered(lesson.ASKED) == acts["explain"]
    assert state.remembered(acted.ACTED) == acts["act"]
