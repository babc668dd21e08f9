"""Intervals by resampling: true scores inside, the same draws again, what they refuse."""

from typing import Any

import numpy as np
import pytest

from seqviz.analysis import confidence
from seqviz.analysis.confidence import QualityIntervals, quality_intervals
from seqviz.analysis.quality import corpus_quality, exact_match
from seqviz.records.lengths import Interval

REFERENCES = [f"the {word} cat sat on the mat number {n}" for n, word in enumerate("abcdefghij")]
TRANSLATIONS = [
    text if n % 2 else text.replace("cat sat", "dog lay") for n, text in enumerate(REFERENCES)
]


def test_the_values_are_those_of_the_whole_corpus() -> None:
    found = quality_intervals(TRANSLATIONS, REFERENCES, language="en", seed=1, resamples=200)
    whole = corpus_quality(TRANSLATIONS, REFERENCES, language="en")
    assert found.bleu.value == round(whole.bleu, 2)
    assert found.chrf.value == round(whole.chrf, 2)
    assert found.exact.value == exact_match(TRANSLATIONS, REFERENCES) == 50
    for interval in (found.bleu, found.chrf, found.exact):
        assert interval.low < interval.value < interval.high


def test_chinese_is_cut_into_characters() -> None:
    translations, references = ["我喜欢这只小猫"] * 2, ["我喜欢那只小猫"] * 2
    found = quality_intervals(translations, references, language="zh", seed=1, resamples=100)
    assert found.bleu.value == round(
        corpus_quality(translations, references, language="zh").bleu, 2
    )
    assert found.bleu.value > 20


def test_exact_matches_spread_as_the_binomial_distribution_says() -> None:
    """Of n sentences, half right: 95 % within 1.96 √(p (1 − p) / n)."""
    many = 400
    right = ["same"] * (many // 2) + ["other"] * (many // 2)
    found = quality_intervals(right, ["same"] * many, language="en", seed=3).exact
    half = 100 * 1.96 * np.sqrt(0.25 / many)
    assert found.low == pytest.approx(50 - half, abs=0.6)
    assert found.high == pytest.approx(50 + half, abs=0.6)


def test_the_seed_decides_the_draws() -> None:
    def low(seed: int) -> float:
        return quality_intervals(
            TRANSLATIONS, REFERENCES, language="en", seed=seed, resamples=100
        ).chrf.low

    assert low(1) == low(1)
    assert len({low(seed) for seed in range(5)}) > 1


def test_the_draws_are_those_of_one_go_however_few_are_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def found() -> QualityIntervals:
        return quality_intervals(TRANSLATIONS, REFERENCES, language="en", seed=1, resamples=105)

    whole, most = found(), []
    draw = np.random.Generator.multinomial

    class Watched:
        def __init__(self, seed: int) -> None:
            self.rng = np.random.Generator(np.random.PCG64(seed))

        def multinomial(self, n: int, shares: Any, *, size: int) -> Any:
            most.append(size * len(shares))
            return draw(self.rng, n, shares, size=size)

    monkeypatch.setattr(confidence, "MOST_DRAWS", 200)
    monkeypatch.setattr(np.random, "default_rng", Watched)
    assert found() == whole
    assert most == [200] * 5 + [50]


def test_one_sentence_has_no_spread() -> None:
    found = quality_intervals(["a b c d"], ["a b c e"], language="en", seed=1, resamples=100)
    assert found.chrf.low == found.chrf.value == found.chrf.high


@pytest.mark.parametrize(
    ("translations", "references"), [([], []), (["a"], []), (["a"], ["b"] * 2)]
)
def test_other_than_pairs_are_refused(translations: list[str], references: list[str]) -> None:
    with pytest.raises(ValueError, match="references"):
        quality_intervals(translations, references, language="en", seed=1)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(101.0, 0.0, 1.0), (1.0, -0.1, 2.0), (1.0, 3.0, 2.0), (1, 0.0, 2.0), (float("nan"), 0.0, 1.0)],
)
def test_what_is_no_interval_is_refused(value: float, low: float, high: float) -> None:
    with pytest.raises(ValueError, match=r"interval|'value'|'low'"):
        Interval(value=value, low=low, high=high)


def test_every_resample_is_scored_as_a_corpus_of_its_own() -> None:
    log_probs = [-float(n) for n in range(len(REFERENCES))]
    texts = ["", *TRANSLATIONS[1:]]
    found = confidence.resampled(texts, REFERENCES, log_probs, language="en", seed=1, resamples=3)
    draws = np.random.default_rng(1).multinomial(10, [0.1] * 10, size=3)
    for place, draw in enumerate(draws):
        order = np.repeat(np.arange(10), draw)
        whole = corpus_quality(
            [texts[n] for n in order], [REFERENCES[n] for n in order], language="en"
        )
        assert found.bleu[place] == pytest.approx(whole.bleu)
        assert found.chrf[place] == pytest.approx(whole.chrf)
        assert found.length_ratio[place] == pytest.approx(whole.length_ratio)
        assert found.log_prob[place] == pytest.approx(np.mean([log_probs[n] for n in order]))
        assert found.empty[place] == draw[0] / 10
