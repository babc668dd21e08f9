"""The layers of a Transformer's decoder, written out for steps on a CPU.

Skip this to understand the model: ``blocks.Decoder`` gives the same numbers.

A step of a few rows spends less time on arithmetic than on getting to it. So maps of the same
input are one product; the source is laid out once a sentence; and where it is short, so that the
scores of all heads take no more columns than the width, two products leave the step: keys and the
map of the query become one matrix, values and the map of the output another.
Letters in shapes as in ``blocks``, S source tokens, H heads, d = D / H.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from seqviz.models.attention import KeysValues
from seqviz.models.blocks import Decoder, DecoderLayer, Passed
from seqviz.models.cache import DecoderCache, Past
from seqviz.models.editing import LayerEdits, edited_weights, edits_in_layer
from seqviz.models.fast.compiled import compiled
from seqviz.models.fast.listed import ListedStep, Map, Parts, Source, listable
from seqviz.models.fast.packed import fastest
from seqviz.models.fast.products import Product, plain
from seqviz.models.fast.reading import reading
from seqviz.models.transformer_state import TransformerState
from seqviz.options.intervention import Intervention

Weigh = Callable[[Tensor], Tensor]
"""From scores of the cross-attention (B, H, K, S) to its weights."""


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


class PackedDecoder(Decoder):
    """A ``Decoder`` of such layers, which takes a step through all of them at once."""

    def step(
        self, x: Tensor, state: TransformerState, *, edits: Sequence[Intervention], record: bool
    ) -> Passed:
        """See ``Decoder.step``."""
        first, cache = state.memories[0], state.cache
        if not isinstance(first, WrittenMemory) or not isinstance(cache, DecoderCache):
            return super().step(x, state, edits=edits, record=record)
        key = x.shape[0] * x.shape[1], cache.table.data_ptr()
        if key not in first.lists:
            first.lists[key] = _listed(state.memories, cache, key[0])
        if (listed := first.lists[key]) is None:
            return super().step(x, state, edits=edits, record=record)
        heads, layers = first.layer.parts.heads, range(len(self)) if edits else ()
        of_layers = [edits_in_layer(edits, layer, heads=heads) for layer in layers]
        passed = listed.step(x, cache, of_layers)
        return passed if record else Passed(passed.states)


def _listed(memories: Sequence[KeysValues], cache: DecoderCache, rows: int) -> ListedStep | None:
    """A step of so many rows; None: something is not compiled, or a layer's weights changed."""
    layers = []
    for memory in memories:
        if not isinstance(memory, WrittenMemory):
            return None
        parts, absorbed = memory.layer.parts, memory.absorbed
        if not listable(parts, absorbed, rows):
            return None
        order = torch.arange(len(memory.keys)).unsqueeze(1).expand(-1, memory.keys.shape[2])
        rows_of = order if memory.rows is None else memory.rows
        layers.append((parts, Source(read=memory, rows=rows_of, absorbed=absorbed)))
    return ListedStep(layers, cache, rows)


@dataclass(frozen=True, slots=True)
class WrittenMemory(KeysValues):
    """A source as a ``WrittenLayer`` reads it; keys and values are contiguous."""

    layer: "WrittenLayer"
    absorbed: tuple[Product, Tensor, Product] | None = None
    """From a state to all H · S scores of one short sentence, with their bias, and from the weights
    to the change of the state."""
    rows: Tensor | None = None
    """(B, S): the sentence of each token, −1 of padding; None: no padding is passed over."""
    lists: dict[tuple[int, ...], ListedStep | None] = field(default_factory=dict, compare=False)
    """By how many rows there are, and where the cache lies; None: a step cannot be listed. Those of
    the first layer are of all layers."""

    def keep(self, sentences: Tensor) -> "WrittenMemory":
        """Those sentences only."""
        keys, values = self.keys[sentences], self.values[sentences]
        rows = None if self.rows is None else _numbered(self.rows[sentences] >= 0)
        return replace(self, keys=keys, values=values, absorbed=None, rows=rows, lists={})


