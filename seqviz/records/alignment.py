"""How well every kind of attention of a model agrees with links that people drew, as a record.

Knows nothing about how it was measured. Letters in shapes: L layers, H heads.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seqviz.aligned import MEASURES, ROWS, Alignment, Measure, Reading, Row
from seqviz.records.file import RecordFile

NEAR = 0.02
"""Choices whose error rate is at most so much above the lowest are as good."""

Rates = tuple[tuple[float, ...], ...]
"""(L, 1 + H), 0 to 1: of the mean over the heads, then of each head; (L, 1) where there is one."""


@dataclass(frozen=True, kw_only=True)
class AlignmentGrid:
    """Every layer and head, read in one way."""

    measure: Measure
    row: Row
    error_rates: Rates
    """AER (Och & Ney 2003); lower is better."""
    precisions: Rates
    recalls: Rates

    def __post_init__(self) -> None:
        """Refuse what is no grid of shares."""
        shape = self.shape
        for rates in (self.error_rates, self.precisions, self.recalls):
            if (len(rates), *{len(layer) for layer in rates}) != shape or not shape[1]:
                raise ValueError("a grid has rows of different lengths")
            if not all(0 <= rate <= 1 for layer in rates for rate in layer):
                raise ValueError("a rate is not between 0 and 1")

    @property
    def shape(self) -> tuple[int, int]:
        """Layers, and columns: the mean and every head."""
        return len(self.error_rates), len(self.error_rates[0]) if self.error_rates else 0


@dataclass(frozen=True, kw_only=True)
class AlignmentStudy:
    """All choices on one file of hand-drawn links, and two guesses that need no such file."""

    model: str
    """PAIR/SYSTEM."""
    fingerprint: str
    """Of the weights; see ``ModelFacts``."""
    gold: str
    """Name of the file."""
    pairs: int
    """Sentence pairs in it."""
    sure: int
    """Links that anybody would draw."""
    possible: int
    """All links."""
    grids: tuple[AlignmentGrid, ...]
    """One of every measure and row."""
    coverage_deviations: tuple[float, ...]
    """(L,), at most 0: mean over the pairs, of the heads' mean weights (formulas d1). Nearest to 0
    is one guess at the layer that aligns best."""
    mean_norms: tuple[float, ...]
    """(L,): mean length of what is read from a source token. The largest is another guess."""

    def __post_init__(self) -> None:
        """Refuse a record that cannot be drawn."""
        ways = {(grid.measure, grid.row) for grid in self.grids}
        shapes = {grid.shape for grid in self.grids}
        if len(self.grids) != len(ways) or len(ways) != len(MEASURES) * len(ROWS):
            raise ValueError("the grids are not one of every measure and row")
        if len(shapes) != 1:
            raise ValueError("the grids are of different shapes")
        if {len(self.coverage_deviations), len(self.mean_norms)} != {self.grids[0].shape[0]}:
            raise ValueError("there is not one guess a layer")

    def choices(self) -> Iterator[Alignment]:
        """Every way to read the model's attention, the simplest first."""
        lowest = min(rate for grid in self.grids for layer in grid.error_rates for rate in layer)
        for grid in self.grids:
            layers, columns = grid.shape
            for column in range(columns):
                for layer in range(layers):
                    yield Alignment(
                        layer=layer,
                        head=column - 1 if column else None,
                        measure=grid.measure,
                        row=grid.row,
                        error_rate=grid.error_rates[layer][column],
                        precision=grid.precisions[layer][column],
                        recall=grid.recalls[layer][column],
                        lowest=lowest,
                        gold=self.gold,
                        pairs=self.pairs,
                    )

    def chosen(self) -> Alignment:
        """The simplest choice among those ``NEAR`` the lowest error rate.

        Weights are simpler than norms, the step that predicts than the next one, the mean over the
        heads than one head; of layers the one with the lowest error rate.
        """
        near = [one for one in self.choices() if one.error_rate <= one.lowest + NEAR]
        first = near[0]
        alike = [one for one in near if _way(one) == _way(first)]
        return min(alike, key=lambda one: one.error_rate)

    def read_as(self, reading: Reading | None) -> Alignment:
        """The numbers of one way to read it; None: of ``chosen``."""
        if reading is None:
            return self.chosen()
        place = (reading.measure, reading.row, reading.layer, reading.head)
        ways = {(one.measure, one.row, one.layer, one.head): one for one in self.choices()}
        return ways[place]

    @property
    def plainest(self) -> AlignmentGrid:
        """Weights of the step that predicts: what the page shows of attention elsewhere."""
        return next(one for one in self.grids if (one.measure, one.row) == ("weight", "step"))

    def guessed(self) -> dict[str, int]:
        """The layers that "coverage" and "norm" would take, without hand-drawn links."""
        layers = range(len(self.mean_norms))
        return {
            "coverage": max(layers, key=self.coverage_deviations.__getitem__),
            "norm": max(layers, key=self.mean_norms.__getitem__),
        }


def _way(one: Alignment) -> tuple[str, str, bool]:
    return one.measure, one.row, one.head is None


ALIGNMENT_FILE = RecordFile(
    "alignment.json", AlignmentStudy, what="record of alignments", max_bytes=1_000_000
)
