"""A given translation followed through a search, step by step, until it leaves it. Numpy only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seqviz.trace.search import Fate, Search

Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Tokens, parents, fates and slots of the candidates of a step, (C,) each; see ``Search``."""


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What a search has made of a translation so far."""

    code: Literal["alive", "finished", "pruned", "unseen"] = "alive"
    """"alive": it goes on; "finished": it ended as a hypothesis; "pruned": it was cut; "unseen": it
    was not even among the candidates.
    """
    step: int = -1
    """The last one that it was looked for in, from 0."""
    rank: int | None = None
    """Among the candidates of that step, 1 is the best; None where it was none."""
    slots: tuple[int, ...] = (0,)
    """In which it goes on at the next step; samples may share a prefix. Empty: in none."""

    @property
    def lost(self) -> bool:
        """The search left it before its end."""
        return self.code in ("pruned", "unseen")

    def after(self, token: int, candidates: Columns) -> "Followed":
        """Look for its next token among the candidates of a step.

        Of several samples with the same prefix, the first of equals stands for them.
        """
        tokens, parents, fates, slots = candidates
        step = self.step + 1
        same = (tokens == token) & (fates != Fate.ABSENT) & np.isin(parents, self.slots)
        matches = np.flatnonzero(same)
        if not len(matches):
            return Followed(code="unseen", step=step, slots=())
        kept, ended = (matches[fates[matches] == fate] for fate in (Fate.KEPT, Fate.FINISHED))
        rank = int(next(iter([*ended, *kept, *matches]))) + 1
        if len(ended):
            return Followed(code="finished", step=step, rank=rank, slots=())
        if not len(kept):
            return Followed(code="pruned", step=step, rank=rank, slots=())
        return Followed(step=step, rank=rank, slots=tuple(slots[kept].tolist()))


def followed(tokens: Iterable[int], search: Search) -> Followed:
    """Follow a translation through a recorded search until it leaves it, or one of them ends.

    Args:
        tokens: of the translation, at least one.
        search: the record.
    """
    found = Followed()
    columns = zip(
        search.candidate_tokens,
        search.candidate_parents,
        search.candidate_fates,
        search.candidate_slots,
        strict=True,
    )
    for token, candidates in zip(tokens, columns, strict=False):
        found = found.after(token, candidates)
        if found.code != "alive":
            break
    return found
