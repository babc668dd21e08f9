"""One HTML file that shows an inspected test set by itself: no network, nothing to install."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from seqviz.analysis.marks import Mark
from seqviz.analysis.significance import Significance
from seqviz.inspection.buckets import Bucket
from seqviz.inspection.compare import Comparison
from seqviz.inspection.evidence import feature_help
from seqviz.inspection.features import FEATURES, TEXTS
from seqviz.inspection.marked import row_words
from seqviz.inspection.rules import Known, Rules
from seqviz.inspection.spanned import Spans, packed_spans, words_for
from seqviz.viewer import mark_words, script, style
from seqviz.viewer.evidence import packed_mark
from seqviz.viewer.markup import page_of
from seqviz.words import LANGUAGES, part, table

STYLES = ("base", "page", "flags", "report")
DIGITS = 3
NO_SPANS = Spans()
_SPANS = (
    *("inspect.people.said", "inspect.words.", "inspect.own.what", "inspect.own.category."),
    *("inspect.own.severity.", "evidence.about", "evidence.mark_between"),
)
_TOGETHER = ("inspect.buckets.", "inspect.systems.won", "inspect.systems.lost")


def report_page(
    rows: pd.DataFrame,
    *,
    model: str,
    known: Known,
    comparison: Comparison | None = None,
    spans: Spans = NO_SPANS,
    language: str = LANGUAGES[0],
) -> str:
    """Build the page.

    Args:
        rows: of a run.
        model: its name.
        known: of the model: the rules of marks, and the evidence that is told.
        comparison: of the same rows.
        spans: the errors that people marked in it.
        language: in which it opens; it holds all.
    """
    facts = {"model": model, "sentences": f"{len(rows):,}"}
    words = table(language)
    return page_of(
        _content(rows, known, spans)
        | {
            "language": language,
            "facts": facts,
            **_compared(comparison or Comparison((), (), ())),
            "words": {code: _words(code, known) for code in LANGUAGES},
        },
        program=script("report"),
        styles=style(*STYLES),
        language=language,
        title=words["inspect.report.title"].format_map(facts),
        no_script=(words["inspect.report.no_script"],),
    )


def _content(rows: pd.DataFrame, known: Known, spans: Spans) -> dict[str, Any]:
    marked = _Marked(known.rules, spans)
    words = [marked.words(row, place) for place, row in enumerate(rows.to_dict("records"))]
    return {
        "number": rows["number"].tolist(),
        **{name: [_known(value) for value in rows[name]] for name in TEXTS},
        "features": {name: [_known(value) for value in rows[name]] for name in FEATURES},
        "groups": {name: one.group for name, one in FEATURES.items()},
        "digits": {name: one.digits for name, one in FEATURES.items()},
        "words_of": words,
        "rules": marked.told,
        "spans": marked.spanned,
    }


def _known(value: Any) -> Any:
    """A text, a number of few digits, a truth; None where there is none."""
    if value is None or isinstance(value, str | bool | np.bool_):
        return bool(value) if isinstance(value, np.bool_) else value
    return round(float(value), DIGITS) if math.isfinite(value) else None


class _Marked:
    """Words with marks, each rule told once."""

    def __init__(self, rules: Rules, spans: Spans) -> None:
        """Nothing is told yet.

        Args:
            rules: of the model.
            spans: the errors that people marked.
        """
        self._rules, self._spans = rules, spans
        self.told: list[dict[str, Any]] = []
        """What marks of one kind have in common, see ``packed_mark``."""
        self.spanned: dict[str, dict[str, Any]] = {}
        """Of rows with errors that people marked, by their places: ``packed_spans`` by text."""

    def words(self, row: Mapping[Any, Any], place: int) -> dict[str, list[list[Any]]]:
        """By text: of every word its text, its surprisal in nats (null: it has none), its marks.

        A mark is the place of its rule, its value and its strength. The other system's words are
        there where people marked some.

        Args:
            row: of the run.
            place: of the row.
        """
        shown = {str(side): words for side, words in row_words(row, self._rules).items()}
        found: dict[str, list[list[Any]]] = {
            side: [
                [word.text.strip(), _known(word.surprisal), *map(self._mark, word.marks)]
                for word in words
            ]
            for side, words in shown.items()
        }
        for name, spans in self._spans.of(int(row["number"])).items():
            side = "target" if name == "translation" else name
            texts = [word.text for word in shown.get(side, ())]
            words = words_for(row[name], texts)
            if words is not texts:
                found[side] = [[word.strip(), None] for word in words]
            self.spanned.setdefault(str(place), {})[side] = packed_spans(words, spans)
        return found

    def _mark(self, mark: Mark) -> tuple[int, float, float]:
        told = packed_mark(mark)
        rule = {name: told[name] for name in ("kind", "threshold", "auroc", "data")}
        if rule not in self.told:
            self.told.append(rule)
        return self.told.index(rule), round(mark.value, DIGITS), round(mark.strength, 2)


def _compared(found: Comparison) -> dict[str, Any]:
    """Of n-grams "words" and how many more this system has where they should be."""
    names = ("won", "lost") if found.gains else ()
    return {
        "significance": [_told(one) for one in found.significance],
        "gains": {
            name: [[[" ".join(one.words), one.difference] for one in grams] for grams in lists]
            for name, lists in zip(names, zip(*found.gains, strict=True), strict=True)
        },
        "buckets": [_bucket(one, trained=found.trained) for one in found.buckets],
    }


def _bucket(one: Bucket, *, trained: bool) -> dict[str, Any]:
    return {
        "kind": "trained" if trained and one.kind == "frequency" else one.kind,
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


def _words(language: str, known: Known) -> dict[str, str]:
    words = table(language)
    helped = {one.help: feature_help(name, known, words) for name, one in FEATURES.items()}
    told = part(words, "inspect.report.", "inspect.feature.", *_TOGETHER, *_SPANS)
    return told | mark_words(language) | helped
