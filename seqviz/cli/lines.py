"""Sentences from arguments, stdin and files: UTF-8 or one clear error, lines by their number."""

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from seqviz.cli import printing
from seqviz.errors import InputError
from seqviz.inspection.reading import MOST_COLUMNS, MOST_SENTENCES, opened, text_lines
from seqviz.training.columns import line_numbers

BYTE_ORDER_MARK = "\ufeff"


class BadInput(click.ClickException):
    """A line was refused for the reason that the message gives."""

    exit_code = 2


def from_stdin(*, tabbed: bool = False) -> list[str]:
    """The lines of stdin.

    Args:
        tabbed: tabs part columns, of which there is a limit, as there is of lines.

    Raises:
        InputError: as ``text_lines``, or ``sentences_many``, or it holds nothing.
    """
    if sys.stdin.isatty():
        printing.say("Type one sentence a line; Ctrl+D ends.", err=True)
    found = text_lines(sys.stdin.buffer, "stdin", columns=MOST_COLUMNS if tabbed else None)
    lines = _within_limit(found, "stdin") if tabbed else list(found)
    if not lines:
        raise InputError("empty_text")
    return lines


def from_file(path: Path, *, first: int | None = None, most: int | None = None) -> list[str]:
    """The lines of a file, compressed by gzip or not.

    Args:
        path: of the file.
        first: so many lines are read; None: all.
        most: bytes that it may have, unpacked; None: any number of them.

    Raises:
        InputError: it cannot be read, is too large, is no text as ``text_lines`` reads it, or is
            empty.
    """
    with opened(path) as stream:
        lines = _within_limit(islice(text_lines(stream, str(path), most=most), first), str(path))
    if not lines:
        raise InputError("file_unreadable", {"file": str(path), "reason": "it is empty"})
    return lines


def _within_limit(found: Iterator[str], name: str) -> list[str]:
    """All lines.

    Raises:
        InputError: ``sentences_many``.
    """
    lines = list(islice(found, MOST_SENTENCES + 1))
    if len(lines) > MOST_SENTENCES:
        raise InputError("sentences_many", {"name": name, "limit": MOST_SENTENCES})
    return lines


def from_argument(text: str, name: str) -> str:
    """An argument, which the system may have passed as bytes that are not UTF-8.

    Raises:
        InputError: it is not UTF-8.
    """
    try:
        return _text(text.encode("utf-8", errors="surrogateescape"), name)
    except UnicodeEncodeError as error:  # a lone surrogate, of Windows
        raise InputError("not_utf8", {"name": name, "position": error.start}) from error


def filled(
    lines: Sequence[str],
    name: str,
    check: Callable[[str], object],
    *,
    strict: bool,
    numbers: Sequence[int] = (),
) -> list[int]:
    """Places of the lines that hold a sentence; a notice names the others.

    Every line is checked before the first is translated.

    Args:
        lines: to be looked at.
        name: of where they come from.
        check: refuses a line.
        strict: blank lines are refused.
        numbers: of the lines, where they are not counted from 1.

    Raises:
        InputError: a line is blank, and ``strict``.
        BadInput: ``check`` refused a line.
    """
    places, blank = [], []
    for place, line in enumerate(lines):
        number = numbers[place] if numbers else place + 1
        try:
            check(line)
            places.append(place)
        except InputError as error:
            if error.code != "empty_text":
                raise BadInput(f"Line {number} of {name}: {error}") from error
            blank.append(number)
    if blank and strict:
        raise InputError("line_empty", {"line": blank[0], "name": name})
    if blank:
        printing.notice(f"Nothing to translate: {line_numbers(blank)} of {name}.")
    return places


def _text(content: bytes, name: str) -> str:
    """Its byte order marks are no part of a text, wherever files were joined."""
    try:
        return content.decode("utf-8").replace(BYTE_ORDER_MARK, "")
    except UnicodeDecodeError as error:
        raise InputError("not_utf8", {"name": name, "position": error.start}) from error
