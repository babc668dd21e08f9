"""A step of a decoder's layer in four calls of compiled functions.

Skip this to understand the model: ``decoder.WrittenLayer`` gives the same numbers where nothing can
be compiled. Between the calls torch does what is not worth compiling: softmax, edits, activation.
Letters in shapes as in ``decoder``; C columns of a block.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from seqviz.models.attention import KeysValues
from seqviz.models.cache import Past
from seqviz.models.fast.calls import Calls, runner
from seqviz.models.fast.compiled import COLUMNS, CompiledProduct
from seqviz.models.fast.packed import Products
from seqviz.models.fast.products import Product
from seqviz.models.fast.reading import CompiledReading, Reading
from seqviz.models.fast.rowwise import bits_of, summed_norm
from seqviz.models.layers import ResidualNorm

Arguments = tuple[Tensor | int | str, ...]
Weigh = Callable[[Tensor], Tensor]
"""From scores of the cross-attention (B, H, K, S) to its weights."""


@dataclass(frozen=True, slots=True)
class Map:
    """A linear map, or several of the same input, their results side by side."""

    products: Products
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Of (…, D)."""
        return self.products.of(x.numel() // x.shape[-1])(x, self.bias)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a layer is made of."""

    own: Map
    """Query, key and value of the self-attention."""
    own_output: Map
    query: Map
    """Of the cross-attention."""
    output: Map
    inner: Map
    outer: Map
    norms: tuple[ResidualNorm, ...]
    activation: Callable[[Tensor], Tensor]
    heads: int
    reading: Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A source as the steps of a layer read it, for K slots of each of B sentences."""

    read: KeysValues
    rows: Tensor
    """See ``decoder.WrittenMemory``; (B, S)."""
    absorbed: tuple[Product, Tensor, Product] | None


class ListedStep:
    """The lists of calls of one layer for so many rows; consumed like the state it belongs to."""

    def __init__(self, parts: Parts, source: Source, *, past: Past, rows: int) -> None:
        """Ready the lists, for a cache that lies in memory as this one does."""
        self._parts, self._source, self._rows = parts, source, rows
        width, inner = len(parts.output.bias), len(parts.inner.bias)
        self._query, self._key, self._value, *others = torch.empty(10, rows, width)
        self._context, self._change, *self._states = others
        self._hidden, self._nothing = torch.empty(rows, inner), torch.zeros(rows, width)
        self._in_order = torch.arange(rows).unsqueeze(1).expand(-1, 2)
        self._scores, self._shown = _scores(parts.heads, source, rows)
        run, norm = runner(), summed_norm()
        assert run is not None and norm is not None
        self._norm = norm
        self._lists = tuple(Calls(run) for _ in range(5))
        self._list_prefix(past)
        self._list_source()

    def _list_prefix(self, past: Past) -> None:
        parts, (enter, read, go_on, *_) = self._parts, self._lists
        reading, (first, second, _) = _compiled(parts.reading), parts.norms
        states, entered, spare, *_ = self._states
        x: Tensor | str = "x"
        if first.first:
            self._add_norm(enter, first, of=("x", self._nothing), to=(spare, entered))
            x = entered
        own = _product(parts.own, self._rows)
        split = own.blocks.chunk(3), own.scale.chunk(3), parts.own.bias.chunk(3)
        for part, *rest in zip((self._query, "key", "value"), *split, strict=True):
            enter.add(own.kernel, x, *rest, part, self._rows, own.inputs, len(rest[0]))
        counts: Arguments = (1, self._rows, parts.heads, "tokens")
        leaps: Arguments = (*past.keys.stride()[:3], "slot's leap", "token's leap")
        read.add(reading.of_scores, self._query, "keys", "scores", "origins", *counts, *leaps)
        go_on.add(reading.of_context, self._context, "values", "own", "origins", *counts, *leaps)
        self._add_product(go_on, parts.own_output, (self._context, self._change))
        norm = second if first.first else first
        self._add_norm(go_on, norm, of=("x", self._change), to=(states, entered))

    def _list_source(self) -> None:
        parts, source, (*_, go_on, leave, end) = self._parts, self._source, self._lists
        reading, (_, second, third) = _compiled(parts.reading), parts.norms
        states, entered, _, after, last = self._states
        read, rows = source.read, source.rows
        sentences, tokens = rows.shape
        counts = self._rows // sentences, sentences, parts.heads, tokens
        leaps = *read.keys.stride()[:3], *rows.stride()
        if source.absorbed is not None:
            to_scores, constant, back = source.absorbed
            there = Map(Products(*[to_scores] * 3), constant)
            self._add_product(go_on, there, (entered, self._scores))
            return_ = Map(Products(*[back] * 3), parts.output.bias)
            self._add_product(leave, return_, ("weights", self._change))
        else:
            self._add_product(go_on, parts.query, (entered, self._query))
            asked = self._query, read.keys, self._scores, rows
            go_on.add(reading.of_scores, *asked, *counts, *leaps)
            found = self._context, read.values, "weights", rows
            leave.add(reading.of_context, *found, *counts, *leaps)
            self._add_product(leave, parts.output, (self._context, self._change))
        if third.first:  # x + f(norm(x))
            self._add_norm(leave, third, of=(states, self._change), to=(after, last))
        else:
            self._add_norm(leave, second, of=(entered, self._change), to=(after, last))
        self._add_product(leave, parts.inner, (last, self._hidden))
        self._add_product(end, parts.outer, ("hidden", self._change))
        if third.first:
            self._add_norm(end, third, of=(after, self._change), to=("y", entered))
        else:
            self._add_norm(end, third, of=(last, self._change), to=(after, "y"))

    def _add_product(
        self, calls: Calls, of: Map, places: tuple[Tensor | str, Tensor | str]
    ) -> None:
        """From one place to another."""
        (x, y), product = places, _product(of, self._rows)
        places_of = x, product.blocks, product.scale, product.padded(of.bias), y
        calls.add(product.kernel, *places_of, self._rows, product.inputs, product.count)

    def _add_norm(
        self,
        calls: Calls,
        norm: ResidualNorm,
        *,
        of: tuple[Tensor | str, Tensor],
        to: tuple[Tensor | str, Tensor | str],
    ) -> None:
        """Sum and norm of two, to two places."""
        counts = self._rows, norm.normalized_shape[0], bits_of(norm.eps)
        calls.add(self._norm, *of, *to, norm.weight.detach(), norm.bias.detach(), *counts)

    def step(self, x: Tensor, past: Past, weigh: Weigh) -> tuple[Tensor, Tensor, Tensor]:
        """States (R, D), weights of the prefix (R, H, 1, t + 1) and of the source (B, H, K, S)."""
        enter, read, go_on, leave, end = self._lists
        x, tokens = x.contiguous(), past.keys.shape[2]
        key, value = self._key, self._value
        if past.place is not None and past.rows is None:
            key, value = past.place
        at = x.data_ptr()
        enter.run((("x", at), ("key", key.data_ptr()), ("value", value.data_ptr())))
        if past.rows is not None:
            past.write(key, value)
        origins = self._in_order if past.origins is None else past.origins
        told = (
            ("origins", origins.data_ptr()),
            ("tokens", tokens),
            ("slot's leap", origins.stride(0)),
            ("token's leap", origins.stride(1)),
        )
        own = torch.empty(self._rows, self._parts.heads, 1, tokens)
        read.run((("scores", own.data_ptr()), ("keys", past.keys.data_ptr()), *told))
        own = torch.softmax(own, -1)
        values = past.values.data_ptr()
        go_on.run((("x", at), ("values", values), ("own", own.data_ptr()), *told))
        weights = weigh(self._shown)
        given = weights if self._source.absorbed is None else weights.transpose(1, 2)
        given = given.contiguous()
        leave.run((("weights", given.data_ptr()),))
        hidden = self._parts.activation(self._hidden)
        y = torch.empty_like(x)
        end.run((("hidden", hidden.data_ptr()), ("y", y.data_ptr())))
        return y, own, weights


def _scores(heads: int, source: Source, rows: int) -> tuple[Tensor, Tensor]:
    """Room for those of the source, and what will be there as (B, H, K, S)."""
    sentences, tokens = source.rows.shape
    slots = rows // sentences
    if source.absorbed is None:
        scores = torch.zeros(sentences, heads, slots, tokens)  # those of padding stay as they are
        return scores, scores
    scores = torch.empty(slots, -(-heads * tokens // COLUMNS) * COLUMNS)
    used = scores[:, : heads * tokens].view(1, slots, heads, tokens)
    return scores, used.transpose(1, 2)


def listable(parts: Parts, absorbed: tuple[Product, Tensor, Product] | None, rows: int) -> bool:
    """Whether all that a step needs for so many rows is compiled."""
    maps = parts.own, parts.own_output, parts.query, parts.output, parts.inner, parts.outer
    products: list[Any] = [each.products.of(rows) for each in maps]
    products += [] if absorbed is None else [absorbed[0], absorbed[2]]
    widths = {len(each.bias) for each in maps}
    return (
        isinstance(parts.reading, CompiledReading)
        and all(isinstance(product, CompiledProduct) for product in products)
        and not any(width % COLUMNS for width in widths)
        and runner() is not None
        and summed_norm() is not None
    )


def _product(of: Map, rows: int) -> CompiledProduct:
    product: Any = of.products.of(rows)
    assert isinstance(product, CompiledProduct)
    return product


def _compiled(reading: Reading) -> CompiledReading:
    assert isinstance(reading, CompiledReading)
    return reading
