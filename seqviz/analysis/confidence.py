"""How sure a score on a test set is: 95 % intervals by resampling its sentences.

Koehn 2004, https://aclanthology.org/W04-3250, section 3. sacrebleu's own bootstrap gives half the
width of an interval around the resamples' mean; here are both its ends, and the seed is an
argument.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from seqviz.analysis.quality import metrics_for

RESAMPLES = 1_000
PERCENTILES = (2.5, 97.5)
MOST = 100.0

Statistics = NDArray[np.integer[Any]]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A score from 0 to 100, and where 95 % of the resamples lie."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what is no interval."""
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not float or not 0 <= value <= MOST:
                raise ValueError(f"'{field.name}' is {value!r:.40}")
        if self.low > self.high:
            raise ValueError(f"the interval from {self.low} to {self.high} is empty")


@dataclass(frozen=True, kw_only=True)
class QualityIntervals:
    """The scores of some translations, each with its interval."""

    bleu: Interval
    chrf: Interval
    exact: Interval
    """Share of translations that are the reference, character by character, in per cent."""


def quality_intervals(
    translations: Sequence[str],
    references: Sequence[str],
    *,
    language: str,
    seed: int,
    resamples: int = RESAMPLES,
) -> QualityIntervals:
    """Score translations, and resample the sentences to see how much the scores could differ.

    The draws depend on the seed and the number of sentences alone, so all metrics, and all systems
    on the same sentences, are resampled alike.

    Args:
        translations: one text a sentence.
        references: as many texts.
        language: code of the target language; see ``corpus_quality``.
        seed: of the draws.
        resamples: how many.

    Raises:
        ValueError: the two differ in length, or are empty.
    """
    if len(translations) != len(references) or not translations:
        raise ValueError(f"{len(translations)} translations, {len(references)} references")
    draws = _draws(len(translations), resamples=resamples, seed=seed)
    bleu, chrf = (
        _of(metric, translations, references, draws=draws) for metric in metrics_for(language)
    )
    pairs = zip(translations, references, strict=True)
    exact = np.array([[text == wanted] for text, wanted in pairs], np.int64)
    return QualityIntervals(
        bleu=bleu,
        chrf=chrf,
        exact=_interval(exact, lambda sums: float(MOST * sums[0] / len(exact)), draws),
    )


def _draws(sentences: int, *, resamples: int, seed: int) -> Statistics:
    """How often every sentence is drawn, (resamples, sentences)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(sentences, np.full(sentences, 1 / sentences), size=resamples)


def _of(
    metric: BLEU | CHRF,
    translations: Sequence[str],
    references: Sequence[str],
    *,
    draws: Statistics,
) -> Interval:
    """Score sums of sacrebleu's statistics of every sentence, as its own bootstrap does."""
    statistics = np.array(metric._extract_corpus_statistics(translations, [references]), np.int64)

    def score(sums: Statistics) -> float:
        return float(metric._compute_score_from_stats(sums.tolist()).score)

    return _interval(statistics, score, draws)


def _interval(
    statistics: Statistics, score: Callable[[Statistics], float], draws: Statistics
) -> Interval:
    """From statistics (sentences, N), of which a score needs no more than the sums."""
    resampled = np.array([score(sums) for sums in draws @ statistics])
    low, high = np.percentile(resampled, PERCENTILES)
    return Interval(
        value=_rounded(score(statistics.sum(0))), low=_rounded(low), high=_rounded(high)
    )


def _rounded(score: float) -> float:
    return round(min(max(float(score), 0.0), MOST), 2)
