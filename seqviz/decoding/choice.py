"""From the next-token distributions of one step to its candidates: searched for, or drawn."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from seqviz.decoding.constraints import checked_tokens, constrained, only_banned
from seqviz.decoding.sampling import Kept, Sampler
from seqviz.decoding.step import Candidates, Live, NextTokens, expand, rank_next, ranks_of
from seqviz.options import DecodeOptions


class Chooser:
    """Finds the candidates of every step of one decoding, within its constraints."""

    def __init__(self, options: DecodeOptions, eos: int) -> None:
        """Start before the first step; ``eos`` ends a target."""
        self._options, self._eos = options, eos
        sampling = options.sampling
        self._sampler = None if sampling is None else Sampler(sampling, options.beam_size)

    def choose(
        self,
        live: Live,
        log_probs: Tensor,
        ranked: NextTokens,
        *,
        step: int,
        closing: Tensor | bool = False,
    ) -> tuple[Candidates, Kept | None]:
        """The candidates of a step; with sampling also what could be drawn.

        Args:
            live: the prefixes that the model has just been fed, (B, W); B = 1 with sampling.
            log_probs: what it predicts, (B, W, V).
            ranked: the best of that, at least 2K and ``most_banned`` of every slot, or all there
                are.
            step: from 0.
            closing: whether this is the last step, of all sentences or of each, (B,) bool.

        Raises:
            InputError: ``token_unknown``: the vocabulary lacks a token that the options name.
        """
        options, eos = self._options, self._eos
        banned = only_banned(step, options, eos=eos, closing=closing)
        if self._sampler is None and banned is not None:
            checked_tokens(banned, log_probs)
            return expand(live, without(ranked, banned), beam_size=options.beam_size, eos=eos), None
        allowed = constrained(log_probs, step, options, eos=eos, closing=closing)
        if self._sampler is not None:
            return self._sampler.draw(live, log_probs, allowed, eos=eos)
        best = rank_next(allowed, 2 * options.beam_size)
        found = expand(live, best, beam_size=options.beam_size, eos=eos)
        return replace(found, ranks=ranks_of(log_probs, found.parents, found.tokens)), None


def rank_allowed(
    log_probs: Tensor, step: int, options: DecodeOptions, *, eos: int, closing: Tensor | bool
) -> NextTokens:
    """The best of the next tokens that may come, at least 2K of every slot; see ``constrained``."""
    count = 2 * options.beam_size
    banned = only_banned(step, options, eos=eos, closing=closing)
    if banned is None:
        return rank_next(constrained(log_probs, step, options, eos=eos, closing=closing), count)
    checked_tokens(banned, log_probs)
    return without(rank_next(log_probs, count + len(banned)), banned)


def without(ranked: NextTokens, banned: Sequence[int]) -> NextTokens:
    """With −inf for these tokens; the places of all stay."""
    if not banned:
        return ranked
    hidden = torch.isin(ranked.tokens, torch.tensor(banned, device=ranked.tokens.device))
    return replace(ranked, log_probs=ranked.log_probs.masked_fill(hidden, -torch.inf))
