"""The files of both studies: written whole, read again, refused where they are something else."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seqviz.errors import InputError, ModelError
from seqviz.records import beam_sizes, lengths
from seqviz.records.file import RecordFile
from tests.records import test_beam_sizes, test_lengths

STUDIES: dict[str, tuple[RecordFile[Any], Any, dict[str, Any]]] = {
    "beam sizes": (beam_sizes.STUDY_FILE, test_beam_sizes.study(), test_beam_sizes.raw()),
    "lengths": (lengths.STUDY_FILE, test_lengths.study(), test_lengths.raw()),
}
"""How it lies in a file, a study, and what its file should hold."""
pytestmark = pytest.mark.parametrize(("stored", "study", "raw"), STUDIES.values(), ids=STUDIES)


def test_a_record_survives_its_file_which_is_small(
    stored: RecordFile[Any], study: Any, raw: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / stored.name
    stored.write(study, path)
    assert stored.read(path) == study
    assert json.loads(path.read_bytes()) == raw
    assert path.stat().st_size < stored.max_bytes / 2
    changed = replace(study, seed=2)
    stored.write(changed, path)
    assert stored.read(path) == changed
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_no_error(
    stored: RecordFile[Any], study: Any, raw: dict[str, Any], tmp_path: Path
) -> None:
    assert stored.read(tmp_path / "none.json") is None


def test_a_folder_is_neither_read_nor_replaced(
    stored: RecordFile[Any], study: Any, raw: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as unreadable:
        stored.read(tmp_path)
    assert unreadable.value.code == "file_corrupt"
    with pytest.raises(InputError) as unwritable:
        stored.write(study, tmp_path)
    assert unwritable.value.code == "file_unwritable"
    assert list(tmp_path.parent.glob(".*.part")) == []


def test_what_is_no_record_is_refused(
    stored: RecordFile[Any], study: Any, raw: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / stored.name
    for content in (b"", b"\xff", b"[1]", b"[" * 9000, b" " * 30_000, b"null"):
        path.write_bytes(content)
        with pytest.raises(ModelError):
            stored.read(path)


def test_the_undamaged_record_is_read(
    stored: RecordFile[Any], study: Any, raw: dict[str, Any], tmp_path: Path
) -> None:
    """Otherwise any damage that the studies' own tests do would be refused."""
    path = tmp_path / stored.name
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert stored.read(path) == study
