"""The hypotheses of a search as a table, and in words why a candidate lived or fell."""

from collections.abc import Mapping
from math import isnan

import numpy as np
import pandas as pd

from seqviz.analysis.beam import Reason
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]


def hypotheses_table(trace: Trace, *, words: Words = WORDS) -> pd.DataFrame:
    """All hypotheses, best first, each score taken apart; the coverage term where there is one."""
    found = trace.hypotheses
    coverage = {words["figure.coverage"]: found.coverage_terms.round(4)}
    return pd.DataFrame(
        {
            words["figure.rank"]: np.arange(1, len(found) + 1),
            words["figure.score"]: found.scores.round(4),
            words["figure.cumulative"]: found.log_probs.round(4),
            words["figure.length"]: found.lengths,
            words["figure.normaliser"]: found.normalisers.round(4),
            **(coverage if trace.options.beta > 0 else {}),
            words["figure.finished"]: [
                words["figure.yes" if finished else "figure.no"] for finished in found.finished
            ],
            words["figure.text"]: found.texts,
        }
    )


def reason_text(reason: Reason, *, words: Words = WORDS) -> str:
    """Say in a sentence why a candidate lived or fell."""
    facts = {
        "rank": reason.rank,
        "kept": reason.kept,
        "finished": reason.finished,
        "margin": number(abs(reason.margin)),
        "survivor": reason.survivor,
        "token_rank": reason.token_rank,
        "drawable": reason.drawable,
    }
    return words[f"reason.{reason.code}{_variant(reason)}"].format_map(facts)


def _variant(reason: Reason) -> str:
    """Which of the sentences of a code fits the facts."""
    if reason.code == "drawn":
        return "" if reason.token_rank and reason.drawable else "_unranked"
    if reason.code == "finished":
        return "_first" if reason.rank == 1 else ""
    if reason.code == "kept":
        return "_last" if reason.margin == 0 else ""
    if reason.code == "pruned_rank":
        if isnan(reason.margin):
            return "_alone"
        return "_finished" if reason.finished else ""
    return "_ahead" if reason.code == "pruned_late_eos" and reason.margin > 0 else ""
