"""What the engines that run on torch have in common: threads, and waiting for the device."""

import torch

from seqviz.bench.protocol import AbsentError, Opening


def prepare_torch(opening: Opening) -> torch.device:
    """Take the threads and the device that were asked for.

    Raises:
        AbsentError: this torch has no such device.
    """
    torch.set_num_threads(opening.threads)
    if opening.device == "cuda" and not torch.cuda.is_available():
        raise AbsentError("torch sees no CUDA device")
    return torch.device(opening.device)


def wait_for(device: torch.device) -> None:
    """Return when the device has done all that was asked."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
