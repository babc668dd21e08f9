"""Numbers of a sentence, in digits, that its English translation lacks. Knows nothing of models.

Everything that a number can become counts as that number: groups and decimals spelled otherwise,
words, ordinals, months, hours of twelve, decades, multiples such as 3万 = 30,000. So what is named
is missing, and some of what is missing is not named. ``data/held-out`` has what it is worth.
"""

import re
from collections.abc import Iterator, Set

from seqviz.tasks.dates import MONTHS
from seqviz.tasks.numerals import SMALL, TENS

TARGETS = frozenset({"en"})
"""Languages whose words for numbers are known."""

_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9}
_MEANT: dict[str, tuple[int, ...]] = {
    **{word: (value,) for value, word in enumerate(SMALL)},
    **{f"{word}th": (value,) for value, word in enumerate(SMALL)},
    **{word: (10 * tens,) for tens, word in enumerate(TENS[2:], 2)},
    **{f"{word[:-1]}ieth": (10 * tens,) for tens, word in enumerate(TENS[2:], 2)},
    **{f"{word[:-1]}ie": (10 * tens,) for tens, word in enumerate(TENS[2:], 2)},  # nineties
    **{word.lower(): (month,) for month, word in enumerate(MONTHS, 1)},
    **{word[:3].lower(): (month,) for month, word in enumerate(MONTHS, 1)},
    **{"a": (1,), "an": (1,), "first": (1,), "once": (1,), "single": (1,)},
    **{"second": (2,), "twice": (2,), "both": (2,), "couple": (2,), "pair": (2,), "double": (2,)},
    **{"third": (3,), "triple": (3,), "fifth": (5,), "eighth": (8,), "ninth": (9,)},
    **{"twelfth": (12,), "dozen": (12,), "noon": (12,), "midnight": (0, 12, 24)},
    **{"half": (1, 2, 30, 50), "quarter": (1, 4, 15, 45, 25), "decade": (10,), "century": (100,)},
}
"""English words, plural s off, and the numbers that they may stand for."""
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)}
_GROUP = "[.,'’ \u00a0\u202f]"
_WRITTEN = re.compile(rf"[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+(?![0-9])|[0-9]+(?:[.,:][0-9]+)*")
_WORDS = re.compile(rf"{_WRITTEN.pattern}|[a-z]+")
_AFTER = {
    10: "十|Dutzend|dizaines?",
    100: "百|[Hh]undert|cents?",
    1_000: "千|[Tt]ausend|mille|milliers?",
    10_000: "万",
    10**6: "百万|Mio|Million(?:en)?|millions?",
    10**7: "千万",
    10**8: "亿",
    10**9: "十亿|Mrd|Milliarden?|milliards?",
}
"""Words after a number that multiply it."""
_TIMES = {
    scale: re.compile(rf"\s?(?:{words})(?![a-zäöü十百千万亿])") for scale, words in _AFTER.items()
}
_GOES_ON = re.compile("[十百千万亿]+[0-9]")
_HOUR = re.compile(r"\s?(?:Uhr|h\b|heures?|[点时])")
_DECADE = re.compile(r"er\b|年代")
_CENTURY = re.compile(r"世纪|\.?\s?(?:Jahrhundert|Jh)|(?:e|ème)?\s?siècle")
_TEN, _NOON, _HUNDRED = 10, 12, 100
LONGEST = 40
"""Characters of a number; a longer one is none that anybody reads."""


def missing_numbers(source: str, target: str, language: str) -> tuple[str, ...]:
    """The numbers of a sentence, as written, that do not stand in its translation, each once.

    Args:
        source: in whatever language; only what is written in digits counts.
        target: its translation.
        language: of the translation; of one outside of ``TARGETS`` nothing is said.
    """
    if language not in TARGETS:
        return ()
    text, there = source.translate(_WIDE), frozenset(_said(target))
    written = (match for match in _WRITTEN.finditer(text) if len(match[0]) <= LONGEST)
    return tuple(dict.fromkeys(match[0] for match in written if not _stands(match, there)))


def _stands(found: re.Match[str], there: Set[int]) -> bool:
    """Whether a number is among those of the translation, in one of its forms."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    if before.endswith(tuple("百千万亿")) or _GOES_ON.match(after):
        return True  # a part of what is written half in digits
    digits = re.findall("[0-9]+", found[0])
    if _forms(digits, after) & there:
        return True
    is_time = ":" in found[0] or bool(_HOUR.match(after))
    return all(_part_stands(int(part), there, is_time=is_time) for part in digits)


def _forms(digits: list[str], after: str) -> Set[int]:
    """What a number may be as a whole, by what follows it."""
    whole = int("".join(digits))
    forms = {whole, *(_multiplied(digits, scale) for scale in _scales(after))}
    if _DECADE.match(after):
        forms.update(range(1000 + whole, 2100 + whole, _HUNDRED))
    if _CENTURY.match(after):
        forms.update(range(_HUNDRED * (whole - 1), _HUNDRED * whole))
    return forms


def _part_stands(part: int, there: Set[int], *, is_time: bool) -> bool:
    hours = {part, (part - 1) % _NOON + 1} if is_time and part <= 2 * _NOON else {part}
    return bool(hours & there)


def _scales(after: str) -> Iterator[int]:
    return (scale for scale, pattern in _TIMES.items() if pattern.match(after))


def _multiplied(digits: list[str], scale: int) -> int:
    """A number, whose parts after the first are decimals, so many times."""
    whole, *rest = digits
    decimals = "".join(rest)
    return int(int(whole + decimals) * scale // 10 ** len(decimals))


def _said(text: str) -> Iterator[int]:
    """Every number that stands in an English text, in digits or in words, and its parts."""
    total = run = 0  # of the words so far: "two thousand" and "thirty" of "two thousand thirty-one"
    digits: list[str] = []  # of the word before
    for word in _WORDS.findall(text.translate(_WIDE).lower()):
        scale = _SCALES.get(word.removesuffix("s"))
        if scale is not None:
            run = max(run, 1) * scale
            yield from (total + run, run, _multiplied(digits or ["0"], scale))
            total, run = (total, run) if scale == _HUNDRED else (total + run, 0)
        elif word != "and":
            digits = re.findall("[0-9]+", word[:LONGEST])
            values = _values(word, digits)
            total, run = (total, _joined(run, values[0])) if values else (0, 0)
            yield from (*values, run, total + run)


def _values(word: str, digits: list[str]) -> tuple[int, ...]:
    """What one word may stand for; (): no number."""
    if digits:
        return (int("".join(digits)), *map(int, digits))
    return _MEANT.get(word) or _MEANT.get(word.removesuffix("s"), ())


def _joined(run: int, value: int) -> int:
    """Two words as one number, "twenty" "one" or "nineteen" "eighty"; else the second."""
    ends_in_tens = run % _TEN == 0 and run % _HUNDRED != 0 and value < _TEN
    if ends_in_tens or (run % _HUNDRED == 0 and value < _HUNDRED):
        return run + value
    if _TEN <= run < _HUNDRED and _TEN <= value < _HUNDRED:
        return run * _HUNDRED + value
    return value
