"""Marks on the words of a translation and its source: what may be wrong, and how good the mark is.

Numpy only. Signals of a word come from its pieces, each a row over the words of one side; rules say
from which value on a signal, or a logistic regression over several, is worth a look. A mark is a
hint to look, not a verdict: every one carries the AUROC of its rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.words import word_groups, word_labels
from seqviz.trace.pieces import SPECIAL, TAG

Array = NDArray[np.floating[Any]]
Side = Literal["target", "source"]
Kind = Literal["unsure", "unsupported", "repeated", "copied", "left_out"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SIDES: Mapping[Kind, Side] = {kind: "source" if kind == "left_out" else "target" for kind in KINDS}

LOWEST = -40.0
"""Nats: what a model holds impossible counts as this improbable."""
ADJACENT = 3
"""A phrase that is repeated on the spot counts for so many words more."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When to mark a word."""

    weights: Mapping[str, float]
    """Of each signal; one signal with weight 1 stands for itself."""
    threshold: float
    """The value from which on a word is marked."""
    full: float
    """The value from which on a mark is as strong as can be."""
    bias: float | None = None
    """Of a logistic regression over the signals, whose probability is the value; None: the value
    is the weighted sum of the signals itself."""
    auroc: float | None = None
    """Probability that a wrong word has a higher value than one that is right; None: not
    measured."""
    data: str = ""
    """What the numbers were measured on."""

    def value(self, signals: Mapping[str, Array]) -> Array:
        """Of every word, (W,). KeyError: a signal is missing."""
        parts = [weight * signals[name] for name, weight in self.weights.items()]
        total: Array = np.sum(parts, axis=0)
        if self.bias is None:
            return total
        return 0.5 * (1 + np.tanh((total + self.bias) / 2))

    def strength(self, value: float) -> float:
        """0 at the threshold, 1 at the full value and above."""
        room = self.full - self.threshold
        return min(1.0, max(0.0, (value - self.threshold) / room)) if room > 0 else 1.0


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A word, or several that stand together, worth a look."""

    side: Side
    start: int
    """Its pieces, half-open."""
    end: int
    kind: Kind
    value: float
    """Of the rule."""
    threshold: float
    """From which value on the rule marks."""
    auroc: float | None
    """How good the rule is; None: not measured."""
    data: str
    """What that was measured on."""
    strength: float
    """0 (barely) to 1."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Words:
    """The words of one side, special tokens left out, and their signals."""

    side: Side
    bounds: NDArray[np.signedinteger[Any]]
    """(W, 2): half-open ranges of pieces."""
    signals: Mapping[str, Array] = field(default_factory=dict)
    """By name, (W,) each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Read:
    """What marks need of attention: means over layers and heads. S pieces of W source words."""

    past: Array
    """Weight on what is no text, such as EOS, of each piece of the translation, (T,): decoders look
    there once the sentence is said."""
    most: Array
    """Weight on all pieces of each source word, of the step where it is largest, (W,)."""
    total: Array
    """The same of all steps together, (W,)."""

    @classmethod
    def of(cls, attention: Array, source: Sequence[str]) -> "Read":
        """Of attention over the source, (…, T, S): of layers, of heads, or of all together."""
        mean = attention.astype(np.float64).reshape(-1, *attention.shape[-2:]).mean(axis=0)
        silent = np.array([is_special(piece) for piece in source])
        words = np.add.reduceat(mean, _words(source)[0][:, 0], axis=1)  # (T, W)
        return cls(
            past=mean[:, silent].sum(axis=1), most=words.max(axis=0), total=words.sum(axis=0)
        )


def words_of(
    pieces: Sequence[str],
    log_probs: Array,
    *,
    source: Sequence[str],
    without_source: Array | None = None,
    read: Read | None = None,
) -> tuple[Words, Words]:
    """See ``target_words`` and ``source_words``."""
    target = target_words(
        pieces, log_probs, source=source, without_source=without_source, read=read
    )
    return target, source_words(source, read=read)


def target_words(
    pieces: Sequence[str],
    log_probs: Array,
    *,
    source: Sequence[str],
    without_source: Array | None = None,
    read: Read | None = None,
) -> Words:
    """The words of a translation and their signals.

    "surprisal": −log p of the least expected piece, nats. "repeated": see ``repeats``, less that of
    the longest phrase, of two words or more, that the source says again. "copied": the surprisal of
    a word that is spelled like one of the source, 0 of all others. With ``without_source``,
    "contrast": Σ log p(y | x) − log p(y | ∅) over the pieces, nats; small where the word would have
    come without the sentence. With attention, "past", the mean over the pieces.

    Args:
        pieces: (T,), at least one, EOS among them or not.
        log_probs: (T,), nats.
        source: pieces of the source, (S,).
        without_source: log p(y | ∅), (T,), nats.
        read: where there is attention.
    """
    bounds, labels = _words(pieces)
    starts, sizes = bounds[:, 0], np.diff(bounds)[:, 0]
    told = np.maximum(log_probs.astype(np.float64), LOWEST)
    surprisal = np.maximum.reduceat(-told, starts)
    given = _words(source)[1]
    excused = float(repeats(given).max())
    known = {label.casefold() for label in given}
    same = [label.casefold() in known and any(map(str.isalpha, label)) for label in labels]
    signals = {
        "surprisal": surprisal,
        "repeated": np.maximum(repeats(labels) - (excused if excused > 1 else 0), 0),
        "copied": np.where(same, surprisal, 0.0),
    }
    if without_source is not None:
        gained = told - np.maximum(without_source.astype(np.float64), LOWEST)
        signals["contrast"] = np.add.reduceat(gained, starts)
    if read is not None:
        signals["past"] = np.add.reduceat(read.past, starts) / sizes
    text = np.array([not is_special(pieces[start]) for start in starts])
    return _chosen(Words(side="target", bounds=bounds, signals=signals), text)


def source_words(pieces: Sequence[str], *, read: Read | None = None) -> Words:
    """The words of a source and their signals, of those that hold a letter or a digit.

    Args:
        pieces: (S,), at least one, EOS among them or not.
        read: where there is attention: "most" and "total".
    """
    bounds, labels = _words(pieces)
    signals = {} if read is None else {"most": read.most, "total": read.total}
    spoken = np.array([any(map(str.isalnum, label)) for label in labels])
    text = np.array([not is_special(pieces[start]) for start in bounds[:, 0]])
    return _chosen(Words(side="source", bounds=bounds, signals=signals), spoken & text)


def repeats(words: Sequence[str]) -> Array:
    """How long a phrase that is said again each word belongs to, (W,); 0: it is said once.

    Counted are words with a letter or a digit; a phrase that follows its first copy at once counts
    for ``ADJACENT`` words more. The first copy itself is not counted, nor is upper case.
    """
    spelled = [word.casefold() for word in words]
    spoken = [any(map(str.isalnum, word)) for word in spelled]
    found = np.zeros(len(words))
    for gap in range(1, len(words)):
        place = gap
        while place < len(words):
            end = place
            while end < len(words) and spelled[end] == spelled[end - gap]:
                end += 1
            count = sum(spoken[place:end])
            if count:
                value = count + (ADJACENT if end - place >= gap else 0)
                found[place:end] = np.maximum(found[place:end], value)
            place = end + 1
    return found


def word_marks(words: Sequence[Words], rules: Mapping[Kind, Sequence[Rule]]) -> tuple[Mark, ...]:
    """Mark words, in the order of the rules, then of the words.

    Args:
        words: of the target and of the source, or of one of them.
        rules: of the marks that are wanted; of several the first counts whose signals are there.
    """
    return tuple(
        Mark(
            side=side.side,
            start=int(side.bounds[place, 0]),
            end=int(side.bounds[place, 1]),
            kind=kind,
            value=float(values[place]),
            threshold=rule.threshold,
            auroc=rule.auroc,
            data=rule.data,
            strength=rule.strength(float(values[place])),
        )
        for kind, several in rules.items()
        for side in words
        if side.side == SIDES[kind] and (rule := applicable(several, side.signals)) is not None
        for values in (rule.value(side.signals),)
        for place in np.flatnonzero(values >= rule.threshold)
    )


def applicable(rules: Sequence[Rule], signals: Mapping[str, Array]) -> Rule | None:
    """The first rule whose signals are there; None: there is none."""
    return next((rule for rule in rules if rule.weights.keys() <= signals.keys()), None)


def _words(pieces: Sequence[str]) -> tuple[NDArray[np.signedinteger[Any]], tuple[str, ...]]:
    """Half-open ranges (W, 2) of at least one piece, one a word, and the words' labels."""
    groups = word_groups(pieces)
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    bounds = np.column_stack((starts, [*starts[1:], len(pieces)]))
    return bounds, word_labels(pieces, groups)


def _chosen(words: Words, chosen: NDArray[np.bool_]) -> Words:
    """Some of the words."""
    return Words(
        side=words.side,
        bounds=words.bounds[chosen],
        signals={name: values[chosen] for name, values in words.signals.items()},
    )


def is_special(piece: str) -> bool:
    """Whether a piece is no text: EOS and the like, or a tag."""
    return piece in SPECIAL or TAG.fullmatch(piece) is not None
