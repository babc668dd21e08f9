"""The shipped chapters on the shipped models: what they say holds; they bear other sentences."""

import re
from typing import Any

import pytest

from seqviz.lesson import pack, packed_chapter, shipped_chapters
from seqviz.lesson.loaded import LoadedModels
from seqviz.trace import Trace
from seqviz.translator import load
from seqviz.words import LANGUAGES

CHAPTERS = {chapter.id: chapter for chapter in shipped_chapters()}
FILM, FILMED = ("film", "wider"), re.compile(r"\b(film|movie)\b(?! theat)")
"""Steps of one sentence and one beam, without and with normalisation; what the first one loses."""


@pytest.fixture(scope="module")
def models() -> LoadedModels:
    return LoadedModels(lambda name: load(name, "cpu"))


def said(node: Any) -> str:
    return node if isinstance(node, str) else "".join(map(said, node[2:]))


def test_there_are_eleven_in_the_order_of_the_lecture() -> None:
    assert list(CHAPTERS) == [
        *("sequences", "encoder-decoder", "language-model", "reversal", "training", "greedy"),
        *("beam-search", "bottleneck", "attention", "transformer", "generations"),
    ]
    assert all(8 <= len(chapter.steps) <= 15 for chapter in CHAPTERS.values())


def translated(trace: Trace, *, greedy: Trace | None = None) -> dict[str, Any]:
    """Of a packed trace what is looked at here."""
    return {"translation": {"text": trace.translation}}


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_step_holds_for_its_own_sentence(
    name: str, models: LoadedModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "packed", translated)
    for language in LANGUAGES:
        chapter = CHAPTERS[name]
        packed = packed_chapter(chapter, language, models=models)
        found = {step["id"]: step for step in packed["steps"]}
        kinds = [step["bet"]["kind"] for step in packed["steps"] if step["bet"]]
        assert kinds.count("asked") == 3 < len(kinds), language
        if name == "beam-search":
            told = [packed["traces"][found[step]["trace"]]["translation"] for step in FILM]
            assert [bool(FILMED.search(one["text"])) for one in told] == [False, True]
        for step in chapter.steps:
            shown = found.get(step.id)
            assert shown is not None, (language, step.id)
            assert shown["holds"], (language, step.id)
            assert all(shown["charts"].values()), step.id
            wants = {"computation", "states"} & set(step.show)
            assert not wants or shown["computation"], step.id
            assert "positions" not in step.show or shown["positions"], step.id
            assert said(["p", {}, *shown["text"], *shown["reveal"]]).strip() or shown["bet"]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_bears_a_sentence_of_one_word(name: str, models: LoadedModels) -> None:
    found = packed_chapter(CHAPTERS[name], "en", models=models, own="Ja")
    assert len(found["steps"]) >= 6
    assert all(step["trace"] in found["traces"] for step in found["steps"])
