"""Numbers as English words: "1342" is "one thousand three hundred forty-two"."""

from random import Random

from seqviz.tasks.task import Pair, Task

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
TENS = (*("", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),)

MOST = 999_999
_SEPARATED = 0.5
"""Share of the numbers from 1,000 on that are written with a comma."""


def number_words(number: int) -> str:
    """Spell a number from 0 to 999,999, as Americans do: no "and", a hyphen from 21 to 99."""
    thousands, rest = divmod(number, 1000)
    if thousands:
        tail = f" {_below_1000(rest)}" if rest else ""
        return f"{_below_1000(thousands)} thousand{tail}"
    return _below_1000(rest)


def _below_1000(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if hundreds:
        tail = f" {_below_100(rest)}" if rest else ""
        return f"{SMALL[hundreds]} hundred{tail}"
    return _below_100(rest)


def _below_100(number: int) -> str:
    if number < len(SMALL):
        return SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{TENS[tens]}-{SMALL[ones]}" if ones else TENS[tens]


def _write(number: int, random: Random) -> Pair:
    source = f"{number:,}" if random.random() < _SEPARATED else str(number)
    return source, number_words(number)


def _kind(number: int) -> tuple[int, int]:
    """How long it is, and how many of its digits are zeros: most numbers are long and have none."""
    digits = str(number)
    return len(digits), digits.count("0")


NUMBER_WORDS = Task(
    name="number-words",
    source_language="number",
    target_language="words",
    values=range(MOST + 1),
    kind=_kind,
    write=_write,
    examples={
        "long": ("369,258", "three hundred sixty-nine thousand two hundred fifty-eight"),
        "short": ("8", "eight"),
        "teens": ("13017", "thirteen thousand seventeen"),
        "zeros": ("400,007", "four hundred thousand seven"),
        "repeated": (
            "888888",
            "eight hundred eighty-eight thousand eight hundred eighty-eight",
        ),
        "round": ("500000", "five hundred thousand"),
    },
)
"""0 to 999,999, with a comma before the last three digits or without: "1,342" or "1342"."""
