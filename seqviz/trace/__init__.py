"""The record of one translation, and its file; numpy only."""

from seqviz.trace.trace import (
    DistributionShift,
    Fate,
    Floats,
    Hypotheses,
    Ints,
    ModelFacts,
    Search,
    Source,
    Trace,
)

__all__ = [
    "DistributionShift",
    "Fate",
    "Floats",
    "Hypotheses",
    "Ints",
    "ModelFacts",
    "Search",
    "Source",
    "Trace",
]
