"""What one step of a search found, to be recorded. Knows nothing about where it is kept."""

from dataclasses import dataclass, replace
from typing import Any, Generic

from torch import Tensor

from seqviz.decoding.buffers import model_rows
from seqviz.decoding.step import Candidates, NextTokens
from seqviz.models.base import State, StepOutput

_OF_SOURCE = ("cross_attention", "scores")
"""What a model returns for every token of the source."""


@dataclass(frozen=True, kw_only=True)
class StepRecord(Generic[State]):
    """One step of a search over B sentences; what is recorded has B = 1."""

    output: StepOutput[State]
    ranked: NextTokens
    """The best of the model's own distribution."""
    entropies: Tensor
    """(B, W): of every prefix's next-token distribution, in nats."""
    found: Candidates

    def of(self, row: int, source_length: int) -> "StepRecord[State]":
        """That sentence alone, without the padding of its source."""
        parts = _row(self.output, row)
        parts |= {name: parts[name][..., :source_length] for name in _OF_SOURCE if name in parts}
        return StepRecord(
            output=replace(self.output, **parts),
            ranked=replace(self.ranked, **_row(self.ranked, row)),
            entropies=self.entropies[row : row + 1],
            found=replace(self.found, **_row(self.found, row)),
        )


def _row(record: object, row: int) -> dict[str, Any]:
    """One row of all its tensors (B, …), as (1, …)."""
    tensors = {name: value for name, value in vars(record).items() if isinstance(value, Tensor)}
    return {name: value[row : row + 1] for name, value in tensors.items()}


def columns_of(
    step: StepRecord[State], *, distribution_size: int, attention: bool
) -> dict[str, Tensor]:
    """What one step adds to every column but the self-attention, by its name in ``trace.Search``.

    Returns:
        (1, …) each.
    """
    values = {f"candidate_{name}": value for name, value in vars(step.found).items()}
    values |= model_rows(step.output) if attention else {}
    values["next_tokens"] = step.ranked.tokens[..., :distribution_size]
    values["next_log_probs"] = step.ranked.log_probs[..., :distribution_size]
    values["entropies"] = step.entropies
    return values
