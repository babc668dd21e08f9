"""The decode options of a trace file, every value checked.

Options that a file of an earlier format lacks have their default.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from seqviz.errors import InputError
from seqviz.options import TYPED, DecodeOptions, Sampling, TargetRules
from seqviz.options.declared import Option, options_of
from seqviz.options.intervention import Intervention
from seqviz.trace.arrays import get_mapping, get_value

_NUMBER = (int, float)
_TYPES: Mapping[Any, tuple[type, ...]] = {
    int: (int,),
    float: _NUMBER,
    bool: (bool,),
    str: (str,),
    int | None: (int, type(None)),
}
_INTERVENTION: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "temperature": _NUMBER,
    "seed": (int,),
}


def recorded(options: DecodeOptions) -> dict[str, Any]:
    """What a file keeps of the options: all but what was typed, which stands in token ids."""
    return {name: value for name, value in asdict(options).items() if name not in TYPED}


def options_from(raw: Mapping[str, Any]) -> DecodeOptions:
    """The options that a file holds.

    Raises:
        ValueError: a value is missing, of another type, or out of its range.
    """
    try:
        return DecodeOptions(
            **{
                one.name: _option(raw, one)
                for one in options_of(DecodeOptions)
                if one.declared.since == 1 or (one.declared.since and one.name in raw)
            }
        )
    except InputError as error:
        raise ValueError(f"its options say: {error}") from error


def _option(raw: Mapping[str, Any], one: Option) -> Any:
    own = _READ.get(one.name)
    return own(raw[one.name]) if own else _value(raw, one)


def _value(raw: Mapping[str, Any], one: Option) -> Any:
    return get_value(raw, one.name, *(_TYPES[str if one.choices else one.kind]))


def _sampling(raw: object) -> Sampling:
    found = get_mapping(raw, "sampling")
    return Sampling(**{one.name: _value(found, one) for one in options_of(Sampling)})


def _interventions(raw: object) -> tuple[Intervention, ...]:
    if not isinstance(raw, list):
        raise ValueError("the interventions are no list")
    return tuple(_intervention(get_mapping(edit, "an edit")) for edit in raw)


def _intervention(raw: Mapping[str, Any]) -> Intervention:
    heads = get_value(raw, "heads", list)
    pairs = tuple(_numbers(head, "an edited head") for head in heads)
    if not all(len(pair) == 2 for pair in pairs):  # noqa: PLR2004 (layer and head)
        raise ValueError("an edited head is no pair of layer and head")
    return Intervention(
        **{name: get_value(raw, name, *types) for name, types in _INTERVENTION.items()},
        steps=_numbers(raw.get("steps"), "the edited steps"),
        sources=_numbers(raw.get("sources"), "the muted tokens"),
        weights=_weights(raw.get("weights")),
        heads=tuple((layer, head) for layer, head in pairs),
    )


def _rules(raw: Mapping[str, Any]) -> TargetRules:
    start, first = (get_value(raw, name, int, type(None)) for name in ("start", "first"))
    _numbers([token for token in (start, first) if token is not None], "the tokens of its rules")
    return TargetRules(
        start=start,
        first=first,
        ends=get_value(raw, "ends", bool),
        never=_numbers(raw.get("never"), "the tokens never generated"),
    )


def _numbers(values: object, name: str) -> tuple[int, ...]:
    if not isinstance(values, list) or not all(
        type(value) is int and 0 <= value < 2**31 for value in values
    ):
        raise ValueError(f"{name} are no list of whole numbers")
    return tuple(values)


def _weights(values: object) -> tuple[float, ...]:
    if not isinstance(values, list) or not all(type(value) in _NUMBER for value in values):
        raise ValueError("the weights of an edit are no list of numbers")
    return tuple(float(value) for value in values)


_READ: dict[str, Callable[[object], Any]] = {
    "prefix": lambda value: _numbers(value, "the prefix"),
    "banned": lambda value: _numbers(value, "the banned tokens"),
    "sampling": lambda value: None if value is None else _sampling(value),
    "interventions": _interventions,
    "rules": lambda value: _rules(get_mapping(value, "rules")),
}
"""What reads an option that is no single number or text."""
