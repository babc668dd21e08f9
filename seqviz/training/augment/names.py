"""Names of people and places that stand on both sides of a pair, and others to put in their place.

Lists of a pair of languages lie in ``names/PAIR.tsv``: kind, source, English. A name that stands in
none of them and is written alike on both sides is replaced by a word that does not exist, which can
only be copied.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from seqviz.tasks.task import Pair
from seqviz.training.augment.coined import coin_alike, coin_given
from seqviz.training.augment.language import Language
from seqviz.training.augment.slots import Slot, Spot

FOLDER = Path(__file__).resolve().parent / "names"
MALE, FEMALE, SURNAME, GIVEN, PLACE = "male", "female", "surname", "given", "place"
FAMILY, SYLLABLE = "family", "syllable"
"""For coined Chinese names: more surnames, and characters of given names with their pinyin."""
STARTS = (
    *("b", "br", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "kr", "l", "m", "n"),
    *("p", "pr", "r", "s", "sch", "st", "t", "tr", "v", "w", "z"),
)
VOWELS = "AEIOUYÀÂÉÈÊÎÔaeiouyàâéèêîôHh"
ELIDED = re.compile(r"\b(?:([dD])|([qQ]u|[lL]orsqu|[jJ]usqu|[pP]uisqu))(?:e |['’])$")
WORD = re.compile(r"[A-ZÀ-Þ][^\W\d_]+(?:-[^\W\d_]+)*")
LATIN = re.compile(r"(?<![A-Za-zÀ-ÿ'’.@/-])[A-ZÄÖÜÉ][a-zà-ÿ]{2,}(?![A-Za-zÀ-ÿ@/-]|['’][a-z]{2})")
MOST_UNKNOWN = 2
"""Of a pair; where more stand on both sides, it is about something and not about names."""
COPIED, FIRST_NAMES, WHOLE_NAMES = 0.15, 0.5, 0.85
"""Up to which shares of the people get a name that does not exist, a first name, a first name and a
surname; the others are addressed by their surname."""


@dataclass(frozen=True)
class Names:
    """The lists of a pair of languages."""

    by_kind: Mapping[str, Sequence[Pair]]
    kinds: Mapping[Pair, str]
    """What a name is, by how it is written on both sides."""
    english: Mapping[str, Sequence[str]]
    """By how it is written in the source."""
    pattern: re.Pattern[str] | None
    """Any known name in a source without spaces."""
    held_out: frozenset[str]
    """Names that are never to be put in, as they are written in the source."""

    def found(self, text: str) -> list[tuple[str, int]]:
        """Known names of a source, and where they begin."""
        if self.pattern:
            return [(match[0], match.start()) for match in self.pattern.finditer(text)]
        words = [(match[0], match.start()) for match in WORD.finditer(text)]
        cut = [(word if word in self.english else word.removesuffix("s"), at) for word, at in words]
        return [(word, at) for word, at in cut if word in self.english]


@cache
def read_names(pair: str) -> Names | None:
    """The lists of a pair such as "de-en"; None: there are none."""
    file = FOLDER / f"{pair}.tsv"
    if not file.is_file():
        return None
    by_kind: dict[str, list[Pair]] = {}
    kinds: dict[Pair, str] = {}
    english: dict[str, list[str]] = {}
    for kind, source, target in _rows(file):
        by_kind.setdefault(kind, []).append((source, target))
        if kind in (MALE, FEMALE, PLACE) and kinds.setdefault((source, target), kind) == kind:
            english.setdefault(source, []).append(target)
    longest_first = sorted(english, key=lambda name: (-len(name), name))
    spaced = not pair.startswith("zh")
    pattern = None if spaced else re.compile("|".join(map(re.escape, longest_first)))
    held_out = frozenset(row[1] for row in _rows(FOLDER / f"{pair}.held-out.tsv"))
    return Names(by_kind, kinds, english, pattern, held_out)


def _rows(file: Path) -> Iterator[list[str]]:
    """Kind, source and English of every line."""
    for line in file.read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


def name_slots(
    pair: Pair, source: Language, names: Names | None, *, coined: float = 0.0
) -> list[Slot]:
    """Every known name that stands on both sides equally often, then the unknown ones.

    Args:
        pair: a sentence and its translation.
        source: its language.
        names: the lists; None: there are none.
        coined: share of the names to draw that are in no list.
    """
    known = list(_known(pair, source, names, coined=coined)) if names else []
    unknown = list(_unknown(pair, source))
    return [*known, *(unknown if len(unknown) <= MOST_UNKNOWN else ())]


def _known(pair: Pair, language: Language, names: Names, *, coined: float) -> Iterator[Slot]:
    found = names.found(pair[0])
    for name in dict.fromkeys(name for name, _ in found):
        starts = [start for other, start in found if other == name]
        for english in names.english[name]:
            theirs = [*re.finditer(rf"\b{re.escape(english)}\b", pair[1])]
            if theirs and len(starts) == len(theirs):
                kind = names.kinds[name, english]
                yield Slot(
                    "place" if kind == PLACE else "person",
                    tuple(_spot(pair[0], name, start, language=language) for start in starts),
                    tuple(Spot(*match.span()) for match in theirs),
                    partial(_drawn, names, language, kind=kind, coined=coined),
                )
                break


def _spot(text: str, name: str, start: int, *, language: Language) -> Spot:
    """Where a name stands, with the genitive's s in German, and what elides before it in French."""
    end = start + len(name)
    if language.code == "de" and text[end : end + 1] == "s":
        return Spot(start, end + 1, _genitive)
    if language.code == "fr" and (elided := ELIDED.search(text[:start])):
        return Spot(elided.start(), end, partial(_elided, elided[1] or elided[2]))
    return Spot(start, end)


