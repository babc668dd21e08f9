"""The configs of the synthetic tasks: alike but for the system, with pieces that show something."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from seqviz.models.settings import RnnSettings
from seqviz.tasks import TASKS, TEST_PAIRS
from seqviz.text.tokenizer import Tokenizer
from seqviz.training.config import read_config, shipped_configs
from seqviz.training.settings import TrainSettings
from seqviz.training.vocabulary import (
    SOURCE_FILE,
    TARGET_FILE,
    Vocabularies,
    train_vocabularies,
)

SYSTEMS = ("additive", "dot", "none", "none-forward", "none-reversed", "transformer")
EACH = pytest.mark.parametrize("task", TASKS)


def settings_of(task: str, system: str) -> TrainSettings:
    return read_config(f"{task}/{system}").settings


@EACH
def test_every_task_has_its_systems(task: str) -> None:
    assert sorted(name for name in shipped_configs() if name.startswith(f"{task}/")) == [
        f"{task}/{system}" for system in SYSTEMS
    ]
    for system in SYSTEMS:
        data = settings_of(task, system).data
        assert (data.task, data.task_test) == (task, TEST_PAIRS)


@EACH
def test_none_is_dot_without_attention(task: str) -> None:
    dot, none = settings_of(task, "dot"), settings_of(task, "none")
    assert isinstance(dot.model, RnnSettings)
    assert none == replace(dot, name=none.name, model=replace(dot.model, attention="none"))


@EACH
def test_forward_and_reversed_differ_in_the_direction_of_reading_alone(task: str) -> None:
    both = settings_of(task, "none")
    assert isinstance(both.model, RnnSettings)
    for name, reverses in (("none-forward", False), ("none-reversed", True)):
        found = settings_of(task, name)
        model = replace(both.model, bidirectional=False, reverse_source=reverses)
        assert found == replace(both, name=f"{task}/{name}", model=model)


@EACH
def test_all_systems_learn_from_the_same_cases_and_pieces(task: str) -> None:
    dot = settings_of(task, "dot")
    for system in SYSTEMS:
        other = settings_of(task, system)
        assert (other.data, other.seed) == (dot.data, dot.seed)
        assert other.source_vocabulary == dot.source_vocabulary
        assert other.target_vocabulary == dot.target_vocabulary
        assert other.optimiser.steps == dot.optimiser.steps


PIECES = {
    ("date-iso", "Wednesday, the 3rd of March 1999", "1999-03-03"): (
        "▁Wednesday , ▁the ▁ 3 rd ▁of ▁March ▁ 1 9 9 9",
        "1 9 9 9 - 0 3 - 0 3",
    ),
    ("date-iso", "OCTOBER THE TWENTY-FIRST, TWO THOUSAND", "2000-10-21"): (
        "▁OCTOBER ▁THE ▁TWENTY - FIRST , ▁TWO ▁THOUSAND",
        "2 0 0 0 - 1 0 - 2 1",
    ),
    ("number-words", "45,213", "forty-five thousand two hundred thirteen"): (
        "4 5 , 2 1 3",
        "▁forty - five ▁thousand ▁two ▁hundred ▁thirteen",
    ),
    ("word-reversed", "sleep", "peels"): ("s l e e p", "p e e l s"),
}


@cache
def vocabularies(task: str) -> Vocabularies:
    """As a training of the task makes them."""
    settings = settings_of(task, "dot")
    pairs = TASKS[task].pairs(train=settings.data.task_pairs, dev=0, test=0, seed=settings.seed)
    return train_vocabularies(pairs.train, settings.source_vocabulary, settings.target_vocabulary)


@pytest.mark.parametrize(("case", "pieces"), PIECES.items())
def test_pieces_are_words_and_single_figures(
    case: tuple[str, str, str], pieces: tuple[str, str], tmp_path: Path
) -> None:
    task, *texts = case
    vocabularies(task).write(tmp_path)
    for file, text, expected in zip((SOURCE_FILE, TARGET_FILE), texts, pieces, strict=True):
        tokenizer = Tokenizer(tmp_path / file)
        encoding = tokenizer.encode(text)
        assert " ".join(encoding.pieces) == expected
        assert tokenizer.decode(encoding.ids) == text
