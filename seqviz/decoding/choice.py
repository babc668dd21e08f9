"""From the next-token distributions of one step to its candidates: searched for, or drawn."""

from dataclasses import replace

from torch import Tensor

from seqviz.decoding.constraints import constrained
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
            ranked: the best of that, at least 2K of every slot, or all there are.
            step: from 0.
            closing: whether this is the last step, of all sentences or of each, (B,) bool.

        Raises:
            InputError: ``token_unknown``: the vocabulary lacks a token that the options name.
        """
        allowed = constrained(log_probs, step, self._options, eos=self._eos, closing=closing)
        if self._sampler is not None:
            return self._sampler.draw(live, log_probs, allowed, eos=self._eos)
        beam_size = self._options.beam_size
        if allowed is log_probs:
            return expand(live, ranked, beam_size=beam_size, eos=self._eos), None
        found = expand(live, rank_next(allowed, 2 * beam_size), beam_size=beam_size, eos=self._eos)
        return replace(found, ranks=ranks_of(log_probs, found.parents, found.tokens)), None
