"""The model that a training goes on from: its weights, its pieces, and what is told of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import torch
from torch import Tensor

from seqviz.catalog import models_folder, resolve
from seqviz.errors import InputError
from seqviz.models.checkpoint import load_model
from seqviz.models.settings import ModelSettings
from seqviz.records.training import FILE_NAME, Start
from seqviz.records.training_file import read_record
from seqviz.training.settings import TrainSettings

FREE = ("dropout",)
"""Fields of a model in which a training may differ from what it goes on from."""
BEGINS_AS: Mapping[object, object] = {"general": "dot"}
"""Attention that may go on from another kind: h · W h' with the identity as W is h · h'."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A model to go on from."""

    weights: Mapping[str, Tensor]
    told: Start
    licence: str
    """Of the weights, as their settings state it."""
    pieces: Path
    """Folder of its pieces: that of the pair, or its own."""
    shared: bool
    """They are those of the pair."""


def find_start(settings: TrainSettings) -> Begun | None:
    """The model that a config names; None: it names none.

    Raises:
        ModelError: there is no such model, or it is broken.
        InputError: ``config_invalid``: it is of another kind or size than [model] says.
    """
    if not settings.start_from:
        return None
    entry = resolve(settings.start_from, models_folder(), fetch=False)
    model = load_model(entry.folder, packed=False)
    if difference := _difference(settings.model, model.settings):
        reason = f"start_from is {settings.start_from}, {difference}"
        raise InputError("config_invalid", {"file": settings.name, "reason": reason})
    digest = hashlib.sha256(entry.weights.read_bytes()).hexdigest()
    told = Start(model=settings.start_from, sha256=digest)
    if record := read_record(entry.folder / FILE_NAME):
        told = replace(
            told,
            metric=record.metric,
            seconds=record.seconds,
            losses=record.losses,
            dev=record.dev,
        )
    return Begun(
        weights=model.state_dict(),
        told=told,
        licence=entry.licence,
        pieces=entry.source_model.parent,
        shared=entry.source_model.parent == entry.folder.parent,
    )


def widened(weights: Mapping[str, Tensor], shapes: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Weights with a row for every piece that was added behind the old ones.

    A new row begins as that of one of the last old pieces, which are the rarest: as large as other
    rows, and different from the next. A matrix that was not there begins as the identity.

    Args:
        weights: of the model that is gone on from.
        shapes: weights of a model with all pieces.
    """
    return {name: _lengthened(weights.get(name), wanted) for name, wanted in shapes.items()}


def _lengthened(found: Tensor | None, wanted: Tensor) -> Tensor:
    if found is None:
        return torch.eye(*wanted.shape)
    more = len(wanted) - len(found) if found.dim() else 0
    return torch.cat((found, found[-more:])) if more else found


def _difference(wanted: ModelSettings, found: ModelSettings) -> str:
    """What stands in the way of going on, a clause; "": nothing."""
    if wanted.kind != found.kind:
        return f"whose kind is {found.kind}, not {wanted.kind}"
    free = (*FREE, "source_vocabulary", "target_vocabulary")
    for entry in fields(found):
        mine, theirs = (getattr(settings, entry.name) for settings in (wanted, found))
        if entry.name in free or (entry.name == "attention" and BEGINS_AS.get(mine) == theirs):
            continue
        if mine != theirs:
            return f"whose {entry.name} is {theirs}, not {mine}"
    return ""
