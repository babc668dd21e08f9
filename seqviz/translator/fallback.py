"""A model on its device, and a copy of it for when memory or half precision do not suffice."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from seqviz.errors import InputError, SeqVizError, lacks_memory
from seqviz.models.base import Seq2SeqModel
from seqviz.trace.notices import HALF_PRECISION, OUT_OF_MEMORY

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
    return Found(value=_tried(lambda: load("cpu")), device="cpu", notices=(OUT_OF_MEMORY,))


class ModelOnDevice:
    """A loaded model; threads may share it.

    Attributes:
        model: the model.
        device: where it is: "cpu", "cuda" or "mps".
    """

    def __init__(
        self, model: Model, device: str, reload: Callable[[str], Model], *, exact: bool = True
    ) -> None:
        """Hold a model.

        Args:
            model: on its device.
            device: its name.
            reload: loads it once more, in float32, onto a device.
            exact: its numbers are float32; if not, results are watched.
        """
        self.model, self.device = model, device
        self._reload, self._exact, self._lock = reload, exact, threading.Lock()
        self._spares: dict[str, Model] = {}

    def run(
        self, work: Callable[[Model], Value], is_finite: Callable[[Value], bool] = lambda _: True
    ) -> Found[Value]:
        """Let the model work, or a copy of it in float32.

        The copy is on the CPU where the device runs out of memory; it is on the device, where that
        has room, if half precision does not do.

        Args:
            work: what is to be done.
            is_finite: whether what was found comes from numbers, none too large for half precision.

        Raises:
            InputError: ``out_of_memory``: so does the CPU.
        """
        try:
            value = _tried(lambda: work(self.model))
            if self._exact or is_finite(value):
                return Found(value=value, device=self.device)
            notice = HALF_PRECISION
        except SeqVizError as error:
            notice = self._cure(error)
        # Only here, where the error no longer holds what filled the device.
        return self._on_a_copy(work, "cpu" if notice == OUT_OF_MEMORY else self.device, notice)

    def _cure(self, error: SeqVizError) -> str:
        """What a copy would help against; raises the error where none would."""
        if error.code == "out_of_memory" and self.device != "cpu":
            return OUT_OF_MEMORY
        if error.code == "no_prediction" and not self._exact:
            return HALF_PRECISION
        raise error

    def _on_a_copy(self, work: Callable[[Model], Value], device: str, notice: str) -> Found[Value]:
        try:
            value = _tried(lambda: work(self._spare(device)))
            return Found(value=value, device=device, notices=(notice,))
        except InputError as error:
            if error.code != "out_of_memory" or device == "cpu":
                raise
        return self._on_a_copy(work, "cpu", notice)

    def _spare(self, device: str) -> Model:
        with self._lock:
            if device not in self._spares:
                self._spares[device] = self._reload(device)
            return self._spares[device]


def _tried(work: Callable[[], Value]) -> Value:
    try:
        return work()
    except (RuntimeError, MemoryError) as error:
        if lacks_memory(error):
            raise InputError("out_of_memory") from error
        raise
