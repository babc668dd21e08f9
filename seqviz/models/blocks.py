"""One layer of each stack of a Transformer.

Letters in shapes as in ``base``, D width, T target tokens, t tokens fed so far, R = B · K rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import torch
from torch import Tensor, nn

from seqviz.models.attention import KeysValues, MultiHeadAttention
from seqviz.models.cache import Past
from seqviz.models.editing import Edits, LayerEdits, RowEdits, edits_in_layer
from seqviz.models.layers import FeedForward, ResidualNorm
from seqviz.models.settings import Stack, TransformerSettings
from seqviz.models.through import Block
from seqviz.models.transformer_state import TransformerState
from seqviz.options.intervention import Intervention


@dataclass(frozen=True, slots=True)
class Passed:
    """What comes out of one layer; weights are None where they were not asked for."""

    states: Tensor
    """(B, Q, D)."""
    own: Tensor | None = None
    """Self-attention: (B, H, S, S) of an encoder layer, (R, H, 1, t + 1) of a decoder's step."""
    cross: Tensor | None = None
    """Attention over the memory, (B, H, K, S)."""
    blocks: tuple[Block, ...] = ()
    """Every use of attention, self-attention first; empty where a step is written out."""


class EncoderLayer(nn.Module):
    """Self-attention, then feed-forward."""

    def __init__(self, settings: TransformerSettings) -> None:
        super().__init__()
        self.attention = _attention(settings, settings.encoder_stack)
        self.attention_norm = _norm(settings)
        self.feed_forward = _feed_forward(settings, settings.encoder_stack)
        self.feed_forward_norm = _norm(settings)

    def forward(
        self, x: Tensor, bias: Tensor | None, *, record: bool, real: Tensor | None = None
    ) -> Passed:
        """All source positions, (B, S, D).

        Args:
            x: their states.
            bias: hides padding, (B, 1, 1, S).
            record: return the weights too.
            real: numbers of those that are no padding, counted through; only they are fed forward.
        """
        read = self.attention_norm.enter(x)
        seen = self.attention(read, self.attention.project(read), bias=bias, record=record)
        block = self.attention_norm.block(x, seen)
        entered = self.feed_forward_norm.enter(block.after)
        if real is None:
            change = self.feed_forward(entered)
        else:
            rows = entered.flatten(0, 1)
            change = torch.zeros_like(rows).index_copy_(0, real, self.feed_forward(rows[real]))
            change = change.view_as(x)
        states = self.feed_forward_norm.leave(block.after, change)
        return Passed(states, own=seen.weights, blocks=(block,))


