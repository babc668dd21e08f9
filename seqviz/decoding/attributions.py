"""What each source token did for each token written: by its gradient, or by leaving it out.

Letters in shapes as in ``models.through``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from seqviz.decoding.batch import BATCH_TOKENS
from seqviz.decoding.computing import numbers
from seqviz.decoding.constraints import first_fed
from seqviz.decoding.following import OpenModel, at_once, path_to
from seqviz.decoding.step import log_softmax
from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.trace.computation import Numbers

Attribution = Literal["gradient", "occlusion"]


def attribution(model: OpenModel, trace: Trace, rank: int, *, by: Attribution) -> Numbers:
    """What each source token adds to the log-probability of each token written, (T, S), nats.

    Args:
        model: the one that decoded.
        trace: of the decoding, whose edits stay in force.
        rank: of the hypothesis.
        by: "gradient" is Σ_d ∂ log p(y_t) / ∂e_jd · e_jd, with e_j the token's embedding: with its
            sign, so that it is the straight-line estimate of what the log-probability would lose
            with e_j = 0 (Shrikumar et al. 2017, https://arxiv.org/abs/1605.01713). "occlusion" is
            log p(y_t | x) − log p(y_t | x with "unknown" in place of token j) (Zeiler & Fergus
            2014, https://arxiv.org/abs/1311.2901): "unknown" is the one token that means a word
            without saying which; padding was never read in training.

    Raises:
        InputError: ``option_unknown``: there is no such way; there is no such hypothesis.
    """
    if by not in _WAYS:
        told = {"option": "attribution", "found": by, "choices": ", ".join(_WAYS)}
        raise InputError("option_unknown", told)
    return _WAYS[by](model, trace, rank)


def _gradient(model: OpenModel, trace: Trace, rank: int) -> Numbers:
    found = at_once(model, trace, rank, differentiable=True)
    rows = []
    with torch.enable_grad():
        for state, token in zip(found.levels[-1][0], path_to(trace, rank).tokens, strict=True):
            log_prob = log_softmax(model.predict(state))[token]
            (slopes,) = torch.autograd.grad(log_prob, found.embedded, retain_graph=True)
            rows.append((slopes * found.embedded).detach()[0].sum(-1))
    return numbers(torch.stack(rows))


def _occlusion(model: OpenModel, trace: Trace, rank: int) -> Numbers:
    ids = torch.tensor(trace.source.ids)
    without = ids.repeat(len(ids), 1).fill_diagonal_(model.special.unk)
    sources = torch.cat((ids[None], without))  # (1 + S, S)
    with torch.inference_mode():
        batches = torch.split(sources, max(1, BATCH_TOKENS // len(ids)))
        tokens = path_to(trace, rank).tokens
        found = np.concatenate(
            [_log_probs(model, batch, tokens, options=trace.options) for batch in batches]
        )
    lost: Numbers = (found[:1] - found[1:]).T
    return lost


def _log_probs(
    model: OpenModel, sources: Tensor, tokens: Sequence[int], *, options: DecodeOptions
) -> Numbers:
    """Of the tokens of a target, given each of the sources (B, S), (B, T)."""
    memory = model.encode(sources, torch.full(sources.shape[:1], sources.shape[1]))
    state = model.start(memory, beam_size=1, max_length=len(tokens))
    columns = []
    fed = first_fed(model.special, options)
    for step, token in enumerate(tokens):
        rows = torch.full((len(sources), 1), fed, device=memory.mask.device)
        output = model.step(state, rows, edits=options.edits_at(step))
        columns.append(log_softmax(output.logits)[:, 0, token])
        state, fed = output.state, token
    return numbers(torch.stack(columns, 1))


_WAYS: Mapping[str, Callable[[OpenModel, Trace, int], Numbers]] = {
    "gradient": _gradient,
    "occlusion": _occlusion,
}
