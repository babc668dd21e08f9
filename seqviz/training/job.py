"""A training, how it is asked for, and what it tells on its way."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from seqviz.models.quantised import Storage
from seqviz.training.config import Config
from seqviz.training.events import Event
from seqviz.training.material import Places


@dataclass(frozen=True)
class Note:
    """Something worth a line in the log."""

    text: str


@dataclass(frozen=True)
class Scoring:
    """Sentences of the test set are translated."""

    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """A training, and how it is asked for."""

    config: Config
    places: Places
    device: str
    """"cpu", "cuda" or "mps"."""
    storage: Storage = "float16"
    fresh: bool = False
    """Forget an earlier run, and replace an earlier model."""

    @property
    def folder(self) -> Path:
        """PAIR/SYSTEM in the output folder."""
        return self.places.out / self.config.settings.name

    @property
    def stage(self) -> Path:
        """Where the model is made whole; a name that no catalogue lists."""
        return self.places.out / f".{self.config.settings.name.replace('/', '-')}.part"


STORAGES: tuple[Storage, ...] = get_args(Storage)
Tell = Callable[[Event | Note | Scoring], None]
