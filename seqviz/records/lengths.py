"""Quality by source length: how a system translates the short and the long sentences of a test set.

Cho et al. 2014, https://aclanthology.org/W14-4012, figure 4; Bahdanau et al. 2015,
https://arxiv.org/abs/1409.0473, figure 2. A sentence is as long as the pieces into which the
pair's source tokenizer cuts it, the end token not counted: the same for all systems of a pair.
Knows nothing about how sentences are decoded.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from seqviz.records.file import RecordFile

MOST = 100.0
"""Of every score."""
METRICS = ("bleu", "chrf", "exact")
SHARES = (1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 11 / 12, 23 / 24, 47 / 48)
"""Of the sentences that a bucket and those before it hold: the long ones, of which there are few,
are told apart more finely.
"""
LEAST = 20
"""Sentences in a bucket."""


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
class LengthBucket:
    """The sentences of some lengths."""

    first: int
    """Length of the shortest that belong here, in source pieces."""
    last: int | None
    """Length of the longest; None: no limit."""
    sentences: int
    mean_length: float
    bleu: Interval
    """Of this bucket as a corpus."""
    chrf: Interval
    exact: Interval

    def __post_init__(self) -> None:
        """Refuse what cannot have been measured."""
        if min(self.first, self.sentences) < 1:
            raise ValueError(f"a bucket from {self.first} with {self.sentences} sentences")
        highest = float("inf") if self.last is None else self.last
        if type(self.mean_length) is not float or not self.first <= self.mean_length <= highest:
            raise ValueError(f"'mean_length' is {self.mean_length!r:.40}")


@dataclass(frozen=True, kw_only=True)
class LengthStudy:
    """One system on one test set, and all that one needs to measure it again."""

    model: str
    """PAIR/SYSTEM."""
    fingerprint: str
    """Of the weights; see ``ModelFacts``."""
    weights: str
    """``catalog.entry.weights_digest`` of their file: tells without loading it that it is still the
    same.
    """
    attention: str
    """See ``ModelEntry``; "none": one vector holds the whole sentence."""
    test_set: str
    """Name of its file."""
    digest: str
    """Of its sentences; see ``pairs_digest``."""
    beam_size: int
    """Everything else about the search is as usual."""
    resamples: int
    seed: int
    """Of the resamples."""
    device: str
    bleu_signature: str
    chrf_signature: str
    buckets: tuple[LengthBucket, ...]
    """From the shortest to the longest, without gaps; the last one has no limit."""

    def __post_init__(self) -> None:
        """Refuse a record that cannot be drawn."""
        edges = [(1, 0), *((bucket.first, bucket.last) for bucket in self.buckets)]
        gaps = [last is None or first != last + 1 for (_, last), (first, _) in pairwise(edges)]
        if len(edges) == 1 or any(gaps) or edges[-1][1] is not None:
            raise ValueError("the buckets do not cover all lengths")

    @property
    def sentences(self) -> int:
        """Of the whole test set."""
        return sum(bucket.sentences for bucket in self.buckets)

    @property
    def comparable(self) -> tuple[object, ...]:
        """What two studies must share before their scores may be compared."""
        edges = tuple(bucket.first for bucket in self.buckets)
        return self.digest, self.beam_size, edges, self.bleu_signature, self.chrf_signature


STUDY_FILE = RecordFile("lengths.json", LengthStudy, what="record of lengths", max_bytes=20_000)


def bucket_starts(lengths: Sequence[int], least: int = LEAST) -> tuple[int, ...]:
    """Where buckets begin, from the lengths of a test set alone.

    They hold roughly the ``SHARES`` of the sentences, and no fewer than ``least``; neighbours are
    joined until they do. So a short or uniform test set has few buckets.

    Args:
        lengths: of all sentences, 1 or more each; at least one.
        least: sentences in a bucket.

    Returns:
        the least length of every bucket, 1 first.
    """
    found = np.sort(np.asarray(lengths))
    starts, before = [1], 0
    for share in SHARES:
        edge = np.quantile(found, share, method="inverted_cdf")
        upto = int(np.searchsorted(found, edge, side="right"))
        if upto - before >= least and len(found) - upto >= least:
            starts.append(int(edge) + 1)
            before = upto
    return tuple(starts)


def bucket_of(starts: Sequence[int], length: int) -> int:
    """The place of the bucket that holds a sentence of that length, from 0."""
    return sum(start <= length for start in starts) - 1


def pairs_digest(sources: Sequence[str], references: Sequence[str]) -> str:
    """A test set in 64 letters, whatever its file is called."""
    digest = hashlib.sha256()
    for source, reference in zip(sources, references, strict=True):
        digest.update(f"{source}\t{reference}\n".encode())
    return digest.hexdigest()
