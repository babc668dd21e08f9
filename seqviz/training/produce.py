"""The whole way from a config to a model's folder, which appears when it is whole.

Data, pieces, training, then the scores of the test set as ``seqviz evaluate`` finds them, the
record of the training and the model card. Knows nothing of how its progress is shown.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seqviz.errors import InputError, lacks_memory
from seqviz.files import held, writing
from seqviz.training.checkpoints import Checkpoints
from seqviz.training.events import Averaged, Event
from seqviz.training.finish import Finish, Trained
from seqviz.training.job import Job, Note, Tell
from seqviz.training.material import Prepared, has_run, prepare
from seqviz.training.run import Outcome, train

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
    _check(job)
    with writing(job.places.work):
        job.places.work.mkdir(parents=True, exist_ok=True)
    with held(job.places.work, wait=False), _memory():
        return _produced(job, tell)


def _produced(job: Job, tell: Tell) -> Product:
    settings, finished = job.config.settings, job.places.work / FINISHED_FILE
    _check_folder(job)
    tell(Note(f"{settings.name}: reading {settings.data.task or 'the data'}"))
    prepared = prepare(settings, job.places, fresh=job.fresh)
    if not prepared.apart:
        prepared.vocabularies.check(job.folder.parent)
    with writing(job.places.work):
        if job.fresh:
            Checkpoints(job.places.work, "").clear()
        finished.unlink(missing_ok=True)
    for note in prepared.text.notes:
        tell(Note(note))
    tell(Note(_summary(prepared)))
    trained = _trained(job, prepared, tell)
    with writing(job.folder):
        scores = Finish(job, prepared, trained).to_the_end(tell)
        finished.touch()
    return Product(folder=job.folder, scores=scores, outcome=trained.outcome)


def _trained(job: Job, prepared: Prepared, tell: Tell) -> Trained:
    averaged: list[Averaged] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Averaged):
            averaged.append(event)
        tell(event)

    outcome = train(
        job.config.settings,
        prepared.material,
        work=job.places.work,
        device=job.device,
        on_event=on_event,
    )
    return Trained(outcome=outcome, averaged=averaged[-1] if averaged else None)


def _check(job: Job) -> None:
    """Refuse what no machine can do, before any time is spent."""
    if job.device == "cpu" and job.config.settings.optimiser.precision == "float16":
        reason = "optimiser.precision is float16, which needs a GPU; take float32 or bfloat16"
        raise InputError("config_invalid", {"file": job.config.called, "reason": reason})


def _check_folder(job: Job) -> None:
    """Refuse to replace a model unasked; make sure that its folder can be written."""
    work = job.places.work
    with writing(job.places.out):
        going_on = has_run(work) and not (work / FINISHED_FILE).exists()
        if job.folder.exists() and not (job.fresh or going_on):
            raise InputError("output_exists", {"folder": job.folder})
        shutil.rmtree(job.stage, ignore_errors=True)
        job.stage.mkdir(parents=True)
        job.stage.rmdir()


def _summary(prepared: Prepared) -> str:
    material = prepared.material
    pieces = "those of the pair" if prepared.shared else "made from the training pairs"
    if prepared.apart:
        pieces = "of this model alone"
    told = f"{prepared.left_out:,} too long"
    if prepared.augmented:
        told = f"{sum(prepared.augmented.values()):,} of them made by [augment], {told}"
    if prepared.unspelt:
        told += f", {prepared.unspelt:,} with a target that the pieces cannot spell"
    return (
        f"{len(material.train):,} training pairs ({told}), "
        f"{len(prepared.text.dev):,} for development, {len(prepared.text.test):,} for the test; "
        f"{len(material.source):,} and {len(material.target):,} pieces, {pieces}"
    )


@contextmanager
def _memory() -> Iterator[None]:
    """Turn a lack of memory into one clear error, however the device puts it."""
    try:
        yield
    except (MemoryError, RuntimeError, InputError) as error:
        by_translator = isinstance(error, InputError) and error.code == "out_of_memory"
        if not (by_translator or lacks_memory(error)):
            raise
        raise InputError("training_memory") from error
