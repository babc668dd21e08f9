"""The norm of a sum, row by row, compiled.

Skip this to understand the model: it is ``F.layer_norm`` of x + y. Knows no models.
"""

import struct
from collections.abc import Callable
from functools import cache

from seqviz.models.fast.machine import LANES, MULTIPLY_ADD, NAME, SUM, WHOLE, WIDE, function, splat


def summed_norm() -> Callable[..., None] | None:
    """Of rows (R, D), D in whole registers; None where nothing can be compiled.

    It takes the addresses of both summands, the sum, the result, weight and bias, then R, D, and
    what is added to the variance (``bits_of``). Sum and result may lie in the same place.
    """
    return function(_assembly(), (6, 3))


def bits_of(number: float) -> int:
    """A float32 number as an argument of a compiled function."""
    (bits,) = struct.unpack("<i", struct.pack("<f", number))
    return int(bits)


@cache
def _assembly() -> str:
    sums = f"""{_load("a", "%x")} {_load("b", "%change")}
      %first.v = fadd {WIDE} %a, %b
      {_store("%first.v", "%sum")}
      %first.next = fadd {WIDE} %first.all, %first.v"""
    squares = f"""{_load("c", "%sum")}
      %apart = fsub {WIDE} %c, %mean
      %second.next = call {WIDE} {MULTIPLY_ADD}({WIDE} %apart, {WIDE} %apart, {WIDE} %second.all)"""
    results = f"""{_load("d", "%sum")} {_load("e", "%weight")} {_load("f", "%bias")}
      %part = fsub {WIDE} %d, %mean
      %share = fmul {WIDE} %part, %rate
      %third.v = call {WIDE} {MULTIPLY_ADD}({WIDE} %share, {WIDE} %e, {WIDE} %f)
      {_store("%third.v", "%y")}
      %third.next = fadd {WIDE} %third.all, %share"""
    return f"""
    declare float @llvm.sqrt.f32(float)
    define void @{NAME}(ptr %xs, ptr %changes, ptr %sums, ptr %ys, ptr %weight, ptr %bias,
      i64 %R, i64 %D, i64 %bits) {WHOLE} {{
    entry:
      %low = trunc i64 %bits to i32
      %epsilon = bitcast i32 %low to float
      %count = uitofp i64 %D to float
      br label %row
    row:
      %r = phi i64 [0, %entry], [%r.next, %third.end]
      %from = mul i64 %r, %D
      %x = getelementptr float, ptr %xs, i64 %from
      %change = getelementptr float, ptr %changes, i64 %from
      %sum = getelementptr float, ptr %sums, i64 %from
      %y = getelementptr float, ptr %ys, i64 %from
      {_through("first", "row", sums)}
      {_total("first", "mean")}
      {_through("second", "first.end", squares)}
      {_total("second", "variance")}
      %wider = fadd float %variance.number, %epsilon
      %root = call float @llvm.sqrt.f32(float %wider)
      %rate.number = fdiv float 1.0, %root
      {_all("rate")}
      {_through("third", "second.end", results)}
      %r.next = add i64 %r, 1
      %r.on = icmp ult i64 %r.next, %R
      br i1 %r.on, label %row, label %end
    end:
      ret void
    }}"""


def _through(name: str, before: str, body: str) -> str:
    """A loop over a row by registers, of which it sums one."""
    return f"""
        br label %{name}
    {name}:
      %{name}.j = phi i64 [0, %{before}], [%{name}.j.next, %{name}]
      %{name}.all = phi {WIDE} [zeroinitializer, %{before}], [%{name}.next, %{name}]
      {body.replace("%j", f"%{name}.j")}
      %{name}.j.next = add i64 %{name}.j, {LANES}
      %{name}.on = icmp ult i64 %{name}.j.next, %D
      br i1 %{name}.on, label %{name}, label %{name}.end
    {name}.end:"""


def _total(loop: str, name: str) -> str:
    """The mean of what a loop summed, as a register of it."""
    return f"""%{name}.sum = call reassoc float {SUM}(float 0.0, {WIDE} %{loop}.next)
      %{name}.number = fdiv float %{name}.sum, %count
      {_all(name)}"""


def _all(name: str) -> str:
    return "\n".join(splat(f"%{name}", f"%{name}.number"))


def _load(name: str, where: str) -> str:
    return f"""%{name}.at = getelementptr float, ptr {where}, i64 %j
      %{name} = load {WIDE}, ptr %{name}.at, align 4
      """


def _store(value: str, where: str) -> str:
    return f"""{value}.at = getelementptr float, ptr {where}, i64 %j
      store {WIDE} {value}, ptr {value}.at, align 4"""
