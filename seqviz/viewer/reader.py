"""What a browser has to know to read a trace file by itself: ``tracefile.js`` follows it.

Everything here is declared elsewhere: columns, options and limits are those of ``seqviz.trace``.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, get_args

from seqviz.options import MAX_BEAM_SIZE, DecodeOptions, Precision, Sampling
from seqviz.options.declared import Option, options_of
from seqviz.options.intervention import (
    MAX_TEMPERATURE,
    MAX_WEIGHT,
    MIN_TEMPERATURE,
    EditKind,
)
from seqviz.trace import Hypotheses, ModelFacts, Search, Trace, check
from seqviz.trace.columns import columns
from seqviz.trace.file import FORMAT, MAX_VALUES
from seqviz.trace.notices import PLAIN
from seqviz.viewer.attention import MOST_OF_BEST
from seqviz.viewer.pack import MOST_HYPOTHESES
from seqviz.viewer.tree import LISTED_PLACES, LISTED_TOKENS, MOST_NODES

MEGABYTE = 2**20
MOST_BYTES = 32 * MEGABYTE
"""Of a file as it comes."""
MOST_UNPACKED = 128 * MEGABYTE
"""Of its JSON."""
ROOM = 640_000
"""Attention weights of all hypotheses together."""
_KINDS = {int: "whole", float: "number", bool: "flag", str: "text", int | None: "whole or none"}


def reader_facts() -> dict[str, Any]:
    """As JSON: the format, what a file must hold, what it may, and how much of it is shown."""
    return {
        "format": FORMAT,
        "limits": {
            "bytes": MOST_BYTES,
            "unpacked": MOST_UNPACKED,
            "values": MAX_VALUES,
            "tokens": check.MOST_TOKENS,
            "slots": MAX_BEAM_SIZE,
            "candidates": check.MOST_CANDIDATES,
            "heads": check.MOST_HEADS,
            "characters": check.MOST_CHARACTERS,
            "parameters": check.MOST_PARAMETERS,
        },
        "columns": {
            name: _columns(record)
            for name, record in (("search", Search), ("hypotheses", Hypotheses), ("trace", Trace))
        },
        "model": {
            one.name: [_KINDS[one.type], one.name == "revision"]  # type: ignore[index]  # types here
            for one in fields(ModelFacts)
            if one.name != "alignment"
        },
        "options": [_option(one) for one in options_of(DecodeOptions) if one.declared.since],
        "sampling": [_option(one) for one in options_of(Sampling)],
        "edits": {
            "kinds": get_args(EditKind),
            "temperature": (MIN_TEMPERATURE, MAX_TEMPERATURE),
            "weight": MAX_WEIGHT,
        },
        "precisions": get_args(Precision),
        "stops": check.STOPS,
        "notices": PLAIN,
        "shown": {
            "hypotheses": MOST_HYPOTHESES,
            "room": ROOM,
            "best": MOST_OF_BEST,
            "nodes": MOST_NODES,
            "tokens": LISTED_TOKENS,
            "places": LISTED_PLACES,
        },
    }


def _columns(record: type) -> dict[str, Mapping[str, Any]]:
    return {
        name: {
            "shape": column.shape,
            "dtype": column.dtype,
            "holds": column.holds,
            "optional": column.optional,
            "since": column.since,
        }
        for name, column in columns(record).items()
    }


def _option(one: Option) -> dict[str, Any]:
    declared = one.declared
    return {
        "name": one.name,
        "kind": "text" if one.choices else _KINDS.get(one.kind, "own"),
        "default": asdict(one.default) if is_dataclass(one.default) else one.default,  # type: ignore[arg-type]  # no class
        "choices": one.choices,
        "low": declared.low,
        "high": declared.high,
        "since": declared.since,
    }
