import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqviz.errors import InputError
from seqviz.models.checkpoint import fingerprint
from seqviz.training.batches import Example
from seqviz.training.build import build_model
from seqviz.training.checkpoints import Checkpoints, mean_weights
from seqviz.training.events import Averaged, Event, Measured, Progress, Resumed
from seqviz.training.measure import dev_loss, dev_score
from seqviz.training.observer import Observer
from seqviz.training.run import Material, Outcome, run_key, train
from seqviz.training.settings import TrainSettings
from tests.fixtures.letter_training import STEPS, run, tiny_material, tiny_settings


class Killed(Exception):
    """As by kill -9: nothing is tidied up."""


@dataclass(frozen=True)
class Unbroken:
    """A run that was not killed, done once for all tests that only look."""

    found: Outcome
    events: list[Event]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Unbroken:
    events: list[Event] = []
    folder = tmp_path_factory.mktemp("unbroken")
    found = run(tiny_settings(), folder, work=folder / "work", on_event=events.append)
    return Unbroken(found, events)


def test_a_run_leaves_curves_frames_and_the_best_weights(unbroken: Unbroken) -> None:
    found, events = unbroken.found, unbroken.events
    record = found.record
    assert [point.step for point in record.losses] == [2, 4, 6, 8, 10, 12]
    assert [point.step for point in record.dev] == [3, 6, 9, 12]
    assert record.dev[-1].loss < record.dev[0].loss
    assert record.losses[-1].loss < record.losses[0].loss
    assert [frame.step for frame in record.frames] == [0, 1, 3, 12]
    assert len(record.sentences) == 2
    assert record.fingerprint == fingerprint(found.model)
    assert record.metric == "exact_match"
    assert not found.stopped_early
    progress = [event for event in events if isinstance(event, Progress)]
    assert [event.update.step for event in progress] == list(range(1, STEPS + 1))
    assert progress[-1].seconds_left == 0
    measured = [event for event in events if isinstance(event, Measured)]
    assert [event.point for event in measured] == list(record.dev)


def test_the_points_of_the_curve_are_means_over_tokens(unbroken: Unbroken) -> None:
    found = unbroken.found
    updates = [event.update for event in unbroken.events if isinstance(event, Progress)][2:4]
    expected = np.average([u.loss for u in updates], weights=[u.tokens for u in updates])
    assert found.record.losses[1].loss == pytest.approx(float(expected))


@pytest.mark.parametrize("killed_at", [1, 4, 12])
def test_a_killed_run_ends_with_the_weights_of_an_unbroken_one(
    killed_at: int, unbroken: Unbroken, tmp_path: Path
) -> None:
    whole = unbroken.found.record
    events: list[Event] = []

    def kill(event: Event) -> None:
        if isinstance(event, Progress) and event.update.step == killed_at:
            raise Killed

    with pytest.raises(Killed):
        run(tiny_settings(), tmp_path, work=tmp_path / "work", on_event=kill)
    resumed = run(tiny_settings(), tmp_path, work=tmp_path / "work", on_event=events.append)
    last = killed_at // 3 * 3
    assert [event for event in events if isinstance(event, Resumed)] == (
        [Resumed(last)] if last else []
    )
    assert resumed.record.fingerprint == whole.fingerprint
    assert [p.loss for p in resumed.record.losses] == [p.loss for p in whole.losses]
    assert [p.score for p in resumed.record.dev] == [p.score for p in whole.dev]
    for frame, other in zip(resumed.record.frames, whole.frames, strict=True):
        assert frame.step == other.step
        for view, same in zip(frame.views, other.views, strict=True):
            assert view.surprisals == same.surprisals
            assert np.array_equal(view.attention, same.attention)


