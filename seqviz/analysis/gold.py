"""Word alignments drawn by hand: how they are written down, and the sentences they are about.

Links are written as Pharaoh did: ``i-j`` is a sure link of source word i and target word j, counted
from 0; ``i?j`` or ``ipj`` is a possible one. Knows no model and no file.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seqviz.errors import InputError
from seqviz.trace.pieces import UNSPACED

Links = frozenset[tuple[int, int]]
"""Pairs of a source word and a target word."""

COLUMNS = 3
_LINK = re.compile(r"([0-9]{1,9})([-?p])([0-9]{1,9})")
_CLOSING = frozenset(".,!?;:…%)]}”»。，！？；：、）》」』")
_OPENING = frozenset("([{“«（《「『¿¡")
_APART_IN_FRENCH = frozenset("!?;:%»«")
_NOTATIONS = frozenset({"number", "iso", "word", "reversed"})
"""Of synthetic tasks, whose parts nothing stands between."""
_CLITIC = re.compile(r"n['’]t|['’].+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class GoldPair:
    """Two sentences in words, and which of them answer each other."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: Links
    possible: Links
    """The sure ones among them."""
    line: int
    """Of its file, from 1."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """Words as a sentence."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """Half-open character ranges of the words."""


def read_gold(lines: Sequence[str], name: str) -> tuple[GoldPair, ...]:
    """The pairs of a file: source words, target words and links in every line, parted by tabs.

    Blank lines are passed over.

    Args:
        lines: of the file.
        name: of the file.

    Raises:
        InputError: ``gold_columns``, ``gold_link``, ``gold_outside``: a line is not of this form;
            ``gold_no_links``: no line has a link.
    """
    pairs = tuple(
        _pair(text, {"line": line, "name": name})
        for line, text in enumerate(lines, start=1)
        if text.strip()
    )
    if not any(pair.possible for pair in pairs):
        raise InputError("gold_no_links", {"name": name})
    return pairs


def _pair(text: str, where: dict[str, object]) -> GoldPair:
    columns = unicodedata.normalize("NFC", text).split("\t")
    words = [tuple(column.split()) for column in columns[:-1]]
    if len(columns) != COLUMNS or not all(words):
        raise InputError("gold_columns", {**where, "found": len(columns)})
    source, target = words
    sure, possible = set(), set()
    for link in columns[-1].split():
        if (found := _LINK.fullmatch(link)) is None:
            raise InputError("gold_link", {**where, "found": f"{link:.40}"})
        place = int(found[1]), int(found[3])
        if place[0] >= len(source) or place[1] >= len(target):
            counts = {"source": len(source), "target": len(target)}
            raise InputError("gold_outside", {**where, "found": link, **counts})
        possible.add(place)
        if found[2] == "-":
            sure.add(place)
    return GoldPair(
        source=source,
        target=target,
        sure=frozenset(sure),
        possible=frozenset(possible),
        line=int(str(where["line"])),
    )


def pharaoh(links: Iterable[tuple[int, int]]) -> str:
    """Links as a line of text, in order."""
    return " ".join(f"{source}-{target}" for source, target in sorted(links))


def written(words: Sequence[str], language: str) -> Written:
    """Words as people write them in a sentence, which is what a model should be given.

    No space stands beside a letter of a script without spaces, before closing marks and clitics
    (n't, 's), and after opening marks. French has a space before ! and ?, and none after a word
    that ends in an apostrophe or before one that begins with a hyphen. The figures and letters of
    a synthetic task stand close.

    Args:
        words: of the sentence.
        language: a code that begins as "fr" does, if it is French; or that of a notation.
    """
    french = language.lower().startswith("fr")
    between = "" if language in _NOTATIONS else " "
    text, spans = "", []
    for place, word in enumerate(words):
        if place and not _joined(words[place - 1], word, french=french):
            text += between
        spans.append((len(text), len(text) + len(word)))
        text += word
    return Written(text=text, spans=tuple(spans))


def _joined(left: str, right: str, *, french: bool) -> bool:
    """No space stands between the two words."""
    if UNSPACED.match(left[-1]) or UNSPACED.match(right[0]):
        return True
    apart = _APART_IN_FRENCH if french else frozenset[str]()
    if right in _CLOSING - apart or left in _OPENING - apart:
        return True
    if french:
        return left[-1] in "'’" or (right[0] == "-" and len(right) > 1)
    return _CLITIC.fullmatch(right) is not None
