"""Frozen record of every step of a search, in columns. Numpy only.

Letters in shapes: T steps, K slots (beam size), C candidates a step, N recorded next tokens, L
layers, H heads, S source tokens, D width. Step t predicts the token *produced* at step t, EOS
included, BOS not. Log-probabilities are natural logarithms.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from seqviz.trace.columns import PACKED, Column, columns

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
_OWN = "TKCN"
"""Sizes that columns share; the others are those of the model and the source, see ``Trace``."""


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

    candidate_tokens: Annotated[Ints, Column("TC", "token")]
    """(T, C)."""
    candidate_parents: Annotated[Ints, Column("TC", "place")]
    """(T, C): the slot of step t that the candidate continues."""
    candidate_log_probs: Annotated[Floats, Column("TC", "log-probability")]
    """(T, C): log p(token | prefix, source)."""
    candidate_cumulative: Annotated[Floats, Column("TC", "log-probability")]
    """(T, C): sum of log-probabilities, this token included."""
    candidate_fates: Annotated[NDArray[np.int8], Column("TC", "fate")]
    """(T, C): values of ``Fate``."""
    candidate_slots: Annotated[Ints, Column("TC", "place")]
    """(T, C): the slot of step t + 1, −1 unless kept."""
    candidate_ranks: Annotated[Ints | None, Column("TC", "rank", since=2)] = None
    """(T, C): place of the token among all next tokens of its prefix, 1 the most probable; equals
    by token id. None: not recorded.
    """
    kept_counts: Annotated[Ints | None, Column("TK", "count", "sampling", since=2)] = None
    """(T, K): how many of the most probable next tokens could be drawn; None: no sampling."""
    kept_mass: Annotated[Floats | None, Column("TK", "probability", "sampling", since=2)] = None
    """(T, K): their probability at the sampling temperature; None: no sampling."""
    next_tokens: Annotated[Ints, Column("TKN", "token")]
    """(T, K, N): the N most probable next tokens of every live slot, best first."""
    next_log_probs: Annotated[Floats, Column("TKN", "log-probability")]
    """(T, K, N)."""
    entropies: Annotated[Floats, Column("TK", "number")]
    """(T, K): entropy of the whole next-token distribution, in nats."""
    cross_attention: Annotated[Floats | None, Column("TKLHS", "weight", "model", half=True)]
    """(T, K, L, H, S): over the source; rows sum to 1. None: no attention, or not recorded."""
    self_attention: Annotated[Floats | None, Column(PACKED, "weight", "model", half=True)]
    """Packed: step t holds (K, L, H, t + 1), the start token first; see ``self_attention_at``."""
    raw_scores: Annotated[Floats | None, Column("TKS", "raw score", "model", half=True)]
    """(T, K, S): scores before the softmax, recurrent models only."""
    context_norms: Annotated[Floats | None, Column("TK", "number", "model")]
    """(T, K): Euclidean norm of the context vector, recurrent models only."""
    decoder_states: Annotated[Floats | None, Column("TKD", "number", "model", half=True)]
    """(T, K, D): top decoder state after the step, recurrent models only."""

    def __post_init__(self) -> None:
        """Make the arrays read-only and check that they fit together."""
        freeze(self)
        sizes: dict[str, int] = {}
        for name, column in columns(Search).items():
            array = getattr(self, name)
            if array is None:
                continue
            own = (axis for axis in zip(column.shape, array.shape, strict=False) if axis[0] in _OWN)
            fits = all(sizes.setdefault(letter, size) == size for letter, size in own)
            if not fits or array.ndim != len(column.shape):
                raise ValueError(f"{name} is {array.shape}, not {tuple(column.shape)} of {sizes}")

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
            slot = slots[t] = self.candidate_parents[t, candidate]
            if t:
                candidate = self.owners[t - 1, slot]
        return slots, chosen

    @cached_property
    def owners(self) -> Ints:
        """The candidate that took each slot, (T, K); 0 where none did."""
        owners = np.zeros((self.steps, self.slots), np.int32)
        kept = np.nonzero(self.candidate_fates == Fate.KEPT)
        owners[kept[0], self.candidate_slots[kept]] = kept[1]
        owners.flags.writeable = False
        return owners


def freeze(record: object) -> None:
    """Make the arrays of a record read-only."""
    for value in vars(record).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
