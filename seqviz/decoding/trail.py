"""What a batched search saw beside its results: how near each prefix came to being cut.

Letters in shapes as in ``step``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from seqviz.decoding.step import Candidates, Live
from seqviz.trace import Fate
from seqviz.trace.followed import Followed

NEAR = 0.5
"""Nats above the best one that was cut: a near pruning."""


@dataclass(frozen=True)
class Hypothesis:
    """A finished hypothesis."""

    tokens: tuple[int, ...]
    """EOS included."""
    score: float


@dataclass(frozen=True)
class Trail:
    """How near the winning prefix came to being cut."""

    margin: float
    """The least that it was above the best going-on candidate that was cut, in nats; infinite where
    none was.
    """
    entered_last: int
    """The last step at which it stood last among several survivors; −1: never."""
    near_prunings: int
    """Steps at which it was less than ``NEAR`` above the cut."""

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "Trail":
        """From a row of the tensors, (3,)."""
        margin, entered, near = numbers
        return cls(margin, int(entered), int(near))


def first_trail(sentences: int, device: torch.device) -> Tensor:
    """The trails of empty prefixes, (B, 1, 3): least margin, step of the last place, near ones."""
    return torch.tensor([torch.inf, -1.0, 0.0], device=device).repeat(sentences, 1, 1)


def followed(trail: Tensor, parents: Tensor) -> Tensor:
    """The trails (B, W', 3) of the prefixes ``parents`` (B, W')."""
    return trail.gather(1, parents.unsqueeze(2).expand(-1, -1, trail.shape[2]))


def longer_trail(trail: Tensor, found: Candidates, live: Live, *, step: int, eos: int) -> Tensor:
    """The trails after a step.

    Args:
        trail: of the prefixes that were alive, (B, W, 3).
        found: the candidates of the step.
        live: its survivors.
        step: its number.
        eos: the token that ends a target.

    Returns:
        those of the survivors, (B, W', 3).
    """
    own = followed(trail, live.parents)
    cut = (found.fates == int(Fate.PRUNED)) & (found.tokens != eos)
    best_cut = found.cumulative.masked_fill(~cut, -torch.inf).amax(dim=1, keepdim=True)  # (B, 1)
    margins = live.cumulative - best_cut
    count = (live.cumulative > -torch.inf).sum(dim=1, keepdim=True)
    places = torch.arange(live.tokens.shape[1], device=trail.device)
    is_last = (places == count - 1) & (count > 1)
    least, entered, near = own.unbind(2)
    return torch.stack(
        (
            torch.minimum(least, margins),
            entered.masked_fill(is_last, float(step)),
            near + (margins < NEAR),
        ),
        dim=2,
    )


class Watcher:
    """Notes what finishes, and what becomes of other targets that are looked for."""

    def __init__(self, targets: Sequence[Sequence[int]]) -> None:
        """Before the first step.

        Args:
            targets: one for each sentence, EOS included; an empty one is not looked for.
        """
        self._targets = targets
        self._followed = [Followed() if target else None for target in targets]
        self._finished: list[list[Hypothesis]] = [[] for _ in targets]

    def see(
        self, history: Tensor, found: Candidates, scores: Tensor, *, pending: Sequence[int]
    ) -> None:
        """Look at a step.

        Args:
            history: the tokens of the prefixes that were alive, (B, W, t).
            found: the candidates of the step.
            scores: of those that finished, −inf for the others, (B, C).
            pending: the place of each row's sentence, −1 once it is done.
        """
        for row, hypothesis in finished_at(history, found, scores):
            if pending[row] >= 0:
                self._finished[pending[row]].append(hypothesis)
        alive = [
            (row, place, one)
            for row, place in enumerate(pending)
            if place >= 0
            and (one := self._followed[place]) is not None
            and one.code == "alive"
            and one.step + 1 < len(self._targets[place])
        ]
        if not alive:
            return
        columns = (found.tokens, found.parents, found.fates, found.slots)
        tokens, parents, fates, slots = (column.cpu().numpy() for column in columns)
        for row, place, one in alive:
            here = tokens[row], parents[row], fates[row], slots[row]
            self._followed[place] = one.after(self._targets[place][one.step + 1], here)

    def told(self, place: int) -> tuple[tuple[Hypothesis, ...], Followed | None]:
        """All that finished of a sentence, in the order of steps; what became of its target."""
        return tuple(self._finished[place]), self._followed[place]


def finished_at(
    history: Tensor, found: Candidates, scores: Tensor
) -> Iterator[tuple[int, Hypothesis]]:
    """What finished at a step, each with the row of its sentence.

    Args:
        history: the tokens of the prefixes that were alive, (B, W, t).
        found: the candidates of the step.
        scores: of those that finished, −inf for the others, (B, C).
    """
    rows, places = (scores > -torch.inf).nonzero(as_tuple=True)
    ends = found.tokens[rows, places].unsqueeze(1)
    tokens = torch.cat((history[rows, found.parents[rows, places]], ends), dim=1)
    columns = (one.tolist() for one in (rows, tokens, scores[rows, places]))
    for row, found_tokens, score in zip(*columns, strict=True):
        yield row, Hypothesis(tuple(found_tokens), score)
