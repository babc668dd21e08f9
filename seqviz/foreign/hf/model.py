"""Any encoder-decoder of ``transformers`` behind ``models.base.Seq2SeqModel``.

Positions, embeddings, norms and heads are the library's own; only attention is ours, see
``hf_attention``. Letters in shapes as in ``models.base``.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import DynamicCache, EncoderDecoderCache

from seqviz.errors import InputError
from seqviz.foreign.hf.attention import ATTENTION, Seen, register_attention
from seqviz.foreign.hf.state import ForeignMemory, ForeignState
from seqviz.foreign.hf.through import through_decoder, through_encoder
from seqviz.models.attention import Attended, padding_bias, real_tokens
from seqviz.models.base import SpecialTokens, StepOutput
from seqviz.models.blocks import stack_layers
from seqviz.models.looked import Looked
from seqviz.models.through import Through
from seqviz.options.intervention import Intervention

CLAMPED = 65_504 - 1_000
"""Where the library's encoders end what overflows in float16."""


class TransformersModel(nn.Module):
    """A model for conditional generation, as the search sees it; a ``base.Seq2SeqModel``."""

    def __init__(self, model: Any, special: SpecialTokens) -> None:
        """Take a model over: from now on it can be used through this one only.

        Args:
            model: of one of the families in ``hf_folder``.
            special: its ids that are no text; ``bos`` is its ``decoder_start_token_id``.
        """
        super().__init__()
        register_attention()
        model.set_attn_implementation(ATTENTION)
        self.model = model.eval()
        self.special = special

    def to(  # type: ignore[override]  # two of torch's forms
        self, where: torch.dtype | str
    ) -> "TransformersModel":
        """Move it, or turn its weights into another type, but for those that its makers keep."""
        kept: set[str] = set() if isinstance(where, str) else self._kept(where)
        named = self.model.named_parameters()
        whole = [one for name, one in named if not kept.isdisjoint(name.split("."))]
        numbers = [one.data for one in whole]
        super().to(where)
        for one, number in zip(whole, numbers, strict=True):
            one.data = number
        return self

    def _kept(self, dtype: torch.dtype) -> set[str]:
        """Names of modules that stay in float32, as ``from_pretrained`` has it."""
        lists = []
        if dtype in (torch.float16, torch.bfloat16):
            lists.append(self.model._keep_in_fp32_modules_strict)
        if dtype == torch.float16:
            lists.append(self.model._keep_in_fp32_modules)
        return {name for names in lists for name in names or ()}

    @property
    def layers(self) -> int:
        """L of the recorded attention: layers of the decoder."""
        config = self.model.config
        return int(getattr(config, "num_decoder_layers", None) or config.decoder_layers)

    @property
    def heads(self) -> int:
        """H of the recorded attention: heads of the decoder."""
        config = self.model.config
        return int(getattr(config, "decoder_attention_heads", None) or config.num_heads)

    @property
    def attends(self) -> bool:
        """Every family of the library has cross-attention."""
        return True

    @property
    def reverses_source(self) -> bool:
        """Never: the encoder reads the whole source at once."""
        return False

    @property
    def longest(self) -> int | None:
        """Most tokens that its positions reach, on either side; None: any number."""
        config = self.model.config
        reach: int | None = getattr(config, "max_position_embeddings", None)
        if reach is None or config.model_type != "m2m_100":
            return reach
        return reach - max(0, int(config.pad_token_id) - 1)  # it numbers positions from pad + 1

    @torch.no_grad()
    def encode(self, source: Tensor, lengths: Tensor, *, record: bool = False) -> ForeignMemory:
        """See ``base.Seq2SeqModel.encode``.

        Raises:
            InputError: ``source_too_long``: the positions do not reach so far.
        """
        mask, bias = self._mask(source, lengths)
        seen = Seen(bias=bias, decodes=False, record=record)
        return ForeignMemory(
            states=self._read(source.to(mask.device), mask, seen),
            mask=mask,
            bias=bias,
            self_attention=_stacked(seen.own) if record else None,
        )

    def _mask(self, source: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor | None]:
        """True where padded sources (B, S) hold a real token, and the bias that hides the rest."""
        found, device = source.shape[1], self.model.device
        if self.longest is not None and found > self.longest:
            raise InputError("source_too_long", {"found": found, "limit": self.longest})
        mask = real_tokens(lengths.to(device), found)
        bias = padding_bias(mask)
        return mask, None if bias is None else bias[:, None, None].to(self.model.dtype)

    @torch.no_grad()
    def look_at_source(self, source: Tensor, lengths: Tensor) -> tuple[Attended, ...]:
        """See ``looked.Open.look_at_source``; for one sentence, without padding."""
        device, seen = self.model.device, Seen(bias=None, decodes=False, record=True, looks=True)
        self._read(source.to(device), real_tokens(lengths.to(device), source.shape[1]), seen)
        return tuple(seen.own)

    def _read(self, source: Tensor, mask: Tensor, seen: Seen) -> Tensor:
        """Through the encoder, (B, S, D)."""
        half = self.model.dtype == torch.float16
        output = self.model.get_encoder()(input_ids=source, seen=seen, output_hidden_states=half)
        states: Tensor = output[0]
        return _told(states, output.hidden_states, mask) if half else states

    @torch.no_grad()
    def encode_by_layer(self, source: Tensor, lengths: Tensor) -> tuple[ForeignMemory, ...]:
        """See ``looked.Open.encode_by_layer``."""
        mask, bias = self._mask(source, lengths)
        seen = Seen(bias=bias, decodes=False, record=False)
        levels, _ = through_encoder(self.model, self._embed(source), seen)
        return tuple(
            ForeignMemory(states=states, mask=mask, bias=bias, self_attention=None)
            for states in levels
        )

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
        _, bias = self._mask(source, lengths)
        with torch.set_grad_enabled(differentiable):
            embedded = self._embed(source)
            if differentiable:
                embedded = embedded.detach().requires_grad_()
            reads = Seen(bias=bias, decodes=False, record=True, looks=True)
            sources, encoder = through_encoder(self.model, embedded, reads)
            writes = replace(reads, decodes=True, row_edits=edits, own=[], cross=[])
            fed = fed.to(embedded.device)
            levels, own, cross = through_decoder(self.model, fed, states=sources[-1], seen=writes)
            return Through(
                embedded=embedded,
                levels=tuple(level * self._output_scale for level in levels),
                encoder=encoder,
                own=own,
                cross=cross,
            )

    def predict(self, finished: Tensor) -> Tensor:
        """See ``looked.Open.predict``."""
        return F.linear(finished, self.model.lm_head.weight, self._output_bias)

    def _embed(self, source: Tensor) -> Tensor:
        """(B, S, D) of token ids (B, S) on any device."""
        stack = self.model.get_encoder()
        embedded: Tensor = stack.embed_tokens(source.to(self.model.device))
        return embedded * getattr(stack, "embed_scale", 1.0)  # Pegasus scales them later

    def start(self, memory: ForeignMemory, *, beam_size: int, max_length: int) -> ForeignState:
        """See ``base.Seq2SeqModel.start``.

        Raises:
            InputError: ``option_out_of_range``: the positions do not reach ``max_length``.
        """
        if self.longest is not None and max_length > self.longest:
            facts = {"option": "max_length", "found": max_length, "low": 1, "high": self.longest}
            raise InputError("option_out_of_range", facts)
        return ForeignState(
            states=memory.states,
            bias=memory.bias,
            cache=EncoderDecoderCache(DynamicCache(), DynamicCache()),
            slots=1,
        )

    @torch.no_grad()
    def step(
        self,
        state: ForeignState,
        tokens: Tensor,
        *,
        record: bool = False,
        edits: Sequence[Intervention] = (),
    ) -> StepOutput[ForeignState]:
        """See ``base.Seq2SeqModel.step``; the first one feeds one prefix a sentence."""
        seen = Seen(bias=state.bias, decodes=True, record=record, edits=edits)
        output = self.model(
            encoder_outputs=(state.states,),
            decoder_input_ids=tokens.reshape(-1, 1),
            past_key_values=state.cache,
            use_cache=True,
            seen=seen,
        )
        logits = output[0].view(*tokens.shape, -1)
        if not record:
            return StepOutput(logits=logits, state=state)
        own = _stacked(seen.own)  # (R, L, H, 1, t + 1)
        cross = _stacked(seen.cross)  # (B, L, H, K, S)
        return StepOutput(
            logits=logits,
            state=state,
            cross_attention=cross.permute(0, 3, 1, 2, 4),
            self_attention=own.view(*tokens.shape, *own.shape[1:3], -1),
        )

    @torch.no_grad()
    def look(
        self,
        memory: ForeignMemory,
        state: ForeignState,
        token: int,
        *,
        edits: Sequence[Intervention] = (),
    ) -> Looked:
        """See ``looked.Open.look``."""
        seen = Seen(bias=None, decodes=True, record=True, looks=True, edits=edits)
        output = self.model.get_decoder()(
            input_ids=torch.full((1, 1), token, device=self.model.device),
            encoder_hidden_states=state.states,
            past_key_values=state.cache,
            use_cache=True,
            seen=seen,
        )
        combined = output[0][0, 0] * self._output_scale  # (D,)
        return Looked(
            seen={"cross": tuple(seen.cross), "decoder": tuple(seen.own)},
            logits=self.predict(combined),
            combined=combined,
            table=self.model.lm_head.weight,
            bias=self._output_bias,
            after=state,
        )

    @property
    def _output_bias(self) -> Tensor | None:
        """(V,)."""
        bias: Tensor | None = getattr(self.model, "final_logits_bias", None)
        return None if bias is None else bias[0]

    @property
    def _output_scale(self) -> float:
        """What T5 and umT5 multiply the last state by, where their embeddings are tied."""
        config = self.model.config
        tied = config.model_type == "umt5" and config.tie_word_embeddings
        scales = getattr(config, "scale_decoder_outputs", tied)
        return float(config.d_model**-0.5) if scales else 1.0


def _stacked(layers: Sequence[Attended]) -> Tensor:
    """Recorded weights of all layers, (B, L, …)."""
    return stack_layers([layer.weights for layer in layers])


def _told(states: Tensor, layers: Sequence[Tensor], mask: Tensor) -> Tensor:
    """The encoder's states (B, S, D); all NaN for a source where the library clamped numbers.

    Its encoders do so in float16 and go on as if nothing had been.

    Args:
        states: what comes out.
        layers: what each layer reads, (B, S, D); the last is ``states``.
        mask: True where the source holds a real token, (B, S).
    """
    clamped = [one.abs().amax(-1) >= CLAMPED for one in layers if one.dtype == torch.float16]
    broken = (torch.stack(clamped).any(0) & mask).any(-1)  # (B,)
    return states.masked_fill(broken[:, None, None], torch.nan)
