"""The whole way from a config to a model's folder, which appears when it is whole.

Data, pieces, training, then the scores of the test set as ``seqviz evaluate`` finds them, the
record of the training and the model card. Knows nothing of how its progress is shown.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from seqviz.errors import InputError
from seqviz.training.checkpoints import Checkpoints
from seqviz.training.events import Averaged, Event
from seqviz.training.finish import Finish, Trained
from seqviz.training.job import Job, Note, Tell
from seqviz.training.material import PIECES_FOLDER, Prepared, has_run, prepare
from seqviz.training.run import Outcome, train
from seqviz.training.vocabulary import SOURCE_FILE, TARGET_FILE

FINISHED_FILE = "finished"
"""In the work folder, once its model is in its place."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """A model in its folder."""

    folder: Path
    scores: Mapping[str, object]
    """Of the test set; empty: there is none."""
    outcome: Outcome


def produce(job: Job, tell: Tell) -> Product:
    """Train a model, or go on with it, and put it in its place.

    Args:
        job: what to train, and where.
        tell: called with whatever happens; what it raises ends the work, which can be resumed.

    Raises:
        InputError: data, folders or an earlier run cannot be used, or the training failed.
        ModelError: the pieces that are there cannot be used.
    """
    settings = job.config.settings
    with _writable(job.places.work):
        _begin(job)
        tell(Note(f"{settings.name}: reading {settings.data.task or 'the data'}"))
        prepared = prepare(settings, job.places, fresh=job.fresh)
        shared = _check_pieces(job, prepared)
        if job.fresh:
            Checkpoints(job.places.work, "").clear()
    tell(Note(_summary(prepared, shared)))
    trained = _trained(job, prepared, tell)
    with _writable(job.folder):
        scores = Finish(job, prepared, trained, shared=shared).to_the_end(tell)
        (job.places.work / FINISHED_FILE).touch()
    return Product(folder=job.folder, scores=scores, outcome=trained.outcome)


def _trained(job: Job, prepared: Prepared, tell: Tell) -> Trained:
    averaged: list[Averaged] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Averaged):
            averaged.append(event)
        tell(event)

    try:
        outcome = train(
            job.config.settings,
            prepared.material,
            work=job.places.work,
            device=job.device,
            on_event=on_event,
        )
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise InputError("training_memory") from error
    return Trained(outcome=outcome, averaged=averaged[-1] if averaged else None)


def _begin(job: Job) -> None:
    """Refuse to replace a model unasked; make sure that both folders can be written."""
    work = job.places.work
    going_on = has_run(work) and not (work / FINISHED_FILE).exists()
    if job.folder.exists() and not (job.fresh or going_on):
        raise InputError("output_exists", {"folder": job.folder})
    work.mkdir(parents=True, exist_ok=True)
    (work / FINISHED_FILE).unlink(missing_ok=True)
    shutil.rmtree(job.stage, ignore_errors=True)
    job.stage.mkdir(parents=True)
    job.stage.rmdir()


def _check_pieces(job: Job, prepared: Prepared) -> bool:
    """Whether the pair has pieces already.

    Raises:
        InputError: they are others than those of the run.
    """
    folder, made = job.folder.parent, prepared.vocabularies
    files = {SOURCE_FILE: made.source, TARGET_FILE: made.target}
    there = {folder / name: content for name, content in files.items() if (folder / name).exists()}
    for file, content in there.items():
        if file.read_bytes() != content:
            reason = "it holds other pieces than this run; name another folder with --out"
            raise InputError("file_unwritable", {"file": file, "reason": reason})
    return bool(there) or made.reused not in (None, job.places.work / PIECES_FOLDER)


def _summary(prepared: Prepared, shared: bool) -> str:
    material = prepared.material
    pieces = "those of the pair" if shared else "made from the training pairs"
    return (
        f"{len(material.train):,} training pairs ({prepared.left_out:,} too long), "
        f"{len(prepared.text.dev):,} for development, {len(prepared.text.test):,} for the test; "
        f"{len(material.source):,} and {len(material.target):,} pieces, {pieces}"
    )


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one clear error."""
    try:
        yield
    except OSError as error:
        facts = {"file": error.filename or folder, "reason": error.strerror or str(error)}
        raise InputError("file_unwritable", facts) from error
