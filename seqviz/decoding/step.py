"""One step of beam search over B sentences of up to K live prefixes each, in whole tensors.

Shared by the recorded search (B = 1) and the decoding of a corpus. Knows nothing about models,
records or tokens' spelling. Letters in shapes: B sentences, W live slots (1 at the first step, then
up to K), V vocabulary, R ranked next tokens of a slot, C candidates. A place that holds no prefix
or no candidate has a cumulative log-probability of −inf. Equals go to the lower slot, then to the
more probable token, then to the lower token id.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from seqviz.decoding.scoring import stop_bound
from seqviz.models.fast import distributions
from seqviz.options import StopRule
from seqviz.trace import Fate

_BLOCKS, _MANY = (32, 8), 20_000
"""Sizes of a vocabulary's blocks, and of how many numbers on they save time."""


@dataclass(frozen=True, kw_only=True)
class NextTokens:
    """The most probable next tokens of every slot, best first; NaN predictions count as −inf."""

    tokens: Tensor
    """(B, W, R) int64."""
    log_probs: Tensor
    """(B, W, R) float32."""


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """The best continuations of all slots of a sentence together, best first."""

    tokens: Tensor
    """(B, C) int64."""
    parents: Tensor
    """(B, C) int64: the slot that the candidate continues."""
    log_probs: Tensor
    """(B, C): of the token alone."""
    cumulative: Tensor
    """(B, C): the token included."""
    ranks: Tensor
    """(B, C) int64: place of the token among all next tokens of its prefix, from 1."""
    fates: Tensor
    """(B, C) int8: values of ``Fate``."""
    slots: Tensor
    """(B, C) int64: the slot of the next step, −1 unless kept."""


@dataclass(frozen=True, kw_only=True)
class Live:
    """The prefixes that live on, best first."""

    tokens: Tensor
    """(B, W) int64: the last token of each."""
    parents: Tensor
    """(B, W) int64: the slot of the step before."""
    cumulative: Tensor
    """(B, W) float32; −inf where a slot is empty."""

    def keep(self, sentences: Tensor) -> "Live":
        """Go on with these sentences only; (B',) int64."""
        return Live(
            tokens=self.tokens[sentences],
            parents=self.parents[sentences],
            cumulative=self.cumulative[sentences],
        )


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """What turns a log-probability into a score at one step."""

    divisor: Tensor
    """(): the normaliser of the length after this step."""
    terms: Tensor | None = None
    """(B, W): what is added to the score of each slot's continuations, at most 0; None: nothing."""

    def scores(self, found: Candidates) -> Tensor:
        """Of all candidates, (B, C)."""
        quotients = found.cumulative / self.divisor
        return quotients if self.terms is None else quotients + self.terms.gather(1, found.parents)


@dataclass(frozen=True, kw_only=True)
class Advance:
    """What one step of the search came to."""

    live: Live
    """Survivors, the live prefixes of the next step."""
    finished: Tensor
    """(B, C): scores of the candidates that finished at this step, −inf for the others."""
    pool: Tensor
    """(B, K): scores of the K best finished so far, best first, −inf where there are fewer."""
    stops: Tensor
    """(B,) bool: the search of that sentence may stop here."""


def advance(
    found: Candidates, pool: Tensor, *, scoring: Scoring, beam_size: int, rule: StopRule
) -> Advance:
    """Finish, prune, and see whether the search may stop.

    Args:
        found: the candidates of the step, (B, C).
        pool: scores of the K best finished hypotheses before this step, (B, K).
        scoring: of the length after this step.
        beam_size: K.
        rule: when to stop.
    """
    finished = scoring.scores(found).masked_fill(found.fates != int(Fate.FINISHED), -torch.inf)
    pool = merge_finished(pool, finished)
    live = survivors(found, beam_size)
    stops = may_stop(live, pool, divisor=scoring.divisor, rule=rule)
    return Advance(live=live, finished=finished, pool=pool, stops=stops)


