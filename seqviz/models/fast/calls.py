"""Compiled functions called one after another in one call, from a list that is made beforehand.

Skip this to understand the model. A call from Python costs more than many a function does. What
changes from time to time is put in its place in the list. Knows no models.
"""

import ctypes
from collections.abc import Callable
from functools import cache, cached_property

from torch import Tensor

from seqviz.models.fast.machine import NAME, function

_SIZE = 14
"""Of an entry: a function's address, and its arguments."""


class Calls:
    """A list of calls, made whole before any of them is run."""

    def __init__(self, run: Callable[..., None]) -> None:
        """An empty list; ``run`` is ``runner()``."""
        self.turn = 0
        """Which of several alike is being added; see ``tell``."""
        self._run = run
        self._entries: list[int] = []
        self._held: list[Tensor] = []
        self._places: dict[str, list[tuple[int, int]]] = {}
        """Of every name, each place with its turn."""

    def __len__(self) -> int:
        """How many calls there are."""
        return len(self._entries) // _SIZE

    def add(self, called: Callable[..., None], *arguments: Tensor | int | str) -> None:
        """One more call.

        Args:
            called: a function of ``machine.function``.
            arguments: where a tensor begins, which is kept meanwhile; a number; or the name of
                one that is told.
        """
        address = ctypes.cast(called, ctypes.c_void_p).value  # type: ignore[arg-type]  # it is one
        assert address is not None and len(arguments) < _SIZE
        entry = [address]
        for argument in arguments:
            if isinstance(argument, str):
                place = len(self._entries) + len(entry), self.turn
                self._places.setdefault(argument, []).append(place)
                entry.append(0)
            elif isinstance(argument, Tensor):
                self._held.append(argument)
                entry.append(argument.data_ptr())
            else:
                entry.append(argument)
        self._entries += entry + [0] * (_SIZE - len(entry))

    @cached_property
    def _numbers(self) -> ctypes.Array[ctypes.c_int64]:
        return (ctypes.c_int64 * len(self._entries))(*self._entries)

    def tell(self, name: str, number: int, leap: int = 0) -> None:
        """Put a number where its name stands, of each turn so much more than of the one before."""
        numbers = self._numbers
        for place, turn in self._places[name]:
            numbers[place] = number + leap * turn

    def go(self, first: int, last: int) -> None:
        """Make the calls from one on and before another."""
        self._run(ctypes.addressof(self._numbers) + 8 * _SIZE * first, last - first)


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
