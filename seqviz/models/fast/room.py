"""Room for weights that a CPU reads from front to back, in large pages where the system has them.

Skip this to understand the model. A CPU reads ahead of a loop within a page of memory only, and
looks up anew where the next one lies; with pages of 2 MiB instead of 4 KiB, weights come half as
fast again. They lie side by side, for most are smaller than such a page. Knows no models.
"""

import mmap
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from math import prod

import torch
from torch import Tensor

PAGE, _SLAB = 2**21, 2**23
"""Bytes: of a large page, and of what is taken from the system at once."""


class Slab:
    """Some large pages, handed out from front to back."""

    def __init__(self, size: int) -> None:
        """Take so many bytes from the system."""
        self._numbers = _mapped(size)
        self._taken: list[tuple[weakref.ref[Tensor], int]] = []
        """What was handed out, and where it ends; the last is still in use."""

    def take(self, shape: Sequence[int]) -> Tensor | None:
        """Room for so many float32 numbers, behind all that is in use; None: there is none."""
        while self._taken and self._taken[-1][0]() is None:
            self._taken.pop()
        start = self._taken[-1][1] if self._taken else 0
        end = start + prod(shape)
        if end > len(self._numbers):
            return None
        found = self._numbers[start:end].view(*shape)
        self._taken.append((weakref.ref(found), end))
        return found


_one_at_a_time = threading.Lock()
_last: list[Slab] = []
"""The one that is handed out at the moment, if any; the others live as long as what lies there."""


def settled(values: Tensor) -> Tensor:
    """A contiguous copy of float32 numbers on the CPU.

    It is itself to be kept: a view of it does not keep its place from being given away.
    """
    with _one_at_a_time:
        found = _last[0].take(values.shape) if _last else None
        if found is None:
            slab = Slab(max(_SLAB, -(-values.nbytes // PAGE) * PAGE))
            found = slab.take(values.shape)
            _last[:] = [slab]
    assert found is not None
    return found.copy_(values)


def _mapped(size: int) -> Tensor:
    """Numbers that begin with a page; what is not written costs no memory."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):  # another system than Linux
        return torch.empty(size // 4)
    memory = mmap.mmap(-1, size + PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    numbers = torch.frombuffer(memory, dtype=torch.float32)  # keeps it
    first = -numbers.data_ptr() % PAGE
    with suppress(OSError):  # this kernel has none
        memory.madvise(mmap.MADV_HUGEPAGE, first, size)
    return numbers[first // 4 : (first + size) // 4]
