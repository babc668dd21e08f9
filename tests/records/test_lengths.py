"""The record of quality by length: its buckets, what it refuses, and its file."""

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.catalog.entry import weights_digest
from seqviz.errors import ModelError
from seqviz.records.lengths import (
    STUDY_FILE,
    Interval,
    LengthBucket,
    LengthStudy,
    bucket_of,
    bucket_starts,
    pairs_digest,
)

STARTS = (1, 7, 8, 10, 13, 18)


def around(value: float) -> Interval:
    return Interval(value=value, low=max(0.0, value - 5), high=min(100.0, value + 4))


def bucket(place: int, *, top: float = 60.0, fall: float = 10.0) -> LengthBucket:
    last = STARTS[place + 1] - 1 if place + 1 < len(STARTS) else None
    score = max(0.0, top - fall * place)
    return LengthBucket(
        first=STARTS[place],
        last=last,
        sentences=400 - 75 * place,
        mean_length=float(last or 21.5),
        bleu=around(score),
        chrf=around(min(100.0, score + 10)),
        exact=around(score / 2),
    )


def study(*, top: float = 60.0, fall: float = 10.0) -> LengthStudy:
    """BLEU falls from ``top`` by ``fall`` from bucket to bucket."""
    return LengthStudy(
        model="de-en/dot",
        fingerprint="f" * 64,
        weights="a" * 64,
        attention="dot",
        test_set="test.tsv",
        digest="d" * 64,
        beam_size=5,
        resamples=1000,
        seed=1,
        device="cpu",
        bleu_signature="nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0",
        chrf_signature="nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0",
        buckets=tuple(bucket(place, top=top, fall=fall) for place in range(len(STARTS))),
    )


def test_buckets_of_a_real_distribution_are_at_least_six_and_large_enough() -> None:
    """Lengths of 1,500 sentences, about as in the test sets here."""
    rng = np.random.default_rng(5)
    lengths = np.maximum(2, np.round(rng.lognormal(2.15, 0.4, 1500))).astype(int).tolist()
    starts = bucket_starts(lengths)
    sizes = Counter(bucket_of(starts, length) for length in lengths)
    assert len(starts) >= 6
    assert set(sizes) == set(range(len(starts)))
    assert min(sizes.values()) >= 20
    assert sizes[len(starts) - 1] < 1500 / 20  # the longest are not lost among the long


@given(st.lists(st.integers(1, 60), min_size=1, max_size=300), st.integers(1, 30))
def test_buckets_cover_everything_and_hold_enough(lengths: list[int], least: int) -> None:
    starts = bucket_starts(lengths, least)
    assert starts[0] == 1
    assert list(starts) == sorted(set(starts))
    sizes = Counter(bucket_of(starts, length) for length in lengths)
    assert set(sizes) == set(range(len(starts)))
    assert len(starts) == 1 or min(sizes.values()) >= least
    assert starts == bucket_starts(lengths[::-1], least)


def test_a_sentence_belongs_to_the_last_bucket_that_has_begun() -> None:
    assert [bucket_of(STARTS, length) for length in (1, 6, 7, 8, 9, 17, 18, 500)] == [
        *(0, 0, 1, 2, 2, 4, 5, 5)
    ]


def test_two_test_sets_have_two_digests() -> None:
    assert pairs_digest(["a"], ["b"]) == pairs_digest(["a"], ["b"])
    digests = {pairs_digest(*pair) for pair in ((["a"], ["b"]), (["a"], ["c"]), (["b"], ["a"]))}
    assert len(digests) == 3


def test_changed_weights_have_another_digest(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"one")
    before = weights_digest(path)
    path.write_bytes(b"two")
    assert weights_digest(path) != before
    with pytest.raises(OSError, match="none"):
        weights_digest(tmp_path / "none")


def test_studies_compare_only_if_measured_alike() -> None:
    plain = study()
    assert study(fall=3).comparable == plain.comparable
    for change in ({"digest": "e" * 64}, {"beam_size": 1}, {"chrf_signature": "other"}):
        assert replace(plain, **change).comparable != plain.comparable
    assert plain.sentences == sum(each.sentences for each in plain.buckets)


def raw() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(json.dumps({"format": 1, **asdict(study())}))
    return whole


def with_bucket(place: int, change: dict[str, Any]) -> dict[str, Any]:
    buckets = raw()["buckets"]
    buckets[place] |= change
    return {"buckets": buckets}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"format": 2}, "format 1"),
        ({"seed": True}, "'seed'"),
        ({"weights": None}, "'weights'"),
        ({"beam_size": 5.0}, "'beam_size'"),
        ({"test_set": "\ud800"}, "'test_set'"),
        ({"more": 1}, "more"),
        ({"buckets": {}}, "'buckets'"),
        ({"buckets": []}, "do not cover"),
        ({"buckets": [1]}, "missing or unknown"),
        ({"buckets": raw()["buckets"][1:]}, "do not cover"),
        ({"buckets": raw()["buckets"][:-1]}, "do not cover"),
        ({"buckets": raw()["buckets"][::-1]}, "do not cover"),
        (with_bucket(2, {"last": None}), "do not cover"),
        (with_bucket(2, {"last": 3}), "'mean_length'"),
        (with_bucket(2, {"first": 9}), "do not cover"),
        (with_bucket(0, {"sentences": 0}), "with 0"),
        (with_bucket(0, {"first": "1"}), "'first' is '1'"),
        (with_bucket(0, {"mean_length": float("nan")}), "'mean_length'"),
        (with_bucket(0, {"bleu": 3.0}), "missing or unknown"),
        (with_bucket(0, {"bleu": {"value": 1.0, "low": 0.0, "high": 101.0}}), "'high'"),
        (with_bucket(0, {"chrf": {"value": 1.0, "low": 2.0, "high": 1.0}}), "empty"),
        (with_bucket(0, {"ter": 1.0}), "ter"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    path = tmp_path / "lengths.json"
    path.write_text(json.dumps(raw() | change), encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        STUDY_FILE.read(path)
    assert refused.value.code == "file_corrupt"
    assert named in str(refused.value)
