"""The Transformer encoder-decoder: every weight of every head and layer can be recorded.

Vaswani et al. 2017, https://arxiv.org/abs/1706.03762. General enough that a Marian checkpoint is
only a renaming of weights. Letters in shapes as in ``base``, D width, T target tokens.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seqviz.errors import InputError
from seqviz.models.attention import (
    Attended,
    causal_bias,
    padding_bias,
    real_tokens,
)
from seqviz.models.base import SpecialTokens, StepOutput
from seqviz.models.blocks import Decoder, DecoderLayer, EncoderLayer, Passed, stack_layers
from seqviz.models.cache import new_cache
from seqviz.models.editing import row_edits
from seqviz.models.layers import Output, embed, sinusoids
from seqviz.models.looked import Looked
from seqviz.models.settings import TransformerSettings
from seqviz.models.through import Block, Through
from seqviz.models.transformer_state import TransformerMemory, TransformerState
from seqviz.options.intervention import Intervention

Side = Literal["source", "target"]

__all__ = ["Transformer", "TransformerMemory", "TransformerSettings", "TransformerState"]


class Transformer(nn.Module):
    """Transformer encoder-decoder; a ``base.Seq2SeqModel``."""

    def __init__(self, settings: TransformerSettings, special: SpecialTokens | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.special = special or SpecialTokens()
        width = settings.width
        self.source_embedding = nn.Embedding(settings.source_vocabulary, width)
        if not settings.shared_embeddings:
            self.target_embedding = nn.Embedding(settings.target_vocabulary, width)
        if settings.positions == "learned":
            self.source_positions = nn.Embedding(settings.max_positions, width)
            self.target_positions = nn.Embedding(settings.max_positions, width)
        self.encoder = nn.ModuleList(EncoderLayer(settings) for _ in range(settings.encoder_layers))
        self.decoder = Decoder(DecoderLayer(settings) for _ in range(settings.decoder_layers))
        if settings.final_norm:
            self.encoder_norm = nn.LayerNorm(width)
            self.decoder_norm = nn.LayerNorm(width)
        self.output = Output(
            width, settings.target_vocabulary, tied=settings.tied_output, bias=settings.output_bias
        )
        self._initialise()

    @property
    def layers(self) -> int:
        """L of the recorded attention: layers of the decoder."""
        return self.settings.decoder_layers

    @property
    def heads(self) -> int:
        """H of the recorded attention."""
        return self.settings.heads

    @property
    def attends(self) -> bool:
        """Always: every layer of the decoder attends to the source."""
        return True

    @property
    def longest(self) -> int | None:
        """Where positions are learned, their number."""
        return self.settings.longest

    @property
    def reverses_source(self) -> bool:
        """Never: the encoder reads the whole source at once."""
        return self.settings.reverses_source

    @property
    def target_table(self) -> Tensor:
        """The target embedding, (V, D), which may be that of the source too."""
        shared = self.settings.shared_embeddings
        return self.source_embedding.weight if shared else self.target_embedding.weight

    def forward(self, source: Tensor, lengths: Tensor, target_in: Tensor) -> Tensor:
        """Logits (B, T, V) of a given target, shifted right by its start token, (B, T)."""
        memory = self._read(self._embed_source(source), lengths, record=False)
        x = target_in.new_empty(0)
        for passed in self._given(memory, target_in, record=False):
            x = passed.states
        return self._logits(x)

    @torch.no_grad()
    def encode(self, source: Tensor, lengths: Tensor, *, record: bool = False) -> TransformerMemory:
        """See ``base.Seq2SeqModel.encode``.

        Raises:
            InputError: the source is longer than the learned positions reach.
        """
        embedded = self._embed_source(source)
        return self._read(embedded, lengths.to(embedded.device), record=record)

    @torch.no_grad()
    def start(
        self, memory: TransformerMemory, *, beam_size: int, max_length: int
    ) -> TransformerState:
        """See ``base.Seq2SeqModel.start``.

        Raises:
            InputError: the learned positions do not reach ``max_length``.
        """
        return TransformerState(
            memories=tuple(
                layer.read(memory.states, memory.bias) for layer in self.decoder_layers()
            ),
            bias=memory.bias,
            positions=self.positions("target", max_length, memory.states.device),
            cache=new_cache(
                memory.states,
                layers=self.layers,
                heads=self.heads,
                beam_size=beam_size,
                max_length=max_length,
            ),
        )

    @torch.no_grad()
    def step(
        self,
        state: TransformerState,
        tokens: Tensor,
        *,
        record: bool = False,
        edits: Sequence[Intervention] = (),
    ) -> StepOutput[TransformerState]:
        """See ``base.Seq2SeqModel.step``."""
        passed = self.decoder.step(self._fed(state, tokens), state, edits=edits, record=record)
        logits, after = self._logits(passed.states), replace(state, cache=state.cache.advanced())
        own, cross = passed.own, passed.cross
        if own is None or cross is None:
            return StepOutput(logits=logits, state=after)
        return StepOutput(
            logits=logits,
            state=after,
            cross_attention=cross.permute(0, 3, 1, 2, 4),
            self_attention=own.view(*tokens.shape, self.layers, self.heads, -1),
        )

    @torch.no_grad()
    def look(
        self,
        memory: TransformerMemory,
        state: TransformerState,
        token: int,
        *,
        edits: Sequence[Intervention] = (),
    ) -> Looked:
        """See ``looked.Open.look``."""
        tokens = torch.full((1, 1), token, device=memory.states.device)
        x = self._fed(state, tokens)
        passed = self.decoder.passes(x, state, edits=edits, record=True, plain=True)
        own, cross = zip(*((block.seen for block in layer.blocks) for layer in passed), strict=True)
        combined, table = self._finished(passed[-1].states), self.target_table
        return Looked(
            seen={"cross": cross, "decoder": own},
            logits=self.output(combined, table)[0, 0],
            combined=combined[0, 0],
            table=table if self.output.weight is None else self.output.weight,
            bias=self.output.bias,
            after=replace(state, cache=state.cache.advanced()),
        )

    @torch.no_grad()
    def look_at_source(self, source: Tensor, lengths: Tensor) -> tuple[Attended, ...]:
        """See ``looked.Open.look_at_source``."""
        memory = self._read(self._embed_source(source), lengths, record=True, keep=True)
        return tuple(block.seen for block in memory.blocks)

    @torch.no_grad()
    def encode_by_layer(self, source: Tensor, lengths: Tensor) -> tuple[TransformerMemory, ...]:
        """See ``looked.Open.encode_by_layer``."""
        memory = self._read(self._embed_source(source), lengths, record=True, keep=True)
        read = replace(memory, self_attention=None, blocks=(), levels=())
        return tuple(replace(read, states=states) for states in memory.levels)

    def through(
        self,
        source: Tensor,
        lengths: Tensor,
        fed: Tensor,
        *,
        edits: Sequence[Sequence[Intervention]] = (),
        differentiable: bool = False,
    ) -> Through:
        """See ``looked.Open.through``."""
        with torch.set_grad_enabled(differentiable):
            embedded = self._embed_source(source)
            if differentiable:
                embedded = embedded.detach().requires_grad_()
            memory = self._read(embedded, lengths.to(embedded.device), record=True, keep=True)
            fed = fed.to(embedded.device)
            passed = list(self._given(memory, fed, record=True, edits=edits))
            own, cross = zip(*(layer.blocks for layer in passed), strict=True)
            return Through(
                embedded=embedded,
                levels=tuple(self._finished(layer.states) for layer in passed),
                encoder=memory.blocks,
                own=own,
                cross=cross,
            )

    def predict(self, finished: Tensor) -> Tensor:
        """See ``looked.Open.predict``."""
        return cast(Tensor, self.output(finished, self.target_table))

    def _given(
        self,
        memory: TransformerMemory,
        fed: Tensor,
        *,
        record: bool,
        edits: Sequence[Sequence[Intervention]] = (),
    ) -> Iterator[Passed]:
        """Every layer of the decoder, given a whole target, (B, T)."""
        size = fed.shape[1]
        positions = self.positions("target", size, fed.device)
        x = self._drop(self._embed_target(fed) + positions)  # (B, T, D)
        causal = causal_bias(size, x.device).to(x.dtype)
        for number, layer in enumerate(self.decoder_layers()):
            passed: Passed = layer(
                x,
                layer.cross_attention.project(memory.states),
                causal=causal,
                bias=memory.bias,
                record=record,
                edits=row_edits(edits, number, heads=self.heads),
            )
            yield passed
            x = passed.states

    def _read(
        self, embedded: Tensor, lengths: Tensor, *, record: bool, keep: bool = False
    ) -> TransformerMemory:
        """Embedded sources (B, S, D) through the encoder; ``keep`` what its layers do."""
        size = embedded.shape[1]
        mask = real_tokens(lengths, size)
        bias = padding_bias(mask)
        if bias is not None:
            bias = bias[:, None, None].to(self._dtype)  # (B, 1, 1, S)
        x = self._drop(embedded + self.positions("source", size, embedded.device))  # (B, S, D)
        weights, blocks, levels = [], list[Block](), [x]
        alone = bias is None or keep or torch.is_grad_enabled()
        real = None if alone else mask.flatten().nonzero().squeeze(1)
        for layer in self.encoder:
            passed: Passed = layer(x, bias, record=record, real=real)
            x = passed.states
            weights.append(passed.own)
            if keep:
                blocks.extend(passed.blocks)
                levels.append(x)
        finished = self.encoder_norm if self.settings.final_norm else _as_it_is
        return TransformerMemory(
            states=finished(x),
            mask=mask,
            bias=bias,
            self_attention=stack_layers(weights) if record else None,
            blocks=tuple(blocks),
            levels=tuple(map(finished, levels)) if keep else (),
        )

    def _embed_source(self, source: Tensor) -> Tensor:
        """(B, S, D) of token ids (B, S) on any device."""
        table = self.source_embedding.weight
        return embed(table, source.to(table.device), scaled=self.settings.scaled_embeddings)

    @property
    def _dtype(self) -> torch.dtype:
        return self.source_embedding.weight.dtype

    def decoder_layers(self) -> Iterable[DecoderLayer]:
        """The layers of the decoder, from the embedding upwards."""
        return cast(Iterable[DecoderLayer], self.decoder)

    def positions(self, side: Side, length: int, device: torch.device) -> Tensor:
        """What marks the first positions, (length, D)."""
        layout = self.settings.positions
        if layout != "learned":
            table = sinusoids(length, self.settings.width, layout=layout, device=device)
            return table.to(self._dtype)
        if length > self.settings.max_positions:
            raise _too_long(side, length, self.settings.max_positions)
        learned = self.source_positions if side == "source" else self.target_positions
        return learned.weight[:length]

    def _fed(self, state: TransformerState, tokens: Tensor) -> Tensor:
        """What the first layer of the decoder reads at a step, (B, K, D)."""
        return self._embed_target(tokens) + state.positions[state.cache.fed]

    def _embed_target(self, ids: Tensor) -> Tensor:
        return embed(self.target_table, ids, scaled=self.settings.scaled_embeddings)

    def _logits(self, x: Tensor) -> Tensor:
        return self.predict(self._finished(x))

    def _finished(self, x: Tensor) -> Tensor:
        """What the output layer reads, given the states of the last layer, (B, K, D)."""
        return cast(Tensor, self.decoder_norm(x)) if self.settings.final_norm else x

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.settings.dropout, self.training)

    def _initialise(self) -> None:
        for name, parameter in self.named_parameters():
            if "embedding" in name or "positions" in name:
                nn.init.normal_(parameter, std=self.settings.width**-0.5)
            elif parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)


def _as_it_is(x: Tensor) -> Tensor:
    return x


def _too_long(side: Side, found: int, limit: int) -> InputError:
    if side == "source":
        return InputError("source_too_long", {"found": found, "limit": limit})
    facts = {"option": "max_length", "found": found, "low": 1, "high": limit}
    return InputError("option_out_of_range", facts)
