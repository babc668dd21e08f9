"""Which attention of a model to read as a word alignment, and how well that agrees with people.

Stands in the model's settings.json, and in every trace of it. Knows nothing of how it was measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

Measure = Literal["weight", "norm"]
"""Attention weights α, or the lengths ‖α f(x)‖ of what is read (Kobayashi et al. 2020)."""
Row = Literal["step", "fed"]
"""The step that predicts a token, or the next one, which is fed it."""
MEASURES: tuple[Measure, ...] = get_args(Measure)
ROWS: tuple[Row, ...] = get_args(Row)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How attention is read as an alignment."""

    layer: int
    """Counted from 0."""
    head: int | None
    """Counted from 0; None: the mean over the heads, for norms that of their summed vectors."""
    measure: Measure
    row: Row


@dataclass(frozen=True, kw_only=True)
class Alignment(Reading):
    """A reading with its numbers on links that people drew.

    Raises:
        ValueError: a value is of another type, or cannot be.
    """

    error_rate: float
    """AER, 0 to 1 (Och & Ney 2003); lower is better."""
    precision: float
    """Share of the links that people drew, too, 0 to 1."""
    recall: float
    """Share of people's sure links that were found, 0 to 1."""
    lowest: float
    """The error rate of the best choice there is."""
    gold: str
    """Name of the file of the hand-drawn links."""
    pairs: int
    """Sentence pairs in it."""

    def __post_init__(self) -> None:
        """Refuse what no measurement leaves."""
        counts = (self.layer, self.pairs, 0 if self.head is None else self.head)
        shares = (self.error_rate, self.precision, self.recall, self.lowest)
        fits = (
            all(type(count) is int and count >= 0 for count in counts)
            and all(type(share) in (int, float) and 0 <= share <= 1 for share in shares)
            and self.measure in MEASURES
            and self.row in ROWS
            and type(self.gold) is str
        )
        if not fits:
            raise ValueError("its alignment has a value that cannot be")

    def check_within(self, layers: int, heads: int) -> None:
        """Refuse a layer or a head that a model does not have.

        Raises:
            ValueError: there is no such one.
        """
        if self.layer >= layers or (self.head or 0) >= heads:
            raise ValueError("its alignment names a layer or a head that it does not have")


def alignment_of(raw: Any) -> Alignment | None:
    """What a file says; None stays.

    Raises:
        ValueError: it is no such object.
    """
    if raw is None:
        return None
    names = {field.name for field in fields(Alignment)}
    if not isinstance(raw, Mapping) or set(raw) != names:
        raise ValueError(f"its alignment is no object of {', '.join(sorted(names))}")
    return Alignment(**raw)
