"""The work folder of a run: its last state, and the weights that may become the result.

Every file is written beside its place, flushed to the disk and then renamed, so that a run killed
at any moment leaves either the file before or the new one.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from seqviz.errors import InputError
from seqviz.files import PART, whole, writing

STATE_FILE = "state.pt"
WEIGHTS_FOLDER = "weights"

Weights = dict[str, Tensor]


class Checkpoints:
    """What a run has on the disk."""

    def __init__(self, folder: Path, key: str) -> None:
        """Use a folder, made where it is missing.

        Args:
            folder: of this run alone.
            key: of settings and data; a state with another key is refused.

        Raises:
            InputError: ``file_unwritable``.
        """
        self.folder = folder
        self._key = key
        with writing(folder):
            (folder / WEIGHTS_FOLDER).mkdir(parents=True, exist_ok=True)

    def read(self) -> dict[str, Any] | None:
        """The last state; None: there is none.

        Raises:
            InputError: ``checkpoint_other``: it belongs to other settings or data;
                ``checkpoint_corrupt``.
        """
        file = self.folder / STATE_FILE
        if not file.exists():
            return None
        found = _read(file)
        if found.get("key") != self._key:
            raise InputError("checkpoint_other", {"folder": self.folder})
        state: dict[str, Any] = found["state"]
        return state

    def write(self, state: Mapping[str, Any]) -> None:
        """Replace the last state.

        Raises:
            InputError: ``file_unwritable``; the state before is still there.
        """
        _write({"key": self._key, "state": state}, self.folder / STATE_FILE)

    def read_weights(self, step: int) -> Weights:
        """The weights after that step, on the CPU.

        Raises:
            InputError: ``checkpoint_corrupt``.
        """
        return _read(self._weights_file(step))

    def write_weights(self, step: int, weights: Mapping[str, Tensor]) -> None:
        """Keep the weights after a step.

        Raises:
            InputError: ``file_unwritable``.
        """
        _write(
            {name: tensor.detach().cpu() for name, tensor in weights.items()},
            self._weights_file(step),
        )

    def keep_only(self, steps: Collection[int]) -> None:
        """Remove the weights of all other steps, and what killed runs left half-written."""
        kept = {self._weights_file(step) for step in steps}
        for file in (self.folder / WEIGHTS_FOLDER).iterdir():
            if file not in kept:
                file.unlink(missing_ok=True)
        for part in self.folder.glob(f"{STATE_FILE}*{PART}"):
            part.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget the run."""
        (self.folder / STATE_FILE).unlink(missing_ok=True)
        self.keep_only(())

    def _weights_file(self, step: int) -> Path:
        return self.folder / WEIGHTS_FOLDER / f"{step}.pt"


def mean_weights(found: Collection[Weights]) -> Weights:
    """The mean of several checkpoints (Vaswani et al. 2017, section 6.1), in float32."""
    names = next(iter(found))
    return {
        name: torch.stack([weights[name].double() for weights in found]).mean(0).float()
        for name in names
    }


def mixed(start: Mapping[str, Tensor], end: Weights, share: float) -> Weights:
    """A share of one and the rest of another, in float32; what only the other has is its own."""
    both = {name: _mixed(start[name], end[name], share) for name in start}
    return {name: both.get(name, end[name]) for name in end}


def _mixed(start: Tensor, end: Tensor, share: float) -> Tensor:
    if not end.dim():
        return (share * start.double() + (1 - share) * end.double()).float()
    mixture = end.double()
    mixture[: len(start)] = share * start.double() + (1 - share) * mixture[: len(start)]
    return mixture.float()


def _write(content: object, file: Path) -> None:
    with whole(file) as part, part.open("wb") as stream:
        torch.save(content, stream)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = torch.load(file, map_location="cpu", weights_only=True)
        if not isinstance(found, dict):
            raise ValueError("it is no checkpoint")
    except Exception as error:  # torch raises whatever its reader of pickles meets
        raise InputError("checkpoint_corrupt", {"file": file}) from error
    return found
