"""How much of every token comes from the sentence, and how much from what was written: ALTI+.

Ferrando et al. 2022, https://aclanthology.org/2022.emnlp-main.599, sections 3 and 4. Letters in
shapes as in ``models.through``.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from seqviz.decoding.batch import padded
from seqviz.decoding.computing import numbers
from seqviz.decoding.constraints import first_fed
from seqviz.decoding.following import OpenModel, at_once
from seqviz.decoding.scored import batches
from seqviz.errors import InputError
from seqviz.models.through import Block, Through
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.trace.evidence import SourceContributions

BATCH_TOKENS = 256
"""Padded tokens of a batch: larger ones leave the processor's caches and take longer."""
_MOST = 2**23
"""Numbers of the vectors that are compared at a time."""


def source_contributions(model: OpenModel, trace: Trace, rank: int) -> SourceContributions:
    """Of every token of a hypothesis, from one pass over all of it, with the edits of the decoding.

    Raises:
        InputError: ``contributions_recurrent``: only a Transformer's blocks are sums that can be
            taken apart; there is no such hypothesis.
    """
    with torch.inference_mode():
        source, prefix = mixed(_checked(at_once(model, trace, rank), trace.model.name))
    return SourceContributions(source=numbers(source[0]), prefix=numbers(prefix[0]))


def contribute_corpus(
    model: OpenModel,
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    *,
    options: DecodeOptions,
    name: str,
    batch_tokens: int = BATCH_TOKENS,
) -> list[SourceContributions]:
    """The same of one given target for every source, in padded batches.

    Args:
        model: any encoder-decoder.
        sources: EOS included.
        targets: as many, normally with EOS at the end.
        options: only their ``rules`` matter.
        name: of the model, for what is refused.
        batch_tokens: padded tokens of a batch, on either side; changes speed, not results.

    Raises:
        InputError: ``contributions_recurrent``.
    """
    found: dict[int, SourceContributions] = {}
    start = first_fed(model.special, options)
    with torch.inference_mode():
        for batch in batches(sources, targets, batch_tokens):
            read = [sources[number] for number in batch]
            fed = [(start, *targets[number][:-1]) for number in batch]
            pad = model.special.pad
            through = model.through(*padded(read, pad), padded(fed, pad)[0])
            apart = _apart(mixed(_checked(through, name)), read, fed)
            found |= dict(zip(batch, apart, strict=True))
    return [found[number] for number in range(len(sources))]


def _checked(through: Through, name: str) -> Through:
    if not through.cross:
        raise InputError("contributions_recurrent", {"model": name})
    return through


def _apart(
    shares_of_all: tuple[Tensor, Tensor],
    sources: Sequence[Sequence[int]],
    fed: Sequence[Sequence[int]],
) -> Iterator[SourceContributions]:
    """Every sentence of a padded batch by itself."""
    source, prefix = (part.cpu() for part in shares_of_all)
    for place, (read, written) in enumerate(zip(sources, fed, strict=True)):
        steps = len(written)
        yield SourceContributions(
            source=numbers(source[place, :steps, : len(read)]),
            prefix=numbers(prefix[place, :steps, :steps]),
        )


def mixed(through: Through) -> tuple[Tensor, Tensor]:
    """Shares of the source (B, T, S) and of the tokens fed (B, T, T).

    Rows of both together sum to 1. Layer after layer, the shares of a block's inputs are those of
    the block before: of the encoder E ← C E; of the decoder S ← r C S + X E and T ← r C T, with C
    the shares within its self-attention, X those within the cross-attention, and r what is left
    there for the residual. Nothing comes from padding, whose weights are 0.
    """
    read = _unmixed(through.encoder)  # E
    for block in through.encoder:
        read = shares(block) @ read
    prefix = _unmixed(through.own)
    source = read.new_zeros(*prefix.shape[:2], read.shape[-1])
    for own, cross in zip(through.own, through.cross, strict=True):
        looked = shares(cross, beside=True)  # (B, T, S + 1)
        kept = looked[..., -1:] * shares(own)
        source, prefix = kept @ source + looked[..., :-1] @ read, kept @ prefix
    return source, prefix


