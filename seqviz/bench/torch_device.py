"""The device and the threads of the engines that run on torch."""

import torch

from seqviz.bench.engine import AbsentError, Opening


def torch_device(opening: Opening) -> torch.device:
    """Take the threads that were asked for; ``AbsentError``: this torch has no such device."""
    torch.set_num_threads(opening.threads)
    if opening.device == "cuda" and not torch.cuda.is_available():
        raise AbsentError("torch sees no CUDA device")
    return torch.device(opening.device)
