"""A model on its device, and a copy on the CPU for when the device runs out of memory."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from seqviz.errors import InputError, lacks_memory
from seqviz.models.base import Seq2SeqModel

Model = Seq2SeqModel[Any, Any]
Value = TypeVar("Value")
Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True)
class Found(Generic[Value]):
    """What a model found, and where."""

    value: Value
    device: str
    notices: tuple[str, ...] = ()

    def of(self, part: Part) -> "Found[Part]":
        """A part of what was found, as found there."""
        return Found(value=part, device=self.device, notices=self.notices)


def load_somewhere(load: Callable[[str], Value], device: str) -> Found[Value]:
    """Load onto a device, or onto the CPU where the device has no room.

    Raises:
        InputError: ``out_of_memory``: the CPU has none either.
    """
    try:
        return Found(value=_tried(lambda: load(device)), device=device)
    except InputError as error:
        if error.code != "out_of_memory" or device == "cpu":
            raise
    return Found(value=_tried(lambda: load("cpu")), device="cpu", notices=("out_of_memory",))


class ModelOnDevice:
    """A loaded model; threads may share it.

    Attributes:
        model: the model.
        device: where it is: "cpu", "cuda" or "mps".
    """

    def __init__(self, model: Model, device: str, reload: Callable[[], Model]) -> None:
        """Hold a model; ``reload`` loads it once more, on the CPU."""
        self.model, self.device = model, device
        self._reload, self._lock = reload, threading.Lock()
        self._on_cpu: Model | None = None

    def run(self, work: Callable[[Model], Value]) -> Found[Value]:
        """Let the model work; where its device runs out of memory, the copy on the CPU does it.

        Raises:
            InputError: ``out_of_memory``: so does the CPU.
        """
        try:
            return Found(value=_tried(lambda: work(self.model)), device=self.device)
        except InputError as error:
            if error.code != "out_of_memory" or self.device == "cpu":
                raise
        # Only here, where the error no longer holds what filled the device.
        value = _tried(lambda: work(self._spare()))
        return Found(value=value, device="cpu", notices=("out_of_memory",))

    def _spare(self) -> Model:
        with self._lock:
            if self._on_cpu is None:
                self._on_cpu = self._reload()
            return self._on_cpu


def _tried(work: Callable[[], Value]) -> Value:
    try:
        return work()
    except (RuntimeError, MemoryError) as error:
        if lacks_memory(error):
            raise InputError("out_of_memory") from error
        raise
