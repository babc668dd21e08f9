"""The norm of a sum, softmax, an activation, and copies, row by row, compiled.

Skip this to understand the model: they are ``F.layer_norm`` of x + y, ``torch.softmax``, and
``F.relu`` or ``F.silu``. Knows no models.
"""

import math
import struct
from collections.abc import Callable
from functools import cache
from typing import Any

import torch.nn.functional as F

from seqviz.models.fast.elements import (
    DECLARED,
    LARGEST,
    MASK,
    STORE,
    exponential,
    next_register,
    wide,
)
from seqviz.models.fast.machine import LANES, MULTIPLY_ADD, NAME, SUM, WHOLE, WIDE, function, splat

_RELU = f"""%negative = fcmp olt {WIDE} %x, zeroinitializer
      %result = select {MASK} %negative, {WIDE} zeroinitializer, {WIDE} %x"""
_SILU = f"""%minus = fneg {WIDE} %x
      %negative = fcmp olt {WIDE} %x, zeroinitializer
      %least = select {MASK} %negative, {WIDE} %x, {WIDE} %minus
      {exponential("%least")}
      %more = fadd {WIDE} %least.e, {wide(1)}
      %part = select {MASK} %negative, {WIDE} %least.e, {WIDE} {wide(1)}
      %share = fdiv {WIDE} %part, %more
      %result = fmul {WIDE} %x, %share"""


def summed_norm() -> Callable[..., None] | None:
    """Of rows (R, D), D in whole registers; None where nothing can be compiled.

    It takes the addresses of both summands, the sum, the result, weight and bias, then R, D, and
    what is added to the variance (``bits_of``). Sum and result may lie in the same place.
    """
    return function(_assembly(), (6, 3))


def softmax() -> Callable[..., None] | None:
    """Of N times H rows of V numbers; None where nothing can be compiled.

    It takes the addresses of scores and weights, then N, H, V, and by how many numbers the scores
    of one of N lie behind those of the one before. The weights lie side by side.
    """
    return function(_softmax(), (2, 4))


def activation(of: Callable[..., Any]) -> Callable[..., None] | None:
    """A function of torch, in place, of a count of numbers that fill registers.

    It takes their address and the count. None: not this function, or nothing can be compiled.
    """
    bodies = {F.relu: _RELU, F.silu: _SILU}
    return function(_activation(bodies[of]), (1, 1)) if of in bodies else None


def scatter() -> Callable[..., None] | None:
    """Copies rows; None where nothing can be compiled.

    It takes the addresses of rows (R, D), of others, and of the numbers of those that they are
    copied to, (R,) int64; then R and D.
    """
    return function(_scatter(), (3, 2))


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


@cache
def _softmax() -> str:
    largest = f"""{next_register("%a")}
      %larger = fcmp ogt {WIDE} %a, %first.all
      %first.next = select {MASK} %larger, {WIDE} %a, {WIDE} %first.all"""
    powers = f"""{next_register("%b")}
      %c = fsub {WIDE} %b, %top
      {exponential("%c")}
      %share = select {MASK} %c.few, {WIDE} zeroinitializer, {WIDE} %c.e
      %to.b = getelementptr float, ptr %to, i64 %j
      call void {STORE}({WIDE} %share, ptr %to.b, i32 4, {MASK} %b.mask)
      %second.next = fadd {WIDE} %second.all, %share"""
    shares = f"""{next_register("%d").replace("%row", "%to")}
      %e = fdiv {WIDE} %d, %total
      call void {STORE}({WIDE} %e, ptr %d.at, i32 4, {MASK} %d.mask)
      %third.next = fadd {WIDE} %third.all, %e"""
    return f"""{DECLARED}
    define void @{NAME}(ptr %scores, ptr %weights, i64 %N, i64 %H, i64 %V, i64 %leap) {WHOLE} {{
    entry:
      %count = mul i64 %N, %H
      br label %begin
    begin:
      %i = phi i64 [0, %entry], [%i.next, %third.end]
      %n = udiv i64 %i, %H
      %h = urem i64 %i, %H
      %from.n = mul i64 %n, %leap
      %from.h = mul i64 %h, %V
      %from = add i64 %from.n, %from.h
      %row = getelementptr float, ptr %scores, i64 %from
      %to.i = mul i64 %i, %V
      %to = getelementptr float, ptr %weights, i64 %to.i
      {_through("first", "begin", largest, start=wide(-math.inf), count="%V")}
      %top.number = call float {LARGEST}({WIDE} %first.next)
      {_all("top")}
      {_through("second", "first.end", powers, count="%V")}
      %total.number = call reassoc float {SUM}(float 0.0, {WIDE} %second.next)
      {_all("total")}
      {_through("third", "second.end", shares, count="%V")}
      %i.next = add i64 %i, 1
      %i.on = icmp ult i64 %i.next, %count
      br i1 %i.on, label %begin, label %end
    end:
      ret void
    }}"""


@cache
def _activation(body: str) -> str:
    through = f"""{_load("x", "%numbers")} {body}
      store {WIDE} %result, ptr %x.at, align 4
      %all.next = fadd {WIDE} %all.all, %result"""
    return f"""{DECLARED}
    define void @{NAME}(ptr %numbers, i64 %D) {WHOLE} {{
    entry:
      {_through("all", "entry", through)}
      ret void
    }}"""


@cache
def _scatter() -> str:
    return f"""
    declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
    define void @{NAME}(ptr %rows, ptr %others, ptr %numbers, i64 %R, i64 %D) {{
    entry:
      %bytes = mul i64 %D, 4
      br label %row
    row:
      %r = phi i64 [0, %entry], [%r.next, %row]
      %from = mul i64 %r, %bytes
      %x = getelementptr i8, ptr %rows, i64 %from
      %number.at = getelementptr i64, ptr %numbers, i64 %r
      %number = load i64, ptr %number.at
      %to = mul i64 %number, %bytes
      %y = getelementptr i8, ptr %others, i64 %to
      call void @llvm.memcpy.p0.p0.i64(ptr %y, ptr %x, i64 %bytes, i1 false)
      %r.next = add i64 %r, 1
      %r.on = icmp ult i64 %r.next, %R
      br i1 %r.on, label %row, label %end
    end:
      ret void
    }}"""


def _through(
    name: str, before: str, body: str, *, start: str = "zeroinitializer", count: str = "%D"
) -> str:
    """A loop over a row by registers, of which it sums one."""
    return f"""
        br label %{name}
    {name}:
      %{name}.j = phi i64 [0, %{before}], [%{name}.j.next, %{name}]
      %{name}.all = phi {WIDE} [{start}, %{before}], [%{name}.next, %{name}]
      {body.replace("%j", f"%{name}.j")}
      %{name}.j.next = add i64 %{name}.j, {LANES}
      %{name}.on = icmp ult i64 %{name}.j.next, {count}
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
