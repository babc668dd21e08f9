"""Sentences from arguments, stdin and files: UTF-8 or one clear error, lines by their number."""

import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from seqviz.errors import InputError
from seqviz.trace.notices import OUT_OF_MEMORY, unapplied_settings

WORTH_A_BAR = 20
"""Sentences from which on a progress bar is shown."""

_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029]")

OnProgress = Callable[[int, int], None]


class BadInput(click.ClickException):
    """A line was refused for the reason that the message gives."""

    exit_code = 2


def printable(text: str) -> str:
    """A text in one line, without what would move a terminal's cursor or change its colours."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def from_stdin() -> list[str]:
    """The lines of stdin.

    Raises:
        InputError: it is not UTF-8, or holds nothing.
    """
    if sys.stdin.isatty():
        click.echo("Type one sentence a line; Ctrl+D ends.", err=True)
    lines = _lines(sys.stdin.buffer.read(), "stdin")
    if not lines:
        raise InputError("empty_text")
    return lines


def from_file(path: Path) -> list[str]:
    """The lines of a file, compressed by gzip or not.

    Raises:
        InputError: it cannot be read, is not UTF-8, or is empty.
    """
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "damaged gzip"
        raise InputError("file_unreadable", {"file": str(path), "reason": reason}) from error
    lines = _lines(content, str(path))
    if not lines:
        raise InputError("file_unreadable", {"file": str(path), "reason": "it is empty"})
    return lines


def from_arguments(texts: Sequence[str]) -> list[str]:
    """The arguments, which the system may have passed as bytes that are not UTF-8.

    Raises:
        InputError: one is not UTF-8.
    """
    return [_text(os.fsencode(text), "the argument") for text in texts]


def check_lines(lines: Sequence[str], name: str, check: Callable[[str], object]) -> None:
    """Let every line be checked before the first is translated.

    Raises:
        InputError: a line is empty.
        BadInput: ``check`` refused a line.
    """
    for number, line in enumerate(lines, start=1):
        try:
            check(line)
        except InputError as error:
            if error.code == "empty_text":
                raise InputError("line_empty", {"line": number, "name": name}) from error
            raise BadInput(f"Line {number} of {name}: {error}") from error


def say_notices(codes: Iterable[str]) -> None:
    """Say on stderr, once each, what went otherwise than asked."""
    found = tuple(codes)
    if OUT_OF_MEMORY in found:
        click.echo("Notice: The GPU had too little memory; the CPU took over.", err=True)
    settings = ", ".join(unapplied_settings(found))
    if settings:
        click.echo(f"Notice: Set by the model's makers, but not applied: {settings}.", err=True)


def json_line(value: object) -> str:
    """JSON that is one line to every reader, and moves no terminal's cursor."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@contextmanager
def progress(total: int) -> Iterator[OnProgress | None]:
    """A progress bar on stderr, for long work that somebody watches; None otherwise."""
    if total < WORTH_A_BAR or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=total, file=sys.stderr, show_pos=True) as bar:
        yield lambda done, _: bar.update(done - bar.pos)


def _lines(content: bytes, name: str) -> list[str]:
    """Split at line feeds alone: other separators may stand within a sentence."""
    lines = _text(content, name).split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("not_utf8", {"name": name, "position": error.start}) from error
