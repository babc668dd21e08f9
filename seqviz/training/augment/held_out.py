"""Test sets of numbers and names: sentences written for them, values and names never trained on.

A line is source, English, and what has to stand in a translation. ``python -m
seqviz.training.augment.held_out data/held-out`` writes them all; the seed and the lists decide.
"""

import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, get_args

from seqviz.training.augment.language import Language, find_language
from seqviz.training.augment.names import FOLDER as NAMES

Subject = Literal["numbers", "names"]

FRAMES = Path(__file__).resolve().parent / "frames"
PAIRS = ("de-en", "fr-en", "zh-en")
SENTENCES = 210
"""Of a set."""
SEED = 16
GROUPED = 1_000
"""Numbers from here on have groups of digits."""
PARTS = "; "
"""Between the things that have to stand in a translation."""

Row = tuple[str, str, str]


def held_out(pair: str, subject: Subject) -> list[Row]:
    """Source, English, and what has to stand in a translation, parted by ``PARTS``.

    Args:
        pair: one of ``PAIRS``.
        subject: of what the set is.
    """
    frames = [
        (source, target)
        for about, source, target in _rows(FRAMES / f"{pair}.tsv")
        if about == subject
    ]
    chance = random.Random(f"{pair} {subject} {SEED}")
    make = _maker(pair, subject, chance)
    found: dict[str, Row] = {}
    while len(found) < SENTENCES:
        source, target = frames[len(found) % len(frames)]
        values = {name: make(name) for name in dict.fromkeys(re.findall(r"{(\w+)}", source))}
        here = source.format(**{name: value[0] for name, value in values.items()})
        there = target.format(**{name: value[1] for name, value in values.items()})
        found.setdefault(here, (here, there, PARTS.join(value[2] for value in values.values())))
    return list(found.values())


def stands(needed: str, text: str) -> bool:
    """Whether all that has to stand in a translation does: names and numbers as whole words.

    A number may be grouped by commas or not, and a day may be an ordinal.

    Args:
        needed: parted by ``PARTS``.
        text: a translation.
    """
    bare = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return all(
        re.search(rf"(?<!\w)(?<!\d[.:]){re.escape(part)}(?:st|nd|rd|th)?(?!\w|[.:]\d)", bare)
        for part in needed.split(PARTS)
    )


def _maker(pair: str, subject: Subject, chance: random.Random) -> Callable[[str], Row]:
    """What draws a value for a place of a frame: in the source, in English, and what is needed."""
    source, target = (find_language(code) for code in pair.split("-"))
    if source is None or target is None:
        raise ValueError(f"no numbers are known of {pair}")
    listed: dict[str, list[tuple[str, str]]] = {}
    for of, mine, english in _rows(NAMES / f"{pair}.held-out.tsv"):
        listed.setdefault(of, []).append((mine, english))

    def name(kind: str) -> Row:
        if kind == "full":
            last, first = (chance.choice(listed[each]) for each in ("surname", "given"))
            whole = f"{last[1]} {first[1]}"
            return last[0] + first[0], whole, whole
        here, there = chance.choice(listed[kind])
        return here, there, there

    def number(kind: str) -> Row:
        here, there = _NUMBERS[kind](chance, source, target)
        return here, there, re.sub(r"(?<=\d),(?=\d{3})", "", there).replace(" ", PARTS)

    draw = number if subject == "numbers" else name
    return lambda place: draw(place.rstrip("2"))


def _whole(chance: random.Random, source: Language, target: Language) -> tuple[str, str]:
    number = chance.randrange(13, 10 ** chance.randint(2, 5))
    if number < GROUPED:
        return str(number), str(number)
    grouped = f"{number:,}"
    return grouped.replace(",", source.thousands), grouped.replace(",", target.thousands)


def _year(chance: random.Random, source: Language, target: Language) -> tuple[str, str]:
    year = str(chance.randint(1850, 2029))
    return year, year


def _small(chance: random.Random, source: Language, target: Language) -> tuple[str, str]:
    number = str(chance.randint(13, 99))
    return number, number


def _price(chance: random.Random, source: Language, target: Language) -> tuple[str, str]:
    whole, cents = chance.randint(2, 999), chance.randint(10, 99)
    return f"{whole}{source.decimal}{cents}", f"{whole}{target.decimal}{cents}"


def _time(chance: random.Random, source: Language, target: Language) -> tuple[str, str]:
    hour, minute = chance.randint(1, 12), f"{chance.randint(1, 59):02}"
    return f"{hour}{' h ' if source.code == 'fr' else ':'}{minute}", f"{hour}:{minute}"


def _date(chance: random.Random, source: Language, target: Language) -> tuple[str, str]:
    day, month = chance.randint(1, 28), chance.randrange(12)
    english = f"{target.months[month]} {day}"
    if source.code == "zh":
        return f"{source.months[month]}{day}日", english
    return f"{day}{'.' if source.code == 'de' else ''} {source.months[month]}", english


def _code(chance: random.Random, source: Language, target: Language) -> tuple[str, str]:
    letter = chance.choice("ABCDEFGHIJKLMNOPRSTUVW")
    code = f"{letter}{chance.randint(10, 999)}"
    return code, code


_NUMBERS = {
    "number": _whole,
    "year": _year,
    "small": _small,
    "price": _price,
    "time": _time,
    "date": _date,
    "code": _code,
}


def _rows(file: Path) -> Iterator[Row]:
    for line in file.read_text(encoding="utf-8").splitlines():
        kind, source, target = line.split("\t")
        yield kind, source, target


def write(folder: Path) -> None:
    """Write all sets, PAIR.numbers.tsv and PAIR.names.tsv."""
    folder.mkdir(parents=True, exist_ok=True)
    for pair in PAIRS:
        for subject in get_args(Subject):
            lines = ["\t".join(row) + "\n" for row in held_out(pair, subject)]
            (folder / f"{pair}.{subject}.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
