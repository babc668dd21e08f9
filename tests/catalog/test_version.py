"""A model's version: another one whenever one of its files is another."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from seqviz.catalog import model_folders
from seqviz.catalog.version import folder_version, models_version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "de-en" / "dot"
    made.mkdir(parents=True)
    (made.parent / "source.model").write_bytes(b"s")
    for name in ("settings.json", "model.safetensors"):
        (made / name).write_bytes(b"one")
    return made


def swap(file: Path) -> None:
    """As a careful copy does: whole, of the same size, with the same date."""
    found = file.stat()
    new = file.with_name("new")
    new.write_bytes(b"x" * found.st_size)
    os.utime(new, ns=(found.st_atime_ns, found.st_mtime_ns))
    new.replace(file)


CHANGES: dict[str, Callable[[Path], object]] = {
    "weights": lambda folder: swap(folder / "model.safetensors"),
    "settings": lambda folder: (folder / "settings.json").write_text("longer"),
    "tokenizer": lambda folder: os.utime(folder.parent / "source.model", (1, 1)),
    "more": lambda folder: (folder / "lengths.json").touch(),
    "less": lambda folder: (folder / "settings.json").unlink(),
    "gone": shutil.rmtree,
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_a_file_is_another_version(folder: Path, change: str) -> None:
    root = folder.parents[1]
    before, of_all = folder_version(folder), models_version(model_folders(root))
    assert folder_version(folder) == before
    (folder.parent / "notes.txt").touch()
    assert folder_version(folder) == before, "it is no file of the model"
    CHANGES[change](folder)
    assert folder_version(folder) != before
    assert models_version(model_folders(root)) != of_all


def test_what_cannot_be_looked_at_has_a_version_too(folder: Path) -> None:
    (folder / "lost").symlink_to(folder / "nowhere")
    assert folder_version(folder) != folder_version(folder / "none")
