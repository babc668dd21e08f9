"""What the engines that run on torch have in common: threads, and waiting for the device."""

import torch

from seqviz.bench.engine import AbsentError, Engine, Opening


class TorchEngine(Engine):
    """Takes the threads and the device that were asked for."""

    def __init__(self, opening: Opening) -> None:
        """Raise ``AbsentError`` where this torch has no such device."""
        torch.set_num_threads(opening.threads)
        if opening.device == "cuda" and not torch.cuda.is_available():
            raise AbsentError("torch sees no CUDA device")
        self._device = torch.device(opening.device)
        self._record = opening.record

    def wait(self) -> None:
        """Return when the device has done all that was asked."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