def test_another_seed_makes_another_run_and_one_goes_on_only_with_its_own_settings_and_data(
    tmp_path: Path,
) -> None:
    """That a seed repeats a run, killed ones show: one killed at its first step begins anew."""
    settings, again = (replace(short_settings(), seed=seed) for seed in (3, 4))
    one, other = (
        run(each, tmp_path, work=tmp_path / f"work {each.seed}") for each in (settings, again)
    )
    assert one.record.fingerprint != other.record.fingerprint
    work = tmp_path / "work 4"
    with pytest.raises(InputError, match="other settings"):
        run(replace(again, seed=9), tmp_path, work=work)
    others = replace(tiny_material(tmp_path), fingerprint="others")
    with pytest.raises(InputError, match="other data"):
        train(
            again,
            others,
            work=work,
            device="cpu",
            on_event=print,
        )


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_development_loss_that_is_no_number_is_a_training_that_diverged(
    loss: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqviz.training.run.dev_loss", lambda *_: loss)
    with pytest.raises(InputError, match="at step 2") as caught:
        run(short_settings(), tmp_path, work=tmp_path / "work")
    assert caught.value.code == "training_diverged"
    assert not (tmp_path / "work" / "state.pt").exists()


def short_settings(**asked: Any) -> TrainSettings:
    """Eight steps, measured every second, without frames."""
    settings = tiny_settings(dev_every=2, replay_frames=0, patience=asked.pop("patience", 0))
    return replace(settings, optimiser=replace(settings.optimiser, steps=8, **asked))


def measured_with(
    scores: list[float], monkeypatch: pytest.MonkeyPatch, settings: TrainSettings, folder: Path
) -> tuple[list[Event], Material]:
    """Let the measurements find these scores, one after the other."""
    given = iter(scores)
    monkeypatch.setattr("seqviz.training.run.dev_score", lambda *_, most: next(given))
    return [], tiny_material(folder)


def test_a_run_stops_when_the_score_does_not_get_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = short_settings(patience=2, average_last=1)
    events, material = measured_with([5.0, 4.0, 5.0], monkeypatch, settings, tmp_path)
    found = train(settings, material, work=tmp_path / "w", device="cpu", on_event=events.append)
    assert found.stopped_early
    assert [point.step for point in found.record.dev] == [2, 4, 6]
    assert found.steps == (2,)
    assert found.score == 5.0
    saved = Checkpoints(tmp_path / "w", run_key(settings, material)).read_weights(2)
    assert all(
        np.array_equal(saved[name], tensor) for name, tensor in found.model.state_dict().items()
    )


@pytest.mark.parametrize(("averaged", "taken"), [(9.0, (6, 8)), (8.0, (4,))])
def test_the_mean_of_the_last_checkpoints_is_taken_where_it_is_better(
    averaged: float, taken: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = short_settings()
    scores = [1.0, 8.0, 3.0, 4.0, averaged]
    events, material = measured_with(scores, monkeypatch, settings, tmp_path)
    found = train(settings, material, work=tmp_path / "w", device="cpu", on_event=events.append)
    assert found.steps == taken
    assert found.score == max(8.0, averaged)
    assert Averaged((6, 8), averaged, 8.0) in events
    checkpoints = Checkpoints(tmp_path / "w", run_key(settings, material))
    expected = mean_weights([checkpoints.read_weights(step) for step in taken])
    for name, tensor in found.model.state_dict().items():
        assert np.array_equal(tensor, expected[name])
    kept = sorted(int(file.stem) for file in (tmp_path / "w" / "weights").iterdir())
    assert kept == [4, 6, 8]


@pytest.mark.parametrize(("average_last", "taken"), [(2, (6, 8)), (1, (8,))])
def test_the_last_weights_come_out_where_that_is_asked_for(
    average_last: int, taken: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = short_settings(result="last", average_last=average_last)
    events, material = measured_with([1.0, 8.0, 3.0, 4.0, 2.0], monkeypatch, settings, tmp_path)
    found = train(settings, material, work=tmp_path / "w", device="cpu", on_event=events.append)
    assert found.steps == taken
    checkpoints = Checkpoints(tmp_path / "w", run_key(settings, material))
    expected = mean_weights([checkpoints.read_weights(step) for step in taken])
    for name, tensor in found.model.state_dict().items():
        assert np.array_equal(tensor, expected[name])


def test_dev_loss_is_the_mean_surprisal_of_forced_decoding(tmp_path: Path) -> None:
    settings, material = tiny_settings(), tiny_material(tmp_path)
    model = build_model(settings, source=material.source, target=material.target)
    observer = Observer(
        model=model.eval(), settings=settings, source=material.source, target=material.target
    )
    forced = [observer.force(source, target) for source, target in material.dev.pairs]
    total = sum(float(trace.hypotheses.log_probs[0]) for trace in forced)
    tokens = sum(len(example.target) for example in material.dev.examples)
    assert dev_loss(observer, material.dev) == pytest.approx(-total / tokens, rel=1e-4)


def test_dev_score_counts_greedy_translations_that_are_right(tmp_path: Path) -> None:
    settings, material = tiny_settings(), tiny_material(tmp_path)
    model = build_model(settings, source=material.source, target=material.target)
    observer = Observer(
        model=model.eval(), settings=settings, source=material.source, target=material.target
    )
    said = [observer.translate(source).translation for source, _ in material.dev.pairs[:4]]
    right = [(source, text) for (source, _), text in zip(material.dev.pairs, said, strict=False)]
    pairs = (*right[:3], *material.dev.pairs[3:])
    dev = replace(material.dev, pairs=pairs)
    assert dev_score(observer, dev, most=4) == 75.0
    bleu = replace(material.dev, metric="bleu")
    assert 0 <= dev_score(observer, bleu, most=4) < 75


def test_the_examples_are_what_the_decoder_has_to_write(tmp_path: Path) -> None:
    material = tiny_material(tmp_path)
    first: Example = material.dev.examples[0]
    assert first.source[-1] == first.target[-1] == 3
    assert material.source.decode(first.source[:-1]) == material.dev.pairs[0][0]
