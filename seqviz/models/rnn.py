"""The recurrent encoder-decoder, with or without attention.

The encoder's last states start the decoder (Sutskever et al. 2014, https://arxiv.org/abs/1409.3215).
Letters in shapes as in ``base``, T target tokens; positions are always those of the written
sentence, also when the encoder reads it backwards.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.backends import cudnn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seqviz.models.attention import (
    SINGLE_HEADED,
    Attended,
    padding_bias,
    real_tokens,
)
from seqviz.models.base import SpecialTokens, StepOutput
from seqviz.models.editing import LayerEdits, edits_in_layer
from seqviz.models.layers import Output
from seqviz.models.looked import Looked, Part
from seqviz.models.rnn_state import Decoded, RnnMemory, RnnState
from seqviz.models.settings import RnnSettings
from seqviz.models.through import Through
from seqviz.options.intervention import Intervention

__all__ = ["Rnn", "RnnMemory", "RnnSettings", "RnnState"]


class Rnn(nn.Module):
    """Recurrent encoder-decoder; a ``base.Seq2SeqModel``."""

    def __init__(self, settings: RnnSettings, special: SpecialTokens | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.special = special or SpecialTokens()
        width = settings.width
        self.source_embedding = nn.Embedding(settings.source_vocabulary, width)
        self.target_embedding = nn.Embedding(settings.target_vocabulary, width)
        self.encoder = _recurrent(settings, width, encoder=True)
        attention = SINGLE_HEADED[settings.attention]
        self._attends_first = attention is not None and attention.before_step
        decoder_input = 2 * width if self._attends_first else width  # with the context, or without
        self.decoder = _recurrent(settings, decoder_input, encoder=False)
        self.attention = None if attention is None else attention(width, width)
        parts = 0 if attention is None else len(attention.readout_parts)
        self.readout = nn.Linear(parts * width, width) if parts else None
        self.output = Output(
            width,
            settings.target_vocabulary,
            tied=settings.tied_output,
            bias=settings.output_bias,
        )
        for embedding in (self.source_embedding, self.target_embedding):
            nn.init.normal_(embedding.weight, std=width**-0.5)

    @property
    def layers(self) -> int:
        """L of the recorded attention."""
        return 1

    @property
    def heads(self) -> int:
        """H of the recorded attention."""
        return 1

    @property
    def attends(self) -> bool:
        """Whether it was built with attention."""
        return self.attention is not None

    @property
    def longest(self) -> None:
        """Any number: it knows no positions."""

    @property
    def reverses_source(self) -> bool:
        """Whether the encoder reads the source backwards."""
        return self.settings.reverses_source

    @property
    def target_table(self) -> Tensor:
        """The target embedding, (V, D)."""
        return self.target_embedding.weight

    def forward(self, source: Tensor, lengths: Tensor, target_in: Tensor) -> Tensor:
        """Logits (B, T, V) of a given target, shifted right by its start token, (B, T)."""
        memory = self._read(self.source_embedding(source), lengths)
        embedded = self._drop(self.target_embedding(target_in))  # (B, T, D)
        state = self.start(memory, beam_size=1, max_length=target_in.shape[1])
        if not self._attends_first:
            return self._logits(self._step_then_attend(embedded, state).readout)
        readouts = []
        for position in range(target_in.shape[1]):
            decoded = self._attend_then_step(embedded[:, position : position + 1], state)
            state = replace(state, recurrent=decoded.recurrent)
            readouts.append(decoded.readout)
        return self._logits(torch.cat(readouts, 1))

    @torch.no_grad()
    def encode(self, source: Tensor, lengths: Tensor, *, record: bool = False) -> RnnMemory:
        """See ``base.Seq2SeqModel.encode``; there is no self-attention to record."""
        return self._read(self._embed_source(source), lengths)

    def start(self, memory: RnnMemory, *, beam_size: int, max_length: int) -> RnnState:
        """See ``base.Seq2SeqModel.start``; any number of slots and steps is possible."""
        return RnnState(memory=memory, recurrent=memory.last, slots=1)

    @torch.no_grad()
    def step(
        self,
        state: RnnState,
        tokens: Tensor,
        *,
        record: bool = False,
        edits: Sequence[Intervention] = (),
    ) -> StepOutput[RnnState]:
        """See ``base.Seq2SeqModel.step``; without attention, edits change nothing."""
        decoded = self._decoded(tokens, state, edits)
        logits = self._logits(decoded.readout)
        after = RnnState(memory=state.memory, recurrent=decoded.recurrent, slots=tokens.shape[1])
        if not record:
            return StepOutput(logits=logits, state=after)
        attended = decoded.attended
        if attended is None or attended.weights is None:
            return StepOutput(logits=logits, state=after, hidden=decoded.states)
        return StepOutput(
            logits=logits,
            state=after,
            cross_attention=attended.weights[:, :, None, None],  # (B, K, 1, 1, S)
            scores=attended.scores,
            context=attended.context,
            hidden=decoded.states,
        )

    @torch.no_grad()
    def look(
        self,
        memory: RnnMemory,
        state: RnnState,
        token: int,
        *,
        edits: Sequence[Intervention] = (),
    ) -> Looked:
        """See ``looked.Open.look``."""
        device = self.target_table.device
        decoded = self._decoded(torch.full((1, 1), token, device=device), state, edits)
        attended, output = decoded.attended, self.output
        parts: tuple[Part, ...] = ()
        if self.attention is not None and self.readout is not None:
            columns = self.readout.weight.chunk(len(decoded.parts), 1)  # (D, D) each
            named = zip(self.attention.readout_parts, decoded.parts, columns, strict=True)
            parts = tuple(
                Part(name=name, vector=vector[0, 0], weight=weight)
                for name, vector, weight in named
            )
        return Looked(
            seen={} if attended is None else {"cross": (attended,)},
            logits=self._logits(decoded.readout)[0, 0],
            combined=decoded.readout[0, 0],
            table=self.target_table if output.weight is None else output.weight,
            bias=output.bias,
            after=RnnState(memory=memory, recurrent=decoded.recurrent, slots=1),
            source=memory.states[0],
            state=decoded.states[0, 0],
            handed=memory.last[0][-1, 0],
            parts=parts,
            constant=None if self.readout is None else self.readout.bias,
        )

    def look_at_source(self, source: Tensor, lengths: Tensor) -> tuple[Attended, ...]:
        """None: the encoder reads token by token."""
        return ()

    def encode_by_layer(self, source: Tensor, lengths: Tensor) -> tuple[RnnMemory, ...]:
        """None: the states of every layer start a layer of the decoder, so none can be left out."""
        return ()

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
        with torch.set_grad_enabled(differentiable), cudnn.flags(enabled=not differentiable):
            embedded = self._embed_source(source)
            if differentiable:
                embedded = embedded.detach().requires_grad_()
            memory = self._read(embedded, lengths)
            state = self.start(memory, beam_size=1, max_length=fed.shape[1])
            readouts = []
            for step, tokens in enumerate(torch.split(fed.to(embedded.device), 1, 1)):
                decoded = self._decoded(tokens, state, edits[step] if edits else ())
                state = replace(state, recurrent=decoded.recurrent)
                readouts.append(decoded.readout)
            return Through(embedded=embedded, levels=(torch.cat(readouts, 1),))

    def predict(self, finished: Tensor) -> Tensor:
        """See ``looked.Open.predict``."""
        logits: Tensor = self.output(finished, self.target_table)
        return logits

    def _decoded(self, tokens: Tensor, state: RnnState, edits: Sequence[Intervention]) -> Decoded:
        """One step of every slot; tokens (B, K)."""
        embedded = self.target_embedding(tokens)  # (B, K, D)
        decode = self._attend_then_step if self._attends_first else self._step_then_attend
        return decode(embedded, state, edits=edits_in_layer(edits, 0, heads=self.heads))

    def _embed_source(self, source: Tensor) -> Tensor:
        """(B, S, D) of token ids (B, S) on any device."""
        embedded: Tensor = self.source_embedding(source.to(self.target_table.device))
        return embedded

    def _read(self, embedded: Tensor, lengths: Tensor) -> RnnMemory:
        """Embedded sources (B, S, D) through the encoder."""
        lengths, size = lengths.to(embedded.device), embedded.shape[1]
        mask = real_tokens(lengths, size)
        order = _backwards(lengths, mask) if self.settings.reverse_source else None
        read = embedded if order is None else _ordered(embedded, order)
        packed = pack_padded_sequence(
            self._drop(read),
            lengths.cpu(),
            batch_first=True,
            enforce_sorted=False,
        )
        packed_states, last = self.encoder(packed)
        states: Tensor
        states, _ = pad_packed_sequence(
            packed_states, batch_first=True, total_length=size
        )  # (B, S, D)
        if order is not None:
            states = _ordered(states, order)
        bias = padding_bias(mask)
        return RnnMemory(
            read=None if self.attention is None else self.attention.project(states),
            mask=mask,
            bias=None if bias is None else bias[:, None].to(states.dtype),
            states=states,
            last=tuple(self._joined(part) for part in _parts(last)),
        )

    def _joined(self, last: Tensor) -> Tensor:
        """Both directions of every layer side by side, (layers, B, D)."""
        if not self.settings.bidirectional:
            return last
        directions = last.view(self.settings.layers, 2, *last.shape[1:])  # (layers, 2, B, D / 2)
        return directions.transpose(1, 2).flatten(2)  # (layers, B, D)

    def _step_then_attend(
        self, embedded: Tensor, state: RnnState, *, edits: LayerEdits | None = None
    ) -> Decoded:
        """Without attention, or with attention after the step (Luong et al. 2015, section 3).

        ``embedded`` (B, Q, D) holds Q slots at one step, or Q steps of one slot; the number of
        rows of the recurrent state tells them apart.
        """
        memory = state.memory
        states, recurrent = self._run(embedded, state.recurrent)
        if self.attention is None or self.readout is None:
            return Decoded(states, states, (), recurrent, None)
        attended = self.attention(states, memory.read, bias=memory.bias, edits=edits)
        parts = (attended.context, states)
        readout = torch.tanh(self.readout(torch.cat(parts, -1)))
        return Decoded(states, readout, parts, recurrent, attended)

    def _attend_then_step(
        self, embedded: Tensor, state: RnnState, *, edits: LayerEdits | None = None
    ) -> Decoded:
        """One step with attention before it (Bahdanau et al. 2015, appendix A.2.2)."""
        assert self.attention is not None and self.readout is not None  # by the settings
        memory, recurrent = state.memory, state.recurrent
        before = recurrent[0][-1].view(embedded.shape)  # (B, K, D)
        attended = self.attention(before, memory.read, bias=memory.bias, edits=edits)
        states, recurrent = self._run(torch.cat([embedded, attended.context], -1), recurrent)
        parts = (states, attended.context, embedded)
        readout = torch.tanh(self.readout(torch.cat(parts, -1)))
        return Decoded(states, readout, parts, recurrent, attended)

    def _run(
        self, inputs: Tensor, recurrent: tuple[Tensor, ...]
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        rows = recurrent[0].shape[1]
        flat = inputs.view(rows, -1, inputs.shape[-1])  # (B · K, 1, …) or (B, T, …)
        before = recurrent if self.settings.cell == "lstm" else recurrent[0]
        states: Tensor
        states, last = self.decoder(flat, before)
        return states.view(*inputs.shape[:2], -1), _parts(last)

    def _logits(self, readout: Tensor) -> Tensor:
        return self.predict(self._drop(readout))

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.settings.dropout, self.training)


def _recurrent(settings: RnnSettings, inputs: int, *, encoder: bool) -> nn.LSTM | nn.GRU:
    both = encoder and settings.bidirectional
    build = nn.LSTM if settings.cell == "lstm" else nn.GRU
    return build(
        inputs,
        settings.width // 2 if both else settings.width,
        settings.layers,
        batch_first=True,
        bidirectional=both,
        dropout=settings.dropout if settings.layers > 1 else 0.0,
    )


def _parts(recurrent: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return (recurrent,) if isinstance(recurrent, Tensor) else recurrent


def _ordered(states: Tensor, order: Tensor) -> Tensor:
    """States (B, S, D) in another order, (B, S)."""
    return states.gather(1, order[:, :, None].expand_as(states))


def _backwards(lengths: Tensor, mask: Tensor) -> Tensor:
    """Positions that turn the real tokens of every sentence around, (B, S); its own inverse."""
    positions = torch.arange(mask.shape[1], device=mask.device)
    return torch.where(mask, lengths[:, None] - 1 - positions, positions)
