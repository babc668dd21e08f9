"""Trace files: a Trace as versioned JSON, with arrays as base64 of little-endian numbers.

Needs neither torch nor the model. A file is a stranger's until every shape, type and index in it
has been checked; arrays are never larger than what the file really holds.
"""

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np

from seqviz.aligned import alignment_of
from seqviz.errors import InputError
from seqviz.files import write_whole
from seqviz.options import Precision
from seqviz.trace.arrays import (
    get_mapping,
    get_strings,
    get_value,
    pack_array,
    unpack_array,
    with_numbers,
)
from seqviz.trace.check import check_trace
from seqviz.trace.columns import columns
from seqviz.trace.file_options import options_from, recorded
from seqviz.trace.trace import Hypotheses, ModelFacts, Search, Source, Trace

FORMAT = 4
MAX_BYTES = 2**29
"""Most bytes of a file's JSON, unpacked; more is neither written nor read."""
MAX_VALUES = 2_000_000
"""Most values of a file, an array being one: small ones take far more memory than a file."""

_MAX_DIGITS = 9  # of a token id


def write_trace(trace: Trace, path: Path | str, *, half_precision: bool = False) -> None:
    """Write a trace file, whole or not at all; a name ending in ".gz" is compressed.

    Args:
        trace: what to write.
        path: the file; one that exists is replaced.
        half_precision: attention, raw scores and states as float16; all else stays exact.

    Raises:
        InputError: the file cannot be written.
    """
    content = trace_to_bytes(trace, half_precision=half_precision)
    if len(content) > MAX_BYTES:
        facts = {"found": len(content) // 2**20, "limit": MAX_BYTES // 2**20}
        raise InputError("too_much_memory", facts)
    if Path(path).name.endswith(".gz"):
        content = gzip.compress(content, compresslevel=6, mtime=0)
    write_whole(path, content)


def read_trace(path: Path | str) -> Trace:
    """Read a trace file, compressed or not.

    Raises:
        InputError: the file cannot be opened, is no trace, or is of a later format.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            "file_unreadable", {"file": str(path), "reason": error.strerror}
        ) from error
    return trace_from_bytes(content, name=str(path))


def trace_to_bytes(trace: Trace, *, half_precision: bool = False) -> bytes:
    """The JSON of a trace, UTF-8; see ``write_trace``."""
    numbers: list[memoryview] = []
    content = {
        "format": FORMAT,
        "source": asdict(trace.source),
        "model": asdict(trace.model),
        "options": recorded(trace.options),
        "search": _columns(trace.search, numbers, half_precision=half_precision),
        "hypotheses": {
            **_columns(trace.hypotheses, numbers, half_precision=False),
            "texts": trace.hypotheses.texts,
        },
        **_columns(trace, numbers, half_precision=half_precision),
        "vocabulary": {str(token): piece for token, piece in trace.vocabulary.items()},
        "device": trace.device,
        "milliseconds": trace.milliseconds,
        "stopped_by": trace.stopped_by,
        "forced": trace.forced,
        "notices": trace.notices,
        "precision": trace.precision,
    }
    text = json.dumps(content, ensure_ascii=True, allow_nan=False)
    return with_numbers(text.encode("ascii"), numbers)


def trace_from_bytes(content: bytes, *, name: str, most_bytes: int | None = None) -> Trace:
    """Read the content of a trace file.

    Args:
        content: compressed or not.
        name: for the message when it is no trace.
        most_bytes: of the JSON, unpacked; None: ``MAX_BYTES``.

    Raises:
        InputError: the content is no trace, or is of a later format.
    """
    try:
        plain = _unpacked(content, most_bytes or MAX_BYTES)
        raw = get_mapping(json.loads(plain, parse_constant=_refuse), "the file")
        version = get_value(raw, "format", int)
        if version > FORMAT:
            raise InputError("trace_version", {"file": name, "found": version, "known": FORMAT})
        return _trace(raw)
    except json.JSONDecodeError as error:
        reason = f"it is not JSON (line {error.lineno}, column {error.colno})"
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except RecursionError:
        reason = "it is nested too deeply"
    except (ValueError, OverflowError) as error:
        reason = str(error)
    raise InputError("trace_invalid", {"file": name, "reason": reason})


def _columns(record: object, numbers: list[memoryview], *, half_precision: bool) -> dict[str, Any]:
    kind: type = type(record)
    return {
        name: pack_array(
            getattr(record, name), numbers, half_precision=half_precision and column.half
        )
        for name, column in columns(kind).items()
    }


def _unpacked(content: bytes, limit: int) -> bytes:
    plain = _unzipped(content, limit)
    if sum(plain.count(mark) for mark in b",[{") > MAX_VALUES:
        raise ValueError(f"it has more than {MAX_VALUES} values")
    return plain


def _unzipped(content: bytes, limit: int) -> bytes:
    too_much = f"it has more than {limit // 2**20} MB"
    if len(content) > limit:
        raise ValueError(too_much)
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
        plain = unzip.decompress(content, limit)
    except zlib.error as error:
        raise ValueError("its compression is damaged") from error
    if unzip.unconsumed_tail:
        raise ValueError(too_much)
    if not unzip.eof or unzip.unused_data:
        raise ValueError("its compression is cut off, or other data follows")
    return plain


def _trace(raw: Mapping[str, Any]) -> Trace:
    hypotheses = get_mapping(raw.get("hypotheses"), "hypotheses")
    trace = Trace(
        source=_source(get_mapping(raw.get("source"), "source")),
        model=_facts(get_mapping(raw.get("model"), "model")),
        options=options_from(get_mapping(raw.get("options"), "options")),
        search=Search(**_arrays(Search, get_mapping(raw.get("search"), "search"))),
        hypotheses=_hypotheses(hypotheses),
        **_arrays(Trace, raw),
        vocabulary=_vocabulary(get_mapping(raw.get("vocabulary"), "vocabulary")),
        device=get_value(raw, "device", str),
        milliseconds=float(get_value(raw, "milliseconds", int, float)),
        stopped_by=get_value(raw, "stopped_by", str),
        forced=get_value(raw, "forced", bool),
        notices=get_strings(raw, "notices") if "notices" in raw else (),
        precision=_precision(raw),
    )
    check_trace(trace)
    return trace


def _precision(raw: Mapping[str, Any]) -> Precision:
    found = raw.get("precision", "float32")  # since format 2
    for precision in get_args(Precision):
        if found == precision:
            return cast(Precision, precision)
    raise ValueError(f"the precision is {found!r:.40}")


def _source(raw: Mapping[str, Any]) -> Source:
    text, spans = get_value(raw, "text", str), get_value(raw, "spans", list)
    for span in spans:
        if not (
            isinstance(span, list)
            and len(span) == 2  # noqa: PLR2004 (start and end)
            and all(type(place) is int for place in span)
            and 0 <= span[0] <= span[1] <= len(text)
        ):
            raise ValueError(f"the span {span!r:.40} is no range of the source text")
    ids = get_value(raw, "ids", list)
    if not all(type(token) is int and 0 <= token < 2**31 for token in ids):
        raise ValueError("the source's ids are not all token ids")
    return Source(
        text=text,
        ids=tuple(ids),
        pieces=get_strings(raw, "pieces"),
        spans=tuple((start, end) for start, end in spans),
    )


def _facts(raw: Mapping[str, Any]) -> ModelFacts:
    given = {"revision": "", **raw}  # since format 3
    names = {field.name: field.type for field in fields(ModelFacts) if field.name != "alignment"}
    return ModelFacts(
        **{name: get_value(given, name, kind) for name, kind in names.items()},
        alignment=alignment_of(raw.get("alignment")),  # since format 4
    )


def _hypotheses(raw: Mapping[str, Any]) -> Hypotheses:
    arrays = _arrays(Hypotheses, raw)
    arrays.setdefault("coverage_terms", np.zeros_like(arrays["scores"]))
    return Hypotheses(texts=get_strings(raw, "texts"), **arrays)


def _arrays(record: type, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a record; those that only later formats have may be missing."""
    return {
        name: None if column.optional and raw.get(name) is None else unpack_array(raw, name, column)
        for name, column in columns(record).items()
        if column.since == 1 or name in raw
    }


def _vocabulary(raw: Mapping[str, Any]) -> dict[int, str]:
    if not all(
        token.isdecimal() and token.isascii() and len(token) <= _MAX_DIGITS for token in raw
    ):
        raise ValueError("its vocabulary has keys that are no token ids")
    return {int(token): get_value(raw, token, str) for token in raw}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")
