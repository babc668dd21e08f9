"""Forced decoding: score a given target, and record it like a search with one prefix.

Runs token by token, so that everything is recorded as the search itself records it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from seqviz.decoding.beam import check_options, check_source
from seqviz.decoding.buffers import Extent
from seqviz.decoding.constraints import checked_tokens, first_fed, is_forced_first
from seqviz.decoding.coverage import no_coverage
from seqviz.decoding.observed import StepRecord
from seqviz.decoding.record import (
    MAX_RECORD_BYTES,
    Decoding,
    OnStep,
    Recorder,
    extent_bytes,
)
from seqviz.decoding.scoring import normalisers
from seqviz.decoding.step import Candidates, NextTokens, entropy, log_softmax, rank_next, ranks_of
from seqviz.errors import InputError
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions
from seqviz.trace import Fate

_CANDIDATES = 2
"""The forced token, and the best other one."""

Observe = Callable[[Tensor], None]
"""Called at every step with the log-probabilities of all next tokens, (V,)."""


def decode_forced(
    model: Seq2SeqModel[M, State],
    source_ids: Sequence[int],
    target_ids: Sequence[int],
    *,
    options: DecodeOptions,
    on_step: OnStep | None = None,
    observe: Observe | None = None,
) -> Decoding:
    """Score a given target and record every step, K = 1.

    Candidate 0 of every step is the forced token: kept, or finished where it is the EOS at the
    end. Candidate 1 is the most probable other token, pruned. An impossible forced token has a
    log-probability of −inf and is followed all the same.

    Args:
        model: any encoder-decoder.
        source_ids: the sentence, EOS included, at most 512 tokens.
        target_ids: the target, normally with EOS at the end, 1 to 512 tokens.
        options: what to record, how to score, and how to edit the attention; what only concerns
            a search does not matter.
        on_step: called before every step; what it raises ends the decoding.
        observe: sees every whole distribution.

    Raises:
        InputError: ``empty_text``, ``empty_target``, ``source_too_long``, ``target_too_long``,
            ``token_unknown`` or ``too_much_memory``; the options do not fit the model.
    """
    check_source(source_ids)
    check_target(target_ids)
    check_options(model, len(source_ids), options)
    record, length = options.record_attention, len(source_ids)
    extent = _extent(length, len(target_ids), options)
    with torch.inference_mode():
        memory = model.encode(torch.tensor([source_ids]), torch.tensor([length]), record=record)
        recorder = Recorder(extent, memory.self_attention, max_bytes=MAX_RECORD_BYTES)
        steps = _Steps(target_ids=tuple(target_ids), on_step=on_step, observe=observe)
        _follow(model, memory, recorder, steps=steps, options=options)
        return recorder.finish(normalisers(len(target_ids), options), "forced")


def forced_bytes(
    model: Seq2SeqModel[M, State],
    source_length: int,
    target_length: int,
    *,
    options: DecodeOptions,
) -> int:
    """The memory, in bytes, that the record of such a decoding takes; see ``record_bytes``."""
    return extent_bytes(model, _extent(source_length, target_length, options))


def _extent(source_length: int, target_length: int, options: DecodeOptions) -> Extent:
    return Extent(
        steps=target_length,
        slots=1,
        candidates=_CANDIDATES,
        distribution_size=options.distribution_size,
        source_length=source_length,
        attention=options.record_attention,
        penalised=options.needs_attention,
    )


def check_target(target_ids: Sequence[int]) -> None:
    """Refuse a target of no tokens or too many.

    Raises:
        InputError: ``empty_target`` or ``target_too_long``.
    """
    if not target_ids:
        raise InputError("empty_target")
    if len(target_ids) > MAX_TARGET_TOKENS:
        raise InputError("target_too_long", {"found": len(target_ids), "limit": MAX_TARGET_TOKENS})


@dataclass(frozen=True, kw_only=True)
class _Steps:
    """Where to go, and who wants to know."""

    target_ids: tuple[int, ...]
    on_step: OnStep | None
    observe: Observe | None


def _follow(
    model: Seq2SeqModel[M, State],
    memory: M,
    recorder: Recorder,
    *,
    steps: _Steps,
    options: DecodeOptions,
) -> None:
    """Record the steps along the target."""
    device, last = memory.mask.device, len(steps.target_ids) - 1
    state = model.start(memory, beam_size=1, max_length=last + 1)
    fed = torch.full((1, 1), first_fed(model.special, options), device=device)
    cumulative, slot = torch.zeros((1, 1), device=device), torch.zeros_like(fed)
    coverage = no_coverage(memory.mask, options.beta)
    read = options.record_attention or coverage is not None
    for step, token in enumerate(steps.target_ids):
        if steps.on_step is not None:
            steps.on_step(step, last + 1)
        output = model.step(state, fed, record=read, edits=options.edits_at(step))
        coverage = None if coverage is None else coverage.after(slot, output)
        log_probs = log_softmax(output.logits)
        if steps.observe is not None:
            steps.observe(log_probs[0, 0])
        ranked = rank_next(log_probs, max(_CANDIDATES, options.distribution_size))
        ends = step == last and token == model.special.eos
        fed = torch.full((1, 1), *checked_tokens((token,), log_probs), device=device)
        certain = is_forced_first(step, options) and token == options.rules.first
        found = _candidates(cumulative, ranked, fed, log_probs=log_probs, ends=ends)
        found = _certain(found) if certain else found
        record = StepRecord(output=output, ranked=ranked, entropies=entropy(log_probs), found=found)
        recorder.add(record, terms=None if coverage is None else coverage.terms())
        state, cumulative = output.state, found.cumulative[:, :1]


def _certain(found: Candidates) -> Candidates:
    """At the first step: the forced token, candidate 0, with a log-probability of 0."""
    log_probs = found.log_probs.index_fill(1, torch.zeros_like(found.tokens[0, :1]), 0.0)
    return replace(found, log_probs=log_probs, cumulative=log_probs)


def _candidates(
    cumulative: Tensor, ranked: NextTokens, forced: Tensor, *, log_probs: Tensor, ends: bool
) -> Candidates:
    """The forced token and the best other one.

    Args:
        cumulative: of the prefix, (1, 1).
        ranked: next tokens, (1, 1, R).
        forced: the forced token, (1, 1).
        log_probs: of all next tokens, (1, 1, V).
        ends: it is the EOS at the end.
    """
    own = log_probs[:, 0].gather(1, forced).nan_to_num(nan=-torch.inf, neginf=-torch.inf)
    others = ranked.log_probs[:, 0].masked_fill(ranked.tokens[:, 0] == forced, -torch.inf)
    place = others.argmax(dim=1, keepdim=True)  # (1, 1); the first of equals
    both = torch.cat((own, others.gather(1, place)), dim=1)  # (1, 2)
    tokens = torch.cat((forced, ranked.tokens[:, 0].gather(1, place)), dim=1)
    fates = torch.where(both > -torch.inf, int(Fate.PRUNED), int(Fate.ABSENT))
    fates[:, 0] = int(Fate.FINISHED if ends else Fate.KEPT)
    return Candidates(
        tokens=tokens,
        parents=torch.zeros_like(tokens),
        log_probs=both,
        cumulative=cumulative + both,
        ranks=ranks_of(log_probs, torch.zeros_like(tokens), tokens),
        fates=fates,
        slots=torch.where(fates == int(Fate.KEPT), 0, -1),
    )
