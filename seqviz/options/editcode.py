"""Edits of the attention as one short text: ``mute-j1,2-s0_ablate-h2.3``.

An edit is its kind, then what it names, with dashes between; edits are joined by ``_``. Steps
``s``, heads ``h`` (layer.head), sources ``j``, temperature ``t``, seed ``r``, weights ``w``; all
numbers from 0.
"""

from collections.abc import Sequence
from typing import cast

from seqviz.errors import InputError
from seqviz.options.intervention import MAX_EDITS, EditKind, Intervention

MAX_CHARACTERS = 1_400
MAX_DIGITS = 12
FIELDS = "shjtrw"


def encode_edits(edits: Sequence[Intervention]) -> str:
    """The edits as text; weights and temperatures keep four decimals."""
    return "_".join(map(_encode, edits))


def decode_edits(code: str) -> tuple[Intervention, ...]:
    """The edits that a text stands for; "" for none.

    Raises:
        ValueError: it stands for none, or for too many, or is too long.
    """
    parts = code.split("_") if code else []
    if len(code) > MAX_CHARACTERS or len(parts) > MAX_EDITS:
        raise ValueError("too many edits")
    try:
        return tuple(map(_decode, parts))
    except InputError as error:
        raise ValueError(str(error)) from error


def _encode(edit: Intervention) -> str:
    fields = {
        "s": ",".join(map(str, edit.steps)),
        "h": ",".join(f"{layer}.{head}" for layer, head in edit.heads),
        "j": ",".join(map(str, edit.sources)),
        "t": _decimal(edit.temperature) if edit.kind == "sharpen" else "",
        "r": str(edit.seed) if edit.kind == "shuffle" else "",
        "w": ",".join(map(_decimal, edit.weights)),
    }
    return "-".join([edit.kind, *(name + text for name, text in fields.items() if text)])


def _decimal(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _decode(code: str) -> Intervention:
    kind, *parts = code.split("-")
    fields = {part[:1]: part[1:].split(",") for part in parts}
    if len(fields) < len(parts) or not set(fields) <= set(FIELDS):
        raise ValueError(f"{code} names something twice, or something unknown")
    return Intervention(
        kind=cast(EditKind, kind),  # which checks it
        steps=tuple(map(_whole, fields.get("s", ()))),
        heads=tuple(map(_head, fields.get("h", ()))),
        sources=tuple(map(_whole, fields.get("j", ()))),
        temperature=_real(fields.get("t", ["1"])[0]),
        seed=_whole(fields.get("r", ["0"])[0]),
        weights=tuple(map(_real, fields.get("w", ()))),
    )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        raise ValueError(f"{text} is no whole number")
    return int(text)


def _head(text: str) -> tuple[int, int]:
    layer, _, head = text.partition(".")
    return _whole(layer), _whole(head)


def _real(text: str) -> float:
    whole, _, decimals = text.partition(".")
    return float(f"{_whole(whole)}.{decimals and _digits(decimals)}")


def _digits(text: str) -> str:
    _whole(text)
    return text
