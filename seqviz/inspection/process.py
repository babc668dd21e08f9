"""A run in a process of its own: what it is asked for stands in its folder, and how far it is, too.

``python -m seqviz.inspection.process FOLDER`` goes on with a run until it is done, is killed, or
whoever started it is gone.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from seqviz.errors import DecodingCancelled, InputError, SeqVizError
from seqviz.files import write_whole
from seqviz.inspection.reading import Sentence, opened, sentences_in
from seqviz.inspection.rows import Examiner
from seqviz.inspection.run import Progress, inspect
from seqviz.options import DecodeOptions
from seqviz.trace.file_options import options_from, recorded
from seqviz.translator import load
from seqviz.translator.devices import compute_steadily

ASKED, STATE = "asked.json", "state.json"
TELL_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a run is to be of."""

    file: str
    """The test set, in the run's folder."""
    model: str
    """Its folder, or its name at the address of its backend."""
    name: str
    """The model's, as people call it."""
    device: str
    options: DecodeOptions
    title: str
    """The name of the file that somebody brought."""
    contributions: bool = False
    """Compute the source share, too."""


@dataclass(frozen=True, kw_only=True)
class State:
    """How far a run is, as it said last."""

    done: int = 0
    total: int = 0
    rate: float = 0.0
    """Sentences a second."""
    seconds_left: float | None = None
    error: SeqVizError | None = None
    """Why it ended; None: it did not, or well."""


def write_asked(asked: Asked, folder: Path) -> None:
    """Put down what a run is to be of.

    Raises:
        InputError: ``file_unwritable``.
    """
    told = {**vars(asked), "options": recorded(asked.options)}
    write_whole(folder / ASKED, json.dumps(told).encode())


def read_asked(folder: Path) -> Asked | None:
    """What a run is of; None: it was not started from here, or that cannot be read."""
    try:
        told = json.loads((folder / ASKED).read_text("utf-8"))
        return Asked(**{**told, "options": options_from(told["options"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def read_state(folder: Path) -> State:
    """How far a run is; it may not have begun."""
    try:
        told = json.loads((folder / STATE).read_text("utf-8"))
        error = told.pop("error", None)
        return State(**told, error=None if error is None else InputError(*error))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return State()


def main(folder: Path) -> int:
    """Go on with the run of a folder.

    Returns:
        0: it is done; 1: it ended before, and ``STATE`` says why.
    """
    asked = read_asked(folder)
    if asked is None:
        return 1
    compute_steadily()
    try:
        translator = load(asked.model, device=asked.device)
        examiner = Examiner.of(translator, asked.options, contributions=asked.contributions)
        read = partial(_sentences, folder / asked.file)
        inspect(examiner, read, folder, on_progress=Teller(folder))
    except DecodingCancelled:
        return 1
    except SeqVizError as error:
        _write(folder, {"error": [error.code, {key: str(one) for key, one in error.facts.items()}]})
        return 1
    return 0


def _sentences(file: Path) -> Iterator[Sentence]:
    with opened(file) as stream:
        yield from sentences_in(stream, file.name)


class Teller:
    """Writes down how far the run is, some times a second, while its starter is there."""

    def __init__(self, folder: Path) -> None:
        """Nothing is told yet."""
        self._folder, self._starter, self._told = folder, os.getppid(), 0.0

    def __call__(self, now: Progress) -> None:
        """Write it down, if it is time.

        Raises:
            DecodingCancelled: its starter is gone.
        """
        if os.getppid() != self._starter:
            raise DecodingCancelled
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        self._told = time.monotonic()
        told = {"done": now.done, "total": now.total, "rate": now.rate}
        _write(self._folder, {**told, "seconds_left": now.seconds_left})


def _write(folder: Path, told: dict[str, Any]) -> None:
    with suppress(InputError):  # nobody waits for it
        write_whole(folder / STATE, json.dumps(told).encode())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
