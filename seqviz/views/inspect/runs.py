"""The test set that is open: its table, what it was made with, and the model for its searches."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from seqviz.catalog import ModelEntry
from seqviz.errors import InputError
from seqviz.files import is_file
from seqviz.inspection.features import SCHEMA
from seqviz.options import DecodeOptions
from seqviz.server.inspections import NAME
from seqviz.server.kept import kept
from seqviz.views.session import cache, state
from seqviz.views.session.access import is_public
from seqviz.views.session.inspections import inspections

TABLE = "sentences.parquet"
LISTS = ("source_pieces", "pieces", "log_probs", "contrast")
"""Columns of which one sentence at a time is read."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """A finished inspection."""

    name: str
    """In the link: on the server, or the folder."""
    folder: Path
    title: str
    """The name of the file that was inspected."""
    model: str
    fingerprint: str
    options: DecodeOptions
    frame: pd.DataFrame
    """One row a sentence, without ``LISTS``; nobody changes it."""

    @property
    def languages(self) -> tuple[str, str]:
        """Codes of source and target, as far as the model's name tells them."""
        source, _, target = self.model.partition("/")[0].partition("-")
        return source, target

    def sentence(self, which: int) -> "Sentence | None":
        """A sentence by its number; None: there is none."""
        (places,) = np.nonzero(self.frame["number"].to_numpy() == which)
        return Sentence(run=self, place=int(places[0])) if places.size else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Sentence:
    """One sentence of a run."""

    run: Run
    place: int
    """Of its row in the table, from 0."""

    @cached_property
    def row(self) -> "pd.Series[Any]":
        """Its texts and features."""
        return self.run.frame.iloc[self.place]

    @property
    def number(self) -> int:
        """It goes by it."""
        return int(self.row["number"])

    @cached_property
    def lists(self) -> Mapping[str, Any]:
        """Its pieces, and their log-probabilities."""
        wanted = [("number", "==", self.number)]
        found = pd.read_parquet(self.run.folder / TABLE, columns=list(LISTS), filters=wanted)
        return {name: tuple(found[name].iloc[0]) for name in LISTS}


def text_of(row: "pd.Series[Any]", name: str) -> str:
    """A text of a sentence; empty where it has none of that name."""
    found = row.get(name)
    return found.strip() if isinstance(found, str) else ""


def folder_of(name: str) -> Path:
    """Where a run lies that a link names: on the server, or, at home, in any folder."""
    if re.fullmatch(NAME, name):
        return inspections().folder / name
    if is_public() or name[:2] in ("//", "\\\\"):  # Windows would ask a stranger's server
        raise InputError("no_inspection", {"folder": name})
    return Path(name).expanduser()


def opened(name: str) -> Run | None:
    """A run; None while it is not finished.

    Raises:
        InputError: there is none of that name.
        ModelError: what lies there is no run.
    """
    folder = folder_of(name)
    try:
        changed = (folder / TABLE).stat().st_mtime_ns
    except OSError:
        if not is_file(folder / "run.json"):
            raise InputError("no_inspection", {"folder": name}) from None
        return None
    return _opened(name, folder, changed)


@kept(most=4)
def _opened(name: str, folder: Path, changed: int) -> Run:
    columns = [column for column in SCHEMA.names if column not in LISTS]
    frame = pd.read_parquet(folder / TABLE, columns=columns)
    facts = json.loads((folder / "run.json").read_text("utf-8"))
    return Run(
        name=name,
        folder=folder,
        title=facts["file"],
        model=facts["model"],
        fingerprint=facts["fingerprint"],
        options=DecodeOptions(**facts["options"]),
        frame=frame,
    )


def present() -> Run | None:
    """The run that the link names, if it is finished; for callbacks, which raise nothing."""
    return opened(state.text("run")) if state.text("run") else None


def entry_of(run: Run) -> ModelEntry | None:
    """The model that made a run, if it is among those here."""
    return next((one for one in cache.models().entries if one.name == run.model), None)
