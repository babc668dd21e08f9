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
    own = pack(one, "es war kalt")["steps"][0]["trace"]
    bets: dict[tuple[str, str, str], dict[str, object]] = {
        ("small", "look", own): {"counts": [2, 1]},
        ("other", "look", own): {"option": 0},
    }
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


def test_a_class_that_types_a_sentence_keeps_what_it_bet_before() -> None:
    """The course of a lecture: bets, an own sentence, more bets, another chapter, and back."""
    models = SmallModels()
    one, two = (Listed(chapter=read_chapter(CHAPTER.replace("small", name), name)) for name in "ab")

    def pack(listed: Listed, own: str) -> dict[str, Any]:
        return packed_chapter(listed.chapter, "en", models=models, own=own)

    def told(listed: Listed, own: str, step: str, bet: dict[str, Any]) -> list[Any]:
        shown = next(found for found in pack(listed, own)["steps"] if found["id"] == step)
        return [listed.chapter.id, step, shown["trace"], bet]

    book = [told(one, "", "look", {"option": 1}), told(one, "", "compared", {"counts": [3, 4]})]
    tried.note_shown("a", "")
    tried.note_bets(book, 0)
    tried.note_shown("a", "der Hund")
    book.append(told(one, "der Hund", "look", {"typed": "dog"}))
    tried.note_bets(book, 0)
    tried.note_shown("b", "")
    tried.note_bets([told(two, "", "look", {"option": 0})], 0)  # and from a page opened anew
    tried.note_shown("a", "es war kalt")
    tried.note_bets([], 0)
    taken = Taken(pack=pack, models=models, w=ENGLISH)
    shown = [({"a": one, "b": two}[name], own) for name, own in tried.shown()]
    first, second, _ = chapters_of(
        taken.made([(one, "es war kalt"), (two, "")], shown, bets=tried.bets())
    )
    steps = {step["id"]: step for step in first["steps"]}
    assert list(steps) == ["look", "look-2", "before", "compared"]
    assert first["bets"] == {
        "look": {"option": 1},
        "look-2": {"typed": "dog"},
        "compared": {"counts": [3, 4]},
    }
    cold = told(one, "es war kalt", "before", {})[2]
    traces = [step["trace"] for step in first["steps"]]
    assert traces == [book[0][2], book[2][2], cold, book[1][2]]
    assert set(first["traces"]) == set(traces)
    assert second["bets"] == {"look": {"option": 0}}
    tried.note_bets([], 5)
    assert tried.bets() == {}
    tried.note_bets(book, 5)  # bet since
    assert len(tried.bets()) == len(book)


def test_what_was_bet_is_checked_and_the_latest_counts() -> None:
    made: dict[str, Any] = {"a": {"option": 1}, "c": {"typed": "y" * 99}}
    made |= {"b": {"counts": [1, -3, "x"]}, "h": {"painted": [0.25, -1, 7, "x", math.nan, 1 / 3]}}
    made |= {"d": 3, "e": {"option": "1"}, "f": {"counts": [1] * 99}, "g": {"option": True}}
    tried.note_bets([["one", "a", "x", {"option": 0}]], 0)
    nonsense = [3, ["one", "a", {"option": 3}], ["one", 1, "x", {"option": 3}], None]
    tried.note_bets([*nonsense, *(["one", step, "x", bet] for step, bet in made.items())], "now")
    tried.note_bets(None, None)
    painted = {"painted": [0.25, 0, 1, 0, 0, 0.333]}
    checked = {"a": {"option": 1}, "c": {"typed": "y" * 60}, "b": {"counts": [1, 0, 0]}}
    assert tried.bets() == {
        ("one", step, "x"): bet for step, bet in (checked | {"h": painted}).items()
    }
    many = [["one", str(place), "x", {"option": 1}] for place in range(2 * tried.MOST_BETS)]
    tried.note_bets(many, 0)
    assert [*tried.bets()][-1] == ("one", many[-1][1], "x")
    assert len(tried.bets()) == tried.MOST_BETS