class DecoderLayer(nn.Module):
    """Self-attention over the prefix, cross-attention over the memory, then feed-forward."""

    def __init__(self, settings: TransformerSettings) -> None:
        super().__init__()
        self.self_attention = _attention(settings, settings.decoder_stack)
        self.self_norm = _norm(settings)
        self.cross_attention = _attention(settings, settings.decoder_stack)
        self.cross_norm = _norm(settings)
        self.feed_forward = _feed_forward(settings, settings.decoder_stack)
        self.feed_forward_norm = _norm(settings)

    def forward(
        self,
        x: Tensor,
        memory: KeysValues,
        *,
        causal: Tensor,
        bias: Tensor | None,
        record: bool = False,
        edits: RowEdits | None = None,
    ) -> Passed:
        """All positions of a given target at once.

        Args:
            x: (B, T, D).
            memory: the source as this layer's cross-attention projects it.
            causal: hides later positions, (T, T).
            bias: hides padding of the source, (B, 1, 1, S).
            record: return the weights too.
            edits: of the cross-attention.
        """
        read = self.self_norm.enter(x)
        keys_values = self.self_attention.project(read)
        seen = self.self_attention(read, keys_values, bias=causal, record=record)
        block = self.self_norm.block(x, seen)
        return self._read_memory(block, memory, bias=bias, record=record, edits=edits)

    def read(self, states: Tensor, bias: Tensor | None) -> KeysValues:
        """The source as the cross-attention of ``step`` reads it.

        Args:
            states: (B, S, D).
            bias: hides padding, (B, 1, 1, S); a layer that is written out passes over it.
        """
        return self.cross_attention.project(states)

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
        """One position of every slot.

        Args:
            x: (B, K, D).
            memory: as above.
            past: this layer's cache; its place for this position is filled here.
            bias: as above.
            record: return the weights too.
            edits: of the cross-attention.
        """
        read = self.self_norm.enter(x).view(-1, 1, x.shape[-1])  # (R, 1, D)
        prefix = past.fill(self.self_attention.project(read))
        seen = self.self_attention(read, prefix, bias=past.bias, record=record)
        block = self.self_norm.block(x, seen)
        return self._read_memory(block, memory, bias=bias, record=record, edits=edits)

    def _read_memory(
        self,
        own: Block,
        memory: KeysValues,
        *,
        bias: Tensor | None,
        record: bool,
        edits: Edits | None,
    ) -> Passed:
        x = own.after
        read = self.cross_norm.enter(x)
        seen = self.cross_attention(read, memory, bias=bias, record=record, edits=edits)
        cross = self.cross_norm.block(x, seen)
        change = self.feed_forward(self.feed_forward_norm.enter(cross.after))
        states = self.feed_forward_norm.leave(cross.after, change)
        return Passed(states, own=own.seen.weights, cross=seen.weights, blocks=(own, cross))


class Decoder(nn.ModuleList):
    """The layers of a decoder, from the embedding upwards."""

    def step(
        self, x: Tensor, state: TransformerState, *, edits: Sequence[Intervention], record: bool
    ) -> Passed:
        """One position of every slot through all layers; see ``passes``.

        Returns:
            weights are those of all layers, (R, L, H, 1, t + 1) and (B, L, H, K, S).
        """
        passed = self.passes(x, state, edits=edits, record=record)
        if not record:
            return passed[-1]
        own = stack_layers([layer.own for layer in passed])
        cross = stack_layers([layer.cross for layer in passed])
        return Passed(passed[-1].states, own=own, cross=cross)

    def passes(
        self,
        x: Tensor,
        state: TransformerState,
        *,
        edits: Sequence[Intervention],
        record: bool,
        plain: bool = False,
    ) -> list[Passed]:
        """What one position of every slot becomes in every layer.

        Args:
            x: (B, K, D).
            state: consumed.
            edits: of the cross-attention.
            record: keep the weights.
            plain: never by a step that is written out; see ``models.fast``.
        """
        passed: list[Passed] = []
        pasts = state.cache.layer_views()
        for number, layer in enumerate(cast(Iterable[DecoderLayer], self)):
            step = partial(DecoderLayer.step, layer) if plain else layer.step
            done = step(
                x,
                state.memories[number],
                past=pasts[number],
                bias=state.bias,
                record=record,
                edits=edits_in_layer(edits, number, heads=layer.cross_attention.heads),
            )
            passed.append(done)
            x = done.states
        return passed


def stack_layers(weights: Sequence[Tensor | None]) -> Tensor:
    """Recorded weights of all layers, (B, L, …)."""
    return torch.stack([layer for layer in weights if layer is not None], 1)


def _attention(settings: TransformerSettings, stack: Stack) -> MultiHeadAttention:
    return MultiHeadAttention(settings.width, stack.heads, dropout=settings.dropout)


def _norm(settings: TransformerSettings) -> ResidualNorm:
    return ResidualNorm(settings.width, settings.norm, settings.dropout)


def _feed_forward(settings: TransformerSettings, stack: Stack) -> FeedForward:
    return FeedForward(
        settings.width,
        stack.inner_width,
        activation=settings.activation,
        dropout=settings.dropout,
    )
