"""Sentences from arguments, stdin and files: UTF-8 or one clear error, lines by their number."""

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from seqviz.cli import printing
from seqviz.errors import InputError
from seqviz.training.columns import line_numbers

BYTE_ORDER_MARK = "\ufeff"


class BadInput(click.ClickException):
    """A line was refused for the reason that the message gives."""

    exit_code = 2


def from_stdin() -> list[str]:
    """The lines of stdin.

    Raises:
        InputError: it is not UTF-8, or holds nothing.
    """
    if sys.stdin.isatty():
        printing.say("Type one sentence a line; Ctrl+D ends.", err=True)
    lines = _lines(sys.stdin.buffer.read(), "stdin")
    if not lines:
        raise InputError("empty_text")
    return lines


def from_file(path: Path, *, most: int = -1) -> list[str]:
    """The lines of a file, compressed by gzip or not.

    Args:
        path: of the file.
        most: bytes that it may have, unpacked; -1: any number of them.

    Raises:
        InputError: it cannot be read, is too large, is not UTF-8, or is empty.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most + 1 if most >= 0 else -1)
        if content[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(content)) as packed:
                content = packed.read(most + 1 if most >= 0 else -1)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "damaged gzip"
        raise InputError("file_unreadable", {"file": str(path), "reason": reason}) from error
    if 0 <= most < len(content):
        reason = f"it has more than {most:,} bytes"
        raise InputError("file_unreadable", {"file": str(path), "reason": reason})
    lines = _lines(content, str(path))
    if not lines:
        raise InputError("file_unreadable", {"file": str(path), "reason": "it is empty"})
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


def _lines(content: bytes, name: str) -> list[str]:
    """Split at line feeds alone: other separators may stand within a sentence."""
    lines = _text(content, name).split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def _text(content: bytes, name: str) -> str:
    """Its byte order marks are no part of a text, wherever files were joined."""
    try:
        return content.decode("utf-8").replace(BYTE_ORDER_MARK, "")
    except UnicodeDecodeError as error:
        raise InputError("not_utf8", {"name": name, "position": error.start}) from error
