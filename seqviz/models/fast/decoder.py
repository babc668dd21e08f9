"""One layer of a Transformer's decoder, written out for steps on a CPU.

Skip this to understand the model: ``blocks.DecoderLayer`` gives the same numbers.

A step of a few rows spends less time on arithmetic than on getting to it. So maps of the same
input are one product; the source is laid out once a sentence; and where it is short, so that the
scores of all heads take no more columns than the width, two products leave the step: keys and the
map of the query become one matrix, values and the map of the output another.
Letters in shapes as in ``blocks``, S source tokens, H heads, d = D / H.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from seqviz.models.attention import KeysValues
from seqviz.models.blocks import DecoderLayer, Passed
from seqviz.models.cache import Past
from seqviz.models.editing import LayerEdits, edited_weights
from seqviz.models.fast.packed import fastest
from seqviz.models.fast.reading import reading
from seqviz.models.layers import ResidualNorm


class PackedDecoderLayer(DecoderLayer):
    """A ``DecoderLayer`` whose steps are written out; its parameters are the same objects."""

    written: "WrittenLayer | None"
    """None in a copy."""

    def read(self, states: Tensor, bias: Tensor | None) -> KeysValues:
        """The source as this layer's steps read it."""
        written = self.written
        if written is None or self.training or torch.is_grad_enabled() or not written.holds():
            return super().read(states, bias)
        return written.read(states, bias)

    def step(
        self,
        x: Tensor,
        memory: KeysValues,
        *,
        past: Past,
        bias: Tensor | None,
        record: bool,
        edits: LayerEdits | None,
    ) -> Passed:
        """See ``DecoderLayer.step``."""
        if not isinstance(memory, WrittenMemory) or past.place is None:
            return super().step(x, memory, past=past, bias=bias, record=record, edits=edits)
        return memory.layer.step(x, memory, past=past, bias=bias, record=record, edits=edits)


def packed_layer(plain: DecoderLayer, *, as_bfloat16: bool = False) -> PackedDecoderLayer:
    """The same layer with packed weights; ``plain`` is not to be used any more."""
    layer = PackedDecoderLayer.__new__(PackedDecoderLayer)
    layer.__dict__.update(plain.__dict__)
    layer.written = WrittenLayer(plain, as_bfloat16=as_bfloat16)
    return layer


@dataclass(frozen=True, slots=True)
class WrittenMemory(KeysValues):
    """A source as a ``WrittenLayer`` reads it; keys and values are contiguous."""

    layer: "WrittenLayer"
    absorbed: tuple[Tensor, Tensor, Tensor] | None = None
    """From a state to all scores of one short sentence, (D, H · S) and (H · S), and from the
    weights to the change of the state, (H · S, D)."""
    rows: Tensor | None = None
    """(B, S): the sentence of each token, −1 of padding; None: no padding is passed over."""

    def keep(self, sentences: Tensor) -> "WrittenMemory":
        """Those sentences only."""
        keys, values = self.keys[sentences], self.values[sentences]
        rows = None if self.rows is None else _numbered(self.rows[sentences] >= 0)
        return replace(self, keys=keys, values=values, absorbed=None, rows=rows)


