"""How sure a score on a test set is: 95 % intervals by resampling its sentences.

Koehn 2004, https://aclanthology.org/W04-3250, section 3. sacrebleu's own bootstrap gives half the
width of an interval around the resamples' mean; here are both its ends, and the seed is an
argument.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from seqviz.analysis.quality import metrics_for
from seqviz.records.beam_sizes import BeamSizeIntervals, Ends
from seqviz.records.lengths import MOST, Interval

RESAMPLES = 1_000
PERCENTILES = (2.5, 97.5)
MOST_DRAWS = 1_000_000
"""Counts that are held at once: 8 MB."""

Statistics = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class QualityIntervals:
    """The scores of some translations, each with its interval."""

    bleu: Interval
    chrf: Interval
    exact: Interval
    """Share of translations that are the reference, character by character, in per cent."""


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """What some translations score in every resample, each (resamples,)."""

    bleu: Floats
    chrf: Floats
    length_ratio: Floats
    """Length of the translations divided by that of the references, in the tokens of BLEU."""
    log_prob: Floats
    """Mean, in nats."""
    empty: Floats
    """Share without a character, 0 to 1."""


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
    metrics = metrics_for(language)
    pairs = list(zip(translations, references, strict=True))
    exact = np.array([[text == wanted] for text, wanted in pairs], np.int64)
    statistics = [*(statistics_of(metric, translations, references) for metric in metrics), exact]
    sums = _resampled(np.hstack(statistics), resamples=resamples, seed=seed)
    places = np.cumsum([each.shape[1] for each in statistics])[:-1]
    bleu, chrf, matches = np.hsplit(sums, places)
    return QualityIntervals(
        bleu=_interval(statistics[0], bleu, scored_by(metrics[0])),
        chrf=_interval(statistics[1], chrf, scored_by(metrics[1])),
        exact=_interval(exact, matches, lambda found: float(MOST * found[0] / len(pairs))),
    )


def resampled(
    translations: Sequence[str],
    references: Sequence[str],
    log_probs: Sequence[float],
    *,
    language: str,
    seed: int,
    resamples: int = RESAMPLES,
) -> Resampled:
    """What translations score where the sentences are drawn again, with replacement.

    The draws are those of ``quality_intervals``: the difference of two systems' values is that of
    the same sentences (Koehn 2004, section 5).
    """
    metrics = metrics_for(language)
    counts = [statistics_of(metric, translations, references) for metric in metrics]
    empty = np.array([[not text.strip()] for text in translations], np.int64)
    sums = _resampled(np.hstack([*counts, empty]), resamples=resamples, seed=seed)
    width = counts[0].shape[1]
    means = _resampled(np.array(log_probs)[:, None], resamples=resamples, seed=seed)
    return Resampled(
        bleu=np.array([scored_by(metrics[0])(each) for each in sums[:, :width]]),
        chrf=np.array([scored_by(metrics[1])(each) for each in sums[:, width:-1]]),
        length_ratio=sums[:, 0] / sums[:, 1],
        log_prob=means[:, 0] / len(translations),
        empty=sums[:, -1] / len(translations),
    )


def beam_size_intervals(found: Resampled, usual: Resampled) -> BeamSizeIntervals:
    """The intervals of one beam size; BLEU is compared with that of the usual one."""
    return BeamSizeIntervals(
        bleu=_ends(found.bleu, digits=2),
        chrf=_ends(found.chrf, digits=2),
        length_ratio=_ends(found.length_ratio),
        log_prob=_ends(found.log_prob),
        empty=_ends(found.empty),
        bleu_change=_ends(found.bleu - usual.bleu, digits=2),
    )


def _ends(values: Floats, *, digits: int = 4) -> Ends:
    low, high = np.percentile(values, PERCENTILES)
    return Ends(low=round(float(low), digits), high=round(float(high), digits))


def statistics_of(
    metric: BLEU | CHRF, translations: Sequence[str], references: Sequence[str]
) -> Statistics:
    """What sacrebleu counts in every sentence, (sentences, N); a score needs no more than sums."""
    return np.array(metric._extract_corpus_statistics(translations, [references]), np.int64)


def scored_by(metric: BLEU | CHRF) -> Callable[[Statistics], float]:
    """The score of such sums, as sacrebleu's own bootstrap finds it."""
    return lambda sums: float(metric._compute_score_from_stats(sums.tolist()).score)


def _resampled(statistics: Any, *, resamples: int, seed: int) -> Any:
    """Of what stands in every sentence, (sentences, N), sums over draws, (resamples, N).

    Sentences are drawn with replacement, as many as there are.
    """
    sentences = len(statistics)
    rng, shares = np.random.default_rng(seed), np.full(sentences, 1 / sentences)
    at_once = max(1, MOST_DRAWS // sentences)
    sums = [
        rng.multinomial(sentences, shares, size=min(at_once, resamples - first)) @ statistics
        for first in range(0, resamples, at_once)
    ]
    return np.concatenate(sums)


def _interval(
    statistics: Statistics, sums: Statistics, score: Callable[[Statistics], float]
) -> Interval:
    """From the statistics of every sentence, and their sums in every resample."""
    low, high = np.percentile([score(each) for each in sums], PERCENTILES)
    return Interval(
        value=_rounded(score(statistics.sum(0))), low=_rounded(low), high=_rounded(high)
    )


def _rounded(score: float) -> float:
    return round(min(max(float(score), 0.0), MOST), 2)
