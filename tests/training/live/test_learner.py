"""What learns in a live training: every task and system, small."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.errors import InputError
from seqviz.kinds import LEARNT_LIVE, SYSTEMS
from seqviz.models.settings import RnnSettings, TransformerSettings
from seqviz.records.live import TASKS, LiveJob
from seqviz.training.live import learner as live_learner
from seqviz.training.live.learner import Learner, live_settings, prepare
from seqviz.training.settings import TrainSettings, VocabularySettings
from seqviz.training.vocabulary import train_vocabularies
from tests.training.live.test_session import JOB

SMALL = replace(JOB, pairs=200, dev=20)


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Narrow models, and a folder of models that holds none."""

    def narrow(job: LiveJob) -> TrainSettings:
        settings = live_settings(job)
        return replace(settings, model=replace(settings.model, width=16))

    monkeypatch.setattr(live_learner, "live_settings", narrow)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("system", LEARNT_LIVE)
def test_every_system_can_learn_every_task(task: str, system: str) -> None:
    settings = live_settings(replace(SMALL, task=task, system=system))
    assert settings.name == f"{task}/{system}"
    assert settings.data.task == task and settings.data.task_pairs == SMALL.pairs
    if system == "transformer":
        assert isinstance(settings.model, TransformerSettings)
    else:
        assert isinstance(settings.model, RnnSettings)
        assert settings.model.attention == SYSTEMS[system].attention
        assert settings.model.reverse_source == SYSTEMS[system].reverses_source
        assert (settings.model.cell == "gru") == (system == "general")


@pytest.mark.parametrize("system", ["none", "general", "transformer"])
def test_updates_lower_the_loss(system: str) -> None:
    learner = prepare(replace(SMALL, system=system))
    found = [learner.advance() for _ in range(16)]
    epochs, losses = zip(*found, strict=True)
    assert list(epochs) == sorted(set(epochs)) and epochs[-1] > 1
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    learner.translate("3 May")  # between two updates
    learner.advance()


@pytest.fixture
def learner() -> Learner:
    return prepare(SMALL)


def test_a_translation_is_a_trace_with_attention(learner: Learner) -> None:
    trace = learner.translate("3 May <b>")
    assert trace.model.name == "date-iso/dot"
    assert trace.source.text == "3 May <b>"
    assert trace.cross_attention is not None
    assert trace.cross_attention.shape[2:] == (len(trace.target()), len(trace.source.ids))
    assert len(trace.target()) <= learner.most_tokens


def test_nothing_typed_is_refused(learner: Learner) -> None:
    with pytest.raises(InputError) as caught:
        learner.translate("  ")
    assert caught.value.code == "empty_text"


def test_cases_are_the_development_pairs_translated(learner: Learner) -> None:
    cases = learner.cases()
    assert [(case.source, case.reference) for case in cases] == list(learner.dev)
    assert cases[0].translation == learner.translate(cases[0].source).translation


def test_the_example_is_no_short_one(learner: Learner) -> None:
    lengths = sorted(len(source) + len(target) for source, target in learner.dev)
    assert learner.example in learner.dev
    assert sum(map(len, learner.example)) >= lengths[len(lengths) // 2]


def test_the_same_seed_learns_the_same(learner: Learner) -> None:
    first = [learner.advance() for _ in range(3)]
    again = prepare(SMALL)
    assert [again.advance() for _ in range(3)] == first


def test_shipped_pieces_are_taken_and_damaged_ones_are_not(
    tmp_path: Path, learner: Learner
) -> None:
    folder = tmp_path / "date-iso"
    folder.mkdir()
    settings = VocabularySettings(size=40, kind="char")
    train_vocabularies([("0123456789 -", "0123456789-")], settings, settings).write(folder)
    assert len(prepare(SMALL).observer.source) < len(learner.observer.source)
    (folder / "source.model").write_bytes(b"damaged")
    assert len(prepare(SMALL).observer.source) == len(learner.observer.source)
