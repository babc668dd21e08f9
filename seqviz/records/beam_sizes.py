"""What a wider beam changes: a model's output on a test set at every beam size, as a record.

Koehn & Knowles 2017, https://aclanthology.org/W17-3204, section 3.6, saw quality fall past some
width; whether it does here is what a record says. Knows nothing about how sentences are decoded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from seqviz.records.file import RecordFile

NORMALISATIONS = ("none", "average")


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Between them lie 95 % of the resamples."""

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what is no interval."""
        if self.low > self.high:
            raise ValueError(f"the interval from {self.low} to {self.high} is empty")


@dataclass(frozen=True, kw_only=True)
class BeamSizeIntervals:
    """How much the numbers of a row could differ on other sentences; all from the same resamples.

    See ``analysis.confidence``.
    """

    bleu: Ends
    chrf: Ends
    length_ratio: Ends
    log_prob: Ends
    empty: Ends
    bleu_change: Ends
    """BLEU minus that of ``BeamSizeStudy.compared_with``."""


@dataclass(frozen=True, kw_only=True)
class BeamSizeRow:
    """All sentences decoded with one beam size."""

    beam_size: int
    bleu: float
    chrf: float
    length_ratio: float
    """Length of all translations divided by that of all references, in the tokens of BLEU."""
    log_prob: float
    """Mean over sentences of the sum of log-probabilities, nats."""
    score: float
    """Mean over sentences of what the search ranks by."""
    empty: float
    """Share of translations without a character, 0 to 1."""
    seconds: float
    """Of all sentences: processor time on a CPU, wall-clock time elsewhere."""
    intervals: BeamSizeIntervals | None = None
    """None in older files."""

    def __post_init__(self) -> None:
        """Refuse what cannot have been measured."""
        if self.beam_size < 1 or not 0 <= self.empty <= 1:
            raise ValueError(f"beam size {self.beam_size}, share of empty outputs {self.empty}")


@dataclass(frozen=True, kw_only=True)
class BeamSizeStudy:
    """Rows by length normalisation, and all that one needs to measure them again."""

    model: str
    """PAIR/SYSTEM."""
    fingerprint: str
    """Of the weights; see ``ModelFacts``."""
    test_set: str
    """Name of its file."""
    sentences: int
    """Drawn from it at random."""
    seed: int
    """Of the draw."""
    alpha: float
    """Of the normalisation "average"."""
    device: str
    bleu_signature: str
    chrf_signature: str
    curves: Mapping[str, tuple[BeamSizeRow, ...]]
    """Length normalisation, "none" or "average", to its rows, by ascending beam size."""
    compared_with: int | None = None
    """The beam size that ``bleu_change`` compares with; None: there are no intervals."""

    def __post_init__(self) -> None:
        """Refuse a record that cannot be drawn."""
        if type(self.alpha) is not float:
            raise ValueError(f"'alpha' is {self.alpha!r:.40}")
        sizes = {tuple(row.beam_size for row in rows) for rows in self.curves.values()}
        if set(self.curves) != set(NORMALISATIONS) or len(sizes) != 1 or not min(sizes):
            raise ValueError("it needs the same beam sizes for " + " and ".join(NORMALISATIONS))
        (found,) = sizes
        if list(found) != sorted(set(found)):
            raise ValueError("the beam sizes do not ascend")


STUDY_FILE = RecordFile(
    "beam_sizes.json", BeamSizeStudy, what="record of beam sizes", max_bytes=30_000
)
