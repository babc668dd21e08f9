"""What a client needs of models' folders: descriptions, records, how they read; no weights."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from seqviz.api.shelf import Translators
from seqviz.catalog import ModelEntry
from seqviz.catalog.entry import weights_digest
from seqviz.catalog.filenames import PIECES, SETTINGS, VOCABULARIES, matches
from seqviz.records.alignment import ALIGNMENT_FILE
from seqviz.records.beam_sizes import STUDY_FILE as BEAM_SIZES_FILE
from seqviz.records.lengths import STUDY_FILE as LENGTHS_FILE
from seqviz.records.training import FILE_NAME as TRAINING_FILE
from seqviz.server.kept import kept
from seqviz.trace.packed import packed

RECORDS = (
    *(TRAINING_FILE, BEAM_SIZES_FILE.name, LENGTHS_FILE.name, ALIGNMENT_FILE.name),
    "marks.json",  # of ``inspection.kept``
)
"""Beside the weights; what the page draws of how a model was trained and measured."""
MOST_RECORD_BYTES = 2**22
MOST_READING_BYTES = 2**26


def listing(translators: Translators) -> dict[str, Any]:
    """All models, without where they lie on this machine."""
    catalogue = translators.catalogue()
    return {
        "models": [_described(translators, entry) for entry in catalogue.entries],
        "broken": sorted(catalogue.broken),
    }


def _described(translators: Translators, entry: ModelEntry) -> dict[str, Any]:
    found, version = packed(entry), translators.version(entry.name)
    del found["folder"], found["remote"]
    return {**found, "version": version, "weights": _digest(entry.weights, version)}


@kept(most=64)
def _digest(weights: Path, _version: str) -> str:
    """Of the weights, by which records know what was measured; "" where it is not to be had."""
    try:
        return weights_digest(weights)
    except OSError:
        return ""


def loaded_model(translators: Translators, name: str) -> dict[str, Any]:
    """A model, which is loaded now, and the small files by which it reads and spells.

    Raises:
        ModelError: there is no such model, or it cannot be used.
    """
    loaded = translators.translator(name)
    patterns = ("settings.json", *PIECES, *SETTINGS, *VOCABULARIES)
    own = (file for file in loaded.entry.folder.iterdir() if matches(file.name, patterns))
    return {
        "model": _described(translators, loaded.entry),
        "facts": packed(loaded.facts),
        "device": loaded.device,
        "precision": loaded.precision,
        "files": {
            **dict(_read(own, "", MOST_READING_BYTES)),
            **dict(_read(loaded.entry.folder.parent.glob("*.model"), "../", MOST_READING_BYTES)),
        },
    }


def records(translators: Translators) -> dict[str, Any]:
    """The records beside the weights of all models, by name and file."""
    return {
        entry.name: dict(_read((entry.folder / name for name in RECORDS), "", MOST_RECORD_BYTES))
        for entry in translators.catalogue().entries
    }


def _read(files: Iterable[Path], before: str, most: int) -> Iterator[tuple[str, str]]:
    """Names, and contents in base64, of those that are there and not too large."""
    for file in sorted(files):
        try:
            if file.is_file() and file.stat().st_size <= most:
                yield before + file.name, base64.b64encode(file.read_bytes()).decode("ascii")
        except OSError:  # removed this moment
            continue
