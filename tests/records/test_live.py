"""Records of a live training: round trips, what is refused."""

import json
from pathlib import Path

import pytest

from seqviz import tasks
from seqviz.records.live import (
    JOB_FILE,
    STATE_FILE,
    TASKS,
    CurvePoint,
    LiveCase,
    LiveJob,
    LiveState,
    read_job,
    read_state,
    write_json,
)

JOB = LiveJob(task="date-iso", system="dot")
STATE = LiveState(
    phase="training",
    step=7,
    steps=100,
    epoch=0.25,
    seconds=1.5,
    seconds_left=178.5,
    pairs_per_second=900.0,
    parameters=12_345,
    losses=(CurvePoint(step=1, value=2.5), CurvePoint(step=2, value=2.0)),
    scores=(CurvePoint(step=0, value=0.0),),
    cases=(LiveCase(source="<b>1</b>", reference="é\ud800", translation="二"),),
    reference="1999-03-03",
    typed="$x$ \u202e",
)


def test_everything_that_can_be_learnt_is_a_task() -> None:
    assert set(TASKS) == set(tasks.TASKS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "de-en"},
        {"system": "magic"},
        {"train_seconds": 0.0},
        {"beat_seconds": float("nan")},
        {"life_seconds": float("inf")},
        {"pairs": -1},
        {"memory_bytes": True},
    ],
    ids=str,
)
def test_a_job_that_cannot_be_run_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        LiveJob(**{"task": "date-iso", "system": "dot", **wrong})  # type: ignore[arg-type] # is tested


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    write_json(tmp_path / JOB_FILE, JOB)
    write_json(tmp_path / STATE_FILE, STATE)
    assert read_job(tmp_path) == JOB
    assert read_state(tmp_path) == STATE
    assert sorted(path.name for path in tmp_path.iterdir()) == [JOB_FILE, STATE_FILE]


def test_no_file_is_no_state_yet(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"phase": "flying"},
        {"reason": "why"},
        {"step": "7"},
        {"step": True},
        {"losses": [{"step": 1}]},
        {"cases": [3]},
        {"more": 1},
    ],
    ids=str,
)
def test_a_state_that_is_none_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    write_json(tmp_path / STATE_FILE, STATE)
    content = json.loads((tmp_path / STATE_FILE).read_text())
    (tmp_path / STATE_FILE).write_text(json.dumps(content | wrong))
    with pytest.raises(ValueError):
        read_state(tmp_path)


def test_a_state_that_lacks_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / STATE_FILE).write_text('{"phase": "training"}')
    with pytest.raises(ValueError, match="incomplete"):
        read_state(tmp_path)


def test_a_case_is_right_to_the_last_character() -> None:
    assert LiveCase(source="1", reference="one", translation="one").matches
    assert not LiveCase(source="1", reference="one", translation="one ").matches
