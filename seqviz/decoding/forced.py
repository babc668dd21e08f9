"""Forced decoding: score a given target, and record it like a search with one prefix.

Runs token by token, so that everything is recorded as the search itself records it.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from seqviz.decoding.beam import check_source
from seqviz.decoding.buffers import Extent
from seqviz.decoding.record import MAX_RECORD_BYTES, Decoding, OnStep, Recorder
from seqviz.decoding.scoring import normalisers
from seqviz.decoding.step import Candidates, NextTokens, entropy, log_softmax, rank_next
from seqviz.errors import InputError
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions
from seqviz.trace import Fate

_CANDIDATES = 2
"""The forced token, and the best other one."""


def decode_forced(
    model: Seq2SeqModel[M, State],
    source_ids: Sequence[int],
    target_ids: Sequence[int],
    *,
    options: DecodeOptions,
    on_step: OnStep | None = None,
    max_bytes: int = MAX_RECORD_BYTES,
) -> Decoding:
    """Score a given target and record every step, K = 1.

    Candidate 0 of every step is the forced token: kept, or finished where it is the EOS at the
    end. Candidate 1 is the most probable other token, pruned. An impossible forced token has a
    log-probability of −inf and is followed all the same.

    Args:
        model: any encoder-decoder.
        source_ids: the sentence, EOS included, at most 512 tokens.
        target_ids: the target, normally with EOS at the end, 1 to 512 tokens.
        options: what to record, and the length normalisation; beam size, stop rule and maximum
            length do not matter.
        on_step: called before every step; what it raises ends the decoding.
        max_bytes: most memory that the record may take.

    Raises:
        InputError: ``empty_text``, ``source_too_long``, ``target_too_long`` or
            ``too_much_memory``.
    """
    check_source(source_ids)
    check_target(target_ids)
    record, length = options.record_attention, len(source_ids)
    extent = Extent(
        steps=len(target_ids),
        slots=1,
        candidates=_CANDIDATES,
        distribution_size=options.distribution_size,
        source_length=length,
    )
    with torch.inference_mode():
        memory = model.encode(torch.tensor([source_ids]), torch.tensor([length]), record=record)
        recorder = Recorder(extent, memory, max_bytes=max_bytes)
        _follow(model, memory, recorder, target_ids=target_ids, options=options, on_step=on_step)
        return recorder.finish(normalisers(len(target_ids), options), "forced")


def check_target(target_ids: Sequence[int]) -> None:
    """Refuse a target of no tokens or too many.

    Raises:
        InputError: ``empty_text`` or ``target_too_long``.
    """
    if not target_ids:
        raise InputError("empty_text")
    if len(target_ids) > MAX_TARGET_TOKENS:
        raise InputError("target_too_long", {"found": len(target_ids), "limit": MAX_TARGET_TOKENS})


def _follow(
    model: Seq2SeqModel[M, State],
    memory: M,
    recorder: Recorder,
    *,
    target_ids: Sequence[int],
    options: DecodeOptions,
    on_step: OnStep | None,
) -> None:
    """Record the steps along the target."""
    device, last = memory.mask.device, len(target_ids) - 1
    state = model.start(memory, beam_size=1, max_length=len(target_ids))
    fed = torch.full((1, 1), model.special.bos, device=device)
    cumulative = torch.zeros((1, 1), device=device)
    for step, token in enumerate(target_ids):
        if on_step is not None:
            on_step(step, len(target_ids))
        output = model.step(state, fed, record=options.record_attention)
        log_probs = log_softmax(output.logits)
        ranked = rank_next(log_probs, max(_CANDIDATES, options.distribution_size))
        ends = step == last and token == model.special.eos
        fed = torch.full((1, 1), token, device=device)
        own = log_probs[:, 0, token : token + 1].nan_to_num(nan=-torch.inf, neginf=-torch.inf)
        found = _candidates(cumulative, ranked, fed, own=own, ends=ends)
        recorder.add(output, ranked, entropies=entropy(log_probs), found=found)
        state, cumulative = output.state, found.cumulative[:, :1]


def _candidates(
    cumulative: Tensor, ranked: NextTokens, forced: Tensor, *, own: Tensor, ends: bool
) -> Candidates:
    """The forced token and the best other one.

    Args:
        cumulative: of the prefix, (1, 1).
        ranked: next tokens, (1, 1, R).
        forced: the forced token, (1, 1).
        own: its log-probability, (1, 1).
        ends: it is the EOS at the end.
    """
    others = ranked.log_probs[:, 0].masked_fill(ranked.tokens[:, 0] == forced, -torch.inf)
    place = others.argmax(dim=1, keepdim=True)  # (1, 1); the first of equals
    log_probs = torch.cat((own, others.gather(1, place)), dim=1)  # (1, 2)
    fates = torch.where(log_probs > -torch.inf, int(Fate.PRUNED), int(Fate.ABSENT))
    fates[:, 0] = int(Fate.FINISHED if ends else Fate.KEPT)
    return Candidates(
        tokens=torch.cat((forced, ranked.tokens[:, 0].gather(1, place)), dim=1),
        parents=torch.zeros_like(fates),
        log_probs=log_probs,
        cumulative=cumulative + log_probs,
        fates=fates,
        slots=torch.where(fates == int(Fate.KEPT), 0, -1),
    )