class WrittenLayer:
    """What a step of a layer needs, at hand.

    Copied or pickled it becomes None: see ``PackedWeight``.
    """

    def __init__(self, layer: DecoderLayer, *, as_bfloat16: bool) -> None:
        """Pack the weights of a layer that decodes on a CPU; see ``packed.fastest``."""

        def joined(*maps: nn.Linear, of_sources: bool = False) -> Map:
            """Maps of the same input (…, D) as one product, their results side by side."""
            weight = torch.cat([each.weight.detach() for each in maps])
            bias = torch.cat([each.bias.detach() for each in maps])
            return Map(fastest(weight, as_bfloat16=as_bfloat16, of_sources=of_sources), bias)

        own, cross, change = layer.self_attention, layer.cross_attention, layer.feed_forward
        self._guards = [
            (module._parameters, name, value, value._version, value.detach())
            for module in layer.modules()
            for name, value in module.named_parameters(recurse=False)
        ]
        self._query, self._output = cross.query, cross.output
        self._source = joined(cross.key, cross.value, of_sources=True)
        self.parts = Parts(
            own=joined(own.query, own.key, own.value),
            own_output=joined(own.output),
            query=joined(cross.query),
            output=joined(cross.output),
            inner=joined(change.inner),
            outer=joined(change.outer),
            norms=(layer.self_norm, layer.cross_norm, layer.feed_forward_norm),
            activation=change.activation,
            heads=own.heads,
            reading=reading(len(own.query.weight) // own.heads),
        )

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
        heads = self.parts.heads
        split = (sentences, length, 2, heads, width // heads)
        both = self._source(states).view(split).permute(2, 0, 3, 1, 4).contiguous()
        keys, values = both.unbind(0)  # (B, H, S, d) each
        rows = None
        if bias is not None and self.parts.reading.skips:
            rows = _numbered(bias.flatten(1) == 0)
        memory = WrittenMemory(keys, values, self, rows=rows)
        if sentences > 1 or bias is not None or heads * length > width:
            return memory
        return replace(memory, absorbed=self._absorbed(keys[0], values[0]))

    def _absorbed(self, keys: Tensor, values: Tensor) -> tuple[Product, Tensor, Product]:
        heads, _, head_width = keys.shape
        query, bias = self._query.weight, self._query.bias
        scaled = keys * head_width**-0.5
        parts = query.view(heads, head_width, -1).mT @ scaled.mT  # (H, D, S)
        to_scores = parts.transpose(0, 1).flatten(1)  # (D, H · S)
        constant = scaled @ bias.view(heads, head_width, 1)  # (H, S, 1)
        output = self._output.weight.view(-1, heads, head_width).permute(1, 2, 0)  # (H, d, D)
        weights = to_scores.T, (values @ output).flatten(0, 1).T
        there, back = (compiled(each, lasting=False) or plain(each) for each in weights)
        return there, constant.flatten(), back

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
        parts, flat = self.parts, x.view(-1, x.shape[-1])  # (R, D)

        def weigh(scores: Tensor) -> Tensor:
            if bias is not None:
                scores = scores + bias
            return torch.softmax(scores, -1) if edits is None else edited_weights(scores, edits)

        enter_own, enter_cross, enter_change = parts.norms
        first = enter_own.first

        change, own = self._read_prefix(enter_own(flat) if first else flat, past)
        flat = change.add_(flat) if first else enter_own(change.add_(flat))
        entered = enter_cross(flat) if first else flat
        change, cross = self._read_source(entered.view(x.shape), memory, weigh)
        flat = change.add_(flat) if first else enter_cross(change.add_(flat))
        entered = enter_change(flat) if first else flat
        change = parts.outer(parts.activation(parts.inner(entered)))
        flat = change.add_(flat) if first else enter_change(change.add_(flat))
        if not record:
            return Passed(flat.view(x.shape))
        return Passed(flat.view(x.shape), own=own, cross=cross)

    def _read_prefix(self, x: Tensor, past: Past) -> tuple[Tensor, Tensor]:
        """The change of the states (R, D), and the weights (R, H, 1, t + 1)."""
        rows, width = x.shape
        query, key, value = self.parts.own(x).view(rows, 3, width).unbind(1)
        past.write(key, value)
        reading, origins = self.parts.reading, past.origins
        weights = torch.softmax(reading.scores(query, past.keys, origins=origins), -1)
        context = reading.context(weights, past.values, origins=origins)
        return self.parts.own_output(context), weights

    def _read_source(self, x: Tensor, memory: WrittenMemory, weigh: Weigh) -> tuple[Tensor, Tensor]:
        """The change of states (B, K, D) as (R, D), and the weights (B, H, K, S)."""
        parts, (sentences, slots, width) = self.parts, x.shape
        flat, split = x.view(-1, width), (sentences, slots, parts.heads, -1)
        if memory.absorbed is not None:
            to_scores, constant, back = memory.absorbed
            weights = weigh(to_scores(flat, constant).view(split).transpose(1, 2))
            joined = weights.transpose(1, 2).reshape(slots, -1)  # (K, H · S)
            return back(joined, parts.output.bias), weights
        reading, rows = parts.reading, memory.rows
        weights = weigh(reading.scores(parts.query(flat), memory.keys, origins=rows))
        return parts.output(reading.context(weights, memory.values, origins=rows)), weights


def _numbered(real: Tensor) -> Tensor:
    """See ``WrittenMemory.rows``; (B, S) bool."""
    return torch.where(real, torch.arange(len(real)).unsqueeze(1), -1)
