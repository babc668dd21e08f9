"""Every target up to a length with its probability: what a search is an approximation of.

For toy vocabularies alone; prefixes are extended all at once, one token a step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from seqviz.decoding.beam import check_source
from seqviz.errors import InputError
from seqviz.models.base import Seq2SeqModel
from seqviz.trace import Floats

MOST_PREFIXES = 300_000
"""Of the longest step; a toy of eight letters has 262,144 beginnings of six."""


@dataclass(frozen=True, kw_only=True, eq=False)
class AllTargets:
    """Targets that end, most probable first; equals in the order of their tokens. N targets."""

    tokens: tuple[tuple[int, ...], ...]
    """(N,), without EOS."""
    log_probs: Floats
    """(N,): of the whole target, EOS included, in nats."""


def all_targets(
    model: Seq2SeqModel[Any, Any], source_ids: Sequence[int], *, size: int, most: int
) -> AllTargets:
    """Score every target of some tokens.

    Args:
        model: any encoder-decoder.
        source_ids: the sentence, EOS included.
        size: of the target vocabulary; all of it but the special tokens may stand in a target.
        most: tokens in a target, EOS left out.

    Raises:
        InputError: ``too_many_targets``, or the source cannot be read.
    """
    check_source(source_ids)
    special = model.special
    silent = {special.pad, special.unk, special.bos, special.eos}
    letters = [token for token in range(size) if token not in silent]
    count = len(letters) ** most
    if count > MOST_PREFIXES:
        raise InputError("too_many_targets", {"found": f"{count:,}", "limit": f"{MOST_PREFIXES:,}"})
    eos, chosen = special.eos, torch.tensor(letters)
    prefixes: list[tuple[int, ...]] = [()]
    sums, fed = torch.zeros(1, dtype=torch.float64), torch.tensor([[special.bos]])
    found: dict[tuple[int, ...], float] = {}
    with torch.inference_mode():
        memory = model.encode(torch.tensor([source_ids]), torch.tensor([len(source_ids)]))
        state = model.start(memory, beam_size=count, max_length=most + 1)
        for length in range(most + 1):
            output = model.step(state, fed)
            log_probs = output.logits[0].cpu().double().log_softmax(-1)  # (P, V)
            ended = (sums + log_probs[:, eos]).tolist()
            found.update(zip(prefixes, ended, strict=True))
            if length == most:
                break
            parents = torch.arange(len(prefixes)).repeat_interleave(len(letters))
            sums = (sums[:, None] + log_probs[:, chosen]).flatten()
            prefixes = [(*prefix, letter) for prefix in prefixes for letter in letters]
            fed = chosen.repeat(len(sums) // len(letters))[None]
            state = output.state.select(parents[None])
    best = sorted(found, key=lambda tokens: (-found[tokens], tokens))
    scores = np.array([found[tokens] for tokens in best], np.float32)
    return AllTargets(tokens=tuple(best), log_probs=scores)
