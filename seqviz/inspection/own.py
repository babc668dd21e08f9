"""How far the features of a model's own translations follow their quality.

What is wrong in these, nobody marked; chrF against a reference stands in for it. Correlations are
of ranks (Spearman's), above 0 where the good end of a feature goes with the better chrF.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seqviz.analysis.confidence import PERCENTILES, RESAMPLES
from seqviz.analysis.judging import judge, pearson, ranks
from seqviz.analysis.marks import Array
from seqviz.analysis.sentence import ignored_share
from seqviz.analysis.words import word_groups
from seqviz.inspection.features import in_group
from seqviz.inspection.planted import Planted
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner
from seqviz.inspection.validation import OWN, Table
from seqviz.inspection.worth import badness
from seqviz.options import DecodeOptions
from seqviz.translator import Translator

THRESHOLDS = (0.0, 0.1, 0.3, 0.5, 1.0, 2.0)
"""Nats below which a word counts as ignoring its source, to choose ``sentence.IGNORED`` from."""

_EQUAL = 1e-9


@dataclass(frozen=True, eq=False)
class OwnTranslations:
    """What a model wrote itself."""

    rows: pd.DataFrame
    """In the columns of ``SCHEMA``, with references."""

    def planted(self) -> list[Planted]:
        """Those that say something, as if an error had been planted that nobody knows."""
        texts = zip(self.rows["source"], self.rows["translation"], strict=True)
        return [Planted(kind=OWN, source=source, target=text) for source, text in texts if text]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The mean correlation of several models, and where it lies in 95 % of resamples."""

    correlation: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Followed:
    """How far one feature follows chrF."""

    feature: str
    sentences: int
    """Of all models."""
    interval: Interval
    at_length: float
    """The same correlation where the source's length, in tokens, is held fast: long sentences are
    worse, and much of what a feature says may be their length. Partial, of ranks."""


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A threshold of ``source_ignorance``."""

    nats: float
    mcc: float
    """Of the words below it with those in which an error was planted; 0 is chance."""
    interval: Interval
    """How far the share of such words follows chrF; turned as in ``Followed``."""


def translated(translator: Translator, sentences: Sequence[Sentence]) -> OwnTranslations:
    """Translate a test set by the usual search; with the source share, where there is one."""
    shares = gives_shares(translator)
    examiner = Examiner.of(translator, DecodeOptions(), contributions=shares)
    return OwnTranslations(examiner.rows(sentences).to_pandas())


def gives_shares(translator: Translator) -> bool:
    """Whether a model of SeqViz's own gives ALTI+; foreign ones may refuse, and are not asked."""
    return translator.facts.kind == "transformer" and not translator.entry.family


def followed(models: Sequence[pd.DataFrame], *, seed: int) -> list[Followed]:
    """How far every feature that needs no reference follows chrF.

    Args:
        models: the rows of each, with references, in the columns of ``SCHEMA``.
        seed: of the resamples: sentences of each model drawn again, with replacement.
    """
    found = []
    for name in (one.name for group in ("strong", "weak") for one in in_group(group)):
        there = _with(models, name)
        values = [_goodness(rows, name) for rows in there]
        interval = _interval(there, values, seed=seed)
        if interval is not None:
            pairs = zip(there, values, strict=True)
            found.append(
                Followed(
                    feature=name,
                    sentences=sum(map(len, there)),
                    interval=interval,
                    at_length=float(np.mean([_at_length(rows, own) for rows, own in pairs])),
                )
            )
    return found


def ignored_at(models: Sequence[pd.DataFrame], words: Table, *, seed: int) -> list[Ignored]:
    """What each of ``THRESHOLDS`` would be worth.

    Args:
        models: as of ``followed``.
        words: of targets in which it is known what is wrong, with the signal "contrast".
        seed: as of ``followed``.
    """
    contrast, there = words.signals["contrast"], _with(models, "source_ignorance")
    found = []
    for nats in THRESHOLDS:
        interval = _interval(there, [-_ignored(rows, nats) for rows in there], seed=seed)
        if interval is not None:
            mcc = judge(-contrast, words.bad, threshold=-nats).mcc
            found.append(Ignored(nats=nats, mcc=mcc, interval=interval))
    return found


def _with(models: Sequence[pd.DataFrame], name: str) -> list[pd.DataFrame]:
    """The rows that have a feature, of the models in which it differs."""
    there = (rows[rows[name].notna()] for rows in models)
    return [rows for rows in there if rows[name].nunique() > 1]


def _goodness(rows: pd.DataFrame, name: str) -> Array:
    values = rows[name].to_numpy(np.float64)
    return -badness(name, values, usual=values)


def _ignored(rows: pd.DataFrame, nats: float) -> Array:
    pairs = zip(rows["contrast"], rows["pieces"], strict=True)
    return np.array(
        [ignored_share(np.asarray(gained), word_groups(list(one)), nats) for gained, one in pairs]
    )


def _interval(
    models: Sequence[pd.DataFrame], values: Sequence[Array], *, seed: int
) -> Interval | None:
    """None where the values of a model are all alike, or there is no model."""
    found = [
        _correlations(ranks(own), ranks(rows["chrf"]), seed=seed + place)
        for place, (rows, own) in enumerate(zip(models, values, strict=True))
    ]
    means = np.mean(found, axis=0) if found else np.full(1, np.nan)
    if np.isnan(means[0]):
        return None
    low, high = np.nanpercentile(means[1:], PERCENTILES)
    return Interval(correlation=float(means[0]), low=float(low), high=float(high))


def _at_length(rows: pd.DataFrame, values: Array) -> float:
    """NaN where lengths are all alike, or are all there is."""
    lengths = [len(pieces) for pieces in rows["source_pieces"]]
    both, own, quality = (
        pearson(ranks(one), ranks(other))
        for one, other in ((values, rows["chrf"]), (values, lengths), (rows["chrf"], lengths))
    )
    left = (1 - own**2) * (1 - quality**2)
    return (both - own * quality) / left**0.5 if left > 0 else float("nan")


def _correlations(first: Array, second: Array, *, seed: int) -> Array:
    """Pearson's, of all N sentences and then of every resample, (1 + resamples,)."""
    count = len(first)
    shares = np.full(count, 1 / count)
    draws = np.random.default_rng(seed).multinomial(count, shares, size=RESAMPLES)
    weights = np.vstack((np.ones(count), draws)) / count  # (1 + resamples, N)
    one, two = first - first.mean(), second - second.mean()
    together = weights @ (one * two) - (weights @ one) * (weights @ two)
    spreads = [weights @ values**2 - (weights @ values) ** 2 for values in (one, two)]
    spread = spreads[0] * spreads[1]
    differ = spread > _EQUAL * spread[0]  # in a resample all values may be alike
    found: Array = np.full(len(spread), np.nan)
    found[differ] = together[differ] / np.sqrt(spread[differ])
    return found
