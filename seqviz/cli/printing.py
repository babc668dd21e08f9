"""What commands print: results on stdout, notices on stderr, and nothing that moves a cursor."""

import json
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

import click

from seqviz.trace.notices import told
from seqviz.trace.pieces import display_piece
from seqviz.words import table

WORTH_A_BAR = 20
"""Sentences from which on a progress bar is shown."""
MOST_LISTED = 10
"""Unknown pieces that a notice names."""
LONGEST = 20
"""Characters of each."""
ADVICE = {
    "characters": "BLEU counts characters here, for MeCab, which splits this language into words, "
    "is not installed (pip install 'sacrebleu[ja,ko]')",
    "spaces": "BLEU counts what stands between spaces, and these references have next to none",
}

# Controls and separators of lines; embeddings and overrides of the direction, which reach further
# than the text that holds them; lone surrogates.
_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_MOVING = re.compile(f"[{_CONTROLS}\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_MOVING_IN_LINES = re.compile(_MOVING.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

OnProgress = Callable[[int, int], None]


def say(text: str, *, err: bool = False) -> None:
    """Print lines; tabs may stand in them, what else moves a cursor becomes a space."""
    click.echo(_MOVING_IN_LINES.sub(" ", text), err=err)


def rewrite(text: str) -> None:
    """Say on a terminal how far something is, in place of what was said so before."""
    click.echo(f"\r{one_line(text)}", err=True, nl=False)


def notice(text: str) -> None:
    """Say in one line on stderr what went otherwise than one would think."""
    say(f"Notice: {one_line(text)}", err=True)


def one_line(text: str) -> str:
    """A text as one field of one line, without what would move a terminal's cursor."""
    return _MOVING.sub(" ", text)


def printable(text: str) -> str:
    """A message in one line, without anything that cannot be seen."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def json_line(value: object, *, indent: int | None = None) -> str:
    """JSON of which every line is one to every reader, and moves no terminal's cursor."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[str] = ()) -> str:
    """Rows of cells as lines; the columns of these headings, in the first row, to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if heading in right else cell.ljust(width)
            for cell, width, heading in zip(row, widths, rows[0], strict=True)
        ).rstrip()
        for row in rows
    )


def count(number: int, one: str, several: str = "") -> str:
    """A number and what is counted, such as "1 bucket" or "2 buckets"."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"


def say_notices(codes: Iterable[str], where: str = "") -> None:
    """Say, once each, what a Trace or a translation has to say about itself, and of which lines."""
    words = table()
    for key, facts in told(codes):
        named = {name: words.get(value, value) for name, value in facts.items()}
        said = words[f"notice.{key}"].format_map(named)
        notice(f"{said.removesuffix('.')} ({where})." if where else said)


def say_cut_off(where: str) -> None:
    """Say what ended because the maximum length was reached; "" for where: nothing did."""
    if where:
        notice(f"Cut off at the maximum length: {where}.")


def say_unknown(pieces: Iterable[str], where: str) -> None:
    """Say what the model's vocabulary lacks; no pieces: nothing."""
    found = tuple(dict.fromkeys(pieces))
    if found:
        more = ", …" * (len(found) > MOST_LISTED)
        named = " ".join(display_piece(piece[:LONGEST]) for piece in found[:MOST_LISTED])
        notice(f"Unknown to the model: {named}{more} ({where}).")


def say_advice(code: str) -> None:
    """Say what to think of a BLEU; see ``Quality.advice``."""
    if code:
        notice(f"{ADVICE[code]}: read chrF.")


@contextmanager
def progress(total: int) -> Iterator[OnProgress | None]:
    """A progress bar on stderr, for long work that somebody watches; None otherwise."""
    if total < WORTH_A_BAR or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=total, file=sys.stderr, show_pos=True) as bar:
        yield lambda done, _: bar.update(done - bar.pos)
