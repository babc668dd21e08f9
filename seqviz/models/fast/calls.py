"""Compiled functions called one after another in one call, from a list that is made beforehand.

Skip this to understand the model. A call from Python costs more than many a function does. What
changes from time to time is put in its place in the list. Knows no models.
"""

import ctypes
from collections.abc import Callable, Sequence
from functools import cache

from torch import Tensor

from seqviz.models.fast.machine import NAME, function

_SIZE = 14
"""Of an entry: a function's address, and its arguments."""


class Calls:
    """A list of calls; addresses and counts are told as numbers."""

    def __init__(self, run: Callable[..., None]) -> None:
        """An empty list; ``run`` is ``runner()``."""
        self._run = run
        self._entries: list[int] = []
        self._held: list[Tensor] = []
        self._places: dict[str, list[int]] = {}
        self._numbers: ctypes.Array[ctypes.c_int64] | None = None

    def add(self, called: Callable[..., None], *arguments: Tensor | int | str) -> None:
        """One more call.

        Args:
            called: a function of ``machine.function``.
            arguments: where a tensor begins, which is kept meanwhile; a number; or the name of
                one that ``run`` is told.
        """
        address = ctypes.cast(called, ctypes.c_void_p).value  # type: ignore[arg-type]  # it is one
        assert address is not None and len(arguments) < _SIZE
        entry = [address]
        for argument in arguments:
            if isinstance(argument, str):
                place = len(self._entries) + len(entry)
                self._places.setdefault(argument, []).append(place)
                entry.append(0)
            elif isinstance(argument, Tensor):
                self._held.append(argument)
                entry.append(argument.data_ptr())
            else:
                entry.append(argument)
        self._entries += entry + [0] * (_SIZE - len(entry))

    def run(self, told: Sequence[tuple[str, int]]) -> None:
        """Call all of them, given the numbers that have names."""
        if self._numbers is None:
            self._numbers = (ctypes.c_int64 * len(self._entries))(*self._entries)
        numbers, places = self._numbers, self._places
        for name, number in told:
            for place in places[name]:
                numbers[place] = number
        self._run(numbers, len(numbers) // _SIZE)


def runner() -> Callable[..., None] | None:
    """Makes the calls of a list; None where nothing can be compiled."""
    return function(_assembly(), (1, 1))


@cache
def _assembly() -> str:
    numbers = range(1, _SIZE)
    loads = "\n".join(
        f"%at{each} = getelementptr i64, ptr %entry.at, i64 {each}\n"
        f"%a{each} = load i64, ptr %at{each}"
        for each in numbers
    )
    arguments = ", ".join(f"i64 %a{each}" for each in numbers)
    return f"""
    define void @{NAME}(ptr %entries, i64 %count) {{
    entry:
      br label %loop
    loop:
      %i = phi i64 [0, %entry], [%i.next, %loop]
      %first = mul i64 %i, {_SIZE}
      %entry.at = getelementptr i64, ptr %entries, i64 %first
      %called = load ptr, ptr %entry.at
      {loads}
      call void %called({arguments})
      %i.next = add i64 %i, 1
      %more = icmp ult i64 %i.next, %count
      br i1 %more, label %loop, label %end
    end:
      ret void
    }}"""
