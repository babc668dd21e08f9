"""Human error spans in the layout of the Marot viewer: TSV, ``<v>…</v>`` around what is wrong.

A row is one error of one rater: system, document, number in the document, number of the segment,
rater, source, target, category, severity, and metadata in newer files, which are not read. Freitag
et al. 2021, https://aclanthology.org/2021.tacl-1.87. Knows no model.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from seqviz.errors import InputError

COLUMNS = ("system", "doc", "doc_id", "seg_id", "rater", "source", "target", "category", "severity")
NO_ERROR = "no-error"
Side = Literal["source", "target"]
_MARK = re.compile(r"</?v>")


@dataclass(frozen=True, kw_only=True)
class HumanSpan:
    """What a rater marked."""

    side: Side
    start: int
    """Characters of the segment's text, half-open; a mark may hold none."""
    end: int
    category: str
    """As the raters call it, such as "Accuracy/Omission"."""
    severity: str
    """"Major", "Minor" and the like."""
    rater: str


@dataclass(frozen=True, kw_only=True)
class RatedSegment:
    """A translation and all that its raters marked, in the order of the file."""

    system: str
    document: str
    number: str
    """Of the segment, as the file has it."""
    source: str
    """Without marks."""
    target: str
    spans: tuple[HumanSpan, ...]
    """Empty: its raters found no error."""


BY_PEOPLE = frozenset({"ref", "refA", "refB"})
"""Systems of the published files that are no machines."""


def drawn(
    segments: Sequence[RatedSegment], *, most: int, characters: int, seed: int
) -> list[RatedSegment]:
    """Some translations by machines, of sources that are not too long for a small model.

    Args:
        segments: of a file.
        most: how many.
        characters: that a source has at most.
        seed: of the choice.
    """
    short = [
        one
        for one in segments
        if one.system not in BY_PEOPLE
        and 0 < len(one.source.strip()) <= characters
        and one.target.strip()
    ]
    return random.Random(seed).sample(short, min(most, len(short)))


def is_marot(line: str) -> bool:
    """Whether a file with such a first line has this layout."""
    columns = line.split("\t")
    return len(columns) >= len(COLUMNS) and columns[0].strip().lower() == COLUMNS[0]


def read_marot(lines: Iterable[str], name: str) -> list[RatedSegment]:
    """Collect the rows of a file by translation, in the order in which each comes first.

    Args:
        lines: of the file, without line ends; a header may stand first.
        name: of the file, for errors.

    Raises:
        InputError: ``marot_invalid``: a line has too few columns, or another text than an
            earlier line of the same translation.
    """
    texts: dict[tuple[str, ...], tuple[str, str]] = {}
    spans: dict[tuple[str, ...], list[HumanSpan]] = {}
    for line, row in enumerate(lines, start=1):
        if not row or (line == 1 and is_marot(row)):
            continue
        columns = row.split("\t")
        if len(columns) < len(COLUMNS):
            reason = f"{len(columns)} columns, but {len(COLUMNS)} are needed"
            raise _invalid(line, name, reason)
        key, (rater, source, target, *judged) = tuple(columns[:4]), columns[4:9]
        found, plain = _spans(source, target, rater=rater, judged=judged)
        if texts.setdefault(key, plain) != plain:
            raise _invalid(line, name, "its text is not that of lines before it")
        spans.setdefault(key, []).extend(found)
    return [
        RatedSegment(
            system=key[0],
            document=key[1],
            number=key[3],
            source=texts[key][0],
            target=texts[key][1],
            spans=tuple(spans[key]),
        )
        for key in texts
    ]


def unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text without its marks, and what they hold, half-open ranges of it.

    Raters' files are not flawless: a mark without an end reaches to the end of the text, one within
    another is part of it, and an end without a beginning is passed over.
    """
    plain, found, start, at = "", [], -1, 0
    for mark in _MARK.finditer(text):
        plain += text[at : mark.start()]
        at = mark.end()
        if mark[0] == "<v>":
            start = start if start >= 0 else len(plain)
        elif start >= 0:
            found.append((start, len(plain)))
            start = -1
    plain += text[at:]
    return plain, (*found, (start, len(plain))) if start >= 0 else tuple(found)


def _spans(
    source: str, target: str, *, rater: str, judged: Sequence[str]
) -> tuple[list[HumanSpan], tuple[str, str]]:
    """What a row marks, and its texts without marks."""
    category, severity = judged
    sides: tuple[Side, Side] = ("source", "target")
    plain = unmarked(source), unmarked(target)
    found = [
        HumanSpan(
            side=side, start=start, end=end, category=category, severity=severity, rater=rater
        )
        for side, (_, ranges) in zip(sides, plain, strict=True)
        for start, end in ranges
        if severity.lower() != NO_ERROR
    ]
    return found, (plain[0][0], plain[1][0])


def _invalid(line: int, name: str, reason: str) -> InputError:
    return InputError("marot_invalid", {"line": line, "name": name, "reason": reason})
