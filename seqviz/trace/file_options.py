"""The decode options of a trace file, every value checked.

Options that a file of an earlier format lacks have their default.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from seqviz.errors import InputError
from seqviz.options import TYPED, DecodeOptions, Sampling, TargetRules
from seqviz.options.intervention import Intervention
from seqviz.trace.arrays import get_mapping, get_value

_NUMBER = (int, float)
_OPTIONS: dict[str, tuple[type, ...]] = {
    "beam_size": (int,),
    "length_normalisation": (str,),
    "alpha": _NUMBER,
    "beta": _NUMBER,
    "stop": (str,),
    "max_length": (int, type(None)),
    "min_length": (int,),
    "n_best": (int,),
    "distribution_size": (int,),
    "record_attention": (bool,),
    "source_language": (str,),
    "target_language": (str,),
    "instruction": (str,),
}
_SAMPLING: dict[str, tuple[type, ...]] = {
    "temperature": _NUMBER,
    "top_k": (int,),
    "top_p": _NUMBER,
    "seed": (int,),
}
_INTERVENTION: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "temperature": _NUMBER,
    "seed": (int,),
}
_LATER = frozenset({"beta", "min_length", "n_best"})  # format 2
_LATER |= {"source_language", "target_language", "instruction"}  # format 3


def recorded(options: DecodeOptions) -> dict[str, Any]:
    """What a file keeps of the options: all but what was typed, which stands in token ids."""
    return {name: value for name, value in asdict(options).items() if name not in TYPED}


def options_from(raw: Mapping[str, Any]) -> DecodeOptions:
    """The options that a file holds.

    Raises:
        ValueError: a value is missing, of another type, or out of its range.
    """
    names = [name for name in _OPTIONS if name in raw or name not in _LATER]
    sampling = raw.get("sampling")
    edits = raw.get("interventions", [])
    if not isinstance(edits, list):
        raise ValueError("the interventions are no list")
    try:
        return DecodeOptions(
            **{name: get_value(raw, name, *_OPTIONS[name]) for name in names},
            prefix=_numbers(raw.get("prefix", []), "the prefix"),
            banned=_numbers(raw.get("banned", []), "the banned tokens"),
            sampling=None if sampling is None else _sampling(get_mapping(sampling, "sampling")),
            interventions=tuple(_intervention(get_mapping(edit, "an edit")) for edit in edits),
            rules=_rules(get_mapping(raw["rules"], "rules")) if "rules" in raw else TargetRules(),
        )
    except InputError as error:
        raise ValueError(f"its options say: {error}") from error


def _sampling(raw: Mapping[str, Any]) -> Sampling:
    return Sampling(**{name: get_value(raw, name, *types) for name, types in _SAMPLING.items()})


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
