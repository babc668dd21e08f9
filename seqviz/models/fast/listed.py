"""A step of a decoder in one list of calls of compiled functions.

Skip this to understand the model: ``decoder.WrittenLayer`` gives the same numbers where nothing can
be compiled. Between the calls torch does what is not worth compiling: edits, rare activations.
Letters in shapes as in ``decoder``; C columns of a block.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from seqviz.models.attention import KeysValues
from seqviz.models.blocks import Passed
from seqviz.models.cache import DecoderCache
from seqviz.models.editing import LayerEdits, edited_weights
from seqviz.models.fast.calls import Calls, runner
from seqviz.models.fast.compiled import COLUMNS, CompiledProduct
from seqviz.models.fast.packed import Products
from seqviz.models.fast.products import Product
from seqviz.models.fast.reading import CompiledReading, Reading
from seqviz.models.fast.rowwise import activation, bits_of, scatter, softmax, summed_norm
from seqviz.models.layers import ResidualNorm

Arguments = tuple[Tensor | int | str, ...]


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
    """The list of calls of all layers for so many rows; consumed like the state it belongs to."""

    def __init__(
        self, layers: Sequence[tuple[Parts, Source]], cache: DecoderCache, rows: int
    ) -> None:
        """Ready the list, for a cache that lies in memory as this one does."""
        (parts, source), *_ = layers
        self._layers, self._heads, self._rows = len(layers), parts.heads, rows
        self._absorbed = source.absorbed is not None
        self._table, self._leap = cache.table, cache.table[0, 0].nbytes
        width, inner = len(parts.output.bias), len(parts.inner.bias)
        self._x, self._query, self._key, self._value, *others = torch.empty(11, rows, width)
        self._context, self._change, *self._states = others
        self._hidden, self._nothing = torch.empty(rows, inner), torch.zeros(rows, width)
        self._in_order = torch.arange(rows).unsqueeze(1).expand(-1, 2)
        self._scores, self._shown = _scores(parts.heads, source, rows)
        self._activate, self._activation = parts.activation, activation(parts.activation)
        run, norm, share, write = _needed()
        assert run is not None and norm is not None and share is not None and write is not None
        self._norm, self._softmax = norm, share
        self._calls, self._stops = Calls(run), list[tuple[int, int]]()
        numbers = cache.rows()
        for layer, (parts, source) in enumerate(layers):
            self._calls.turn = layer
            self._enter(parts)
            for new, name in ((self._key, "key"), (self._value, "value")):
                self._calls.add(write, new, name, numbers, rows, width)
            self._list_prefix(parts, layer)
            self._list_source(parts, source)

    def _enter(self, parts: Parts) -> None:
        """Query, key and value of the self-attention."""
        first, x = parts.norms[0], self._x
        if first.first:
            _, x, spare, *_ = self._states
            self._add_norm(first, of=(self._x, self._nothing), to=(spare, x))
        own = _product(parts.own, self._rows)
        split = own.blocks.chunk(3), own.scale.chunk(3), parts.own.bias.chunk(3)
        for part, *rest in zip((self._query, self._key, self._value), *split, strict=True):
            self._calls.add(own.kernel, x, *rest, part, self._rows, own.inputs, len(rest[0]))

    def _list_prefix(self, parts: Parts, layer: int) -> None:
        reading, (first, second, _), add = _compiled(parts.reading), parts.norms, self._calls.add
        states, entered, *_ = self._states
        keys, values = self._table[0, 2 * layer : 2 * layer + 2]
        counts: Arguments = (1, self._rows, parts.heads, "tokens")
        leaps = len(parts.output.bias), len(parts.output.bias) // parts.heads, self._table.stride(0)
        own: Arguments = ("own", "origins", *counts, *leaps, "slot's leap", "token's leap")
        add(reading.of_scores, self._query, keys, *own)
        add(self._softmax, "own", "own", 1, self._rows * parts.heads, "tokens", 0)
        add(reading.of_context, self._context, values, *own)
        self._add_product(parts.own_output, (self._context, self._change))
        norm = second if first.first else first
        self._add_norm(norm, of=(self._x, self._change), to=(states, entered))

    def _list_source(self, parts: Parts, source: Source) -> None:
        reading, (_, second, third), add = _compiled(parts.reading), parts.norms, self._calls.add
        states, entered, _, after, last = self._states
        keys, values, rows = source.read.keys, source.read.values, source.rows
        sentences, tokens = rows.shape
        slots = self._rows // sentences
        counts = slots, sentences, parts.heads, tokens
        leaps = *keys.stride()[:3], *rows.stride()
        if source.absorbed is not None:
            to_scores, constant, back = source.absorbed
            there = Map(Products(*[to_scores] * 3), constant)
            self._add_product(there, (entered, self._scores))
            add(self._softmax, self._scores, "weights", *counts[::2], tokens, len(self._scores[0]))
        else:
            self._add_product(parts.query, (entered, self._query))
            add(reading.of_scores, self._query, keys, self._scores, rows, *counts, *leaps)
            add(self._softmax, self._scores, "weights", 1, self._rows * parts.heads, tokens, 0)
        scored = len(self._calls)
        if source.absorbed is not None:
            return_ = Map(Products(*[back] * 3), parts.output.bias)
            self._add_product(return_, ("weights", self._change))
        else:
            add(reading.of_context, self._context, values, "weights", rows, *counts, *leaps)
            self._add_product(parts.output, (self._context, self._change))
        before = states if third.first else entered  # x + f(norm(x)), or norm(x + f(x))
        norm = third if third.first else second
        self._add_norm(norm, of=(before, self._change), to=(after, last))
        self._add_product(parts.inner, (last, self._hidden))
        self._stops.append((scored, len(self._calls)))
        if self._activation is not None:
            add(self._activation, self._hidden, self._hidden.numel())
        self._add_product(parts.outer, (self._hidden, self._change))
        before, to = (after, (self._x, entered)) if third.first else (last, (after, self._x))
        self._add_norm(third, of=(before, self._change), to=to)

    def _add_product(self, of: Map, places: tuple[Tensor | str, Tensor | str]) -> None:
        """From one place to another."""
        (x, y), product = places, _product(of, self._rows)
        places_of = x, product.blocks, product.scale, product.padded(of.bias), y
        self._calls.add(product.kernel, *places_of, self._rows, product.inputs, product.count)

    def _add_norm(
        self,
        norm: ResidualNorm,
        *,
        of: tuple[Tensor | str, Tensor],
        to: tuple[Tensor | str, Tensor | str],
    ) -> None:
        """Sum and norm of two, to two places."""
        counts = self._rows, norm.normalized_shape[0], bits_of(norm.eps)
        self._calls.add(self._norm, *of, *to, norm.weight.detach(), norm.bias.detach(), *counts)

    def step(self, x: Tensor, cache: DecoderCache, edits: Sequence[LayerEdits | None]) -> Passed:
        """See ``blocks.Decoder.step``; x (B, K, D)."""
        self._x.copy_(x.view(self._x.shape))
        tokens, origins = cache.fed + 1, self._in_order if cache.origins is None else cache.origins
        own = torch.empty(self._layers, self._rows, self._heads, 1, tokens)
        weights = torch.empty(self._layers, *self._turned(self._shown).shape)
        tell, place, leap = self._calls.tell, self._table[cache.fed].data_ptr(), self._leap
        tell("key", place, 2 * leap)
        tell("value", place + leap, 2 * leap)
        tell("own", own.data_ptr(), own[0].nbytes)
        tell("weights", weights.data_ptr(), weights[0].nbytes)
        tell("origins", origins.data_ptr())
        tell("tokens", tokens)
        tell("slot's leap", origins.stride(0))
        tell("token's leap", origins.stride(1))
        self._go(edits, weights)
        own, cross = own.transpose(0, 1), self._turned(weights).transpose(0, 1)
        return Passed(self._x.view(x.shape), own=own, cross=cross)

    def _go(self, edits: Sequence[LayerEdits | None], weights: Tensor) -> None:
        """Make all calls, and between them what is not compiled."""
        done = 0
        for layer, (scored, activated) in enumerate(self._stops):
            if edits and (edit := edits[layer]) is not None:
                self._calls.go(done, scored)
                weights[layer] = self._turned(edited_weights(self._shown, edit))
                done = scored
            if self._activation is None:
                self._calls.go(done, activated)
                self._hidden.copy_(self._activate(self._hidden))
                done = activated
        self._calls.go(done, len(self._calls))

    def _turned(self, of_source: Tensor) -> Tensor:
        """From how numbers of the source lie in memory to (…, H, K, S), or back."""
        return of_source.transpose(-3, -2) if self._absorbed else of_source


def _scores(heads: int, source: Source, rows: int) -> tuple[Tensor, Tensor]:
    """Room for those of the source, and what will be there as (B, H, K, S)."""
    sentences, tokens = source.rows.shape
    slots = rows // sentences
    if source.absorbed is None:
        scores = torch.zeros(sentences, heads, slots, tokens)
        scores.masked_fill_(source.rows[:, None, None] < 0, -torch.inf)  # nothing is written there
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
        and None not in _needed()
    )


def _product(of: Map, rows: int) -> CompiledProduct:
    product: Any = of.products.of(rows)
    assert isinstance(product, CompiledProduct)
    return product


def _compiled(reading: Reading) -> CompiledReading:
    assert isinstance(reading, CompiledReading)
    return reading


def _needed() -> tuple[Callable[..., None] | None, ...]:
    """What every list calls."""
    return runner(), summed_norm(), softmax(), scatter()