def _genitive(name: str) -> str:
    return f"{name}'" if name[-1] in "sxzß" else f"{name}s"


def _elided(stem: str, name: str) -> str:
    return f"{stem}'{name}" if name[0] in VOWELS else f"{stem}e {name}"


def _drawn(
    names: Names, language: Language, chance: random.Random, *, kind: str, coined: float
) -> Pair:
    """Another name: known, known in part, or none that exists."""
    lot = chance.random()
    if lot < COPIED:
        return _invented(chance)
    pick = partial(_picked, names=names, chance=chance, coined=coined)
    if kind == PLACE:
        return pick(PLACE)
    first, last = pick(kind), pick(SURNAME)
    if lot < FIRST_NAMES:
        return first
    if lot > WHOLE_NAMES:
        here, there = chance.choice(language.male if kind == MALE else language.female)
        return here.format(last[0]), there.format(last[1])
    if GIVEN in names.by_kind:  # Chinese: the surname comes first, there and in English
        given = pick(GIVEN)
        return f"{last[0]}{given[0]}", f"{last[1]} {given[1]}"
    return f"{first[0]} {last[0]}", f"{first[1]} {last[1]}"


def _picked(kind: str, names: Names, chance: random.Random, *, coined: float) -> Pair:
    """A name of a kind: of the lists, or coined, where there is something to coin it from."""
    if not coined or chance.random() >= coined:
        return chance.choice(names.by_kind[kind])
    while (made := _coined(names.by_kind, chance, kind))[0] in names.held_out:
        pass
    return made


def _coined(listed: Mapping[str, Sequence[Pair]], chance: random.Random, kind: str) -> Pair:
    if kind == GIVEN:
        return coin_given(listed[SYLLABLE], chance)
    if kind == SURNAME and FAMILY in listed:
        return chance.choice(listed[FAMILY])
    return coin_alike(listed[kind], chance) or chance.choice(listed[kind])


def _unknown(pair: Pair, language: Language) -> Iterator[Slot]:
    """Words with a capital, written alike on both sides; none that begins a sentence."""
    here, there = ([*LATIN.finditer(text)] for text in pair)
    for word in dict.fromkeys(match[0] for match in here):
        mine = [match for match in here if match[0] == word]
        theirs = [match for match in there if match[0] == word]
        first = language.spaced and any(match.start() == 0 for match in (*mine, *theirs))
        if first or len(mine) != len(theirs):
            continue
        spots = [tuple(Spot(*match.span()) for match in side) for side in (mine, theirs)]
        yield Slot("string", spots[0], spots[1], _invented)


def _invented(chance: random.Random) -> Pair:
    """A word that does not exist, such as "Bremolu", the same in both languages."""
    syllables = [
        chance.choice(STARTS) + chance.choice("aeiou") for _ in range(chance.randint(2, 3))
    ]
    word = "".join(syllables) + chance.choice(("", "", "n", "r", "l", "s", "k", "t"))
    return word.capitalize(), word.capitalize()
