"""Rare words, long sentences, sentences on which two systems part early: how well each is done.

After compare-mt, Neubig et al. 2019 (https://aclanthology.org/N19-4007): a word is right as often
as the reference has it, too; F1 is the harmonic mean of precision and recall.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from seqviz.analysis.quality import metrics_for

Kind = Literal["frequency", "length", "parting"]
LIMITS: Mapping[Kind, Sequence[int]] = {
    "frequency": (0, 1, 2, 5, 10, 100, 1_000),
    "length": (1, 5, 10, 20, 40),
    "parting": (0, 1, 3, 6, 10),
}
"""Where buckets begin: times that a word was counted; words of the reference; words that two
systems write alike before they part."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Some words, and how well they are translated."""

    kind: Kind
    low: int
    high: int | None
    """The last value that belongs to it; None: there is no end."""
    words: int
    """Of the references."""
    f1: float
    """0 to 1."""
    baseline: float | None
    """The other system's; None: there is none."""

    @property
    def range(self) -> str:
        """Such as "0", "2–4" or "≥ 1,000"."""
        if self.high is None:
            return f"≥ {self.low:,}"
        return f"{self.low:,}" if self.high == self.low else f"{self.low:,}–{self.high:,}"


def word_counts(lines: Iterable[str], *, language: str) -> Counter[str]:
    """How often each word stands in a text.

    Args:
        lines: sentences of the target language, such as those that a model was trained on.
        language: its code, which says what words are.
    """
    split = _splitter(language)
    return Counter(word for line in lines for word in split(line))


def buckets(
    rows: pd.DataFrame, *, language: str, counts: Mapping[str, int] | None = None
) -> tuple[Bucket, ...]:
    """The words of translations in buckets; only those that hold words of references.

    Args:
        rows: of an inspected test set, such as those that a filter lets pass; those without a
            reference are left out, and those without a baseline, if others have one.
        language: code of the target language.
        counts: of ``word_counts``; None: how often words stand in the references themselves.
    """
    has_baseline = bool(rows["baseline"].notna().any())
    there = rows.dropna(subset=["reference", "baseline"] if has_baseline else ["reference"])
    split = _splitter(language)
    texts = {
        name: [split(text) for text in there[name]]
        for name in ("reference", "translation", *(["baseline"] if has_baseline else []))
    }
    known = Counter(word for words in texts["reference"] for word in words)
    found = _Tally(known if counts is None else counts)
    for reference, own, *other in zip(*texts.values(), strict=True):
        found.add(reference, own, other[0] if other else None)
    return tuple(found.buckets())


class _Tally:
    """Counts of words, by bucket."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._wanted = Counter[tuple[Kind, int]]()
        self._written = Counter[tuple[str, Kind, int]]()
        self._right = Counter[tuple[str, Kind, int]]()
        self._systems = ["own"]

    def add(
        self, reference: Sequence[str], own: Sequence[str], other: Sequence[str] | None
    ) -> None:
        """Count one sentence."""
        wanted = Counter(reference)
        whole: list[tuple[Kind, int]] = [("length", _place("length", len(reference)))]
        systems = {"own": own}
        if other is not None:
            systems["other"] = other
            if (place := _parting(own, other)) is not None:
                whole.append(("parting", _place("parting", place)))
        self._systems = [*systems]
        for word, count in wanted.items():
            for kind, bucket in (*whole, self._of_word(word)):
                self._wanted[kind, bucket] += count
        for name, words in systems.items():
            for word, count in Counter(words).items():
                for kind, bucket in (*whole, self._of_word(word)):
                    self._written[name, kind, bucket] += count
                    self._right[name, kind, bucket] += min(count, wanted[word])

    def _of_word(self, word: str) -> tuple[Kind, int]:
        return "frequency", _place("frequency", self._counts.get(word, 0))

    def buckets(self) -> Iterator[Bucket]:
        """Those with words of references, in order."""
        for kind, limits in LIMITS.items():
            for place, low in enumerate(limits):
                if not (words := self._wanted[kind, place]):
                    continue
                f1 = [
                    2 * self._right[name, kind, place] / (words + self._written[name, kind, place])
                    for name in self._systems
                ]
                yield Bucket(
                    kind=kind,
                    low=low,
                    high=limits[place + 1] - 1 if place + 1 < len(limits) else None,
                    words=words,
                    f1=f1[0],
                    baseline=f1[1] if len(f1) > 1 else None,
                )


def _place(kind: Kind, value: int) -> int:
    """The bucket of a value; what is below the first belongs to it."""
    return max(0, sum(value >= low for low in LIMITS[kind]) - 1)


def _parting(one: Sequence[str], other: Sequence[str]) -> int | None:
    """Words that both begin with; None: they are the same."""
    if one == other:
        return None
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _splitter(language: str) -> Callable[[str], list[str]]:
    """Into the words that BLEU counts."""
    bleu, _ = metrics_for(language)
    return lambda text: str(bleu.tokenizer(text.rstrip())).split()
