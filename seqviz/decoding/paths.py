"""From a recorded search to the token ids of its hypotheses. Knows nothing about their spelling."""

import numpy as np

from seqviz.trace import Fate, Ints, Search


def tokens_in(search: Search) -> list[int]:
    """Every token id that occurs in a search, in order."""
    present = search.candidate_tokens[search.candidate_fates != Fate.ABSENT]
    tokens = np.unique(np.concatenate([present, search.next_tokens.ravel()]))
    return [int(token) for token in tokens if token >= 0]


def hypothesis_tokens(search: Search, steps: Ints, candidates: Ints) -> list[list[int]]:
    """Token ids of the hypotheses that end in these candidates, in their order.

    Goes once through the search: walking back from every hypothesis would take the square of it.
    """
    found: list[list[int]] = [[] for _ in steps]
    alive: dict[int, list[int]] = {0: []}
    for step in range(search.steps):
        for number in np.flatnonzero(steps == step):
            found[number] = _continued(search, alive, step, candidate=int(candidates[number]))
        kept = np.flatnonzero(search.candidate_fates[step] == Fate.KEPT)
        alive = {
            int(search.candidate_slots[step, candidate]): _continued(
                search, alive, step, candidate=int(candidate)
            )
            for candidate in kept
        }
    return found


def _continued(
    search: Search, alive: dict[int, list[int]], step: int, *, candidate: int
) -> list[int]:
    prefix = alive[int(search.candidate_parents[step, candidate])]
    return [*prefix, int(search.candidate_tokens[step, candidate])]
