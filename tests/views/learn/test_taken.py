"""The lesson as a file: the chapters that were shown, and every sentence that the class typed."""

import json
import math
import re
from typing import Any

import pytest

from seqviz.lesson import packed_chapter, read_chapter
from seqviz.views.learn import tried
from seqviz.views.learn.taken import Taken
from seqviz.views.session.chapters import Listed
from tests.lesson.small import CHAPTER, SmallModels
from tests.views.pages import ENGLISH


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a page."""
    monkeypatch.setattr("streamlit.session_state", {})
    monkeypatch.setattr("seqviz.views.learn.taken.check_room", lambda: None)


def chapters_of(page: bytes) -> list[dict[str, Any]]:
    data = re.search(r'id="data">(.*?)</script>', page.decode(), re.DOTALL)
    assert data is not None
    found: list[dict[str, Any]] = json.loads(data[1])["chapters"]
    return found


def test_a_file_ends_in_all_sentences_that_the_class_typed() -> None:
    models = SmallModels()
    one = Listed(chapter=read_chapter(CHAPTER, "one"))
    two = Listed(chapter=read_chapter(CHAPTER.replace("[dot, none]", "[dot, transformer]"), "two"))

    def pack(listed: Listed, own: str) -> dict[str, Any]:
        return packed_chapter(listed.chapter, "en", models=models, own=own)

    taken = Taken(pack=pack, models=models, w=ENGLISH)
    shown = [(one, ""), (one, "der <b>Hund</b>"), (two, "der <b>Hund</b>"), (one, "es war kalt")]
    bets = {("small", "es war kalt"): {"look": {"counts": [2, 1]}}}
    first, sentences = chapters_of(taken.made([(one, "es war kalt")], shown, bets=bets))
    assert first["sentence"] == "es war kalt"
    assert first["bets"] == {"look": {"counts": [2, 1]}}
    assert sentences["title"] == "Sentences of the class"
    dog, cold = sentences["steps"]
    assert [row["system"] for row in dog["systems"]] == ["dot", "none", "transformer"]
    assert [row["system"] for row in cold["systems"]] == ["dot", "none"]
    assert {asked.text for asked in models.asked} == {"der <b>Hund</b>", "es war kalt"}
    (alone,) = chapters_of(taken.made([(one, "")], [(one, ""), (two, "")], bets=bets))
    assert (alone["sentence"], alone["bets"]) == ("Die Katze", {})


def test_a_session_remembers_what_was_shown_the_latest_at_the_end() -> None:
    for shown in (("one", "a"), ("one", ""), ("two", "b"), ("one", "a")):
        tried.note_shown(*shown)
    assert tried.shown() == (("one", ""), ("two", "b"), ("one", "a"))
    assert tried.typed() == ("a", "b")


def test_what_was_bet_is_checked_and_the_latest_counts() -> None:
    told: dict[str, Any] = {"a": {"option": 1}, "c": {"typed": "y" * 99}}
    told |= {"b": {"counts": [1, -3, "x"]}, "h": {"painted": [0.25, -1, 7, "x", math.nan, 1 / 3]}}
    nonsense = {"d": 3, "e": {"option": "1"}, "f": {"counts": [1] * 99}, "g": {"option": True}}
    tried.note_bets(("one", ""), {"old": {"option": 1}})
    tried.note_bets(("one", ""), told | nonsense)
    tried.note_bets(("one", ""), None)
    painted = {"painted": [0.25, 0, 1, 0, 0, 0.333]}
    checked = {"a": {"option": 1}, "b": {"counts": [1, 0, 0]}, "c": {"typed": "y" * 60}}
    assert tried.bets() == {("one", ""): {**checked, "h": painted}}
