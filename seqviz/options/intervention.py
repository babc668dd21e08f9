"""What one may do to a model's cross-attention while it decodes, as values.

Knows nothing about models or tensors: ``models.editing`` carries it out, a Trace records it.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from seqviz.errors import InputError

EditKind = Literal["mute", "sharpen", "uniform", "shuffle", "set", "ablate"]

MAX_EDITS = 32
MIN_TEMPERATURE = 0.01
MAX_TEMPERATURE = 100.0
MAX_SEED = 2**31 - 1
MAX_WEIGHT = 1e6


@dataclass(frozen=True, kw_only=True)
class Intervention:
    """One edit of the cross-attention, made at every step, layer and head that it names.

    Several edits work together: first all that act on the scores before the softmax ("mute",
    "sharpen"), then the others, each on what the one before it left. A muted source token receives
    exactly 0 whatever else is asked for. Ablating a head as in Michel et al. 2019,
    https://arxiv.org/abs/1905.10650, section 2.3.

    Raises:
        InputError: a value is out of its range.
    """

    kind: EditKind
    """"mute" source tokens; "sharpen" by a temperature; make rows "uniform"; "shuffle" a row over
    the source; "set" a row by hand; "ablate" a head: it reads nothing, its context is 0.
    """
    steps: tuple[int, ...] = ()
    """Only at these steps, from 0; empty: at every step."""
    heads: tuple[tuple[int, int], ...] = ()
    """Only these (layer, head), both from 0; empty: every head of every layer."""
    sources: tuple[int, ...] = ()
    """Positions of the source tokens to mute, from 0; "mute" only."""
    temperature: float = 1.0
    """Scores are divided by it: below 1 sharpens, above 1 flattens; "sharpen" only."""
    seed: int = 0
    """Of the permutation, the same at every step; "shuffle" only."""
    weights: tuple[float, ...] = ()
    """One for every source token, not negative; divided by their sum; "set" only."""

    def __post_init__(self) -> None:
        """Refuse what no model can carry out."""
        if self.kind not in get_args(EditKind):
            choices = ", ".join(get_args(EditKind))
            facts = {"option": "intervention", "found": self.kind, "choices": choices}
            raise InputError("option_unknown", facts)
        _check("temperature", self.temperature, low=MIN_TEMPERATURE, high=MAX_TEMPERATURE)
        _check("seed", self.seed, low=0, high=MAX_SEED)
        for number in (*self.steps, *self.sources, *(n for head in self.heads for n in head)):
            _check("intervention position", number, low=0, high=MAX_SEED)
        for weight in self.weights:
            _check("intervention weight", weight, low=0.0, high=MAX_WEIGHT)
        if (self.kind == "set") != bool(self.weights):
            raise InputError("edit_incomplete", {"kind": self.kind, "needed": "weights"})
        if (self.kind == "mute") != bool(self.sources):
            raise InputError("edit_incomplete", {"kind": self.kind, "needed": "sources"})

    def applies_at(self, step: int) -> bool:
        """Whether it is made at this step."""
        return not self.steps or step in self.steps

    def heads_of(self, layer: int, count: int) -> tuple[int, ...]:
        """Which of a layer's ``count`` heads it edits."""
        if not self.heads:
            return tuple(range(count))
        return tuple(head for at, head in self.heads if at == layer)


def _check(option: str, found: float, *, low: float, high: float) -> None:
    if not (math.isfinite(found) and low <= found <= high):
        facts = {"option": option, "found": found, "low": low, "high": high}
        raise InputError("option_out_of_range", facts)