def first_live(sentences: int, bos: int, device: torch.device) -> Live:
    """One empty prefix a sentence, W = 1."""
    return Live(
        tokens=torch.full((sentences, 1), bos, device=device),
        parents=torch.zeros((sentences, 1), dtype=torch.int64, device=device),
        cumulative=torch.zeros((sentences, 1), device=device),
    )


def log_softmax(logits: Tensor) -> Tensor:
    """Log-probabilities of the next token in float32, (B, W, V); a row with a NaN is all NaN."""
    return torch.log_softmax(logits, dim=-1, dtype=torch.float32)


def entropy(log_probs: Tensor) -> Tensor:
    """Entropy of every next-token distribution in nats, (B, W); impossible tokens add nothing."""
    if (found := distributions.entropies(log_probs)) is not None:
        return found
    smallest = torch.finfo(log_probs.dtype).min
    return -(log_probs.exp() * log_probs.clamp(min=smallest)).sum(dim=-1)


def rank_next(log_probs: Tensor, count: int) -> NextTokens:
    """The ``count`` most probable next tokens of every slot (all, where the vocabulary is smaller).

    ``topk`` leaves the order of equals open, and which are taken: it is mended, or all are ranked
    by exact keys.
    """
    count = min(count, log_probs.shape[-1])
    if (found := distributions.best(log_probs, count)) is not None:
        return NextTokens(log_probs=found[0], tokens=found[1])
    values, tokens = _largest(log_probs, min(count + 1, log_probs.shape[-1]))
    equal = values[..., 1:] == values[..., :-1]
    if bool(equal.any()):
        if bool(equal[..., count - 1 :].any()):
            return rank_exactly(log_probs, count)
        tokens = tokens[..., :count].sort(dim=-1).values
        order = log_probs.gather(-1, tokens).sort(dim=-1, descending=True, stable=True).indices
        tokens = tokens.gather(-1, order)
        values = log_probs.gather(-1, tokens)
    return _ranked(tokens[..., :count], values[..., :count])


def _largest(values: Tensor, count: int, sizes: Sequence[int] = _BLOCKS) -> tuple[Tensor, Tensor]:
    """What ``topk`` finds in (B, W, V), and where; of equal ones perhaps others.

    The largest lie in those blocks whose own largest are: few numbers are left to be ranked.
    """
    length = values.shape[-1]
    if not sizes or values.numel() < _MANY or length < 4 * count * sizes[0]:
        return values.topk(count, dim=-1)
    size, rest = sizes[0], length % sizes[0]
    blocks = values[..., : length - rest].view(*values.shape[:-1], -1, size)
    best = blocks.amax(dim=-1).topk(count, dim=-1).indices.unsqueeze(-1)
    places = (best * size + torch.arange(size, device=values.device)).flatten(-2)
    tail = torch.arange(length - rest, length, device=values.device)
    places = torch.cat((places, tail.expand(*places.shape[:-1], -1)), dim=-1)
    found, which = _largest(values.gather(-1, places), count, sizes[1:])
    return found, places.gather(-1, which)


def rank_exactly(log_probs: Tensor, count: int) -> NextTokens:
    """As ``rank_next``, slower, but the same work whatever the values are.

    Ranks integers: the bits of −log p, which sort like the number itself, and below them the token.
    """
    keys = log_probs.abs().view(torch.int32).long().bitwise_left_shift_(32)
    keys += torch.arange(log_probs.shape[-1], device=log_probs.device)
    count = min(count, log_probs.shape[-1])
    tokens = keys.topk(count, dim=-1, largest=False).indices
    return _ranked(tokens, log_probs.gather(-1, tokens))


def _ranked(tokens: Tensor, values: Tensor) -> NextTokens:
    return NextTokens(tokens=tokens, log_probs=values.nan_to_num(nan=-torch.inf, neginf=-torch.inf))


