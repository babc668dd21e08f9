"""The record of a training as a file: versioned JSON, attention as base64 of bytes.

What is read was written by somebody: every value is checked before a record is made of it.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from seqviz.records import file as record_file
from seqviz.records.file import Reader, check_keys
from seqviz.records.training import (
    Bytes,
    DevPoint,
    LossPoint,
    ReplayFrame,
    ReplayView,
    Start,
    TrainingRecord,
)

FORMAT = 1
MAX_BYTES = 2_000_000
MOST_POINTS = 2_000
"""Of a curve."""
MOST_EARLIER = 500
"""Of a curve of the model that a training went on from."""
FRAMES_BYTES = 750_000
"""Of all frames together."""
DIGITS = 6
"""Significant ones that a number keeps."""

Point = TypeVar("Point", LossPoint, DevPoint)
Value = TypeVar("Value")
Number = int | float
RawFrame = dict[str, Any]


def write_record(record: TrainingRecord, path: Path | str) -> None:
    """Write the record; a file that exists is replaced, or left whole.

    Numbers keep six significant digits. So that a record of any training has a megabyte at most,
    a curve of more than 2,000 points is thinned evenly, and so are frames of more than 750 kB; the
    first and the last one stay. A replay of which not even two frames fit is left out.

    Raises:
        InputError: ``file_unwritable``: it would have more than 2 MB, or cannot be written.
    """
    frames = _fitting([_raw_frame(frame) for frame in record.frames])
    raw = {field.name: getattr(record, field.name) for field in fields(record)} | {
        "seconds": _short(record.seconds),
        "losses": _columns(thinned(record.losses, MOST_POINTS), LossPoint),
        "dev": _columns(thinned(record.dev, MOST_POINTS), DevPoint),
        "sentences": [vars(sentence) for sentence in record.sentences if frames],
        "frames": frames,
    }
    if record.started_from is None:
        del raw["started_from"]
    else:
        raw["started_from"] = _raw_start(record.started_from)
    content = {"format": FORMAT} | raw
    record_file.write_record(content, path, indent=None, max_bytes=MAX_BYTES)


def read_record(path: Path | str) -> TrainingRecord | None:
    """Read a record; None where there is no such file.

    Raises:
        ModelError: ``file_corrupt``: it cannot be read, or is no such record.
    """
    return record_file.read_record(
        path,
        TrainingRecord,
        what="record of a training",
        version=FORMAT,
        max_bytes=MAX_BYTES,
        special=_SPECIAL,
    )


def thinned(values: Sequence[Value], most: int) -> Sequence[Value]:
    """All values, or ``most`` of them (2 or more), evenly spaced, the first and the last too."""
    if len(values) <= most:
        return values
    return [values[place] for place in np.linspace(0, len(values) - 1, most).round().astype(int)]


def _raw_start(start: Start) -> dict[str, Any]:
    return vars(start) | {
        "seconds": _short(start.seconds),
        "losses": _columns(thinned(start.losses, MOST_EARLIER), LossPoint),
        "dev": _columns(thinned(start.dev, MOST_EARLIER), DevPoint),
    }


def _fitting(frames: Sequence[RawFrame]) -> Sequence[RawFrame]:
    """As many frames as there is room for; none where that is only one."""
    if not frames:
        return frames
    largest = max(len(json.dumps(frame, ensure_ascii=False).encode()) for frame in frames)
    room = FRAMES_BYTES // largest
    return thinned(frames, room) if room > 1 else []


def _raw_frame(frame: ReplayFrame) -> RawFrame:
    return {"step": frame.step, "views": [_raw_view(view) for view in frame.views]}


def _short(value: Number) -> Number:
    return value if type(value) is int else float(f"{value:.{DIGITS}g}")


def _columns(points: Sequence[Point], kind: type[Point]) -> dict[str, list[Number]]:
    names = [field.name for field in fields(kind)]
    return {name: [_short(getattr(point, name)) for point in points] for name in names}


def _raw_view(view: ReplayView) -> dict[str, Any]:
    return vars(view) | {
        "attention": base64.b64encode(view.attention.tobytes()).decode("ascii"),
        "surprisals": [_short(value) for value in view.surprisals],
    }


def _points(kind: type[Point]) -> record_file.Special:
    """A reader of points from columns of equal length."""

    def read(raw: Any, _: object) -> tuple[Point, ...]:
        check_keys(raw, kind)
        columns = [_READER.value(tuple[float, ...], raw[name], name) for name in raw]
        if len({len(column) for column in columns}) > 1:
            raise ValueError("the columns of a curve are not equally long")
        rows = (dict(zip(raw, row, strict=True)) for row in zip(*columns, strict=True))
        return tuple(_READER.record(kind, row) for row in rows)

    return read


def _attention(raw: Any, view: Mapping[str, Any]) -> Bytes:
    """The matrix (T, S), or (T, 0) where nothing is stored."""
    rows, text = len(view["pieces"]), _READER.value(str, raw, "attention")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError("'attention' is not base64") from error
    if data and (not rows or len(data) % rows):
        raise ValueError(f"'attention' has {len(data)} bytes for {rows} pieces")
    return np.frombuffer(data, np.uint8).reshape(rows, len(data) // max(rows, 1))


_READER = Reader()
_SPECIAL: Mapping[str, record_file.Special] = {
    "losses": _points(LossPoint),
    "dev": _points(DevPoint),
    "attention": _attention,
}
