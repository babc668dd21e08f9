"""Forced decoding of many targets: in padded batches, with little recorded.

What ``decode_forced`` finds for one, without the record. Letters in shapes as in ``base``.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from seqviz.decoding.batch import BATCH_TOKENS, WORTH_LEAVING, padded
from seqviz.decoding.beam import check_source
from seqviz.decoding.constraints import first_fed, is_forced_first
from seqviz.decoding.forced import check_target
from seqviz.decoding.step import log_softmax
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import DecodeOptions
from seqviz.trace import Floats

RELATIVE_GAP, GAP = 0.3, 0.005
"""Between the last of the dominant next tokens and the one after it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Scored:
    """A given target of one sentence, T tokens."""

    log_probs: Floats
    """(T,): log p(y_t | y_<t, x), nats."""
    boosted: Floats | None
    """(T,): see ``boosted_log_probs``; None: not asked for."""
    cross_attention: Floats | None
    """(L, T, S): mean of the heads; None: the model has none, or not asked for."""

    @property
    def is_finite(self) -> bool:
        """Whether all distributions were of numbers; an impossible token is −∞."""
        return not np.isnan(self.log_probs).any()


def score_corpus(
    model: Seq2SeqModel[M, State],
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    *,
    options: DecodeOptions,
    record: bool = True,
    batch_tokens: int = BATCH_TOKENS,
) -> list[Scored]:
    """Score one given target for every source.

    Args:
        model: any encoder-decoder.
        sources: EOS included, at most 512 tokens each.
        targets: as many, normally with EOS at the end, 1 to 512 tokens each.
        options: only their ``rules`` matter.
        record: also return ``boosted`` and ``cross_attention``.
        batch_tokens: padded tokens of a batch, on either side; changes speed, not results.

    Raises:
        InputError: ``empty_text``, ``empty_target``, ``source_too_long``, ``target_too_long``.
    """
    for source, target in zip(sources, targets, strict=True):
        check_source(source)
        check_target(target)
    results: dict[int, Scored] = {}
    with torch.inference_mode():
        for numbers in batches(sources, targets, batch_tokens):
            found = _score_batch(
                model,
                [sources[number] for number in numbers],
                [targets[number] for number in numbers],
                options=options,
                record=record,
            )
            results |= dict(zip(numbers, found, strict=True))
    return [results[number] for number in range(len(sources))]


def batches(
    sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]], tokens: int
) -> Iterator[list[int]]:
    """Numbers of the sentences of each batch, longest targets first."""
    sizes = list(zip(map(len, targets), map(len, sources), strict=True))
    order = sorted(range(len(sizes)), key=lambda number: sizes[number], reverse=True)
    batch, widest = list[int](), 0
    for number in order:
        wider = max(widest, *sizes[number])
        if batch and wider * (len(batch) + 1) > tokens:
            yield batch
            batch, wider = [], max(sizes[number])
        batch.append(number)
        widest = wider
    if batch:
        yield batch


def _score_batch(
    model: Seq2SeqModel[M, State],
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    *,
    options: DecodeOptions,
    record: bool,
) -> Iterator[Scored]:
    """Feed all targets, longest first, at once; those that ended leave the batch."""
    memory = model.encode(*padded(sources, model.special.pad))
    device, lengths = memory.mask.device, [len(target) for target in targets]
    tokens = padded(targets, model.special.pad)[0].to(device)  # (B, T)
    state = model.start(memory, beam_size=1, max_length=lengths[0])
    fed = torch.full((len(targets), 1), first_fed(model.special, options), device=device)
    log_probs, boosted = (np.full(tokens.shape, np.nan, np.float32) for _ in range(2))
    attention: Floats | None = None  # (B, T, L, S)
    reads = record and model.attends
    for step in range(lengths[0]):
        alive = sum(length > step for length in lengths)
        if WORTH_LEAVING * (len(fed) - alive) >= len(fed):
            state, fed = state.keep(torch.arange(alive, device=device)), fed[:alive]
        count = len(fed)
        output = model.step(state, fed, record=reads)
        state, fed = output.state, tokens[:count, step : step + 1]
        found = log_softmax(output.logits)[:, 0]  # (B, V)
        own = found.gather(1, fed)
        certain = is_forced_first(step, options) & (fed == (options.rules.first or 0))
        log_probs[:count, step] = own.masked_fill(certain, 0.0)[:, 0].cpu()
        if record:
            better = boosted_log_probs(found, fed[:, 0]).unsqueeze(1)
            boosted[:count, step] = better.masked_fill(certain, 0.0)[:, 0].cpu()
        if reads:
            assert output.cross_attention is not None
            seen = output.cross_attention[:, 0].float().mean(2).cpu().numpy()  # (B, L, S)
            if attention is None:
                attention = np.zeros((*tokens.shape, *seen.shape[1:]), np.float32)
            attention[:count, step] = seen
    for place, (source, length) in enumerate(zip(sources, lengths, strict=True)):
        weights = None if attention is None else attention[place, :length, :, : len(source)]
        yield Scored(
            log_probs=log_probs[place, :length],
            boosted=boosted[place, :length] if record else None,
            cross_attention=None if weights is None else np.moveaxis(weights, 0, 1),
        )


def boosted_log_probs(log_probs: Tensor, tokens: Tensor) -> Tensor:
    """The log-probability of a token, or of all dominant ones together if it is one of them.

    BoostedProb (EMNLP 2025; package boostedprob 0.1.3): of the probabilities q_1 ≥ q_2 ≥ …, the k
    best are dominant, k the last place with q_k − q_(k+1) above 0.3 q_k and above 0.005.

    Args:
        log_probs: of all next tokens, (B, V).
        tokens: (B,).

    Returns:
        (B,), nats.
    """
    own = log_probs.gather(1, tokens.unsqueeze(1))  # (B, 1)
    likely = (log_probs > math.log(GAP)).sum(dim=1)  # none of the others can be dominant
    count = min(max(2, int(likely.max()) + 1), log_probs.shape[1])
    probs = log_probs.topk(count, dim=1).values.exp()
    gaps = probs[:, :-1] - probs[:, 1:]
    cuts = (gaps > RELATIVE_GAP * probs[:, :-1]) & (gaps > GAP)  # (B, count - 1)
    places = torch.arange(1, count, device=cuts.device)
    last = (cuts * places).amax(dim=1, keepdim=True)  # 0: none is dominant
    least = probs.gather(1, (last - 1).clamp(min=0))
    dominant = (last > 0) & (own.exp() >= least)
    together = probs.cumsum(1).gather(1, (last - 1).clamp(min=0)).log()
    return torch.where(dominant, together, own)[:, 0]
