"""Two systems on the same sentences: which is better, what words it gains, where the two part."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sacrebleu.metrics.bleu import BLEU

from seqviz.analysis.quality import metrics_for
from seqviz.analysis.significance import Significance, significance
from seqviz.analysis.words import join_pieces, word_groups, word_labels
from seqviz.inspection.buckets import Bucket, buckets
from seqviz.trace import Trace

LONGEST = 4
"""Words of an n-gram."""


def compared(rows: pd.DataFrame, *, language: str) -> tuple[Significance, ...]:
    """Whether the translations are better than the baseline's, on these rows.

    Args:
        rows: of an inspected test set, such as those that a filter lets pass; the ones without a
            reference or a baseline are left out.
        language: code of the target language.

    Returns:
        one result a metric; none where no row is left.
    """
    there = both(rows)
    if there.empty:
        return ()
    columns = (there[name].tolist() for name in ("translation", "baseline", "reference"))
    return significance(*columns, language=language)


def both(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with a reference and a baseline."""
    return rows.dropna(subset=["reference", "baseline"])


@dataclass(frozen=True)
class Gain:
    """An n-gram of the references, and how often each system has it where it should."""

    words: tuple[str, ...]
    count: int
    """In the translations."""
    baseline: int
    """In the other system's."""

    @property
    def difference(self) -> int:
        """Above 0: won."""
        return self.count - self.baseline


Gains = tuple[tuple[Gain, ...], tuple[Gain, ...]]
"""Won, and lost."""


def all_gains(rows: pd.DataFrame, *, language: str) -> tuple[Gains, ...]:
    """``gains`` of 1 word, of 2, up to ``LONGEST``."""
    return tuple(gains(rows, language=language, order=at + 1) for at in range(LONGEST))


def gains(rows: pd.DataFrame, *, language: str, order: int = 1, most: int = 20) -> Gains:
    """The n-grams won and lost against the baseline, most first.

    An n-gram counts where it stands in the reference, as often as it does there. After
    MT-ComparEval, Klejch et al. 2015 (https://github.com/ondrejklejch/MT-ComparEval).

    Args:
        rows: as of ``compared``.
        language: code of the target language, which says what words are.
        order: words of an n-gram, 1 to ``LONGEST``.
        most: n-grams of each list.
    """
    bleu, _ = metrics_for(language)
    own, other = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    there = both(rows)
    for text, baseline, reference in zip(
        there["translation"], there["baseline"], there["reference"], strict=True
    ):
        wanted = Counter(_grams(bleu, reference, order))
        own.update(Counter(_grams(bleu, text, order)) & wanted)
        other.update(Counter(_grams(bleu, baseline, order)) & wanted)
    found = [Gain(words, own[words], other[words]) for words in own.keys() | other.keys()]
    ordered = sorted(found, key=lambda one: (-abs(one.difference), one.words))
    return (
        tuple(one for one in ordered if one.difference > 0)[:most],
        tuple(one for one in ordered if one.difference < 0)[:most],
    )


def _grams(bleu: BLEU, text: str, order: int) -> Iterator[tuple[str, ...]]:
    words = bleu.tokenizer(text.rstrip()).split()
    return (tuple(words[at : at + order]) for at in range(len(words) - order + 1))


@dataclass(frozen=True)
class Comparison:
    """All that is said of some sentences together."""

    significance: tuple[Significance, ...]
    """Of two systems; empty where there is one."""
    gains: tuple[Gains, ...]
    """As of ``all_gains``; empty where there is one system."""
    buckets: tuple[Bucket, ...]
    """Empty without references."""
    trained: bool = False
    """Their words were counted in a training text."""


def comparison(
    rows: pd.DataFrame, *, language: str, counts: Mapping[str, int] | None = None
) -> Comparison:
    """Two systems on these rows, or what is to be said of one.

    Args:
        rows: as of ``compared``.
        language: code of the target language.
        counts: of words, as of ``buckets``.
    """
    significance = compared(rows, language=language)
    return Comparison(
        significance=significance,
        gains=all_gains(rows, language=language) if significance else (),
        buckets=buckets(rows, language=language, counts=counts),
        trained=counts is not None,
    )


@dataclass(frozen=True)
class Parting:
    """The first word in which the translations of two systems differ."""

    word: int
    """From 0."""
    prefix: str
    """What both wrote before it."""
    steps: tuple[int, int]
    """At which each system wrote it; one past the last step where it had ended."""
    words: tuple[str, str]
    """Empty: it had ended."""
    log_probs: tuple[float, float]
    """Of each word under its own trace's model, nats; of EOS where it had ended, 0 without one."""
    rests: tuple[float, float]
    """Of all from the word on, EOS included."""


def parting(first: Trace, second: Trace) -> Parting | None:
    """Where two systems' best translations of one sentence part; None: they are equal.

    The systems may have different tokens; words are compared.
    """
    traces = (first, second)
    word = parted_word(*map(_written, traces))
    if word is None:
        return None
    one, other = (_at(trace, *_spelled(trace), word=word) for trace in traces)
    return Parting(
        word,
        prefix=join_pieces(first.target_pieces()[: one[0]]),
        steps=(one[0], other[0]),
        words=(one[1], other[1]),
        log_probs=(one[2], other[2]),
        rests=(one[3], other[3]),
    )


def parted_word(first: Sequence[str], second: Sequence[str]) -> int | None:
    """The first word in which two texts differ, from 0; None: they are the same words.

    Args:
        first: pieces of one, without EOS.
        second: of the other; the systems may have different pieces.
    """
    one, other = (word_labels(pieces, word_groups(pieces)) for pieces in (first, second))
    if one == other:
        return None
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _written(trace: Trace) -> Sequence[str]:
    """The pieces of the best hypothesis without EOS."""
    pieces = trace.target_pieces()
    return pieces[:-1] if trace.target()[-1] == trace.model.eos else pieces


def _spelled(trace: Trace) -> tuple[Sequence[str], Sequence[int]]:
    """The words of the best hypothesis without EOS, and the step at which each begins, and ends."""
    pieces = _written(trace)
    groups = word_groups(pieces)
    starts = np.flatnonzero(np.diff(groups, prepend=-1)).tolist()
    return word_labels(pieces, groups), [*starts, len(pieces)]


def _at(
    trace: Trace, words: Sequence[str], starts: Sequence[int], *, word: int
) -> tuple[int, str, float, float]:
    """The step, the word, its log-probability and that of all from there on."""
    log_probs = trace.log_probs()
    start = starts[min(word, len(words))]
    end = starts[word + 1] if word < len(words) else len(log_probs)
    text = words[word] if word < len(words) else ""
    return start, text, float(log_probs[start:end].sum()), float(log_probs[start:].sum())
