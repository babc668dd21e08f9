"""A packed chapter: texts that hold, bets, states, each decoding once."""

import json
from typing import Any

import pytest

from seqviz.lesson import needed, packed_chapter, read_chapter
from seqviz.lesson.charts import CHARTS, OF_SYSTEMS
from seqviz.lesson.parts import PARTS
from seqviz.viewer.program import _read
from tests.lesson.small import CHAPTER, SmallModels

SMALL = read_chapter(CHAPTER, "small.yaml")


def said(node: Any) -> str:
    return node if isinstance(node, str) else "".join(map(said, node[2:]))


def packed_small(language: str = "en", **more: Any) -> dict[str, Any]:
    found = packed_chapter(SMALL, language, models=SmallModels(), **more)
    return dict(json.loads(json.dumps(found)))  # it is JSON


def test_a_text_that_holds_has_its_facts() -> None:
    found = packed_small()
    look = found["steps"][0]
    assert said(look["text"][0]) == "“cat” looks at Katze: 80%, α=0.800."
    assert look["holds"]
    assert (look["needs"], look["bet"]["kind"], look["bet"]["step"]) == ("bet", "next", 1)
    assert look["layout"] == ["sentence", ["heatmap", "next"]]
    assert said(look["reveal"][0]) == "It was “cat”."
    assert look["highlight"] == ["heatmap.row"]
    assert look["state"] == {
        **{"kind": "", "layer": -1, "head": -1, "hypothesis": 0, "step": 1, "node": ""},
        **{"words": True, "raw": False, "cuts": "", "layout": "", "window": 0},
    }
    assert packed_small()["steps"][2]["reveal"] == []
    assert said(packed_small("zh")["steps"][0]["text"][0]) == "“cat”看Katze：80%。"


def test_another_text_stands_in_or_the_step_is_left_out() -> None:
    found = packed_small()
    assert [step["id"] for step in found["steps"]] == ["look", "before", "compared"]
    before = found["steps"][1]
    assert (said(before["text"][0]), before["holds"], before["bet"]) == (
        "At the start.",
        False,
        None,
    )


def test_every_decoding_is_asked_for_and_packed_once() -> None:
    models = SmallModels()
    found = packed_chapter(SMALL, "en", models=models)
    assert len(models.asked) == len(set(models.asked)) == 3  # the sentence, greedily, by "none"
    assert len(found["traces"]) == 1
    (key, trace), *_ = found["traces"].items()
    assert {step["trace"] for step in found["steps"]} == {key}
    assert trace["compare"] is not None
    assert {one.system for one in needed(SMALL, "en")} == {"dot", "none"}


def test_systems_are_listed_and_bet_on() -> None:
    compared = packed_small()["steps"][2]
    assert [row["text"] for row in compared["systems"]] == ["the cat", "a sat"]
    assert [option["right"] for option in compared["bet"]["options"]] == [False, True]
    assert compared["bet"]["options"][1]["label"] == "LSTM, no attention"


def test_an_own_sentence_takes_the_place_of_the_chapters() -> None:
    models = SmallModels()
    found = packed_chapter(SMALL, "en", models=models, own="Mein Satz")
    assert {asked.text for asked in models.asked} == {"Mein Satz"}
    assert found["sentence"] == "Mein Satz"
    assert found["own"]
    assert {one.text for one in needed(SMALL, "en", own="Mein Satz")} == {"Mein Satz"}


def test_a_computation_is_asked_for_by_what_the_step_shows() -> None:
    text = CHAPTER.replace("show: [sentence, [heatmap, next]]", "show: [computation]")
    models = SmallModels()
    found = packed_chapter(read_chapter(text, "small.yaml"), "en", models=models)
    assert models.explained == [("de-en/dot", 1, 0, "cross", 0, 0)]
    assert found["steps"][0]["computation"] is None  # this model cannot tell


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_glossary_holds_what_texts_name(language: str) -> None:
    text = CHAPTER.replace("“{word}” looks", "[a key](?key)").replace("“{word}”看", "[键](?key)")
    found = packed_chapter(read_chapter(text, "x.yaml"), language, models=SmallModels())
    assert list(found["glossary"]) == ["key"]
    assert found["glossary"]["key"]["other"] == [{"en": "键", "zh": "key"}[language]]


ALONE = ("learning", "find")
"""Parts that the page or the offline page adds; see ``lesson.live``."""


def test_the_parts_are_those_of_the_viewer() -> None:
    """And those that a lesson alone shows."""
    drawn = named("parts", "PARTS") | named("lessonparts", "LESSON_PARTS")
    assert set(PARTS) == drawn | {*ALONE, *CHARTS, *OF_SYSTEMS}


def named(module: str, table: str) -> set[str]:
    """The parts that a script has in a table."""
    lines = _read(module).split(f"const {table} = {{")[1].split("};")[0].splitlines()
    return {line.split(":")[0].strip() for line in lines if ":" in line}


def test_a_bet_that_cannot_be_asked_does_not_hold() -> None:
    """Both systems say the same."""
    text = CHAPTER.replace("systems: [dot, none]}", "systems: [dot, dot]}")
    chapter = read_chapter(text, "small.yaml")
    assert "compared" not in [
        step["id"] for step in packed_chapter(chapter, "en", models=SmallModels())["steps"]
    ]


def test_a_bet_may_stand_alone() -> None:
    text = CHAPTER.replace('    text: {en: "Greedy: {greedy}.", zh: "贪心：{greedy}。"}\n', "")
    compared = packed_chapter(read_chapter(text, "x.yaml"), "en", models=SmallModels())["steps"][2]
    assert compared["text"] == []
    assert compared["bet"]["kind"] == "fails"


@pytest.mark.parametrize("check", ["{fact: word, above: 3}", "{fact: steps, below: many}"])
def test_a_word_is_neither_above_nor_below(check: str) -> None:
    text = CHAPTER.replace("{fact: steps, above: 10}", check)
    found = packed_chapter(read_chapter(text, "small.yaml"), "en", models=SmallModels())
    assert "long" not in [step["id"] for step in found["steps"]]


def test_a_bet_on_two_systems_stays_with_a_sentence_of_ones_own() -> None:
    chapter = read_chapter(CHAPTER, "small.yaml")
    compared = packed_chapter(chapter, "en", models=SmallModels(), own="Der Hund")["steps"][-1]
    assert [option["right"] for option in compared["bet"]["options"]] == [False, True]
    assert "Judged by the Transformer’s: “the cat”" in str(compared["reveal"])
