"""A product of a few rows by a weight, compiled for this very CPU by LLVM, where llvmlite is there.

Skip this to understand the model: it computes ``F.linear`` in float32.

A library's product is made for many rows: with a few it multiplies far slower than the weight
comes from memory. Here the weight lies in blocks of two registers of outputs, read front to back,
and the sums of some rows stay in registers meanwhile (Goto and van de Geijn 2008, "Anatomy of
High-Performance Matrix Multiplication", section 6). With few rows there are registers for several
blocks side by side, so that more is on its way from memory at once. One thread. Knows no models.
"""

from collections.abc import Callable
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from seqviz.models.fast.machine import (
    LANES,
    MULTIPLY_ADD,
    NAME,
    REGISTERS,
    WHOLE,
    WIDE,
    ask_for,
    function,
    splat,
)
from seqviz.models.fast.products import exact_halves
from seqviz.models.fast.room import settled

VECTORS = 2
COLUMNS = LANES * VECTORS
"""Outputs of a block."""
ROWS = REGISTERS * 3 // 8
"""The most of an input that are multiplied at once: three registers of four hold sums."""
_AHEAD = 64 * COLUMNS
"""How far ahead the weight is asked for where it is read once, in numbers."""
_FEWEST, _FEW = ROWS // 4, ROWS // 2
"""Rows of which four blocks, or two, are gone through side by side."""
_PARTS = [
    *((rows, 1) for rows in range(1, ROWS + 1)),
    *((rows, 4 if rows <= _FEWEST else 2) for rows in range(1, _FEW + 1)),
]
"""Rows and blocks for which there is a loop."""
_ARGUMENTS = (5, 3)
"""Addresses of an input, weight, scale, bias and result; rows, D, and how many blocks."""


