"""Registers of a row of numbers, spelled in LLVM's language: the next one, and e to its power.

Skip this to understand the model.
"""

import math

from seqviz.models.fast.machine import LANES, MULTIPLY_ADD, WIDE, constant

_FEWEST = -87.0
"""Of an exponent: e to the power of less is 0 in float32, or nearly."""
_HIGH = 0.693359375
"""Most of log 2, in few bits, so that its multiples are exact."""
_TERMS = 8
_BITS, MASK, _COUNTS = f"<{LANES} x i32>", f"<{LANES} x i1>", f"<{LANES} x i64>"
_LOAD, _ROUND = f"@llvm.masked.load.v{LANES}f32.p0", f"@llvm.roundeven.v{LANES}f32"
STORE, LARGEST = f"@llvm.masked.store.v{LANES}f32.p0", f"@llvm.vector.reduce.fmax.v{LANES}f32"
INTS = f"i{LANES}"
DECLARED = f"""
    declare {WIDE} {_ROUND}({WIDE})
    declare {WIDE} {_LOAD}(ptr, i32, {MASK}, {WIDE})
    declare void {STORE}({WIDE}, ptr, i32, {MASK})
    declare float {LARGEST}({WIDE})
    declare {INTS} @llvm.cttz.{INTS}({INTS}, i1)
"""


def wide(number: float) -> str:
    """A register of it."""
    return f"<{', '.join([f'float {constant(number)}'] * LANES)}>"


def next_register(name: str) -> str:
    """The next register of a row of %V numbers from %row on, −∞ behind its end, at %j.

    With ``name`` and ".at" and ".mask": where, and which of it are in the row.
    """
    lanes = ", ".join(f"i64 {lane}" for lane in range(LANES))
    zeros = f"<{LANES} x i32> zeroinitializer"
    return f"""{name}.left = sub i64 %V, %j
      {name}.one = insertelement {_COUNTS} poison, i64 {name}.left, i32 0
      {name}.all = shufflevector {_COUNTS} {name}.one, {_COUNTS} poison, {zeros}
      {name}.mask = icmp slt {_COUNTS} <{lanes}>, {name}.all
      {name}.at = getelementptr float, ptr %row, i64 %j
      {name} = call {WIDE} {_LOAD}(ptr {name}.at, i32 4, {MASK} {name}.mask,
        {WIDE} {wide(-math.inf)})
      """


def exponential(name: str) -> str:
    """Of a register of numbers up to 0: ".low", not below ``_FEWEST``, and ".e", e to its power.

    2ⁿ eᶠ with |f| ≤ log 2 / 2, and of eᶠ the first terms of its series. NaN stays NaN.
    """
    add = f"call {WIDE} {MULTIPLY_ADD}"
    lines = [
        f"{name}.few = fcmp olt {WIDE} {name}, {wide(_FEWEST)}",
        f"{name}.low = select {MASK} {name}.few, {WIDE} {wide(_FEWEST)}, {WIDE} {name}",
        f"{name}.log = fmul {WIDE} {name}.low, {wide(1 / math.log(2))}",
        f"{name}.n = call {WIDE} {_ROUND}({WIDE} {name}.log)",
        f"{name}.g = {add}({WIDE} {name}.n, {WIDE} {wide(-_HIGH)}, {WIDE} {name}.low)",
        f"{name}.f = {add}({WIDE} {name}.n, {WIDE} {wide(_HIGH - math.log(2))}, {WIDE} {name}.g)",
    ]
    total = wide(1 / math.factorial(_TERMS - 1))
    for power in reversed(range(_TERMS - 1)):
        term = wide(1 / math.factorial(power))
        lines.append(f"{name}.{power} = {add}({WIDE} {total}, {WIDE} {name}.f, {WIDE} {term})")
        total = f"{name}.{power}"
    bias, places = (f"<{', '.join([f'i32 {each}'] * LANES)}>" for each in (127, 23))
    lines += [
        f"{name}.power = fptosi {WIDE} {name}.n to {_BITS}",
        f"{name}.biased = add {_BITS} {name}.power, {bias}",
        f"{name}.placed = shl {_BITS} {name}.biased, {places}",
        f"{name}.scale = bitcast {_BITS} {name}.placed to {WIDE}",
        f"{name}.e = fmul {WIDE} {total}, {name}.scale",
    ]
    return "\n".join(lines)
