"""Walk along a recorded prefix again, token by token, and look at every step.

Letters in shapes as in ``models.base``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqviz.decoding.constraints import first_fed
from seqviz.decoding.place import Node, check_within
from seqviz.models.looked import Looked, Open
from seqviz.models.through import Through
from seqviz.trace import Ints, Trace

OpenModel = Open[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Path:
    """The way from the start to a token of a recorded decoding."""

    slots: Ints
    """Of the prefix at every step up to that token's, (T,)."""
    tokens: tuple[int, ...]
    """Those written up to that one, which is the last."""

    def until(self, step: int) -> "Path":
        """Up to a step of it.

        Raises:
            InputError: ``option_out_of_range``, ``option_not_whole``: there is no such step.
        """
        check_within("step", step, len(self.tokens))
        return Path(slots=self.slots[: step + 1], tokens=self.tokens[: step + 1])


def path_to(trace: Trace, rank: int | Node) -> Path:
    """The way to the end of a hypothesis, or to a node of the tree.

    Args:
        trace: of the decoding.
        rank: of the hypothesis, or step and candidate of a node.

    Raises:
        InputError: ``option_out_of_range``, ``option_not_whole``: there is no such thing.
    """
    search, found = trace.search, trace.hypotheses
    if not (isinstance(rank, tuple) and len(rank) == 2):  # noqa: PLR2004 (a node)
        check_within("rank", rank, len(found))
        last, candidate = int(found.steps[rank]), int(found.candidates[rank])
    else:
        last, candidate = rank
        check_within("node", last, search.steps)
        check_within("node", candidate, int((search.candidate_fates[last] > 0).sum()))
    slots, chosen = search.path(last, candidate)
    tokens: Ints = search.candidate_tokens[np.arange(len(chosen)), chosen]
    return Path(slots=slots, tokens=tuple(int(token) for token in tokens))


def followed(model: OpenModel, trace: Trace, path: Path, *, first: int = 0) -> Iterator[Looked]:
    """The steps of a path, fed token by token with the edits of the decoding.

    Args:
        model: the one that decoded; to be run in inference mode.
        trace: of the decoding.
        path: in it.
        first: steps before this one are fed, and not looked at.
    """
    options = trace.options
    memory = model.encode(*source_of(trace))
    state = model.start(memory, beam_size=1, max_length=len(path.tokens))
    for step, token in enumerate((first_fed(model.special, options), *path.tokens[:-1])):
        edits = options.edits_at(step)
        if step < first:
            fed = torch.full((1, 1), token, device=memory.mask.device)
            state = model.step(state, fed, edits=edits).state
        else:
            looked: Looked = model.look(memory, state, token, edits=edits)
            state = looked.after
            yield looked


def at_once(
    model: OpenModel, trace: Trace, rank: int | Node, *, differentiable: bool = False
) -> Through:
    """A whole hypothesis, fed at once with the edits of the decoding; see ``Open.through``."""
    options, tokens = trace.options, path_to(trace, rank).tokens
    steps = tuple(options.edits_at(step) for step in range(len(tokens)))
    return model.through(
        *source_of(trace),
        torch.tensor([[first_fed(model.special, options), *tokens[:-1]]]),
        edits=steps if any(steps) else (),
        differentiable=differentiable,
    )


def source_of(trace: Trace) -> tuple[Tensor, Tensor]:
    """The sentence as a model reads it: ids (1, S) and length (1,)."""
    ids = trace.source.ids
    return torch.tensor([ids]), torch.tensor([len(ids)])
