"""How one step reads keys and values, compiled: scores and the weighted sum, in one pass each.

Skip this to understand the model: both are products of matrices.

A library's product of many small matrices goes through the keys head by head, in leaps from token
to token; here a token's heads are read side by side, as they lie in memory, by all queries at once.
Letters in shapes as in ``attention``, d = D / H.
"""

from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor

from seqviz.models.cache import followed
from seqviz.models.fast.machine import (
    LANES,
    MULTIPLY_ADD,
    NAME,
    SUM,
    WHOLE,
    WIDE,
    ask_for,
    constant,
    function,
    splat,
)

_ARGUMENTS = (4, 9)
"""Addresses of states, keys or values, numbers, and rows; K, B, H, S, and the strides of keys or
values in B, H and S, and of rows in B and S."""


_ENDS = """
      %k.next = add i64 %k, 1
      %k.more = icmp ult i64 %k.next, %K
      br i1 %k.more, label %query, label %head.end
    head.end:
      %h.next = add i64 %h, 1
      %h.more = icmp ult i64 %h.next, %H
      br i1 %h.more, label %head, label %token.end
    token.end:
      %s.next = add i64 %s, 1
      %s.more = icmp ult i64 %s.next, %S
      br i1 %s.more, label %token, label %sentence.end
    sentence.end:
      %b.next = add i64 %b, 1
      %b.more = icmp ult i64 %b.next, %B
      br i1 %b.more, label %sentence, label %end
    end:
      ret void
"""
"""Of the loops, inside out."""


class Reading:
    """By products of torch."""

    skips: ClassVar[bool] = False
    """Whether time is saved where nobody reads a token."""

    def scores(self, queries: Tensor, keys: Tensor, *, origins: Tensor | None = None) -> Tensor:
        """Every query times every key, over the square root of d.

        Args:
            queries: (B · K, D).
            keys: (B, H, S, d), or as many as there are.
            origins: (B, S): where among the keys those of each token lie; None: in order. −1:
                nobody reads that token, and its scores are any numbers.

        Returns:
            (B, H, K, S).
        """
        keys = followed(keys, origins)
        sentences, heads, _, width = keys.shape
        queries = queries.view(sentences, -1, heads, width).transpose(1, 2) * width**-0.5
        return queries.matmul(keys.mT)

    def context(self, weights: Tensor, values: Tensor, *, origins: Tensor | None = None) -> Tensor:
        """The values' sum by weights (B, H, K, S): (B · K, D); see ``scores``."""
        read = weights.matmul(followed(values, origins))  # (B, H, K, d)
        return read.transpose(1, 2).flatten(2).flatten(0, 1)


class CompiledReading(Reading):
    """In one pass each; of keys and values only the last axis need be contiguous."""

    skips = True

    def __init__(self, scores: Callable[..., None], context: Callable[..., None]) -> None:
        self.of_scores, self.of_context = scores, context

    def scores(self, queries: Tensor, keys: Tensor, *, origins: Tensor | None = None) -> Tensor:
        """See ``Reading``."""
        rows = _in_order(keys) if origins is None else origins
        sentences, tokens = rows.shape
        queries, slots = queries.contiguous(), queries.shape[0] // sentences
        if not slots or slots * sentences != queries.shape[0]:  # it would write anywhere
            raise ValueError(f"{queries.shape[0]} queries for {sentences} sentences")
        found = queries.new_zeros(sentences, keys.shape[1], slots, tokens)
        places = queries.data_ptr(), keys.data_ptr(), found.data_ptr(), rows.data_ptr()
        counts = slots, sentences, keys.shape[1], tokens
        self.of_scores(*places, *counts, *keys.stride()[:3], *rows.stride())
        return found

    def context(self, weights: Tensor, values: Tensor, *, origins: Tensor | None = None) -> Tensor:
        """See ``Reading``."""
        rows = _in_order(values) if origins is None else origins
        weights = weights.contiguous()
        sentences, heads, slots, tokens = weights.shape
        found = weights.new_empty(sentences * slots, heads * values.shape[3])
        places = found.data_ptr(), values.data_ptr(), weights.data_ptr(), rows.data_ptr()
        counts = slots, sentences, heads, tokens
        self.of_context(*places, *counts, *values.stride()[:3], *rows.stride())
        return found


def _in_order(table: Tensor) -> Tensor:
    """The rows of a table (B, H, S, d) that is read as it lies, (B, S)."""
    return torch.arange(table.shape[0]).unsqueeze(1).expand(-1, table.shape[2])


