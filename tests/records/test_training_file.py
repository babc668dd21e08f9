"""The file of a training's record: what it keeps, how large it gets, what it refuses."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqviz.errors import InputError, ModelError
from seqviz.records.training import FILE_NAME, Start, TrainingRecord
from seqviz.records.training_file import MAX_BYTES, MOST_EARLIER, read_record, write_record
from tests.fixtures.made_training import made_record

Raw = dict[str, Any]


def read(path: Path) -> TrainingRecord:
    record = read_record(path)
    assert record is not None
    return record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def whole(path: Path) -> Raw:
    """What stands in the file of a small record."""
    write_record(made_record(losses=10, frames=3), path)
    raw: Raw = json.loads(path.read_bytes())
    return raw


@pytest.mark.parametrize("attends", [True, False])
def test_a_record_survives_its_file(path: Path, *, attends: bool) -> None:
    record = made_record(attends=attends)
    write_record(record, path)
    found = read(path)
    for name in ("model", "fingerprint", "seed", "device", "metric", "steps", "sentences"):
        assert getattr(found, name) == getattr(record, name)
    assert len(found.frames) == len(record.frames) == 20
    for frame, kept in zip(record.frames, found.frames, strict=True):
        assert kept.step == frame.step
        for view, back in zip(frame.views, kept.views, strict=True):
            assert (back.translation, back.pieces) == (view.translation, view.pieces)
            assert back.attention.shape == view.attention.shape
            np.testing.assert_array_equal(back.attention, view.attention)
            assert back.surprisals == pytest.approx(view.surprisals, rel=1e-5)
    assert [point.step for point in found.losses] == [point.step for point in record.losses]
    for name in ("epoch", "seconds", "loss", "learning_rate"):
        before = [getattr(point, name) for point in record.losses]
        assert [getattr(point, name) for point in found.losses] == pytest.approx(before, rel=1e-5)
    for name in ("step", "seconds", "loss", "score"):
        before = [getattr(point, name) for point in record.dev]
        assert [getattr(point, name) for point in found.dev] == pytest.approx(before, rel=1e-5)


def test_what_was_read_is_written_again_as_it_was(path: Path, tmp_path: Path) -> None:
    write_record(made_record(), path)
    again = tmp_path / "again.json"
    write_record(read(path), again)
    assert again.read_bytes() == path.read_bytes()


def test_a_realistic_record_has_less_than_a_megabyte(path: Path) -> None:
    record = made_record(longest=40)
    assert (len(record.sentences), len(record.frames)) == (6, 20)
    assert (len(record.losses), len(record.dev)) == (600, 60)
    assert record.frames[0].views[0].attention.shape == (40, 40)
    write_record(record, path)
    assert path.stat().st_size < 1_000_000


def test_a_record_of_a_very_long_training_has_less_than_a_megabyte(path: Path) -> None:
    record = made_record(steps=400_000, losses=40_000, longest=130)
    assert (len(record.losses), len(record.dev), len(record.frames)) == (40_000, 4_000, 20)
    write_record(record, path)
    assert path.stat().st_size < 1_000_000
    found = read(path)
    assert (len(found.losses), len(found.dev)) == (2_000, 2_000)
    for kept, whole in ((found.losses, record.losses), (found.dev, record.dev)):
        gaps = np.diff([point.step for point in kept])
        assert gaps.max() - gaps.min() <= whole[1].step - whole[0].step
        assert (kept[0].step, kept[-1].step) == (whole[0].step, whole[-1].step)
    assert 2 <= len(found.frames) < 20
    assert (found.frames[0].step, found.frames[-1].step) == (0, record.frames[-1].step)


def test_a_replay_without_room_is_left_out(path: Path) -> None:
    write_record(made_record(losses=5, frames=2, longest=330), path)
    found = read(path)
    assert (found.sentences, found.frames, len(found.losses)) == ((), (), 5)


def test_a_record_without_measurements_or_replay_is_one_too(path: Path) -> None:
    write_record(replace(made_record(), losses=(), dev=(), sentences=(), frames=()), path)
    found = read(path)
    assert (found.losses, found.dev, found.sentences, found.frames) == ((), (), (), ())


def test_a_file_is_replaced_whole(path: Path) -> None:
    write_record(made_record(model="de-en/none"), path)
    write_record(made_record(model="de-en/dot"), path)
    assert read(path).model == "de-en/dot"
    assert list(path.parent.iterdir()) == [path]


def test_what_is_too_large_is_neither_written_nor_read(path: Path) -> None:
    write_record(made_record(losses=5, frames=2), path)
    before = path.read_bytes()
    endless = replace(made_record(losses=5, frames=2), model="x" * MAX_BYTES)
    with pytest.raises(InputError, match="more than 2000000 bytes") as refused:
        write_record(endless, path)
    assert refused.value.code == "file_unwritable"
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before
    path.write_bytes(before + b" " * MAX_BYTES)
    with pytest.raises(ModelError, match="more than 2000000 bytes"):
        read_record(path)


def test_a_missing_file_is_no_error_but_a_folder_is(tmp_path: Path) -> None:
    assert read_record(tmp_path / FILE_NAME) is None
    with pytest.raises(ModelError) as refused:
        read_record(tmp_path)
    assert refused.value.code == "file_corrupt"
    with pytest.raises(InputError) as unwritable:
        write_record(made_record(), tmp_path)
    assert unwritable.value.code == "file_unwritable"


CONTENTS = [b"", b"\xff", b"[1]", b"[" * 9000, b"null", b'{"format": 1}', b'{"format": [1]}']


@pytest.mark.parametrize("content", CONTENTS)
def test_what_is_no_record_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelError) as refused:
        read_record(path)
    assert refused.value.code == "file_corrupt"


TOP: list[tuple[Raw, str]] = [
    ({"format": 2}, "format 1"),
    ({"more": 1}, "more"),
    ({"model": 7}, "'model'"),
    ({"model": "\ud800"}, "'model'"),
    ({"fingerprint": None}, "'fingerprint'"),
    ({"device": []}, "'device'"),
    ({"metric": "accuracy"}, "'metric'"),
    ({"metric": []}, "'metric'"),
    ({"seed": 1.5}, "'seed'"),
    ({"seed": True}, "'seed'"),
    ({"seed": -1}, "'seed'"),
    ({"steps": "9"}, "'steps'"),
    ({"steps": 10**400}, "'steps'"),
    ({"seconds": float("nan")}, "'seconds'"),
    ({"seconds": float("inf")}, "'seconds'"),
    ({"losses": []}, "missing or unknown"),
    ({"dev": {}}, "missing or unknown"),
    ({"sentences": {}}, "'sentences'"),
    ({"sentences": [3]}, "missing or unknown"),
    ({"sentences": []}, "0 sentences"),
    ({"frames": None}, "'frames'"),
    ({"frames": [3]}, "missing or unknown"),
]


def check_refused(path: Path, raw: Raw, named: str) -> None:
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        read_record(path)
    assert refused.value.code == "file_corrupt"
    assert named in str(refused.value)


@pytest.mark.parametrize(("change", "named"), TOP)
def test_a_damaged_file_is_refused(path: Path, whole: Raw, change: Raw, named: str) -> None:
    check_refused(path, whole | change, named)


def set_value(*keys: str | int, value: object) -> Callable[[Raw], None]:
    """A change of what stands below some keys."""

    def change(raw: Raw) -> None:
        *way, last = keys
        place: Any = raw
        for key in way:
            place = place[key]
        place[last] = value

    return change


VIEW = ("frames", 1, "views", 0)
INSIDE: list[tuple[Callable[[Raw], None], str]] = [
    (set_value("losses", "step", value=[1]), "equally long"),
    (set_value("losses", "step", value=[3] * 10), "ascend"),
    (set_value("losses", "step", 0, value=1.5), "'step'"),
    (set_value("losses", "loss", 3, value="low"), "'loss'"),
    (set_value("losses", "loss", 3, value=10**400), "'loss'"),
    (set_value("losses", "loss", value=7), "'loss'"),
    (set_value("dev", "score", 0, value=-1), "'score'"),
    (set_value("dev", "more", value=[1]), "more"),
    (set_value("sentences", 0, "source", value=None), "'source'"),
    (set_value("sentences", 0, "pieces", 0, value="\udfff"), "'pieces'"),
    (set_value("sentences", 0, "reference_pieces", value=["a"]), "do not fit"),
    (set_value("frames", 1, "step", value=0), "ascend"),
    (set_value("frames", 1, "step", value="1"), "'step'"),
    (set_value("frames", 1, "views", value=[]), "0 views"),
    (set_value("frames", 1, "views", value=3), "'views'"),
    (set_value(*VIEW, value=[]), "missing or unknown"),
    (set_value(*VIEW, "translation", value=1), "'translation'"),
    (set_value(*VIEW, "pieces", value=["a"]), "not 1 times"),
    (set_value(*VIEW, "attention", value="AAAA"), "3 bytes"),
    (set_value(*VIEW, "attention", value="no base64"), "not base64"),
    (set_value(*VIEW, "attention", value="ä"), "not base64"),
    (set_value(*VIEW, "attention", value=None), "'attention'"),
    (set_value(*VIEW, "surprisals", value=[1.0]), "do not fit"),
    (set_value(*VIEW, "surprisals", 0, value=float("inf")), "'surprisals'"),
    (set_value(*VIEW, "surprisals", 0, value=-0.5), "'surprisals'"),
]


@pytest.mark.parametrize(("change", "named"), INSIDE)
def test_damage_inside_is_refused(
    path: Path, whole: Raw, change: Callable[[Raw], None], named: str
) -> None:
    change(whole)
    check_refused(path, whole, named)


def test_the_undamaged_record_is_read(path: Path, whole: Raw) -> None:
    """Otherwise any change above would be refused."""
    path.write_text(json.dumps(whole), encoding="utf-8")
    view = read(path).frames[1].views[0]
    assert base64.b64decode(whole["frames"][1]["views"][0]["attention"]) == view.attention.tobytes()


def test_a_record_keeps_the_curves_of_what_it_went_on_from(path: Path) -> None:
    earlier = made_record()
    start = Start(
        model="de-en/dot",
        sha256="a" * 64,
        seconds=60.0,
        losses=earlier.losses,
        dev=earlier.dev,
    )
    write_record(replace(made_record(), started_from=start), path)
    found = read(path).started_from
    assert found is not None
    assert (found.model, found.sha256, found.seconds) == ("de-en/dot", "a" * 64, 60.0)
    assert len(found.losses) == MOST_EARLIER
    assert [point.step for point in found.dev] == [point.step for point in earlier.dev]
    write_record(made_record(), path)
    assert read(path).started_from is None
    assert "started_from" not in path.read_text()
