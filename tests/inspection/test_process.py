"""A run in a process of its own: what it is asked, how far it tells it is, and why it ends."""

import json
import os
from pathlib import Path

import pytest

from seqviz.errors import DecodingCancelled
from seqviz.inspection.process import (
    ASKED,
    STATE,
    Asked,
    State,
    Teller,
    main,
    read_asked,
    read_state,
    write_asked,
)
from seqviz.inspection.run import Progress, read_run
from seqviz.models.fast.packed import STEADY
from seqviz.options import DecodeOptions


def asked(models: Path, **other: object) -> Asked:
    facts = {
        "file": "input.tsv",
        "model": str(models / "de-en" / "dot"),
        "name": "de-en/dot",
        "device": "cpu",
        "options": DecodeOptions(beam_size=2, max_length=8),
        "title": "mine.tsv",
    }
    return Asked(**(facts | other))  # type: ignore[arg-type] # of each its own


def test_what_was_asked_is_done_and_told(models: Path, tmp_path: Path) -> None:
    assert read_asked(tmp_path) is None and read_state(tmp_path) == State()
    wanted = asked(models)
    write_asked(wanted, tmp_path)
    assert read_asked(tmp_path) == wanted
    (tmp_path / "input.tsv").write_text("der hund\tthe dog\nkalt\n", "utf-8")
    STEADY.clear()
    assert main(tmp_path) == 0 and STEADY.is_set()
    assert read_run(tmp_path)["source"].tolist() == ["der hund", "kalt"]
    now = read_state(tmp_path)
    assert (now.total, now.error) == (2, None)
    assert read_run(tmp_path)["source_share"].isna().all()
    assert json.loads((tmp_path / "run.json").read_text())["options"]["beam_size"] == 2


def test_the_source_share_is_computed_where_it_is_asked_for(models: Path, tmp_path: Path) -> None:
    wanted = asked(models, model=str(models / "de-en" / "transformer"), contributions=True)
    write_asked(wanted, tmp_path)
    assert read_asked(tmp_path) == wanted
    (tmp_path / "input.tsv").write_text("der hund\n", "utf-8")
    assert main(tmp_path) == 0
    assert 0 < read_run(tmp_path)["source_share"].item() < 1


def test_why_it_ended_is_told_with_its_code(models: Path, tmp_path: Path) -> None:
    write_asked(asked(models), tmp_path)
    (tmp_path / "input.tsv").write_bytes(b"a\0b\n")
    assert main(tmp_path) == 1
    error = read_state(tmp_path).error
    assert error is not None and error.code == "line_binary" and "1" in str(error)
    (tmp_path / ASKED).write_text("{}")
    assert main(tmp_path) == 1


@pytest.mark.parametrize("text", ["", "[]", '{"error": ["no_such_code", {}]}', "{"])
def test_a_damaged_state_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / STATE).write_text(text)
    assert read_state(tmp_path) == State()


def test_it_ends_once_its_starter_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell = Teller(tmp_path)
    tell(Progress(3, 9, 3, 1.5))
    now = read_state(tmp_path)
    assert (now.done, now.total, now.rate, now.seconds_left) == (3, 9, 2.0, 3.0)
    monkeypatch.setattr(os, "getppid", lambda: 1)
    with pytest.raises(DecodingCancelled):
        tell(Progress(4, 9, 4, 2.0))