class WrittenLayer:
    """What a step of a layer needs, at hand.

    Copied or pickled it becomes None: see ``PackedWeight``.
    """

    def __init__(self, layer: DecoderLayer, *, as_bfloat16: bool) -> None:
        """Pack the weights of a layer that decodes on a CPU; see ``packed.fastest``."""

        def joined(*maps: nn.Linear, of_sources: bool = False) -> Callable[[Tensor], Tensor]:
            """Maps of the same input (…, D) as one product, their results side by side."""
            weight = torch.cat([each.weight.detach() for each in maps])
            bias = torch.cat([each.bias.detach() for each in maps])
            products = fastest(weight, as_bfloat16=as_bfloat16, of_sources=of_sources)
            return lambda x: products.of(x.numel() // x.shape[-1])(x, bias)

        own, cross, change = layer.self_attention, layer.cross_attention, layer.feed_forward
        self._guards = [
            (module._parameters, name, value, value._version, value.detach())
            for module in layer.modules()
            for name, value in module.named_parameters(recurse=False)
        ]
        self._heads, self._scale = own.heads, own.scale
        self._reading = reading(len(own.query.weight) // own.heads)
        self._norms = [
            _norm(norm) for norm in (layer.self_norm, layer.cross_norm, layer.feed_forward_norm)
        ]
        self._first = layer.self_norm.first
        self._activation = change.activation
        self._query, self._output = cross.query, cross.output
        self._own = joined(own.query, own.key, own.value)
        self._source = joined(cross.key, cross.value, of_sources=True)
        self._maps = [
            joined(each)
            for each in (own.output, cross.query, cross.output, change.inner, change.outer)
        ]

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """No copy."""
        return type(None), ()

    def holds(self) -> bool:
        """Whether the weights are what they were."""
        return all(
            parameters[name] is value
            and value._version == version
            and value.data_ptr() == held.data_ptr()
            for parameters, name, value, version, held in self._guards
        )

    def read(self, states: Tensor, bias: Tensor | None) -> WrittenMemory:
        """Keys and values of a source, (B, S, D); see ``DecoderLayer.read``."""
        sentences, length, width = states.shape
        split = (sentences, length, 2, self._heads, width // self._heads)
        both = self._source(states).view(split).permute(2, 0, 3, 1, 4).contiguous()
        keys, values = both.unbind(0)  # (B, H, S, d) each
        rows = None
        if bias is not None and self._reading.skips:
            rows = _numbered(bias.flatten(1) == 0)
        memory = WrittenMemory(keys, values, self, rows=rows)
        if sentences > 1 or self._heads * length > width:
            return memory
        return replace(memory, absorbed=self._absorbed(keys[0], values[0]))

    def _absorbed(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heads, _, head_width = keys.shape
        query, bias = self._query.weight, self._query.bias
        parts = query.view(heads, head_width, -1).mT @ (self._scale * keys).mT  # (H, D, S)
        to_scores = parts.transpose(0, 1).reshape(query.shape[1], -1)
        constant = (self._scale * keys) @ bias.view(heads, head_width, 1)  # (H, S, 1)
        output = self._output.weight.view(-1, heads, head_width).permute(1, 2, 0)  # (H, d, D)
        return to_scores, constant.flatten(), (values @ output).flatten(0, 1)

    def step(
        self,
        x: Tensor,
        memory: WrittenMemory,
        *,
        past: Past,
        bias: Tensor | None,
        record: bool,
        edits: LayerEdits | None,
    ) -> Passed:
        """See ``DecoderLayer.step``."""
        enter_own, enter_cross, enter_change = self._norms
        first, flat = self._first, x.view(-1, x.shape[-1])  # (R, D)
        *_, inner, outer = self._maps

        change, own = self._read_prefix(enter_own(flat) if first else flat, past)
        flat = change.add_(flat) if first else enter_own(change.add_(flat))
        entered = enter_cross(flat) if first else flat
        change, cross = self._read_source(entered.view(x.shape), memory, bias=bias, edits=edits)
        flat = change.add_(flat) if first else enter_cross(change.add_(flat))
        entered = enter_change(flat) if first else flat
        change = outer(self._activation(inner(entered)))
        flat = change.add_(flat) if first else enter_change(change.add_(flat))
        if not record:
            return Passed(flat.view(x.shape))
        return Passed(flat.view(x.shape), own=own, cross=cross)

    def _read_prefix(self, x: Tensor, past: Past) -> tuple[Tensor, Tensor]:
        """The change of the states (R, D), and the weights (R, H, 1, t + 1)."""
        rows, width = x.shape
        query, key, value = self._own(x).view(rows, 3, width).unbind(1)
        past.write(key, value)
        reading, origins = self._reading, past.origins
        scores = reading.scores(query * self._scale, past.keys, origins=origins)
        weights = torch.softmax(scores, -1)
        return self._maps[0](reading.context(weights, past.values, origins=origins)), weights

    def _read_source(
        self, x: Tensor, memory: WrittenMemory, *, bias: Tensor | None, edits: LayerEdits | None
    ) -> tuple[Tensor, Tensor]:
        """The change of states (B, K, D) as (R, D), and the weights (B, H, K, S)."""
        sentences, slots, width = x.shape
        flat, split = x.view(-1, width), (sentences, slots, self._heads, -1)
        if memory.absorbed is not None:
            to_scores, constant, back = memory.absorbed
            scores = torch.addmm(constant, flat, to_scores).view(split).transpose(1, 2)
            weights = _weights(scores, bias, edits)
            joined = weights.transpose(1, 2).reshape(slots, -1)  # (K, H · S)
            return torch.addmm(self._output.bias, joined, back), weights
        query = self._maps[1](flat).mul_(self._scale)
        reading, rows = self._reading, memory.rows
        weights = _weights(reading.scores(query, memory.keys, origins=rows), bias, edits)
        return self._maps[2](reading.context(weights, memory.values, origins=rows)), weights


def _numbered(real: Tensor) -> Tensor:
    """See ``WrittenMemory.rows``; (B, S) bool."""
    return torch.where(real, torch.arange(len(real)).unsqueeze(1), -1)


def _weights(scores: Tensor, bias: Tensor | None, edits: LayerEdits | None) -> Tensor:
    if bias is not None:
        scores = scores + bias
    return torch.softmax(scores, -1) if edits is None else edited_weights(scores, edits)


def _norm(norm: ResidualNorm) -> Callable[[Tensor], Tensor]:
    shape, weight, bias, epsilon = norm.normalized_shape, norm.weight, norm.bias, norm.eps
    return lambda x: torch.layer_norm(x, shape, weight, bias, epsilon)
