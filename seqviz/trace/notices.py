"""Codes of what a Trace has to say about itself, see ``Trace.notices``, and how they are told."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from seqviz.words import plural

OUT_OF_MEMORY = "out_of_memory"
"""The CPU took over."""
HALF_PRECISION = "half_precision"
"""It was too coarse for the model's numbers: float32 took over."""
BFLOAT16_SLOW = "bfloat16_slow"
"""It was asked for on a CPU that lacks it."""
TRADITIONAL = "traditional"
"""The vocabulary lacks characters of the sentence that it has in their simplified form."""
SHORT = "short"
"""The translation has far fewer tokens than its sentence: something was left out."""
UNSURE = "unsure"
"""The model is less sure of the translation than of nearly all on its development set."""
Unchosen = Literal["source", "target", "instruction"]
"""Of the sentence, of the translation; a text before the sentence."""
Said = tuple[str, Mapping[str, str]]
"""A key of the words, after "notice.", and its facts."""
_DOUBTS = (TRADITIONAL, SHORT, UNSURE)
PLAIN = (OUT_OF_MEMORY, HALF_PRECISION, BFLOAT16_SLOW, *_DOUBTS)
_UNAPPLIED, _UNCHOSEN, _TAG = "unapplied:", "unchosen:", "tag_unknown:"
Missing = Literal["number", "name"]
"""What of a sentence its translation lacks."""
_MISSING = {"number": "[0-9][0-9.,:'’ \u00a0\u202f]{0,39}", "name": "[^\\W\\d_][\\w-]{0,59}"}
_OTHER = re.compile(r"other_language:([a-z]{2}):([a-z]{2})")
_SETTING = re.compile(r"[A-Za-z_]\w{0,59}(=[\w.+-]{1,30})?", re.ASCII)
_SIDES = re.compile(r"unchosen:(source|target|instruction):(.*)")
_BETWEEN = "|"
_LONGEST = 40_000
FEW = 20
"""Languages that are named; there may be hundreds."""


def unapplied(setting: str, value: object = None) -> str:
    """The code for a setting of a model's makers that no search here obeys, and its value."""
    shown = f"{_UNAPPLIED}{setting}={value}"
    return shown if value is not None and is_notice(shown) else f"{_UNAPPLIED}{setting}"


def unchosen(what: Unchosen, choices: Iterable[str]) -> str:
    """The code for what a model can be told and was not.

    Args:
        what: can be chosen.
        choices: all of them; of the source's languages the one first that it is taken for.
    """
    good = (one for one in choices if _BETWEEN not in one and one.isprintable())
    return f"{_UNCHOSEN}{what}:{_BETWEEN.join(good)}"[:_LONGEST]


def tag_unknown(language: str) -> str:
    """The code for a language that a sentence names and its model lacks."""
    shown = "".join(one for one in language if one.isprintable())
    return f"{_TAG}{shown[:60]}"


def other_language(found: str, read: str) -> str:
    """The code for a sentence in another language than the one that the model reads; ISO 639-1."""
    return f"other_language:{found}:{read}"


def missing(what: Missing, parts: Iterable[str]) -> str:
    """The code for numbers or names of a sentence, as written there, that a translation lacks."""
    return f"{what}_missing:{_BETWEEN.join([*parts][:FEW])}"


def missing_in(codes: Iterable[str], what: Missing) -> tuple[str, ...]:
    """The numbers or names of all such codes, each once."""
    start = f"{what}_missing:"
    listed = (code.removeprefix(start).split(_BETWEEN) for code in codes if code.startswith(start))
    return tuple(dict.fromkeys(part for parts in listed for part in parts))


def _missing(code: str) -> str:
    """What a translation lacks by a code; "": it tells something else."""
    what, _, _ = code.partition("_missing:")
    return what if what in _MISSING and what != code else ""


def languages_of(code: str) -> tuple[str, str] | None:
    """The language of a sentence, and the one that is read, as ``other_language`` has them."""
    found = _OTHER.fullmatch(code)
    return (found[1], found[2]) if found else None


def is_of_translation(code: str) -> bool:
    """Whether it doubts a translation: it need not hold for that of another system."""
    return code in (SHORT, UNSURE) or bool(_missing(code))


def is_doubt(code: str) -> bool:
    """Whether it is about one sentence and what became of it, not about model or machine."""
    return code == TRADITIONAL or is_of_translation(code) or languages_of(code) is not None


def kind_of(code: str) -> str:
    """What is told together: numbers that are missing, or names, whichever they are."""
    return _missing(code) or code


def is_notice(code: str) -> bool:
    """Whether it is one of these codes, whoever wrote it."""
    if code.startswith(_UNAPPLIED):
        return _SETTING.fullmatch(code.removeprefix(_UNAPPLIED)) is not None
    if what := _missing(code):
        part = _MISSING[what]
        return re.fullmatch(rf"{what}_missing:{part}(?:\|{part})*", code) is not None
    named = _SIDES.fullmatch(code) or (code.startswith(_TAG) and len(code) > len(_TAG))
    plain = code in PLAIN or is_doubt(code)
    return plain or bool(named and code.isprintable() and len(code) <= _LONGEST)


def told(codes: Iterable[str]) -> tuple[Said, ...]:
    """What the codes say, each once: numbers, names and settings that are not applied together.

    A fact may be the key of a name in the words, such as "language.de".
    """
    found = tuple(dict.fromkeys(codes))
    settings = [code.removeprefix(_UNAPPLIED) for code in found if code.startswith(_UNAPPLIED)]
    others = [said for code in found for said in _told(code)]
    if numbers := missing_in(found, "number"):
        others.append(_lacking(plural("notice.number_missing", len(numbers)), numbers))
    if names := missing_in(found, "name"):
        others.append(_lacking(plural("notice.name_missing", len(names)), names))
    if settings:
        others.append(("unapplied", {"settings": ", ".join(settings)}))
    return tuple(others)


def _lacking(key: str, parts: Iterable[str]) -> Said:
    return key.removeprefix("notice."), {"missing": "”, “".join(parts)}


def _told(code: str) -> Iterator[Said]:
    if code in PLAIN:
        yield code, {}
    elif languages := languages_of(code):
        found, read = (f"language.{language}" for language in languages)
        yield "other_language", {"found": found, "read": read}
    elif code.startswith(_TAG):
        yield "tag_unknown", {"found": code.removeprefix(_TAG)}
    elif side := _SIDES.fullmatch(code):
        what, choices = side[1], [one for one in side[2].split(_BETWEEN) if one]
        if what == "instruction":
            key = "instruction_unchosen" if choices else "instruction_missing"
            yield key, {"choices": " | ".join(choices)} if choices else {}
        else:
            more = f" … ({len(choices)})" if len(choices) > FEW else ""
            facts = {"choices": ", ".join(sorted(choices)[:FEW]) + more}
            yield f"{what}_unchosen", facts | ({"found": choices[0]} if what == "source" else {})
