"""The shipped models of the tasks do on new cases what their settings say."""

import json
from pathlib import Path

import pytest

from seqviz.analysis.quality import exact_match
from seqviz.catalog import find_models
from seqviz.options import DecodeOptions
from seqviz.tasks import TASKS
from seqviz.translator import load

PRETRAINED = Path(__file__).resolve().parents[2] / "pretrained"
SYSTEMS = ("additive", "dot", "none", "transformer")
ATTENTIVE = [f"{task}/{system}" for task in TASKS for system in SYSTEMS if system != "none"]
GREEDY = DecodeOptions(beam_size=1)


def exactness(name: str) -> float:
    """On cases of a seed of its own, greedily."""
    pairs = TASKS[name.partition("/")[0]].pairs(train=0, dev=0, test=300, seed=99).test
    translator = load(name, "cpu", PRETRAINED)
    found = translator.translate_all([source for source, _ in pairs], GREEDY)
    return exact_match([result.text for result in found], [target for _, target in pairs])


def test_every_system_of_every_task_ships() -> None:
    entries = {entry.name: entry for entry in find_models(PRETRAINED).entries}
    expected = {f"{task}/{system}" for task in TASKS for system in SYSTEMS}
    assert {name for name in entries if name.partition("/")[0] in TASKS} == expected
    for name in expected:
        settings = json.loads((entries[name].folder / "settings.json").read_bytes())
        assert settings["scores"]["test"]["sentences"] == 2_000
        assert entries[name].scores["test"]["exact_match"] >= (0 if "none" in name else 99)
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
