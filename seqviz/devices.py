"""Where models compute: the devices of this machine, and how many threads a CPU lends."""

import torch

from seqviz.errors import InputError


def available_devices() -> tuple[str, ...]:
    """The devices of this machine, fastest first; "cpu" is always the last."""
    devices = []
    if torch.cuda.is_available():
        devices.append("cuda")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return (*devices, "cpu")


def use_threads(count: int) -> None:
    """Let the models of this process compute with that many CPU threads."""
    torch.set_num_threads(count)


def choose_device(name: str = "auto") -> str:
    """The device that a name stands for; "auto" is the fastest.

    Raises:
        InputError: this machine has no such device.
    """
    devices = available_devices()
    if name == "auto":
        return devices[0]
    if name not in devices:
        choices = ", ".join(("auto", *devices))
        raise InputError("device_unavailable", {"found": name, "choices": choices})
    return name
