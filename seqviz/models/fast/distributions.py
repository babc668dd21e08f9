"""What a search asks of next-token distributions, compiled: the best tokens, and the entropy.

Skip this to understand the search: ``decoding.step`` gives the same numbers by torch, which goes
through a distribution several times. Letters in shapes: N distributions, V tokens, R ranked.
"""

import math
from functools import cache

import torch
from torch import Tensor

from seqviz.models.fast.elements import DECLARED, INTS, MASK, exponential, next_register
from seqviz.models.fast.machine import LANES, NAME, SUM, WHOLE, WIDE, constant, function, splat

_INSERTED = f"""
    ask:
      %rest = phi {INTS} [%which, %scan], [%rest.next, %put], [%rest.next, %take]
      %none = icmp eq {INTS} %rest, 0
      br i1 %none, label %scanned, label %take
    take:
      %lane = call {INTS} @llvm.cttz.{INTS}({INTS} %rest, i1 true)
      %rest.less = sub {INTS} %rest, 1
      %rest.next = and {INTS} %rest, %rest.less
      %lane.wide = zext {INTS} %lane to i64
      %new = add i64 %j, %lane.wide
      %new.at = getelementptr float, ptr %row, i64 %new
      %one = load float, ptr %new.at
      %last.now = load float, ptr %last.at
      %still = fcmp ogt float %one, %last.now
      br i1 %still, label %move, label %ask
    move:
      %p = phi i64 [%final, %take], [%before, %shift]
      %p.at = getelementptr float, ptr %best, i64 %p
      %t.at = getelementptr i64, ptr %token, i64 %p
      %first = icmp eq i64 %p, 0
      br i1 %first, label %put, label %compare
    compare:
      %before = sub i64 %p, 1
      %b.at = getelementptr float, ptr %best, i64 %before
      %b = load float, ptr %b.at
      %less = fcmp olt float %b, %one
      br i1 %less, label %shift, label %put
    shift:
      store float %b, ptr %p.at
      %bt.at = getelementptr i64, ptr %token, i64 %before
      %bt = load i64, ptr %bt.at
      store i64 %bt, ptr %t.at
      br label %move
    put:
      store float %one, ptr %p.at
      store i64 %new, ptr %t.at
      br label %ask
"""
"""Where a register has more than the last of a list, one after another is put in its place."""


def best(log_probs: Tensor, count: int) -> tuple[Tensor, Tensor] | None:
    """The largest numbers of each distribution, best first, and their tokens; equals by token.

    Args:
        log_probs: (…, V) float32.
        count: R, at most V.

    Returns:
        (…, R) each; None: it must be done otherwise, for nothing can be compiled, or fewer than R
        tokens of a distribution are possible.
    """
    if not _readable(log_probs) or (kernel := function(_ranking(), (3, 3))) is None:
        return None
    read = log_probs.contiguous()
    shape = *read.shape[:-1], count
    values, tokens = read.new_empty(shape), torch.empty(shape, dtype=torch.int64)
    places = read.data_ptr(), values.data_ptr(), tokens.data_ptr()
    kernel(*places, values.numel() // count, read.shape[-1], count)
    return (values, tokens) if bool((values[..., -1] > -torch.inf).all()) else None


def entropies(log_probs: Tensor) -> Tensor | None:
    """In nats, (…,) of distributions (…, V) float32; what is impossible adds nothing.

    None: nothing can be compiled. NaN stays NaN.
    """
    if not _readable(log_probs) or (kernel := function(_entropies(), (2, 2))) is None:
        return None
    read, found = log_probs.contiguous(), log_probs.new_empty(log_probs.shape[:-1])
    kernel(read.data_ptr(), found.data_ptr(), found.numel(), read.shape[-1])
    return found


def _readable(log_probs: Tensor) -> bool:
    return log_probs.device.type == "cpu" and log_probs.dtype is torch.float32


def _rows(results: str, body: str) -> str:
    """A function that does something for every distribution, which lies from %row on."""
    return f"""{DECLARED}
    define void @{NAME}(ptr %numbers, {results}) {WHOLE} {{
    entry:
      %any = icmp ugt i64 %N, 0
      br i1 %any, label %begin, label %end
    begin:
      %n = phi i64 [0, %entry], [%n.next, %done]
      %from = mul i64 %n, %V
      %row = getelementptr float, ptr %numbers, i64 %from
      {body}
    done:
      %n.next = add i64 %n, 1
      %n.on = icmp ult i64 %n.next, %N
      br i1 %n.on, label %begin, label %end
    end:
      ret void
    }}"""


@cache
def _ranking() -> str:
    """A list of the best so far, in order: what is more than its last is put in its place."""
    lasts = "\n".join(splat("%lasts", "%last"))
    body = f"""
      %r.from = mul i64 %n, %R
      %best = getelementptr float, ptr %values, i64 %r.from
      %token = getelementptr i64, ptr %tokens, i64 %r.from
      %final = sub i64 %R, 1
      %last.at = getelementptr float, ptr %best, i64 %final
      br label %empty
    empty:
      %i = phi i64 [0, %begin], [%i.next, %empty]
      %i.at = getelementptr float, ptr %best, i64 %i
      store float {constant(-math.inf)}, ptr %i.at
      %i.next = add i64 %i, 1
      %i.on = icmp ult i64 %i.next, %R
      br i1 %i.on, label %empty, label %scan
    scan:
      %j = phi i64 [0, %empty], [%j.next, %scanned]
      {next_register("%x")}
      %last = load float, ptr %last.at
      {lasts}
      %more = fcmp ogt {WIDE} %x, %lasts
      %which = bitcast {MASK} %more to {INTS}
      br label %ask
    {_INSERTED}
    scanned:
      %j.next = add i64 %j, {LANES}
      %j.on = icmp slt i64 %j.next, %V
      br i1 %j.on, label %scan, label %done"""
    return _rows("ptr %values, ptr %tokens, i64 %N, i64 %V, i64 %R", body)


@cache
def _entropies() -> str:
    body = f"""br label %scan
    scan:
      %j = phi i64 [0, %begin], [%j.next, %scan]
      %all = phi {WIDE} [zeroinitializer, %begin], [%all.next, %scan]
      {next_register("%x")}
      {exponential("%x")}
      %term = fmul {WIDE} %x.e, %x.low
      %all.next = fsub {WIDE} %all, %term
      %j.next = add i64 %j, {LANES}
      %j.on = icmp slt i64 %j.next, %V
      br i1 %j.on, label %scan, label %sum
    sum:
      %total = call reassoc float {SUM}(float 0.0, {WIDE} %all.next)
      %to = getelementptr float, ptr %results, i64 %n
      store float %total, ptr %to
      br label %done"""
    return _rows("ptr %results, i64 %N, i64 %V", body)
