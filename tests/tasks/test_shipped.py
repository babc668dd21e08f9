"""The shipped models of the tasks do on new cases what their settings say."""

import json
import re
from pathlib import Path

import pytest

from seqviz.analysis.quality import exact_match
from seqviz.catalog import find_models
from seqviz.options import DecodeOptions
from seqviz.tasks import TASKS
from seqviz.translator import load

PRETRAINED = Path(__file__).resolve().parents[2] / "pretrained"
ATTENTIVE = [f"{task}/{system}" for task in TASKS for system in ("additive", "dot", "transformer")]
BARE = [f"{task}/{name}" for task in TASKS for name in ("none", "none-forward", "none-reversed")]
GREEDY = DecodeOptions(beam_size=1)


def texts(name: str) -> tuple[list[str], list[str]]:
    """What it makes of cases of a seed of its own, greedily, and what is right."""
    pairs = TASKS[name.partition("/")[0]].pairs(train=0, dev=0, test=300, seed=99).test
    translator = load(name, "cpu", PRETRAINED)
    found = translator.translate_all([source for source, _ in pairs], GREEDY)
    return [result.text for result in found], [target for _, target in pairs]


def exactness(name: str) -> float:
    return exact_match(*texts(name))


def test_every_system_of_every_task_ships() -> None:
    entries = {entry.name: entry for entry in find_models(PRETRAINED).entries}
    expected = {*ATTENTIVE, *BARE}
    assert {name for name in entries if name.partition("/")[0] in TASKS} == expected
    for name in expected:
        settings = json.loads((entries[name].folder / "settings.json").read_bytes())
        assert settings["scores"]["test"]["sentences"] == 2_000
        assert entries[name].scores["test"]["exact_match"] >= (0 if name in BARE else 99)
        assert entries[name].bytes < 1_000_000


@pytest.mark.parametrize("name", ATTENTIVE)
def test_attention_solves_new_cases(name: str) -> None:
    assert exactness(name) >= 98.5


@pytest.mark.parametrize(
    ("task", "most"), [("date-iso", 80), ("number-words", 80), ("word-reversed", 94)]
)
def test_one_vector_is_a_bottleneck(task: str, most: int) -> None:
    """Words backwards are short, and their last letters come first: the least of all."""
    assert exactness(f"{task}/none") < most


@pytest.mark.parametrize("task", TASKS)
def test_the_examples_are_solved_by_dot_attention(task: str) -> None:
    translator = load(f"{task}/dot", "cpu", PRETRAINED)
    sources, references = zip(*TASKS[task].examples.values(), strict=True)
    found = translator.translate_all(list(sources), DecodeOptions())
    assert tuple(result.text for result in found) == references


@pytest.mark.parametrize(
    ("task", "better", "worse", "last"),
    [
        ("number-words", "none-reversed", "none-forward", r"[a-z]+$"),
        ("date-iso", "none-forward", "none-reversed", r"\d\d$"),
    ],
)
def test_the_direction_of_reading_decides(task: str, better: str, worse: str, last: str) -> None:
    """Even about the last word, or the day, as the lesson says."""
    whole, ends = [], []
    for system in (better, worse):
        found, right = texts(f"{task}/{system}")
        whole.append(exact_match(found, right))
        ends.append(
            exact_match(
                *(["".join(re.findall(last, text)) for text in each] for each in (found, right))
            )
        )
    assert whole[0] > whole[1] + 30
    assert ends[0] > ends[1] + 20
