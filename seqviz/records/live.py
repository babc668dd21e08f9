"""A small model that learns while one watches: what is asked for, and how far it is.

The page and the process that trains exchange these records as files of one folder. Knows neither.
"""

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, TypeVar

from seqviz.files import write_whole
from seqviz.kinds import LEARNT_LIVE
from seqviz.records.file import Reader

Phase = Literal["training", "stopped", "finished"]
Reason = Literal["", "steps", "time", "diverged"]
Record = TypeVar("Record", "LiveJob", "LiveState")

TASKS = ("date-iso", "number-words", "word-reversed")
"""What can be learnt; each is the name of a synthetic task."""

JOB_FILE, STATE_FILE = "job.json", "state.json"
EXAMPLE_FILE, TYPED_FILE = "example.json", "typed.json"
"""Traces of the example and of what the visitor typed, by the newest weights."""

MOST_TYPED = 100
"""Characters of what a visitor may try."""
MOST_BYTES = 2_000_000
"""Of a file that is read."""


@dataclass(frozen=True, kw_only=True)
class LiveJob:
    """What a process is to train, and where it has to end.

    Raises:
        ValueError: there is no such task or system, or a bound is not above 0.
    """

    task: str
    system: str
    seed: int = 1
    pairs: int = 20_000
    """To train on."""
    dev: int = 100
    """Other pairs, whose exact match is measured."""
    train_seconds: float = 180.0
    """Of training; pauses do not count."""
    idle_seconds: float = 120.0
    """The process ends after so long without training and without anything typed."""
    life_seconds: float = 600.0
    """The process ends after so long, whatever it does."""
    beat_seconds: float = 15.0
    """The process ends after so long without a word from the page."""
    memory_bytes: int = 2 * 2**30
    """Of address space, beyond what it takes to load torch and the pairs."""

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        if self.task not in TASKS or self.system not in LEARNT_LIVE:
            raise ValueError(f"nothing to train: {self.task!r:.40}, {self.system!r:.40}")
        for entry in fields(self)[3:]:
            value = getattr(self, entry.name)
            if type(value) not in (int, float) or not math.isfinite(value) or value <= 0:
                raise ValueError(f"'{entry.name}' is {value!r:.40}")


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """One value, measured after so many updates."""

    step: int
    value: float


@dataclass(frozen=True, kw_only=True)
class LiveCase:
    """A pair that is not trained on, and what the newest weights make of it."""

    source: str
    reference: str
    translation: str

    @property
    def matches(self) -> bool:
        """Whether the translation is right, character by character."""
        return self.translation == self.reference


@dataclass(frozen=True, kw_only=True)
class LiveState:
    """How far a model has learnt."""

    phase: Phase
    reason: Reason = ""
    """Why it is finished: all steps done, no time left, or a loss that is no number."""
    step: int
    """Updates done."""
    steps: int
    """Updates planned."""
    epoch: float
    """How often the pairs have been seen."""
    seconds: float
    """Of training, measurements included."""
    seconds_left: float
    """At most."""
    pairs_per_second: float
    parameters: int
    losses: tuple[CurvePoint, ...]
    """Training loss, nats a token, each a mean since the point before."""
    scores: tuple[CurvePoint, ...]
    """Exact match on the pairs that are not trained on, 0 to 100."""
    cases: tuple[LiveCase, ...]
    """Some of those pairs, others at each measurement."""
    reference: str
    """Of the example."""
    typed: str
    """What was typed last, as far as the process has read it."""


def write_json(path: Path, record: LiveJob | LiveState) -> None:
    """Replace a file by a record, whole or not at all.

    Raises:
        InputError: ``file_unwritable``.
    """
    write_whole(path, json.dumps(asdict(record)).encode("ascii"))


def read_job(folder: Path) -> LiveJob:
    """The job in a folder.

    Raises:
        OSError: there is none.
        ValueError: it is none.
    """
    return _read(folder / JOB_FILE, LiveJob)


def read_state(folder: Path) -> LiveState | None:
    """The state in a folder; None: nothing has been written yet, or all is removed.

    Raises:
        ValueError: the file holds something else.
    """
    try:
        return _read(folder / STATE_FILE, LiveState)
    except OSError:
        return None


def _read(path: Path, kind: type[Record]) -> Record:
    with path.open("rb") as file:
        return Reader(any_text=True).record(kind, json.loads(file.read(MOST_BYTES)))