class CompiledProduct:
    """A product; what a step needs that calls its function by itself."""

    def __init__(
        self, kernel: Callable[..., None], blocks: Tensor, *, outputs: int, scale: Tensor | None
    ) -> None:
        """Read a weight in blocks.

        Args:
            kernel: the function.
            blocks: (D'' / C, D, C) of C columns, or half as many float32 numbers of float16 bits.
            outputs: D', as many as are wanted.
            scale: of each, (D',); None: 1.
        """
        self.kernel, self.blocks, self.outputs = kernel, blocks, outputs
        self.count, self.inputs, _ = blocks.shape
        self._surplus = self.count * COLUMNS - outputs
        self.scale = self.padded(torch.ones(outputs) if scale is None else scale)
        self.nothing = torch.zeros(self.count * COLUMNS)
        """No bias."""

    def __call__(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """See ``products.Product``."""
        x, start = x.contiguous(), self.nothing if bias is None else self.padded(bias)
        found = x.new_empty(*x.shape[:-1], self.count * COLUMNS)
        places = x, self.blocks, self.scale, start, found
        self.kernel(
            *(each.data_ptr() for each in places), x.numel() // self.inputs, self.inputs, self.count
        )
        return found[..., : self.outputs].contiguous() if self._surplus else found

    def padded(self, bias: Tensor) -> Tensor:
        """A bias (D') for all columns."""
        return F.pad(bias, (0, self._surplus)) if self._surplus else bias


def compiled(weight: Tensor, *, lasting: bool = True) -> CompiledProduct | None:
    """The product with a float32 weight (D', D); None where nothing can be compiled.

    Args:
        weight: it may be laid out in any way.
        lasting: a model's weight, and not one of a sentence.
    """
    kernel = function(_assembly("float"), _ARGUMENTS)
    if kernel is None:
        return None
    blocks = _blocks(weight)
    laid = settled(blocks) if lasting else blocks.contiguous()
    return CompiledProduct(kernel, laid, outputs=len(weight), scale=None)


def compiled_halves(weight: Tensor) -> CompiledProduct | None:
    """The same from half the memory; see ``products.halves``."""
    found = exact_halves(weight)
    kernel = function(_assembly("half"), _ARGUMENTS)
    if kernel is None or found is None:
        return None
    half, scale = found
    bits = _blocks(half.half()).contiguous().view(torch.float32)
    return CompiledProduct(kernel, settled(bits), outputs=len(weight), scale=scale)


def _blocks(weight: Tensor) -> Tensor:
    """(D'' / C, D, C), zeros behind D'."""
    count = -(-len(weight) // COLUMNS)
    surplus = count * COLUMNS - len(weight)
    padded = F.pad(weight.T, (0, surplus)).T if surplus else weight
    return padded.view(count, COLUMNS, -1).transpose(1, 2)


_ENTRY = f"""entry:
          %N = mul i64 %count, {COLUMNS}
          %size = mul i64 %D, {COLUMNS}
          %half = mul i64 %D, {COLUMNS // 2}
          %fewest = icmp ule i64 %R, {_FEWEST}
          %few = icmp ule i64 %R, {_FEW}
          %some = select i1 %few, i64 2, i64 1
          %together = select i1 %fewest, i64 4, i64 %some
          %alone = icmp ule i64 %R, {ROWS}
          %leap = select i1 %alone, i64 {COLUMNS}, i64 {COLUMNS // 2}
          %any = icmp ugt i64 %R, 0
          br i1 %any, label %block, label %end"""
"""Of rows and blocks that can be taken together, and what is asked for meanwhile."""


@cache
def _assembly(stored: str) -> str:
    """In LLVM's language (https://llvm.org/docs/LangRef.html): all blocks, for all rows.

    The weight is stored as "float" or "half".

    Rows are taken in as few groups as there can be, of as equal sizes as there can be. While the
    first two go through a block, each asks for one half of the next; one alone asks ahead.
    """
    return f"""
        {"".join(_block(rows, together, stored) for rows, together in _PARTS)}
        define void @{NAME}(ptr %x, ptr %blocks, ptr %scale, ptr %bias, ptr %y, i64 %R, i64 %D,
          i64 %count) {WHOLE} {{
        {_ENTRY}
        block:
          %b = phi i64 [0, %entry], [%b.next, %block.end]
          %b.left = sub i64 %count, %b
          %fits = icmp uge i64 %b.left, %together
          %wide = select i1 %fits, i64 %together, i64 1
          %from = mul i64 %b, %size
          %w = getelementptr {stored}, ptr %blocks, i64 %from
          %near = getelementptr {stored}, ptr %w, i64 {_AHEAD}
          %next = getelementptr {stored}, ptr %w, i64 %size
          %next.half = getelementptr {stored}, ptr %next, i64 %half
          %column = mul i64 %b, {COLUMNS}
          %bb = getelementptr float, ptr %bias, i64 %column
          %sb = getelementptr float, ptr %scale, i64 %column
          %yb = getelementptr float, ptr %y, i64 %column
          br label %row
        row:
          %r = phi i64 [0, %block], [%r.next, %row.end]
          %x.from = mul i64 %r, %D
          %xr = getelementptr float, ptr %x, i64 %x.from
          %y.from = mul i64 %r, %N
          %yr = getelementptr float, ptr %yb, i64 %y.from
          %left = sub i64 %R, %r
          %filled = add i64 %left, {ROWS - 1}
          %groups = udiv i64 %filled, {ROWS}
          %sum = add i64 %left, %groups
          %sum.less = sub i64 %sum, 1
          %taken = udiv i64 %sum.less, %groups
          {_switch()}
        row.end:
          %r.next = add i64 %r, %taken
          %more = icmp ult i64 %r.next, %R
          br i1 %more, label %row, label %block.end
        block.end:
          %b.next = add i64 %b, %wide
          %on = icmp ult i64 %b.next, %count
          br i1 %on, label %block, label %end
        end:
          ret void
        }}"""


def _switch() -> str:
    """To the part for as many rows and blocks as are taken, and what it asks for meanwhile."""
    cases, calls = [], []
    for rows, together in _PARTS:
        label = f"%rows{rows}.{together}"
        cases.append(f"i64 {rows + ROWS * (together - 1)}, label {label}")
        calls.append(f"""{label[1:]}:
          call void @block{rows}.{together}(ptr %xr, ptr %w, ptr %sb, ptr %bb, ptr %yr, i64 %D,
            i64 %N, ptr %ask, i64 %leap)
          br label %row.end
        """)
    return f"""%first = icmp eq i64 %r, 0
          %part = select i1 %first, ptr %next, ptr %next.half
          %ask = select i1 %alone, ptr %near, ptr %part
          %others = sub i64 %wide, 1
          %others.rows = mul i64 %others, {ROWS}
          %both = add i64 %taken, %others.rows
          switch i64 %both, label %rows{ROWS}.1 [{" ".join(cases)}]
        {"".join(calls)}"""


def _block(rows: int, together: int, stored: str) -> str:
    """The sums of some blocks for so many rows: a loop over the inputs, only registers in it.

    Names: a sum s, then n, an input x, a weight w; by row and vector.
    """
    vectors = range(VECTORS * together)
    sums = [(row, vector) for row in range(rows) for vector in vectors]
    lines = [
        f"define internal void @block{rows}.{together}("
        "ptr %x, ptr %w, ptr %scale, ptr %bias, ptr noalias %y, i64 %D, i64 %N, "
        f"ptr %ask, i64 %leap) {WHOLE} {{",
        "entry:",
        f"%size = mul i64 %D, {COLUMNS}",
        "br label %loop",
        "loop:",
        "%k = phi i64 [0, %entry], [%k.next, %loop]",
        *(f"%s{r}.{v} = phi {WIDE} [zeroinitializer, %entry], [%n{r}.{v}, %loop]" for r, v in sums),
        f"%at = mul i64 %k, {COLUMNS}",
        "%ask.at = mul i64 %k, %leap",
    ]
    for block in range(together):
        lines += [
            f"%from{block} = mul i64 %size, {block}",
            f"%at{block} = add i64 %from{block}, %at",
            f"%ask.at{block} = add i64 %from{block}, %ask.at",
            f"%wk{block} = getelementptr {stored}, ptr %w, i64 %at{block}",
            f"%ask{block} = getelementptr {stored}, ptr %ask, i64 %ask.at{block}",
            ask_for(f"%ask{block}", COLUMNS if stored == "float" else COLUMNS // 2),
        ]
    for v in vectors:
        block, place = divmod(v, VECTORS)
        lines += [
            f"%wp{v} = getelementptr {stored}, ptr %wk{block}, i64 {place * LANES}",
            *_load(f"%w{v}", f"%wp{v}", stored),
        ]
    for r in range(rows):
        lines += [
            f"%xr{r} = mul i64 %D, {r}",
            f"%xi{r} = add i64 %xr{r}, %k",
            f"%xp{r} = getelementptr float, ptr %x, i64 %xi{r}",
            f"%xs{r} = load float, ptr %xp{r}",
            *splat(f"%x{r}", f"%xs{r}"),
        ]
    lines += [
        f"%n{r}.{v} = call {WIDE} {MULTIPLY_ADD}({WIDE} %w{v}, {WIDE} %x{r}, {WIDE} %s{r}.{v})"
        for r, v in sums
    ]
    lines += [
        "%k.next = add i64 %k, 1",
        "%on = icmp ult i64 %k.next, %D",
        "br i1 %on, label %loop, label %end",
        "end:",
    ]
    return "\n".join([*lines, *_results(sums), "ret void", "}", ""])


def _results(sums: list[tuple[int, int]]) -> list[str]:
    """Scaled, with the bias."""
    lines = []
    for v in sorted({vector for _, vector in sums}):
        lines += [
            f"%sp{v} = getelementptr float, ptr %scale, i64 {v * LANES}",
            f"%s{v} = load {WIDE}, ptr %sp{v}, align 4",
            f"%bp{v} = getelementptr float, ptr %bias, i64 {v * LANES}",
            f"%b{v} = load {WIDE}, ptr %bp{v}, align 4",
        ]
    for r, v in sums:
        lines += [
            f"%y{r}.{v} = call {WIDE} {MULTIPLY_ADD}({WIDE} %n{r}.{v}, {WIDE} %s{v}, {WIDE} %b{v})",
            f"%yr{r}.{v} = mul i64 %N, {r}",
            f"%yi{r}.{v} = add i64 %yr{r}.{v}, {v * LANES}",
            f"%yp{r}.{v} = getelementptr float, ptr %y, i64 %yi{r}.{v}",
            f"store {WIDE} %y{r}.{v}, ptr %yp{r}.{v}, align 4",
        ]
    return lines


def _load(name: str, place: str, stored: str) -> list[str]:
    """A register of the weight."""
    if stored == "float":
        return [f"{name} = load {WIDE}, ptr {place}, align 4"]
    half = f"<{LANES} x half>"
    return [
        f"{name}.half = load {half}, ptr {place}, align 2",
        f"{name} = fpext {half} {name}.half to {WIDE}",
    ]
