"""Words in buckets: F1 against sums written out, and which bucket a word belongs to."""

import pandas as pd
import pytest

from seqviz.inspection.buckets import LIMITS, Bucket, buckets, word_counts

FRAME = pd.DataFrame(
    {
        "reference": ["the cat sat", "the dog the", None, "a b c d e"],
        "translation": ["the cat ran", "the the the", "x", "a b c d e"],
        "baseline": ["a cat sat", "the the the", "y", "a b x d e"],
    }
)


def by_range(kind: str, found: tuple[Bucket, ...]) -> dict[str, Bucket]:
    return {one.range: one for one in found if one.kind == kind}


def test_f1_is_that_of_the_words_of_each_bucket() -> None:
    found = by_range("frequency", buckets(FRAME, language="en"))
    # Three times: "the". Written 1 + 3 times, right 1 + 2; by the other system 3 times, right 2.
    assert found["2–4"].words == 3
    assert found["2–4"].f1 == pytest.approx(2 * 3 / (3 + 4))
    assert found["2–4"].baseline == pytest.approx(2 * 2 / (3 + 3))
    # Once: cat sat dog a b c d e. Right: cat a b c d e; by the other system: cat sat a b d e, and
    # an "a" where there is none.
    assert found["1"].words == 8
    assert found["1"].f1 == pytest.approx(2 * 6 / (8 + 6))
    assert found["1"].baseline == pytest.approx(2 * 6 / (8 + 7))
    assert list(found) == ["1", "2–4"]


def test_sentences_are_parted_by_length_and_by_the_words_that_systems_begin_with() -> None:
    found = buckets(FRAME, language="en")
    lengths = by_range("length", found)
    assert {name: one.words for name, one in lengths.items()} == {"1–4": 6, "5–9": 5}
    assert lengths["5–9"].f1 == 1 and lengths["5–9"].baseline == pytest.approx(4 / 5)
    parts = by_range("parting", found)  # the second sentence is the same in both systems
    assert {name: one.words for name, one in parts.items()} == {"0": 3, "1–2": 5}
    assert parts["0"].f1 == parts["0"].baseline == pytest.approx(2 / 3)


def test_words_may_be_counted_elsewhere_and_one_system_is_enough() -> None:
    counts = word_counts(["the the the the the", "cat cat, cat"], language="en")
    assert counts == {"the": 5, "cat": 3, ",": 1}
    alone = FRAME.assign(baseline=None)
    found = buckets(alone, language="en", counts=counts)
    assert {one.kind for one in found} == {"frequency", "length"}
    assert {one.baseline for one in found} == {None}
    frequencies = by_range("frequency", found)
    assert {name: one.words for name, one in frequencies.items()} == {"0": 7, "2–4": 1, "5–9": 3}


def test_without_references_there_is_no_bucket() -> None:
    assert buckets(FRAME.assign(reference=None), language="en") == ()
    assert Bucket(kind="length", low=40, high=None, words=1, f1=0, baseline=None).range == "≥ 40"
    assert all(list(limits) == sorted(limits) for limits in LIMITS.values())
