"""Whole sentences through the stacks of a model of ``transformers``, block by block.

What the library's layers add to is found again from what every layer reads and what its attention
gives. Letters in shapes as in ``models.through``.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seqviz.foreign.hf.attention import Seen
from seqviz.models.attention import Attended
from seqviz.models.through import Block

POST_NORM = ("bart",)
"""The families whose norms stand after the sum."""
_OWN, _CROSS = "self_attn_layer_norm", "encoder_attn_layer_norm"


def through_encoder(
    model: Any, embedded: Tensor, seen: Seen
) -> tuple[tuple[Tensor, ...], tuple[Block, ...]]:
    """The source after 0, 1, … layers as the decoder reads it, (B, S, D), and its blocks.

    Args:
        model: of the library.
        embedded: (B, S, D).
        seen: for the encoder.
    """
    stack = model.get_encoder()
    mask = torch.ones(embedded.shape[:2], device=embedded.device)  # ``seen`` hides padding
    output = stack(
        inputs_embeds=embedded, attention_mask=mask, seen=seen, output_hidden_states=True
    )
    *reads, last = output.hidden_states
    levels = (*map(_final_norm(stack), reads), last)
    norms = _norms(model, stack, _OWN)
    return levels, tuple(map(_block, reads, seen.own, norms)) if seen.looks else ()


def through_decoder(
    model: Any, fed: Tensor, *, states: Tensor, seen: Seen
) -> tuple[tuple[Tensor, ...], tuple[Block, ...], tuple[Block, ...]]:
    """After every layer, (B, T, D); the blocks of self-attention, and those that read the source.

    Args:
        model: of the library.
        fed: token ids, (B, T).
        states: of the encoder, (B, S, D).
        seen: for the decoder.
    """
    stack = model.get_decoder()
    output = stack(
        input_ids=fed,
        encoder_hidden_states=states,
        use_cache=False,
        seen=seen,
        output_hidden_states=True,
    )
    *reads, last = output.hidden_states
    own = tuple(map(_block, reads, seen.own, _norms(model, stack, _OWN)))
    between = [block.after for block in own]
    cross = tuple(map(_block, between, seen.cross, _norms(model, stack, _CROSS)))
    return (*map(_final_norm(stack), reads[1:]), last), own, cross


def _block(before: Tensor, seen: Attended, norm: nn.LayerNorm | None) -> Block:
    total = before + seen.context
    return Block(seen, before=before, after=total if norm is None else norm(total), norm=norm)


def _norms(model: Any, stack: Any, name: str) -> Sequence[nn.LayerNorm | None]:
    """Of every layer the norm after a sum."""
    if model.config.model_type not in POST_NORM:
        return [None] * len(stack.layers if hasattr(stack, "layers") else stack.block)
    return [getattr(layer, name) for layer in stack.layers]


def _final_norm(stack: Any) -> Callable[[Tensor], Tensor]:
    """The norm at the end of a stack; one that changes nothing where there is none."""
    for name in ("final_layer_norm", "layer_norm"):
        norm: Callable[[Tensor], Tensor] | None = getattr(stack, name, None)
        if norm is not None:
            return norm
    return lambda states: states
