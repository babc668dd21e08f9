"""The record of a training as a file: versioned JSON, attention as base64 of bytes.

What is read was written by somebody: every value is checked before a record is made of it.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np

from seqviz.records import file as record_file
from seqviz.records.file import check_keys
from seqviz.records.training import (
    Bytes,
    DevPoint,
    LossPoint,
    Metric,
    ReplayFrame,
    ReplaySentence,
    ReplayView,
    TrainingRecord,
)

FORMAT = 1
MAX_BYTES = 2_000_000
MOST_POINTS = 2_000
"""Of a curve."""
FRAMES_BYTES = 750_000
"""Of all frames together."""
DIGITS = 6
"""Significant ones that a number keeps."""
MOST = 1e15
"""No count or measure is so large."""

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
    content = {"format": FORMAT} | raw
    record_file.write_record(content, path, indent=None, max_bytes=MAX_BYTES)


def read_record(path: Path | str) -> TrainingRecord | None:
    """Read a record; None where there is no such file.

    Raises:
        ModelError: ``file_corrupt``: it cannot be read, or is no such record.
    """
    return record_file.read_record(path, _record, max_bytes=MAX_BYTES)


def thinned(values: Sequence[Value], most: int) -> Sequence[Value]:
    """All values, or ``most`` of them (2 or more), evenly spaced, the first and the last too."""
    if len(values) <= most:
        return values
    return [values[place] for place in np.linspace(0, len(values) - 1, most).round().astype(int)]


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


def _record(raw: Any) -> TrainingRecord:
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise ValueError(f"it is no record of a training of format {FORMAT}")
    check_keys(raw, TrainingRecord, more={"format"})
    if raw["metric"] not in get_args(Metric):
        raise ValueError(f"'metric' is {raw['metric']!r:.40}")
    sentences = tuple(_sentence(each) for each in _list(raw, "sentences"))
    return TrainingRecord(
        model=_text(raw, "model"),
        fingerprint=_text(raw, "fingerprint"),
        seed=_count(raw["seed"], "seed"),
        device=_text(raw, "device"),
        metric=raw["metric"],
        steps=_count(raw["steps"], "steps"),
        seconds=_number(raw["seconds"], "seconds"),
        losses=_points(raw["losses"], LossPoint),
        dev=_points(raw["dev"], DevPoint),
        sentences=sentences,
        frames=tuple(_frame(each, sentences) for each in _list(raw, "frames")),
    )


def _points(raw: Any, kind: type[Point]) -> tuple[Point, ...]:
    """Points from columns of equal length."""
    check_keys(raw, kind)
    columns = {
        name: [(_count if name == "step" else _number)(value, name) for value in _list(raw, name)]
        for name in raw
    }
    if len({len(column) for column in columns.values()}) > 1:
        raise ValueError("the columns of a curve are not equally long")
    rows = zip(*columns.values(), strict=True)
    return tuple(kind(**dict(zip(columns, row, strict=True))) for row in rows)


def _sentence(raw: Any) -> ReplaySentence:
    check_keys(raw, ReplaySentence)
    return ReplaySentence(
        source=_text(raw, "source"),
        reference=_text(raw, "reference"),
        pieces=_texts(raw, "pieces"),
        reference_pieces=_texts(raw, "reference_pieces"),
    )


def _frame(raw: Any, sentences: Sequence[ReplaySentence]) -> ReplayFrame:
    check_keys(raw, ReplayFrame)
    views = _list(raw, "views")
    if len(views) != len(sentences):
        raise ValueError(f"{len(views)} views, {len(sentences)} sentences")
    return ReplayFrame(
        step=_count(raw["step"], "step"),
        views=tuple(_view(view, sentence) for view, sentence in zip(views, sentences, strict=True)),
    )


def _view(raw: Any, sentence: ReplaySentence) -> ReplayView:
    check_keys(raw, ReplayView)
    pieces = _texts(raw, "pieces")
    return ReplayView(
        translation=_text(raw, "translation"),
        pieces=pieces,
        attention=_attention(raw, rows=len(pieces), columns=len(sentence.pieces)),
        surprisals=tuple(_number(value, "surprisals") for value in _list(raw, "surprisals")),
    )


def _attention(raw: dict[str, Any], *, rows: int, columns: int) -> Bytes:
    """The matrix (rows, columns), or (rows, 0) where nothing is stored."""
    text = _text(raw, "attention")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError("'attention' is not base64") from error
    if data and len(data) != rows * columns:
        raise ValueError(f"'attention' has {len(data)} bytes, not {rows} times {columns}")
    return np.frombuffer(data, np.uint8).reshape(rows, columns if data else 0)


def _list(raw: dict[str, Any], name: str) -> list[Any]:
    if not isinstance(raw[name], list):
        raise ValueError(f"'{name}' is no list")
    values: list[Any] = raw[name]
    return values


def _text(raw: dict[str, Any], name: str) -> str:
    return _as_text(raw[name], name)


def _texts(raw: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(_as_text(value, name) for value in _list(raw, name))


def _as_text(value: Any, name: str) -> str:
    """Text that can be shown: without halves of surrogate pairs, which JSON can hold."""
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError(f"'{name}' is {value!a:.40}, which is no text")
    return value


def _number(value: Any, name: str) -> float:
    if type(value) not in (int, float) or not 0 <= value < MOST:  # also refuses NaN
        raise ValueError(f"'{name}' is {value!a:.40}")
    return float(value)


def _count(value: Any, name: str) -> int:
    if type(value) is not int:
        raise ValueError(f"'{name}' is {value!a:.40}, which is no whole number")
    return int(_number(value, name))
