"""Several systems on one sentence: their numbers in rows, the best of each, the words that differ.

Numpy only; knows neither models nor Streamlit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from math import isnan
from types import MappingProxyType

from seqviz.analysis.compare import MarkedWord, word_differences
from seqviz.trace import Trace


@dataclass(frozen=True, kw_only=True)
class SystemRow:
    """The numbers of one system on one sentence; None is what nobody measured."""

    system: str
    """Its code, such as "transformer"."""
    score: float
    """Of the best hypothesis: what the search ranks by."""
    log_prob: float
    """Sum over its tokens, in nats."""
    tokens: int
    """Of the best hypothesis, EOS counted where it was produced."""
    milliseconds: float
    """Of the whole search."""
    parameters: int
    reference_log_prob: float | None = None
    """Sum over the tokens of the forced reference, EOS included, in nats."""
    reference_per_token: float | None = None
    """The same divided by their number."""
    chrf: float | None = None
    """Of the translation against the reference, from 0 to 100."""
    bleu: float | None = None
    """On the test set, from 0 to 100."""
    exact_match: float | None = None
    """On the test set, from 0 to 100; instead of BLEU where one answer alone is right."""


HIGHER_IS_BETTER: Mapping[str, bool] = MappingProxyType(
    {
        "score": True,
        "log_prob": True,
        "milliseconds": False,
        "parameters": False,
        "reference_log_prob": True,
        "reference_per_token": True,
        "chrf": True,
        "bleu": True,
        "exact_match": True,
    }
)
"""Which end is the best one, by the name of the field; the others have no best."""


def system_row(
    system: str,
    trace: Trace,
    *,
    forced: Trace | None = None,
    chrf: float | None = None,
    bleu: float | None = None,
) -> SystemRow:
    """Take the numbers from a search, and from the forced reference where there is one.

    Args:
        system: its code.
        trace: the search.
        forced: the reference, scored by the same system.
        chrf: of the translation against the reference, from 0 to 100.
        bleu: of the system on the test set, from 0 to 100.
    """
    best = trace.hypotheses
    given = None if forced is None else float(forced.hypotheses.log_probs[0])
    return SystemRow(
        system=system,
        score=float(best.scores[0]),
        log_prob=float(best.log_probs[0]),
        tokens=int(best.lengths[0]),
        milliseconds=trace.milliseconds,
        parameters=trace.model.parameters,
        reference_log_prob=given,
        reference_per_token=(
            None if forced is None or given is None else given / int(forced.hypotheses.lengths[0])
        ),
        chrf=chrf,
        bleu=bleu,
    )


def best_systems(rows: Sequence[SystemRow]) -> Mapping[str, frozenset[str]]:
    """Who is best at what: the codes of the best systems by the name of the number.

    All of equals are best. There is no best where fewer than two systems have the number, or where
    all are equal.
    """
    found = {}
    for field in fields(SystemRow):
        if field.name in HIGHER_IS_BETTER:
            values = {row.system: _measured(row, field.name) for row in rows}
            found[field.name] = _best(values, higher=HIGHER_IS_BETTER[field.name])
    return found


def _measured(row: SystemRow, name: str) -> float | None:
    value: float | None = getattr(row, name)
    return None if value is None or isnan(value) else float(value)


def _best(values: Mapping[str, float | None], *, higher: bool) -> frozenset[str]:
    known = {system: value for system, value in values.items() if value is not None}
    if len(set(known.values())) <= 1:
        return frozenset()
    top = max(known.values()) if higher else min(known.values())
    return frozenset(system for system, value in known.items() if value == top)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a translation has that a base lacks, and the other way round."""

    words: tuple[MarkedWord, ...]
    """The whole translation; what the base lacks is marked."""
    missing: tuple[str, ...]
    """Runs of words that only the base has, in its order."""

    @property
    def differing(self) -> int:
        """How many words the base lacks."""
        return sum(word.differs and bool(word.text.strip()) for word in self.words)

    @property
    def same(self) -> bool:
        """Neither has a word that the other lacks."""
        return not self.differing and not self.missing


def difference(base: str, text: str) -> Difference:
    """Compare a translation with a base, word by word; see ``compare.word_differences``."""
    theirs, own = word_differences(base, text)
    runs = ["".join(w.text for w in run) for marked, run in groupby(theirs, _differs) if marked]
    stripped = (run.strip() for run in runs)
    return Difference(words=tuple(own), missing=tuple(run for run in stripped if run))


def _differs(word: MarkedWord) -> bool:
    return word.differs
