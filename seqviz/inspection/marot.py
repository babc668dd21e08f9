"""Human error spans in the layout of the Marot viewer: TSV, ``<v>…</v>`` around what is wrong.

A row is one error of one rater. A header names the columns, in any order; others are not read, and
of the metadata of newer files what is said of the segment. Freitag et al. 2021,
https://aclanthology.org/2021.tacl-1.87. Knows no model.
"""

import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from seqviz.errors import InputError

NO_ERROR = "no-error"
Side = Literal["source", "target"]
_MARK = re.compile(r"</?v>")
_NEEDED = {"system", "source", "target"}
"""Columns that tell the format."""
_NEWER = {"docsegid": "doc_id", "globalsegid": "seg_id"}
"""Names of columns in newer files."""


class MarotRow(NamedTuple):
    """The cells of a row, as the file has them; empty where it has no such column."""

    system: str = ""
    doc: str = ""
    doc_id: str = ""
    """Number of the segment in its document."""
    seg_id: str = ""
    """Number of the segment in the test set."""
    rater: str = ""
    source: str = ""
    target: str = ""
    category: str = ""
    severity: str = ""
    metadata: str = ""
    """JSON, in newer files."""

    @property
    def about(self) -> Mapping[str, Any]:
        """What the metadata say of the segment; nothing where they cannot be read."""
        try:
            found = json.loads(self.metadata)["segment"]
        except (ValueError, TypeError, LookupError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def reference(self) -> str:
        """The reference that the metadata hold, the first of them if none is named; or nothing."""
        references = self.about.get("references")
        if not isinstance(references, dict):
            return ""
        name = self.about.get("primary_reference")
        found = references.get(name) if isinstance(name, str) else None
        text = next(iter(references.values()), "") if found is None else found
        return " ".join(text.split()) if isinstance(text, str) else ""

    @property
    def segment(self) -> tuple[str, str, str]:
        """What tells a segment from others, whatever the system."""
        return self.doc, self.doc_id, self.seg_id


COLUMNS = MarotRow._fields[:-1]
"""In the order of files without a header."""


class Layout:
    """Where the columns of a file stand."""

    def __init__(self, names: Sequence[str] = COLUMNS) -> None:
        """Know the columns.

        Args:
            names: of the columns, in lower case.
        """
        called = [_NEWER.get(name, name) for name in names]
        self._place = {name: called.index(name) for name in MarotRow._fields if name in called}
        self.width = 1 + max(self._place[name] for name in COLUMNS if name in called)
        """Columns that a row has at least."""

    def row(self, cells: Sequence[str]) -> MarotRow:
        """What stands in the cells of a line; it may have too few."""
        places = self._place.items()
        return MarotRow(**{name: cells[place] for name, place in places if place < len(cells)})


def layout_of(header: Sequence[str]) -> Layout | None:
    """Where a header has the columns; None: the line is no header of Marot's."""
    names = [one.strip().lower() for one in header]
    return Layout(names) if set(names) >= _NEEDED else None


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
    raters: tuple[str, ...] = ()
    """All who read it, those who found no error, too."""
    rows: tuple[MarotRow, ...] = ()
    """As the file has them."""
    line: int = 0
    """Of the first of these, from 1."""


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
    return layout_of(line.split("\t")) is not None


def read_marot(lines: Iterable[str], name: str) -> list[RatedSegment]:
    """Collect the rows of a file by translation, in the order in which each comes first.

    Args:
        lines: of the file, without line ends; a header may stand first.
        name: of the file, for errors.

    Raises:
        InputError: ``marot_invalid``: a line has too few columns, or another text than an
            earlier line of the same translation.
    """
    layout = Layout()
    texts: dict[tuple[str, tuple[str, str, str]], tuple[str, str]] = {}
    spans: dict[tuple[str, tuple[str, str, str]], list[HumanSpan]] = {}
    rows: dict[tuple[str, tuple[str, str, str]], list[tuple[int, MarotRow]]] = {}
    for line, text in enumerate(lines, start=1):
        cells = text.split("\t")
        if line == 1 and (named := layout_of(cells)):
            layout = named
            continue
        if not text.strip():
            continue
        if len(cells) < layout.width:
            reason = f"{len(cells)} columns, but {layout.width} are needed"
            raise _invalid(line, name, reason)
        row = layout.row(cells)
        key = row.system, row.segment
        found, plain = _spans(row)
        if texts.setdefault(key, plain) != plain:
            raise _invalid(line, name, "its text is not that of lines before it")
        spans.setdefault(key, []).extend(found)
        rows.setdefault(key, []).append((line, row))
    return [
        RatedSegment(
            system=key[0],
            document=key[1][0],
            number=key[1][2],
            source=texts[key][0],
            target=texts[key][1],
            spans=tuple(spans[key]),
            raters=tuple(dict.fromkeys(row.rater for _, row in rows[key] if row.rater)),
            rows=tuple(row for _, row in rows[key]),
            line=rows[key][0][0],
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


def _spans(row: MarotRow) -> tuple[list[HumanSpan], tuple[str, str]]:
    """What a row marks, and its texts without marks."""
    sides: tuple[Side, Side] = ("source", "target")
    plain = unmarked(row.source), unmarked(row.target)
    found = [
        HumanSpan(
            side=side,
            start=start,
            end=end,
            category=row.category,
            severity=row.severity,
            rater=row.rater,
        )
        for side, (_, ranges) in zip(sides, plain, strict=True)
        for start, end in ranges
        if row.severity.lower() != NO_ERROR
    ]
    return found, (plain[0][0], plain[1][0])


def _invalid(line: int, name: str, reason: str) -> InputError:
    return InputError("marot_invalid", {"line": line, "name": name, "reason": reason})