def _unmixed(blocks: Sequence[Block]) -> Tensor:
    """Every position of a stack comes from itself alone, (B, Q, Q)."""
    sentences, size, _ = blocks[0].after.shape
    return torch.eye(size, device=blocks[0].after.device).repeat(sentences, 1, 1)


def shares(block: Block, *, beside: bool = False) -> Tensor:
    """Which part of what comes out is near which vector that went in, (B, Q, N), or (B, Q, N + 1).

    c_ij = max(0, ‖y_i‖₁ − ‖y_i − T_i(j)‖₁), with rows divided by their sums. Where no vector is
    near, all is the residual's.

    Args:
        block: self-attention or cross-attention.
        beside: the residual is a column of its own, the last, and not that of the same position.
    """
    after = block.after.float()  # (B, Q, D)
    positions = torch.arange(after.shape[1], device=after.device)
    found = []
    for rows in torch.split(positions, _rows_at_a_time(block)):
        out = after[:, rows]
        away = out[:, :, None] - vectors(block, rows, beside=beside)  # (B, q, N, D)
        left = out.abs().sum(-1, keepdim=True) - away.abs_().sum(-1)
        found.append(left.clamp(min=0))
    parts = torch.cat(found, 1)
    own = torch.full_like(positions, parts.shape[-1] - 1) if beside else positions
    nothing = (parts.sum(-1, keepdim=True) == 0).to(parts.dtype)
    parts = parts + nothing * torch.nn.functional.one_hot(own, parts.shape[-1])
    return parts / parts.sum(-1, keepdim=True)


def vectors(block: Block, rows: Tensor, *, beside: bool = False) -> Tensor:
    """T_i(j): what goes from position j into row i, (B, q, N, D), or (B, q, N + 1, D).

    T_i(j) = L(Σ_h α_ij f(x_j) + [i = j] x_i), f(x) a head's value mapped by its part of the output
    layer, L(v) = γ ⊙ (v − mean v) / σ, with σ of the whole sum; without a norm after the sum L
    changes nothing. Σ_j T_i(j) + L(bias of the output layer) + β is the row that comes out.

    Args:
        block: self-attention or cross-attention.
        rows: which ones, (q,).
        beside: see ``shares``.
    """
    seen, output = block.seen, block.seen.output
    assert seen.weights is not None and seen.question is not None and output is not None
    values = seen.question.memory.values.float()  # (B, H, N, d)
    heads, width = values.shape[1], values.shape[-1]
    maps = output.weight.float().view(-1, heads, width).permute(1, 2, 0)  # (H, d, D)
    read = (values @ maps).transpose(1, 2)  # (B, N, H, D)
    weights = seen.weights[:, :, rows].float().permute(0, 3, 2, 1)  # (B, N, q, H)
    parts = (weights @ read).transpose(1, 2)  # (B, q, N, D)
    residual = block.before[:, rows].float()
    if beside:
        parts = torch.cat((parts, residual[:, :, None]), 2)
    else:
        parts[:, torch.arange(len(rows)), rows] += residual
    if (norm := block.norm) is None:
        return parts
    total = residual + seen.context.view_as(block.after)[:, rows].float()
    deviation = (total.var(-1, correction=0) + norm.eps).sqrt()  # (B, q)
    centred = parts - parts.mean(-1, keepdim=True)
    return norm.weight.float() * centred / deviation[:, :, None, None]


def _rows_at_a_time(block: Block) -> int:
    assert block.seen.question is not None
    read = block.seen.question.memory.values.shape[-2] + 1
    sentences, _, width = block.after.shape
    return max(1, _MOST // (sentences * read * width))
