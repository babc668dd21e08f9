"""Test sets as people bring them: plain text, columns, or Marot's; one sentence after the other.

Quotes are characters like others; columns are parted by tabs alone. Nothing is held but the line
at hand, so that a file may be of any size; what is no test set is refused at the first such line.
"""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BufferedReader
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Literal, cast

from seqviz.errors import InputError
from seqviz.inspection.marot import Layout, layout_of, unmarked

MOST_SENTENCES = 200_000
LONGEST_LINE = 1_000_000
"""Bytes."""
MOST_COLUMNS = 64
NAMES = ("source", "reference", "baseline")
"""Columns, as a header names them, or in this order; a third one may be something else."""
LOOKED_AT = 100
"""Lines by which it is told what a third column holds that no header names."""
_TIMES_AS_LONG = 2.0
"""As a reference, at most, is a translation, on the average; and half as long at least."""
_TIMES_AS_LONG_AS_A_SOURCE = 5.0
_SHARE_OF_OTHERS = 0.8
"""Of different sources: so many different translations there are at least."""
Third = Literal["", "baseline", "unread"]
"""What a third column without a name is: there is none, or another system's translations, or it is
not read, and neither are those after it."""
_BYTE_ORDER_MARK = "\ufeff"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of a test set."""

    number: int
    """Of its line, from 1, a header not counted."""
    source: str
    reference: str = ""
    """Empty: there is none."""
    baseline: str = ""
    """The other system's translation; empty: there is none."""


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, compressed by gzip or not.

    Raises:
        InputError: ``file_unreadable``, also later, while it is read.
    """
    with _readable(str(file)), file.open("rb") as plain, unpacked(plain, str(file)) as stream:
        yield stream


@contextmanager
def unpacked(plain: BufferedReader, name: str) -> Iterator[BinaryIO]:
    """The bytes of a stream, compressed by gzip or not.

    Raises:
        InputError: as ``opened``.
    """
    packed = plain.peek(2)[:2] == _GZIP
    with _readable(name), gzip.open(plain) if packed else plain as stream:
        yield cast(BinaryIO, stream)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "damaged gzip"
        raise InputError("file_unreadable", {"file": name, "reason": reason}) from error


def sentences_in(stream: BinaryIO, name: str) -> Iterator[Sentence]:
    """The sentences of a test set; blank lines are passed over.

    The first line may be a header: of ``NAMES``, in any order, other columns are not read; or of
    Marot's, of which every segment counts once, the first system's translation being the baseline,
    its reference the one that the metadata of its first row hold.
    Without one, ``third_column`` tells what a third column is.

    Args:
        stream: UTF-8.
        name: of where it comes from, for errors.

    Raises:
        InputError: it is no text in UTF-8 (``not_utf8``, ``line_binary``), a line is too long or
            has too many columns, there are too many sentences or none, a source is missing, or the
            header names none, or a column twice (``columns_named``).
    """
    rows = _columns(stream, name)
    first = list(islice(rows, LOOKED_AT))
    reader: _Columns | _Marot = _Columns(NAMES if _third(first) == "baseline" else NAMES[:2])
    headers = count = 0
    for line, columns in enumerate(chain(first, rows), start=1):
        if line == 1 and (header := _header(columns, name)):
            reader, headers = header, 1
            continue
        found = reader.sentence(line - headers, columns)
        if found is None:
            continue
        if not found.source:
            raise InputError("columns_missing", {"line": line, "name": name})
        count += 1
        if count > MOST_SENTENCES:
            raise InputError("sentences_many", {"name": name, "limit": MOST_SENTENCES})
        yield found
    if not count:
        raise InputError("sentences_none", {"name": name})


def text_lines(
    stream: BinaryIO, name: str, *, columns: int | None = MOST_COLUMNS, most: int | None = None
) -> Iterator[str]:
    """The lines of a text without their ends, split at line feeds alone.

    Other separators may stand within a sentence. Byte order marks are no part of a text, wherever
    files were joined.

    Args:
        stream: UTF-8.
        name: of where it comes from, for errors.
        columns: that a line may have; None: any number.
        most: bytes that all may have; None: any number.

    Raises:
        InputError: ``not_utf8``, ``line_binary``, ``line_long``, ``columns_many``;
            ``file_unreadable``: there are more bytes.
    """
    position = number = 0
    while content := stream.readline(LONGEST_LINE + 1):
        number += 1
        facts = {"line": number, "name": name}
        start, position = position, position + len(content)
        if most is not None and position > most:
            reason = f"it has more than {most:,} bytes"
            raise InputError("file_unreadable", {"file": name, "reason": reason})
        if len(content) > LONGEST_LINE:
            raise InputError("line_long", {**facts, "limit": LONGEST_LINE})
        if b"\0" in content:
            raise InputError("line_binary", facts)
        if columns is not None and (found := content.count(b"\t") + 1) > columns:
            raise InputError("columns_many", {**facts, "found": found, "limit": columns})
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError("not_utf8", {"name": name, "position": start + error.start}) from error
        yield text.removesuffix("\n").removesuffix("\r").replace(_BYTE_ORDER_MARK, "")


def third_column(stream: BinaryIO, name: str) -> Third:
    """What a third column holds that no header names, by the first lines.

    Translations are as long as references, on the average, and differ from line to line; origins,
    numbers and names do not. Where a line has four columns, nobody knows which is which.

    Raises:
        InputError: as ``sentences_in``.
    """
    rows = list(islice(_columns(stream, name), LOOKED_AT))
    return "" if rows and _header(rows[0], name) else _third(rows)


def _third(rows: Sequence[Sequence[str]]) -> Third:
    known = len(NAMES) - 1
    more = [row for row in rows if len(row) > known and any(map(str.strip, row[known:]))]
    if not more:
        return ""
    texts = [row[known].strip() for row in more]
    filled = sum(any(map(str.strip, row)) for row in rows)
    differ = len(set(texts)) >= _SHARE_OF_OTHERS * len({row[0].strip() for row in more})
    if not differ or len(more) < filled / 2 or any(len(row) > len(NAMES) for row in more):
        return "unread"
    sources, references = (sum(len(row[place].strip()) for row in more) for place in range(known))
    most = _TIMES_AS_LONG if references else _TIMES_AS_LONG_AS_A_SOURCE
    ratio = sum(map(len, texts)) / max(1, references or sources)
    return "baseline" if 1 / most <= ratio <= most else "unread"


def lines_of(stream: BinaryIO, name: str) -> Iterator[str]:
    """The lines of a text, blank ones too: what another system made of every line of a test set.

    Raises:
        InputError: as ``sentences_in``.
    """
    yield from text_lines(stream, name)


def with_baseline(
    sentences: Iterator[Sentence], lines: Iterator[str], *, name: str
) -> Iterator[Sentence]:
    """Sentences with the other system's translation of the same line.

    Raises:
        InputError: ``baseline_short``: it has fewer lines than the test set.
    """
    reached, line = 0, ""
    for one in sentences:
        while reached < one.number:
            found = next(lines, None)
            if found is None:
                raise InputError("baseline_short", {"name": name, "line": one.number})
            reached, line = reached + 1, found
        yield replace(one, baseline=line.strip())


def _columns(stream: BinaryIO, name: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in text_lines(stream, name))


def _header(columns: Sequence[str], name: str) -> "_Columns | _Marot | None":
    """What reads the lines below this one; None: it is a line like others.

    Raises:
        InputError: ``columns_named``.
    """
    if layout := layout_of(columns):
        return _Marot(layout)
    names = [one.strip().lower() for one in columns]
    known = [one for one in names if one in NAMES]
    if not known or len(set(known)) == 1:
        return None
    if "source" not in known or len(set(known)) < len(known):
        raise InputError("columns_named", {"name": name})
    return _Columns(names)


class _Columns:
    """Reads rows of named columns."""

    def __init__(self, names: Sequence[str]) -> None:
        """Know the columns.

        Args:
            names: of the columns; those not in ``NAMES`` are not read.
        """
        self._place = {name: place for place, name in enumerate(names) if name in NAMES}

    def sentence(self, number: int, columns: Sequence[str]) -> Sentence | None:
        """Of a row; None where nothing stands in it."""
        if not any(map(str.strip, columns)):
            return None
        found = {
            name: columns[place].strip()
            for name, place in self._place.items()
            if place < len(columns)
        }
        return Sentence(number=number, **{"source": "", **found})


class _Marot:
    """Reads Marot's rows: several for a segment, of systems and raters, marks within the text."""

    def __init__(self, layout: Layout) -> None:
        """Know the columns.

        Args:
            layout: where they stand.
        """
        self._layout = layout
        self._system: str | None = None
        self._seen: set[tuple[str, str, str]] = set()

    def sentence(self, number: int, columns: Sequence[str]) -> Sentence | None:
        """Of the first row of every segment, if it is of the first system."""
        if not any(map(str.strip, columns)):
            return None
        row = self._layout.row(columns)
        self._system = row.system if self._system is None else self._system
        if row.system != self._system or row.segment in self._seen:
            return None
        self._seen.add(row.segment)
        source, target = (" ".join(unmarked(one)[0].split()) for one in (row.source, row.target))
        return Sentence(number=number, source=source, reference=row.reference, baseline=target)
