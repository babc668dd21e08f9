"""Files and stdin as lines: what is no text is refused in one line, before all of it is read."""

import gzip
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from seqviz.cli import lines
from seqviz.errors import InputError
from tests.cli.conftest import Run

FILE = "FILE"
COMMANDS = {
    "align": ("align", "--model", "de-en/dot", FILE),
    "align --gold": ("align", "--model", "de-en/dot", "--gold", FILE),
    "validate --judged": ("validate", "--judged", FILE),
    "validate --planted": ("validate", "--planted", "de-en/dot", FILE),
    "validate --spans": ("validate", "--spans", "de-en/dot", FILE),
    "validate --gold": ("validate", "--gold", "de-en/dot", FILE),
}


def a_gibibyte(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(2**30)  # no disk holds it


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "NUL": (lambda file: file.write_bytes(b"a\tb\na\x00\tb\n"), "Line 2 of {} holds a NUL byte"),
    "columns": (
        lambda file: file.write_bytes(b"a" + b"\t" * 100_000),
        "Line 1 of {} has 100001 columns, the limit is 64",
    ),
    "one long line": (a_gibibyte, "Line 1 of {} has more than 1000000 bytes"),
    "much that is packed": (
        lambda file: file.write_bytes(gzip.compress(b"a" * 2_000_000)),
        "Line 1 of {} has more than 1000000 bytes",
    ),
    "not UTF-8": (lambda file: file.write_bytes(b"\xef\xbb\xbfa\n\xff"), "(byte 5)"),
    "damaged": (lambda file: file.write_bytes(gzip.compress(b"a\tb\n")[:-9]), "damaged gzip"),
    "nothing": (lambda file: file.write_bytes(b""), "it is empty"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_text_is_one_line(run: Run, tmp_path: Path, command: str, name: str) -> None:
    write, said = HOSTILE[name]
    file = tmp_path / "hostile.tsv"
    write(file)
    refusal = run(*(str(file) if one == FILE else one for one in COMMANDS[command])).refusal()
    assert said.format(file) in refusal


def test_so_many_lines_are_refused_unless_only_the_first_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "long.txt"
    file.write_text("a\r\n\nb\u2028c\n")
    assert lines.from_file(file) == ["a", "", "b\u2028c"]
    monkeypatch.setattr(lines, "MOST_SENTENCES", 2)
    assert lines.from_file(file, first=2) == ["a", ""]
    with pytest.raises(InputError, match="more than 2 sentences"):
        lines.from_file(file)
    with pytest.raises(InputError, match="more than 4 bytes"):
        lines.from_file(file, most=4)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_read_from_its_start(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(gzip.compress(b"der hund\n"),))
    writer.start()
    assert lines.from_file(pipe) == ["der hund"]
    writer.join()


def test_tabs_on_stdin_have_a_limit_where_they_part_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def give(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    tabs = "a" + "\t" * 100
    give(tabs.encode())
    assert lines.from_stdin() == [tabs]
    give(tabs.encode())
    with pytest.raises(InputError, match="Line 1 of stdin has 101 columns"):
        lines.from_stdin(tabbed=True)
    give(b"a\0")
    with pytest.raises(InputError, match="NUL"):
        lines.from_stdin()
