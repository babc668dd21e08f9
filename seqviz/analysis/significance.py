"""Whether one system is better than another on a test set, or luck would do as well.

Paired bootstrap (Koehn 2004, https://aclanthology.org/W04-3250, section 4) and approximate
randomisation (Riezler & Maxwell 2005, https://aclanthology.org/W05-0908), on sacrebleu's counts:
its own tests would hold a gigabyte for ten thousand sentences. Both p-values are two-sided, so that
the bootstrap's is below 0.05 where its interval leaves 0 out. sacrebleu's bootstrap counts
resamples that lie too far from their mean on one side only: its p is about half as large.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from seqviz.analysis.confidence import MOST_DRAWS, PERCENTILES, scored_by, statistics_of
from seqviz.analysis.quality import metrics_for

TRIALS = 1_000
_ROUNDING = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Significance:
    """Two systems by one metric, 0 to 100."""

    metric: str
    """"BLEU" or "chrF2"."""
    signature: str
    """How sacrebleu computes it."""
    score: float
    baseline: float
    low: float
    high: float
    """Between them lies 95 % of the differences, score − baseline, in resamples of the sentences.
    """
    p_bootstrap: float
    """Twice the share of those resamples in which the other system is at least as good."""
    p_randomisation: float
    """The share of random exchanges between the two that differ at least as much as they do."""
    sentences: int

    @property
    def difference(self) -> float:
        """Above 0, the first system is better."""
        return self.score - self.baseline


def significance(
    translations: Sequence[str],
    baselines: Sequence[str],
    references: Sequence[str],
    *,
    language: str,
    seed: int = 1,
    trials: int = TRIALS,
) -> tuple[Significance, ...]:
    """Compare two systems by BLEU and by chrF.

    Args:
        translations: of the first, one text a sentence.
        baselines: of the other, as many.
        references: as many.
        language: code of the target language; see ``quality.corpus_quality``.
        seed: of what is drawn.
        trials: resamples, and random exchanges.

    Raises:
        ValueError: they differ in length, or are empty.
    """
    if not translations or not len(translations) == len(baselines) == len(references):
        counts = f"{len(translations)} translations, {len(baselines)} of the other system"
        raise ValueError(f"{counts}, {len(references)} references")
    return tuple(
        _compared(
            metric,
            np.array(statistics_of(metric, translations, references), np.float64),
            np.array(statistics_of(metric, baselines, references), np.float64),
            seed=seed,
            trials=trials,
        )
        for metric in metrics_for(language)
    )


def _compared(
    metric: BLEU | CHRF, own: Floats, other: Floats, *, seed: int, trials: int
) -> Significance:
    """From the counts of every sentence, (sentences, N) each."""
    score = scored_by(metric)
    totals = score(own.sum(0)), score(other.sum(0))
    observed = abs(totals[0] - totals[1])
    rng = np.random.default_rng(seed)
    drawn, mixed = (
        np.array([score(a) - score(b) for a, b in sums(own, other, rng=rng, trials=trials)])
        for sums in (_resamples, _exchanges)
    )
    low, high = np.percentile(drawn, PERCENTILES)
    reversals = min(int(np.sum(drawn <= 0)), int(np.sum(drawn >= 0)))
    as_much = int(np.sum(np.abs(mixed) >= observed - _ROUNDING))
    return Significance(
        metric=str(metric.corpus_score(["a"], [["a"]]).name),
        signature=str(metric.get_signature()),
        score=totals[0],
        baseline=totals[1],
        low=float(low),
        high=float(high),
        p_bootstrap=min(1.0, 2 * _share(reversals, trials)),
        p_randomisation=_share(as_much, trials),
        sentences=len(own),
    )


def _share(found: int, trials: int) -> float:
    """How often luck alone does it; never 0."""
    return float((found + 1) / (trials + 1))


def _resamples(
    own: Floats, other: Floats, *, rng: np.random.Generator, trials: int
) -> Iterator[tuple[Any, Any]]:
    """Sums of both over sentences drawn with replacement, the same ones for both."""
    count = len(own)
    shares = np.full(count, 1 / count)
    for size in _sizes(count, trials):
        draws = rng.multinomial(count, shares, size=size).astype(np.float64)
        yield from zip(draws @ own, draws @ other, strict=True)


def _exchanges(
    own: Floats, other: Floats, *, rng: np.random.Generator, trials: int
) -> Iterator[tuple[Any, Any]]:
    """Sums of both where in each sentence the two are exchanged by the toss of a coin."""
    total = own.sum(0) + other.sum(0)
    for size in _sizes(len(own), trials):
        heads = rng.integers(2, size=(size, len(own))).astype(np.float64)
        mixed = heads @ (own - other) + other.sum(0)
        yield from zip(mixed, total - mixed, strict=True)


def _sizes(count: int, trials: int) -> Iterator[int]:
    """Trials that are held at once."""
    at_once = max(1, MOST_DRAWS // count)
    yield from (min(at_once, trials - first) for first in range(0, trials, at_once))
