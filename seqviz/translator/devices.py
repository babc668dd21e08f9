"""Where models compute: the devices and threads of this machine, and what it is made of."""

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

from seqviz.errors import InputError
from seqviz.models.checkpoint import Weighted
from seqviz.models.fast.packed import STEADY
from seqviz.models.fast.packing import pack_linears
from seqviz.models.fast.products import has_bfloat16
from seqviz.models.rnn import Rnn
from seqviz.models.transformer import Transformer
from seqviz.options import Precision

THREADS_VARIABLE = "SEQVIZ_THREADS"
MAX_THREADS = 256

_PACKAGES = ("torch", "transformers", "ctranslate2", "numpy")
_DTYPES: dict[Precision, torch.dtype] = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}


def dtype_of(precision: Precision) -> torch.dtype:
    """The type of a model's numbers.

    Raises:
        InputError: there is no such precision.
    """
    if precision not in _DTYPES:
        facts = {"option": "precision", "found": precision, "choices": ", ".join(_DTYPES)}
        raise InputError("option_unknown", facts)
    return _DTYPES[precision]


def fits_in(model: Weighted, dtype: torch.dtype) -> bool:
    """Whether no number of a model is too large for a type."""
    most = torch.finfo(dtype).max
    wider = (n for n in model.state_dict().values() if torch.finfo(n.dtype).max > most)
    sizes = (number.abs() for number in wider)
    return not any(bool(((size > most) & size.isfinite()).any()) for size in sizes)


def take_precision(model: Any, device: str, precision: Precision) -> None:
    """Let a loaded model compute in that precision.

    On a CPU a model of ours takes bfloat16 for its products only; all else stays in float32.
    """
    ours = isinstance(model, Rnn | Transformer)
    if (
        precision == "bfloat16"
        and device == "cpu"
        and ours
        and pack_linears(model, as_bfloat16=True)
    ):
        return
    model.to(dtype_of(precision))


def lacks_bfloat16(device: str, precision: Precision) -> bool:
    """Whether bfloat16 is asked for on a CPU that has no such arithmetic."""
    return device == "cpu" and precision == "bfloat16" and not has_bfloat16()


def available_devices() -> tuple[str, ...]:
    """The devices of this machine, fastest first; "cpu" is always the last."""
    devices = []
    if torch.cuda.is_available():
        devices.append("cuda")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return (*devices, "cpu")


def use_threads(count: int | None) -> None:
    """Let the models of this process compute with that many CPU threads.

    None: as many as the environment variable SEQVIZ_THREADS says, else torch's own choice.

    Raises:
        InputError: the variable holds no such number.
    """
    asked = count if count is not None else threads_asked()
    if asked is not None:
        torch.set_num_threads(asked)


def compute_steadily() -> None:
    """Let models that are loaded from now on compute the same in every process, to the last bit.

    Else each process takes the ways to multiply that it measured to be the fastest. On the CPU, on
    machines of one kind, with as many threads.
    """
    STEADY.set()


def threads_asked() -> int | None:
    """What the environment variable SEQVIZ_THREADS says; None: it is not set.

    Raises:
        InputError: it holds no number between 1 and 256.
    """
    found = os.environ.get(THREADS_VARIABLE, "").strip()
    if not found:
        return None
    if not (found.isdecimal() and found.isascii() and 1 <= int(found) <= MAX_THREADS):
        facts = {"option": THREADS_VARIABLE, "found": found, "low": 1, "high": MAX_THREADS}
        raise InputError("option_out_of_range", facts)
    return int(found)


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


def describe_machine() -> dict[str, str | int]:
    """The processor, its cores, the system; no name of the machine, no date."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count() or 1,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def installed_versions() -> dict[str, str]:
    """Versions of what computes; those that are not installed are left out."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
