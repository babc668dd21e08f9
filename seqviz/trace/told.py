"""A decoding in words: what was asked for that is not as usual, one sentence an option.

Page, caption, offline page, ``seqviz show`` and the notebook's card tell the same things. Knows no
words: it yields keys and facts, and what shows them puts them into its own form.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from seqviz.options import DecodeOptions, Sampling
from seqviz.options.declared import Option, options_of
from seqviz.options.editcode import encode_edits

Shown = TypeVar("Shown")
_WITH_ANOTHER = ("beam_size", "alpha", "sampling", "rules", "temperature", "seed")
"""Options that have no sentence of their own."""
_GROUPS = {"length_normalisation": "normalisation"}
_USUAL = DecodeOptions()
_RECORDING = tuple(one.name for one in options_of(DecodeOptions) if not one.declared.shows)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing to tell."""

    option: str
    """Its name in Python."""
    key: str
    """Of its sentence, below the words of captions."""
    facts: Mapping[str, str | float]
    """What stands in the sentence."""
    value: str
    """The option's value, for places that name options as Python does."""


def told(
    options: DecodeOptions,
    words: Callable[[Told], Shown],
    *,
    pieces: Mapping[int, str] | None = None,
    whole: bool = False,
    leave: Collection[str] = _RECORDING,
) -> list[Shown]:
    """What there is to tell of a decoding, in the order of the options.

    Args:
        options: of the decoding.
        words: puts one thing into the words of the place that shows it.
        pieces: of token ids; one that is not there shows as its number.
        whole: also how it was searched, ranked and stopped where that is as usual.
        leave: names of options that are not to be told; at first those that only say what to
            record.
    """
    return [words(one) for one in _all(options, pieces or {}, whole) if one.option not in leave]


def told_keys() -> Iterator[str]:
    """Every key that a sentence may have."""
    yield from ("greedy", "beam", "sampled.one", "sampled.other")
    for one in (*options_of(DecodeOptions), *options_of(Sampling)):
        if one.choices:
            yield from (f"{_GROUPS.get(one.name, one.name)}.{choice}" for choice in one.choices)
        elif one.name not in _WITH_ANOTHER and one.declared.shows and one.declared.since:
            yield one.name


def named(one: Told) -> str:
    """Such as "beam_size 3": no words at all, the names that Python and a trace file have."""
    return f"{one.option} {one.value}"


def _all(options: DecodeOptions, pieces: Mapping[int, str], whole: bool) -> Iterator[Told]:
    always = {"beam_size", "length_normalisation", "stop"} if whole else set[str]()
    if options.alpha != _USUAL.alpha:
        always.add("length_normalisation")
    if options.sampling is not None:
        yield from _drawn(options.beam_size, options.sampling)
        always -= {"beam_size", "stop"}
    for one in options_of(type(options)):
        value = getattr(options, one.name)
        if one.name == "beam_size":
            apart = options.sampling is not None
        else:
            apart = one.name in _WITH_ANOTHER
        if not apart and (value != one.default or one.name in always):
            yield _one(one, options, pieces)


def _one(one: Option, options: DecodeOptions, pieces: Mapping[int, str]) -> Told:
    """What one option says by itself."""
    value, key = getattr(options, one.name), one.name
    facts, shown = {"value": _fact(value)}, str(_fact(value))
    if one.name == "beam_size":
        key, facts = "greedy" if value == 1 else "beam", {"beam": value}
    elif one.name == "length_normalisation":
        key = f"normalisation.{value if options.alpha else 'none'}"
        facts = {"alpha": _fact(options.alpha)}
        shown += f", alpha {options.alpha:g}"
    elif one.name in ("prefix", "banned"):
        facts = {"value": " ".join(pieces.get(token, f"#{token}") for token in value)}
    elif one.name == "prefix_text":
        key = "prefix"
    elif one.name == "banned_words":
        key, shown = "banned", ", ".join(value)
        facts = {"value": shown}
    elif one.name == "interventions":
        shown = encode_edits(value)
        facts = {"value": shown}
    elif one.choices:
        key, facts = f"{one.name}.{value}", {}
    return Told(option=one.name, key=key, facts=facts, value=shown)


def _drawn(samples: int, sampling: Sampling) -> Iterator[Told]:
    """How many were drawn, and from what."""
    temperature, seed = _fact(sampling.temperature), sampling.seed
    yield Told(
        option="sampling",
        key="sampled.one" if samples == 1 else "sampled.other",
        facts={"count": samples, "temperature": temperature, "seed": seed},
        value=f"{samples}, temperature {temperature}, seed {seed}",
    )
    for one in options_of(type(sampling)):
        value = getattr(sampling, one.name)
        if one.name not in _WITH_ANOTHER and value != one.default:
            shown = _fact(value)
            yield Told(option=one.name, key=one.name, facts={"value": shown}, value=str(shown))


def _fact(value: object) -> str | float:
    """A value as one writes it: no more digits than needed, what is several with spaces between."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else float(f"{value:g}")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
