"""One HTML file that shows an inspected test set by itself: no network, nothing to install.

Scripts and styles are allowed by their hashes alone; texts travel as JSON and become text nodes.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np
import pandas as pd

from seqviz.analysis.significance import Significance
from seqviz.analysis.words import word_groups, word_labels
from seqviz.inspection.buckets import Bucket
from seqviz.inspection.compare import Comparison
from seqviz.inspection.evidence import feature_help
from seqviz.inspection.features import FEATURES, TEXTS
from seqviz.inspection.rules import Family
from seqviz.viewer import script, style
from seqviz.viewer.markup import as_json, clean, policy, wrapped
from seqviz.words import LANGUAGES, part, table

STYLES = ("base", "page", "report")
DOUBTFUL = 0.6
"""Nats of surprise above which a word is marked; ours, about the best for the words of MLQE-PE
(Fomicheva et al. 2022, https://aclanthology.org/2022.lrec-1.530).
"""
DIGITS = 3
_TOGETHER = ("inspect.buckets.", "inspect.systems.won", "inspect.systems.lost")


def report_page(
    rows: pd.DataFrame,
    *,
    model: str,
    family: Family,
    comparison: Comparison | None = None,
    counted: bool = False,
    language: str = LANGUAGES[0],
) -> str:
    """Build the page.

    Args:
        rows: of a run.
        model: its name.
        family: of the model, for which the evidence is told.
        comparison: of the same rows.
        counted: its words were counted in a training text.
        language: in which it opens; it holds all.
    """
    program, styles = wrapped(script("report")), style(*STYLES)
    facts = {"model": model, "sentences": f"{len(rows):,}"}
    texts = {
        "language": language,
        "policy": policy(program, styles),
        "title": escape(clean(table(language)["inspect.report.title"].format_map(facts))),
        "no_script": escape(table(language)["inspect.report.no_script"]),
        "style": styles,
        "data": as_json(
            _content(rows)
            | {
                "language": language,
                "facts": facts,
                **_compared(comparison or Comparison((), (), ()), counted=counted),
                "words": {code: _words(code, family) for code in LANGUAGES},
            }
        ),
        "script": program,
    }
    page = files(__package__).joinpath("report.html").read_text("utf-8")
    return Template(page).substitute(texts)


def _content(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "number": rows["number"].tolist(),
        **{name: [_known(value) for value in rows[name]] for name in TEXTS},
        "features": {name: [_known(value) for value in rows[name]] for name in FEATURES},
        "groups": {name: one.group for name, one in FEATURES.items()},
        "digits": {name: one.digits for name, one in FEATURES.items()},
        "threshold": DOUBTFUL,
        "words_of": [
            _surprises(pieces, log_probs)
            for pieces, log_probs in zip(rows["pieces"], rows["log_probs"], strict=True)
        ],
    }


def _known(value: Any) -> Any:
    """A text, a number of few digits, a truth; None where there is none."""
    if value is None or isinstance(value, str | bool | np.bool_):
        return bool(value) if isinstance(value, np.bool_) else value
    return round(float(value), DIGITS) if math.isfinite(value) else None


def _surprises(pieces: Sequence[str], log_probs: Sequence[float]) -> list[tuple[str, float]]:
    """Every word but EOS with the highest surprise of its pieces, nats."""
    groups = word_groups(list(pieces))
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    highest = np.maximum.reduceat(-np.asarray(log_probs, np.float64), starts)
    labels = word_labels(list(pieces), groups)
    return [
        (label, round(min(float(value), 999.0), 2))
        for label, value in zip(labels[:-1], highest, strict=False)
    ]


def _compared(found: Comparison, *, counted: bool) -> dict[str, Any]:
    """Of n-grams "words" and how many more this system has where they should be."""
    names = ("won", "lost") if found.gains else ()
    return {
        "significance": [_told(one) for one in found.significance],
        "gains": {
            name: [[[" ".join(one.words), one.difference] for one in grams] for grams in lists]
            for name, lists in zip(names, zip(*found.gains, strict=True), strict=True)
        },
        "buckets": [_bucket(one, counted=counted) for one in found.buckets],
    }


def _bucket(one: Bucket, *, counted: bool) -> dict[str, Any]:
    return {
        "kind": "trained" if counted and one.kind == "frequency" else one.kind,
        "range": one.range,
        "words": one.words,
        "f1": round(one.f1, DIGITS),
        "baseline": None if one.baseline is None else round(one.baseline, DIGITS),
    }


def _told(one: Significance) -> Mapping[str, str]:
    numbers = {"score": one.score, "baseline": one.baseline, "low": one.low, "high": one.high}
    told = {name: f"{value:.2f}".replace("-", "−") for name, value in numbers.items()}
    return {
        **told,
        "metric": one.metric,
        "difference": f"{one.difference:+.2f}".replace("-", "−"),
        "bootstrap": f"{one.p_bootstrap:.3f}",
        "randomisation": f"{one.p_randomisation:.3f}",
        "sentences": f"{one.sentences:,}",
    }


def _words(language: str, family: Family) -> dict[str, str]:
    words = table(language)
    helped = {one.help: feature_help(name, family, words) for name, one in FEATURES.items()}
    return part(words, "inspect.report.", "inspect.feature.", *_TOGETHER) | helped
