"""The record of beam sizes: what it refuses, and its file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seqviz.errors import ModelError
from seqviz.records.beam_sizes import (
    STUDY_FILE,
    BeamSizeIntervals,
    BeamSizeRow,
    BeamSizeStudy,
    Ends,
)

SIZES = (1, 2, 3, 5, 8, 12, 16, 24, 32, 64)


def row(beam_size: int, *, lost: float = 0.0) -> BeamSizeRow:
    """Better up to 5, then ``lost`` times as bad."""
    return BeamSizeRow(
        beam_size=beam_size,
        bleu=round(50 + min(beam_size, 5) / 3 - lost * max(0, beam_size - 5), 2),
        chrf=66.25,
        length_ratio=round(1.0123 - lost * beam_size / 100, 4),
        log_prob=-9.1234 + beam_size / 100,
        score=-0.8765,
        empty=round(lost * beam_size / 640, 4),
        seconds=123.45,
    )


def intervals(row: BeamSizeRow, change: tuple[float, float]) -> BeamSizeIntervals:
    """All around the row's numbers, but for the change."""
    around = {
        name: Ends(low=getattr(row, name) - 0.01, high=getattr(row, name) + 0.01)
        for name in ("bleu", "chrf", "length_ratio", "log_prob", "empty")
    }
    return BeamSizeIntervals(**around, bleu_change=Ends(low=change[0], high=change[1]))


def measured(*changes: tuple[float, float]) -> BeamSizeStudy:
    """With intervals; the changes are those of "none" and "average"."""
    found = study()
    curves = {
        name: tuple(replace(row, intervals=intervals(row, change)) for row in rows)
        for (name, rows), change in zip(found.curves.items(), changes, strict=True)
    }
    return replace(found, curves=curves, compared_with=5)


def study(sizes: tuple[int, ...] = SIZES) -> BeamSizeStudy:
    return BeamSizeStudy(
        model="de-en/transformer",
        fingerprint="f" * 64,
        test_set="test.tsv",
        sentences=300,
        seed=1,
        alpha=1.0,
        device="cpu",
        bleu_signature="nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0",
        chrf_signature="nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0",
        curves={
            "none": tuple(row(size, lost=0.5) for size in sizes),
            "average": tuple(row(size) for size in sizes),
        },
    )


def raw() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(json.dumps({"format": 1, **vars(study())}, default=vars))
    return whole


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"format": 2}, "format 1"),
        ({"seed": "1"}, "'seed'"),
        ({"model": None}, "'model'"),
        ({"alpha": 1}, "'alpha'"),
        ({"sentences": True}, "'sentences'"),
        ({"more": 1}, "more"),
        ({"curves": []}, "'curves'"),
        ({"curves": {}}, "the same beam sizes"),
        ({"curves": {"none": [], "average": []}}, "the same beam sizes"),
        ({"curves": {"none": 3, "average": []}}, "no list"),
        ({"curves": {"none": [{}], "average": [{}]}}, "missing or unknown"),
        ({"curves": {"none": [vars(row(1))], "average": [vars(row(2))]}}, "the same beam sizes"),
        ({"curves": {name: [vars(row(2))] * 2 for name in ("none", "average")}}, "ascend"),
        ({"curves": {"none": [vars(row(1)) | {"bleu": float("nan")}], "average": []}}, "'bleu'"),
        ({"curves": {"none": [vars(row(1)) | {"bleu": "x"}], "average": []}}, "'bleu'"),
        ({"curves": {"none": [vars(row(1)) | {"empty": 1.5}], "average": []}}, "1.5"),
        ({"curves": {"none": [vars(row(1)) | {"beam_size": 0}], "average": []}}, "beam size 0"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    path = tmp_path / "beam_sizes.json"
    path.write_text(json.dumps(raw() | change), encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        STUDY_FILE.read(path)
    assert refused.value.code == "file_corrupt"
    assert named in str(refused.value)


def test_intervals_come_back_as_they_were_written(tmp_path: Path) -> None:
    path, found = tmp_path / "beam_sizes.json", measured((-1.0, -0.5), (-0.2, 0.3))
    STUDY_FILE.write(found, path)
    assert STUDY_FILE.read(path) == found


def test_a_file_without_intervals_still_opens(tmp_path: Path) -> None:
    path, old = tmp_path / "beam_sizes.json", raw()
    del old["compared_with"]
    for rows in old["curves"].values():
        for each in rows:
            del each["intervals"]
    path.write_text(json.dumps(old), encoding="utf-8")
    assert STUDY_FILE.read(path) == study()


def test_an_interval_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Ends(low=1.0, high=0.5)
