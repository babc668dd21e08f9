"""How much of every token comes from the sentence, and how much from what was written: ALTI+.

Ferrando et al. 2022, https://aclanthology.org/2022.emnlp-main.599, sections 3 and 4. Letters in
shapes as in ``models.through``.
"""

import torch
from torch import Tensor

from seqviz.decoding.computing import numbers
from seqviz.decoding.following import OpenModel, at_once
from seqviz.errors import InputError
from seqviz.models.through import Block, Through
from seqviz.trace import Trace
from seqviz.trace.evidence import SourceContributions

_MOST = 2**23
"""Numbers of the vectors that are compared at a time."""


def source_contributions(model: OpenModel, trace: Trace, rank: int) -> SourceContributions:
    """Of every token of a hypothesis, from one pass over all of it, with the edits of the decoding.

    Raises:
        InputError: ``contributions_recurrent``: only a Transformer's blocks are sums that can be
            taken apart; there is no such hypothesis.
    """
    if trace.model.kind == "rnn":
        raise InputError("contributions_recurrent", {"model": trace.model.name})
    with torch.inference_mode():
        source, prefix = mixed(at_once(model, trace, rank))
    return SourceContributions(source=numbers(source), prefix=numbers(prefix))


def mixed(through: Through) -> tuple[Tensor, Tensor]:
    """Shares of the source (T, S) and of the tokens fed (T, T), of the first sentence.

    Rows of both together sum to 1. Layer after layer, the shares of a block's inputs are those of
    the block before: of the encoder E ← C E; of the decoder S ← r C S + X E and T ← r C T, with C
    the shares within its self-attention, X those within the cross-attention, and r what is left
    there for the residual.
    """
    tokens = len(through.encoder[0].after[0])
    read = torch.eye(tokens, device=through.encoder[0].after.device)  # E
    for block in through.encoder:
        read = shares(block) @ read
    steps = len(through.own[0].after[0])
    source, prefix = read.new_zeros(steps, tokens), torch.eye(steps, device=read.device)
    for own, cross in zip(through.own, through.cross, strict=True):
        looked = shares(cross, beside=True)  # (T, S + 1)
        kept = looked[:, -1:] * shares(own)
        source, prefix = kept @ source + looked[:, :-1] @ read, kept @ prefix
    return source, prefix


def shares(block: Block, *, beside: bool = False) -> Tensor:
    """Which part of what comes out is near which vector that went in, (Q, N), or (Q, N + 1).

    c_ij = max(0, ‖y_i‖₁ − ‖y_i − T_i(j)‖₁), with rows divided by their sums. Where no vector is
    near, all is the residual's.

    Args:
        block: of one sentence; only the first is looked at.
        beside: the residual is a column of its own, the last, and not that of the same position.
    """
    after = block.after[0].float()  # (Q, D)
    found = []
    rows_of = torch.arange(len(after), device=after.device)
    for rows in torch.split(rows_of, _rows_at_a_time(block)):
        near = after[rows, None] - vectors(block, rows, beside=beside)  # (q, N, D)
        left = after[rows].abs().sum(-1, keepdim=True) - near.abs().sum(-1)
        found.append(left.clamp(min=0))
    parts = torch.cat(found)
    nothing = parts.sum(-1) == 0
    column = -1 if beside else rows_of[nothing]
    parts[nothing, column] = 1.0
    return parts / parts.sum(-1, keepdim=True)


def vectors(block: Block, rows: Tensor, *, beside: bool = False) -> Tensor:
    """T_i(j): what goes from position j into row i, (q, N, D), or (q, N + 1, D).

    T_i(j) = L(Σ_h α_ij f(x_j) + [i = j] x_i), f(x) a head's value mapped by its part of the output
    layer, L(v) = γ ⊙ (v − mean v) / σ, with σ of the whole sum; without a norm after the sum L
    changes nothing. Σ_j T_i(j) + L(bias of the output layer) + β is the row that comes out.

    Args:
        block: only its first sentence is looked at.
        rows: which ones, (q,).
        beside: see ``shares``.
    """
    seen, output = block.seen, block.seen.output
    assert seen.weights is not None and seen.question is not None and output is not None
    values = seen.question.memory.values[0].float()  # (H, N, d)
    heads, _, width = values.shape
    maps = output.weight.float().view(-1, heads, width).permute(1, 2, 0)  # (H, d, D)
    read = (values @ maps).transpose(0, 1)  # (N, H, D)
    weights = seen.weights[0][:, rows].float().permute(2, 1, 0)  # (N, q, H)
    parts = (weights @ read).transpose(0, 1)  # (q, N, D)
    residual = block.before[0][rows].float()
    if beside:
        parts = torch.cat((parts, residual[:, None]), 1)
    else:
        parts[torch.arange(len(rows)), rows] += residual
    if (norm := block.norm) is None:
        return parts
    total = residual + seen.context[0].view_as(block.after[0])[rows].float()
    deviation = (total.var(-1, correction=0) + norm.eps).sqrt()  # (q,)
    centred = parts - parts.mean(-1, keepdim=True)
    return norm.weight.float() * centred / deviation[:, None, None]


def _rows_at_a_time(block: Block) -> int:
    assert block.seen.question is not None
    read = block.seen.question.memory.values.shape[-2] + 1
    return max(1, _MOST // (read * block.after.shape[-1]))
