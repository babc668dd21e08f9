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
from seqviz.catalog.mirror import is_address
from seqviz.errors import InputError
from seqviz.inspection.expression import Kind, columns_of
from seqviz.inspection.features import FEATURES, Group
from seqviz.inspection.kept import known_here
from seqviz.inspection.process import read_asked
from seqviz.inspection.reading import Third, third_column
from seqviz.inspection.reading import opened as open_text
from seqviz.inspection.rules import Known, family_of, known_of
from seqviz.inspection.run import TABLE, read_run
from seqviz.options import DecodeOptions
from seqviz.server.inspections import NAME
from seqviz.server.kept import kept
from seqviz.trace.file_options import options_from
from seqviz.views.inspect.listed import present
from seqviz.views.session import cache
from seqviz.views.session.access import is_public
from seqviz.views.session.inspections import inspections

LISTS = ("source_pieces", "pieces", "log_probs", "contrast")
"""Columns of which each sentence has many."""
TOLD = "run.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """A finished inspection."""

    name: str
    """In the link: on the server, or the folder."""
    folder: Path
    title: str
    """The name of the file that was inspected, or of the folder."""
    model: str
    own: str
    """The folder of a model that is none of those here; empty: nobody knows one."""
    weights: str
    """The fingerprint of those of the model; empty: nobody knows it."""
    options: DecodeOptions
    frame: pd.DataFrame
    """One row a sentence; nobody changes it."""
    changed: int
    """When its file was written, nanoseconds."""
    third: Third
    """What a third column of the test set was taken for, where the page asked for the run."""

    @property
    def languages(self) -> tuple[str, str]:
        """Codes of source and target, as far as the model's name tells them."""
        source, _, target = self.model.partition("/")[0].partition("-")
        return source, target

    @cached_property
    def columns(self) -> Mapping[str, Kind]:
        """What a filter may name."""
        return columns_of(self.frame)

    @cached_property
    def _features(self) -> tuple[str, ...]:
        return present(self.frame)

    def features(self, *groups: Group) -> list[str]:
        """Those of which it has something, in order; without groups of all."""
        found = self._features
        return [name for name in found if not groups or FEATURES[name].group in groups]

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
        """Its texts, features and lists."""
        return self.run.frame.iloc[self.place]

    @property
    def number(self) -> int:
        """It goes by it."""
        return int(self.row["number"])

    def text(self, name: str) -> str:
        """A text; empty where it has none of that name."""
        found = self.row.get(name)
        return found.strip() if isinstance(found, str) else ""

    def list(self, name: str) -> tuple[Any, ...]:
        """One of ``LISTS``; empty where it has none."""
        found = self.row.get(name)
        return () if found is None or isinstance(found, float) else tuple(found)


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
        InputError: there is none of that name, or what lies there is none.
        ModelError: as ``known``.
    """
    folder = folder_of(name)
    try:
        changed = (folder / TABLE).stat().st_mtime_ns
    except (OSError, ValueError):
        if re.fullmatch(NAME, name) and read_asked(folder) is not None:
            return None
        raise InputError("no_inspection", {"folder": name}) from None
    run = _opened(name, folder, changed)
    known(run)  # so that a broken record is told here
    return run


@kept(most=4)
def _opened(name: str, folder: Path, changed: int) -> Run:
    asked, told = read_asked(folder), _told(folder)
    own = "" if asked is None or is_public() or is_address(asked.model) else asked.model
    return Run(
        name=name,
        folder=folder,
        title=folder.name if asked is None else asked.title,
        model=str(told["model"]) if told else "" if asked is None else asked.name,
        own=own,
        weights=str(told.get("weights", "")),
        options=_options(told) or (DecodeOptions() if asked is None else asked.options),
        frame=read_run(folder / TABLE),
        changed=changed,
        third=third_of(folder),
    )


def third_of(folder: Path) -> Third:
    """What a third column of a run's test set was taken for; "" where that is not known."""
    asked = read_asked(folder)
    if asked is None or asked.file == TABLE:
        return ""
    try:
        with open_text(folder / asked.file) as stream:
            return third_column(stream, asked.title)
    except InputError:
        return ""


def _told(folder: Path) -> Mapping[str, Any]:
    """What ``run.json`` says; nothing where there is none."""
    try:
        told = json.loads((folder / TOLD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) and "model" in told else {}


def _options(told: Mapping[str, Any]) -> DecodeOptions | None:
    try:
        return options_from(told["options"])
    except (KeyError, TypeError, ValueError):
        return None


def entry_of(run: Run) -> ModelEntry | None:
    """The model that made a run, if it is among those here."""
    return next((one for one in cache.models().entries if one.name == run.model), None)


def own_folder(run: Run) -> str:
    """The folder of the model that made a run, if it is none of those here; empty: it is gone."""
    return run.own if run.own and Path(run.own).is_dir() and entry_of(run) is None else ""


def folder_of_model(run: Run) -> Path | None:
    """Where the model lies that made a run; None: it is not here."""
    entry, own = entry_of(run), own_folder(run)
    return entry.folder if entry is not None else Path(own) if own else None


def known(run: Run) -> Known:
    """What was measured of its model, or of its family; where that is gone, of Transformers.

    Raises:
        ModelError: ``file_corrupt``: the record in the model's folder cannot be read.
    """
    entry, own = entry_of(run), own_folder(run)
    if entry is not None:
        family = family_of(entry.kind, entry.family)
        return known_here(entry.folder, family, weights=run.weights)
    return known_here(Path(own), "foreign", weights=run.weights) if own else known_of("transformer")