def reading(head_width: int) -> Reading:
    """For heads of a width d: compiled where that can be had."""
    if head_width % LANES:
        return Reading()
    scores = function(_scores(head_width), _ARGUMENTS, optimised=True)
    context = function(_context(head_width), _ARGUMENTS, optimised=True)
    return CompiledReading(scores, context) if scores and context else Reading()


def _scores(width: int) -> str:
    """Of each query and key: d products, summed, and scaled."""
    lines: list[str] = []
    total = "zeroinitializer"
    for v in range(width // LANES):
        lines += [
            *_load("%q", "%state", v),
            *_load("%r", "%read", v),
            f"%t{v} = call {WIDE} {MULTIPLY_ADD}({WIDE} %q{v}, {WIDE} %r{v}, {WIDE} {total})",
        ]
        total = f"%t{v}"
    lines += [
        f"%sum = call reassoc float {SUM}(float 0.0, {WIDE} {total})",
        f"%one = fmul float %sum, {constant(width**-0.5)}",
        "store float %one, ptr %number",
    ]
    return _nest(width, "\n".join(lines))


def _context(width: int) -> str:
    """To each sum, 0 at first, a value by its weight."""
    lines = ["%weight = load float, ptr %number", *splat("%w", "%weight")]
    for v in range(width // LANES):
        lines += [
            *_load("%c", "%state", v),
            *_load("%r", "%read", v),
            f"%n{v} = call {WIDE} {MULTIPLY_ADD}({WIDE} %w, {WIDE} %r{v}, {WIDE} %c{v})",
            f"store {WIDE} %n{v}, ptr %c{v}.at, align 4",
        ]
    emptied = f"""%queries = mul i64 %K, %B
      %heads.all = mul i64 %queries, %H
      %bytes = mul i64 %heads.all, {4 * width}
      call void @llvm.memset.p0.i64(ptr %states, i8 0, i64 %bytes, i1 false)"""
    return _nest(width, "\n".join(lines), before=emptied)


def _load(name: str, where: str, vector: int) -> list[str]:
    return [
        f"{name}{vector}.at = getelementptr float, ptr {where}, i64 {vector * LANES}",
        f"{name}{vector} = load {WIDE}, ptr {name}{vector}.at, align 4",
    ]


def _nest(width: int, body: str, *, before: str = "") -> str:
    """Every query of every sentence meets every token in every head, which is ``body``.

    There are %state, the head's part of a query or sum, %read, that of a key or value, and
    %number, the score or weight. The next token is asked for meanwhile.
    """
    return f"""
    define void @{NAME}(ptr noalias %states, ptr noalias %reads, ptr noalias %numbers,
      ptr noalias %rows, i64 %K, i64 %B, i64 %H, i64 %S, i64 %leap.b, i64 %leap.h, i64 %leap.s,
      i64 %row.b, i64 %row.s) {WHOLE} {{
    entry:
      {before}
      br label %sentence
    sentence:
      %b = phi i64 [0, %entry], [%b.next, %sentence.end]
      %row.from.b = mul i64 %b, %row.b
      br label %token
    token:
      %s = phi i64 [0, %sentence], [%s.next, %token.end]
      %row.from.s = mul i64 %s, %row.s
      %row.bs = add i64 %row.from.b, %row.from.s
      %row.at = getelementptr i64, ptr %rows, i64 %row.bs
      %row = load i64, ptr %row.at
      %nobody = icmp slt i64 %row, 0
      br i1 %nobody, label %token.end, label %heads
    heads:
      %from.b = mul i64 %row, %leap.b
      %from.s = mul i64 %s, %leap.s
      %from.bs = add i64 %from.b, %from.s
      br label %head
    head:
      %h = phi i64 [0, %heads], [%h.next, %head.end]
      %from.h = mul i64 %h, %leap.h
      %from = add i64 %from.bs, %from.h
      %read = getelementptr float, ptr %reads, i64 %from
      %next = getelementptr float, ptr %read, i64 %leap.s
      {ask_for("%next", width)}
      %row.bh = mul i64 %b, %H
      %bh = add i64 %row.bh, %h
      %row.bhk = mul i64 %bh, %K
      br label %query
    query:
      %k = phi i64 [0, %head], [%k.next, %query]
      %row.bk = mul i64 %b, %K
      %bk = add i64 %row.bk, %k
      %row.bkh = mul i64 %bk, %H
      %bkh = add i64 %row.bkh, %h
      %from.bkh = mul i64 %bkh, {width}
      %state = getelementptr float, ptr %states, i64 %from.bkh
      %bhk = add i64 %row.bhk, %k
      %row.bhks = mul i64 %bhk, %S
      %bhks = add i64 %row.bhks, %s
      %number = getelementptr float, ptr %numbers, i64 %bhks
      {body}
      {_ENDS}
    }}"""
