"""What a Transformer would say if it ended after fewer layers: of its encoder, or of its decoder.

Letters in shapes as in ``models.through``, L layers, V vocabulary.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.computing import numbers
from seqviz.decoding.following import OpenModel, at_once, path_to, source_of
from seqviz.decoding.paths import hypothesis_tokens
from seqviz.decoding.step import log_softmax, ranks_of
from seqviz.errors import InputError
from seqviz.trace import Trace
from seqviz.trace.evidence import DecoderLens


def encoder_lens(model: OpenModel, trace: Trace) -> tuple[tuple[int, ...], ...]:
    """The best target after 0, 1, … layers of the encoder, in token ids; the last is the usual one.

    DecoderLens: Langedijk et al. 2024, https://aclanthology.org/2024.findings-naacl.296. The norm
    at the end of the stack is applied to what every layer leaves (whether theirs does so was not
    checked). Each is searched for with the options of the trace.

    Raises:
        InputError: ``encoder_lens_recurrent``.
    """
    with torch.inference_mode():
        memories = model.encode_by_layer(*source_of(trace))
    if not memories:
        raise InputError("encoder_lens_recurrent", {"model": trace.model.name})
    return tuple(_best(_Reading(model, memory), trace) for memory in memories)


class _Reading:
    """A model that has read a sentence in its own way; in all else it is the one that it holds."""

    def __init__(self, model: OpenModel, memory: Any) -> None:
        self._model, self._memory = model, memory

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def encode(self, source: Tensor, lengths: Tensor, *, record: bool = False) -> Any:
        """What was read, whatever is to be read."""
        return self._memory


def _best(model: Any, trace: Trace) -> tuple[int, ...]:
    options = replace(trace.options, record_attention=False, distribution_size=0)
    found = decode_beam(model, trace.source.ids, options)
    return tuple(hypothesis_tokens(found.search, found.steps[:1], found.candidates[:1])[0])


def decoder_lens(model: OpenModel, trace: Trace, rank: int) -> DecoderLens:
    """What the output layer would say after every layer; see ``trace.evidence.DecoderLens``.

    Raises:
        InputError: ``decoder_lens_recurrent``; there is no such hypothesis.
    """
    if trace.model.kind == "rnn":
        raise InputError("decoder_lens_recurrent", {"model": trace.model.name})
    tokens = path_to(trace, rank).tokens
    with torch.inference_mode():
        levels = at_once(model, trace, rank).levels
        found = [_said(model, level, tokens) for level in levels]
    ranks, log_probs = (numbers(torch.stack(of_all, 1)) for of_all in zip(*found, strict=True))
    return DecoderLens(ranks=ranks.astype(np.int32), probs=np.exp(log_probs))


def _said(model: OpenModel, level: Tensor, tokens: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Ranks and log-probabilities of the tokens, (T,), by states (1, T, D)."""
    ranks, log_probs = [], []
    for state, token in zip(level[0], tokens, strict=True):
        own = torch.tensor([[token]], device=state.device)
        found = log_softmax(model.predict(state[None, None]))  # (1, 1, V)
        ranks.append(ranks_of(found, torch.zeros_like(own), own)[0, 0])
        log_probs.append(found[0, 0, token])
    return torch.stack(ranks), torch.stack(log_probs)
