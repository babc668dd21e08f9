"""Frozen record of every step of a search, in columns. Numpy only.

Letters in shapes: T steps, K slots (beam size), C candidates a step, N recorded next tokens, L
layers, H heads, S source tokens, D width. Step t predicts the token *produced* at step t, EOS
included, BOS not. Log-probabilities are natural logarithms.
"""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Fate(IntEnum):
    """What became of a candidate."""

    ABSENT = 0
    """No candidate: the step had fewer than C continuations."""
    KEPT = 1
    """Among the first K that did not end: it lives on in a slot of the next step."""
    FINISHED = 2
    """Ended in EOS and ranked among the first K: a finished hypothesis."""
    PRUNED = 3
    """Considered and cut."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """Every step of the search, in columns.

    At step t the live prefixes sit in slots 0…K−1, best first; the model predicts each one's next
    token, and the C best continuations of all slots together, by cumulative log-probability, are
    the step's candidates, best first. A kept candidate becomes a prefix of step t + 1 in
    ``candidate_slots``. Unused places hold −1 (integers) or NaN (floats).
    """

    candidate_tokens: Ints
    """(T, C)."""
    candidate_parents: Ints
    """(T, C): the slot of step t that the candidate continues."""
    candidate_log_probs: Floats
    """(T, C): log p(token | prefix, source)."""
    candidate_cumulative: Floats
    """(T, C): sum of log-probabilities, this token included."""
    candidate_fates: NDArray[np.int8]
    """(T, C): values of ``Fate``."""
    candidate_slots: Ints
    """(T, C): the slot of step t + 1, −1 unless kept."""
    candidate_ranks: Ints | None = None
    """(T, C): place of the token among all next tokens of its prefix, 1 the most probable; equals
    by token id. None: not recorded.
    """
    kept_counts: Ints | None = None
    """(T, K): how many of the most probable next tokens could be drawn; None: no sampling."""
    kept_mass: Floats | None = None
    """(T, K): their probability at the sampling temperature; None: no sampling."""
    next_tokens: Ints
    """(T, K, N): the N most probable next tokens of every live slot, best first."""
    next_log_probs: Floats
    """(T, K, N)."""
    entropies: Floats
    """(T, K): entropy of the whole next-token distribution, in nats."""
    cross_attention: Floats | None
    """(T, K, L, H, S): over the source; rows sum to 1. None: no attention, or not recorded."""
    self_attention: Floats | None
    """Packed: step t holds (K, L, H, t + 1), the start token first; see ``self_attention_at``."""
    raw_scores: Floats | None
    """(T, K, S): scores before the softmax, recurrent models only."""
    context_norms: Floats | None
    """(T, K): Euclidean norm of the context vector, recurrent models only."""
    decoder_states: Floats | None
    """(T, K, D): top decoder state after the step, recurrent models only."""

    def __post_init__(self) -> None:
        """Make the arrays read-only and check that they fit together."""
        freeze(self)
        steps, candidates = self.candidate_tokens.shape
        slots = self.entropies.shape[1]
        for field in fields(self):
            array, of_candidates = getattr(self, field.name), field.name.startswith("candidate_")
            shape = (steps, candidates if of_candidates else slots)
            if array is None or field.name == "self_attention":
                continue
            if array.shape[:2] != shape:
                raise ValueError(f"{field.name} is {array.shape}, expected to start with {shape}")

    @property
    def steps(self) -> int:
        """T."""
        return int(self.candidate_tokens.shape[0])

    @property
    def slots(self) -> int:
        """K, the most live prefixes of a step."""
        return int(self.entropies.shape[1])

    @property
    def candidates(self) -> int:
        """C, the most candidates of a step."""
        return int(self.candidate_tokens.shape[1])

    def self_attention_at(self, step: int, layers: int, heads: int) -> Floats | None:
        """Decoder self-attention of one step, (K, L, H, t + 1), or None if there is none."""
        if self.self_attention is None:
            return None
        unit = self.slots * layers * heads
        start = unit * step * (step + 1) // 2
        size = unit * (step + 1)
        return self.self_attention[start : start + size].reshape(
            self.slots, layers, heads, step + 1
        )

    def path(self, step: int, candidate: int) -> tuple[Ints, Ints]:
        """Walk from a candidate back to the start.

        Returns:
            slots (step + 1,), the prefix's slot at every step, and candidates (step + 1,), the
            candidate chosen there.
        """
        slots, chosen = np.empty(step + 1, np.int32), np.empty(step + 1, np.int32)
        for t in range(step, -1, -1):
            chosen[t] = candidate
            slots[t] = self.candidate_parents[t, candidate]
            if t:
                candidate = int(np.flatnonzero(self.candidate_slots[t - 1] == slots[t])[0])
        return slots, chosen


def freeze(record: object) -> None:
    """Make the arrays of a record read-only."""
    for value in vars(record).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