def expand(live: Live, ranked: NextTokens, *, beam_size: int, eos: int) -> Candidates:
    """The best 2K continuations of the live prefixes, and what becomes of each.

    One that ends in EOS and ranks among the first K is finished, the first K others are kept, the
    rest is pruned.

    Args:
        live: prefixes, (B, W).
        ranked: (B, W, R); R at least 2K, or the whole vocabulary.
        beam_size: K.
        eos: the token that ends a target.

    Returns:
        C = min(2K, W · R) candidates a sentence; their ranks are those in ``ranked``.
    """
    sums = live.cumulative.unsqueeze(-1) + ranked.log_probs  # (B, W, R)
    best, places = sums.flatten(1).sort(dim=-1, descending=True, stable=True)  # (B, W·R)
    best, places = best[:, : 2 * beam_size], places[:, : 2 * beam_size]  # (B, C)
    tokens = ranked.tokens.flatten(1).gather(1, places)
    fates, slots = _fates(tokens == eos, best > -torch.inf, beam_size)
    return Candidates(
        tokens=tokens,
        parents=places // ranked.tokens.shape[-1],
        log_probs=ranked.log_probs.flatten(1).gather(1, places),
        cumulative=best,
        ranks=places % ranked.tokens.shape[-1] + 1,
        fates=fates,
        slots=slots,
    )


def ranks_of(log_probs: Tensor, parents: Tensor, tokens: Tensor) -> Tensor:
    """Place of each token among all next tokens of its prefix, from 1; equals by token id.

    Args:
        log_probs: (B, W, V).
        parents: the slots of the prefixes, (B, C).
        tokens: (B, C).
    """
    rows = log_probs.gather(1, parents.unsqueeze(2).expand(-1, -1, log_probs.shape[-1]))
    own = rows.gather(2, tokens.unsqueeze(2))  # (B, C, 1)
    ids = torch.arange(rows.shape[-1], device=rows.device)
    return ((rows > own) | ((rows == own) & (ids < tokens.unsqueeze(2)))).sum(dim=2) + 1


def _fates(ended: Tensor, possible: Tensor, beam_size: int) -> tuple[Tensor, Tensor]:
    """Fates and next slots of ranked candidates, both (B, C)."""
    going_on = possible & ~ended
    order = going_on.cumsum(dim=-1) - 1
    kept = going_on & (order < beam_size)
    finished = possible & ended
    finished[:, beam_size:] = False
    fates = possible.to(torch.int8) * int(Fate.PRUNED)
    fates.masked_fill_(kept, int(Fate.KEPT)).masked_fill_(finished, int(Fate.FINISHED))
    return fates, order.masked_fill_(~kept, -1)


def survivors(candidates: Candidates, beam_size: int) -> Live:
    """The kept candidates as the live prefixes of the next step, W = min(K, C).

    Empty slots come last; they continue some slot with some token and stay at −inf.
    """
    kept = candidates.fates == int(Fate.KEPT)
    order = (~kept).sort(dim=-1, stable=True).indices[:, :beam_size]  # (B, W)
    cumulative = candidates.cumulative.masked_fill(~kept, -torch.inf)
    return Live(
        tokens=candidates.tokens.gather(1, order),
        parents=candidates.parents.gather(1, order),
        cumulative=cumulative.gather(1, order),
    )


def no_finished(sentences: int, beam_size: int, device: torch.device) -> Tensor:
    """The scores of the K best finished hypotheses before there is one: −inf, (B, K)."""
    return torch.full((sentences, beam_size), -torch.inf, device=device)


def merge_finished(pool: Tensor, scores: Tensor) -> Tensor:
    """The K best of the finished scores so far (B, K) and new ones (B, C), best first."""
    return torch.cat((pool, scores), dim=1).topk(pool.shape[1], dim=1).values


def may_stop(live: Live, pool: Tensor, *, divisor: Tensor, rule: StopRule) -> Tensor:
    """Whether the search of each sentence may stop before its maximum length, (B,) bool.

    Always where nothing lives on.

    Args:
        live: survivors of the step, (B, W).
        pool: scores of the K best finished hypotheses, −inf where there are fewer, (B, K).
        divisor: the normaliser of the survivors' length.
        rule: the stop rule.
    """
    best, worst = live.cumulative[:, 0], pool[:, -1]
    dead = best == -torch.inf
    if rule == "max_length":
        return dead
    full = worst > -torch.inf
    if rule == "first":
        return dead | full
    return dead | (full & (stop_bound(best, divisor) <= worst))
