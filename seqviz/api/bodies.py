"""What may stand in the JSON of a request: the fields of each kind, and every decoding option.

The description of the API follows from these records.
"""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeVar

from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.options.declared import Option, options_of
from seqviz.trace.computation import Read
from seqviz.trace.packed import unpacked

OPTIONS: Mapping[str, Option] = {
    one.name: one for one in options_of(DecodeOptions) if one.name != "rules"
}
"""Those that may be asked for: rules are the model's own."""
Part = Literal[
    "norms",
    "contributions",
    "encoder_lens",
    "decoder_lens",
    "gradient",
    "occlusion",
    "without_source",
]


@dataclass(frozen=True, kw_only=True)
class OfModel:
    """What every request names."""

    model: str
    """PAIR/SYSTEM, as /v1/models lists them."""


@dataclass(frozen=True, kw_only=True)
class Translate(OfModel):
    """Translations without the search behind them."""

    text: str | None = None
    """One sentence."""
    texts: tuple[str, ...] = ()
    """Several; either this or ``text``."""


@dataclass(frozen=True, kw_only=True)
class Examine(OfModel):
    """Translations of several sentences, looked at from each side."""

    texts: tuple[str, ...]
    """The sentences."""
    references: tuple[str, ...]
    """As many; empty where there is none."""
    others: tuple[str, ...] = ()
    """Other translations, which are looked for in the search: as many, empty where there is none;
    or none at all."""
    contributions: bool = False
    """Compute ALTI+, too."""


@dataclass(frozen=True, kw_only=True)
class Pairs(OfModel):
    """Given translations of several sentences, looked at from each side."""

    texts: tuple[str, ...]
    """The sentences."""
    targets: tuple[str, ...]
    """Their translations."""
    contributions: bool = False
    """Compute ALTI+, too."""


@dataclass(frozen=True, kw_only=True)
class Decode(OfModel):
    """One recorded search."""

    text: str
    """The sentence."""


@dataclass(frozen=True, kw_only=True)
class Force(Decode):
    """A given translation, scored and recorded."""

    target: str = ""
    """The translation as typed."""
    target_ids: tuple[int, ...] = ()
    """The translation in tokens, EOS where it is wanted; in place of ``target``."""


@dataclass(frozen=True, kw_only=True)
class Shift(Decode):
    """What the edits among the options change along a given translation."""

    target_ids: tuple[int, ...]
    """The translation in tokens."""


@dataclass(frozen=True, kw_only=True)
class Hypothesis(Decode):
    """One hypothesis of a recorded search, which is decoded again if it is no longer kept."""

    target_ids: tuple[int, ...] = ()
    """Of a translation that was given; (): the search found it."""
    rank: int | tuple[int, int] = 0
    """Of the hypothesis; /v1/explain takes a node of the tree, too: its step and candidate."""


@dataclass(frozen=True, kw_only=True)
class Explain(Hypothesis):
    """One step, with every number."""

    step: int
    """From 0; for "encoder" the place of a source token."""
    read: Read = "cross"
    """What is read: the source, the tokens written so far, or the source by itself."""
    layer: int | None = None
    """From 0; null: the last."""
    head: int | None = None
    """From 0; null: the first."""


@dataclass(frozen=True, kw_only=True)
class Evidence(Hypothesis):
    """Where the words of a hypothesis come from."""

    part: Part
    """Of the evidence."""


Body = TypeVar("Body", bound=OfModel)


def read_body(kind: type[Body], content: bytes) -> tuple[Body, DecodeOptions]:
    """The fields of a request, and its decoding options.

    Raises:
        InputError: it is no JSON, lacks a field, or has one that there is not, or of another type.
    """
    raw = _object(content)
    own = {field.name for field in fields(kind)}
    for name in raw:
        if name not in own and name not in OPTIONS:
            raise InputError("request_unknown", _near(name, [*sorted(own), *OPTIONS]))
    try:
        body = unpacked(kind, {name: raw[name] for name in raw if name in own})
        asked = {name: raw[name] for name in raw if name not in own}
        return body, unpacked(DecodeOptions, asked)
    except ValueError as error:
        raise InputError("request_wrong", {"reason": str(error)}) from error


def _object(content: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(content, parse_constant=_refuse)
    except RecursionError as error:
        raise InputError("request_no_json", {"reason": "it is nested too deeply"}) from error
    except ValueError as error:  # of JSON, of UTF-8, and of numbers with too many digits
        reason = (str(error).splitlines() or ["no reason"])[0]
        raise InputError("request_no_json", {"reason": reason}) from error
    if not isinstance(raw, dict):
        raise InputError("request_no_json", {"reason": "it is JSON of another kind"})
    return raw


def _near(name: str, known: list[str]) -> dict[str, object]:
    near = difflib.get_close_matches(name[:40], known, n=1, cutoff=0)
    return {"found": f"{name:.40}", "nearest": near[0], "choices": ", ".join(known)}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")
