"""Flags on forced translations of which it is known what is wrong: how good each flag is.

Everything is counted by words: those of the target are wrong or not, those of the source left out
or not. The translations are references or those of other systems, not what a model would choose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.judging import Judgement, judge
from seqviz.analysis.marks import (
    SIDES,
    Array,
    Kind,
    Read,
    Side,
    Words,
    applicable,
    words_of,
)
from seqviz.errors import InputError
from seqviz.inspection.marot import RatedSegment
from seqviz.inspection.planted import KINDS, Planted, Span
from seqviz.inspection.rows import scored_features
from seqviz.inspection.rules import Rules
from seqviz.trace.pieces import UNKNOWN
from seqviz.translator import Translator
from seqviz.translator.scoring import score_pairs

BY_PEOPLE = "people"
"""Stands for what is planted where people marked what is wrong."""
OWN = "own"
"""Stands for what is planted in what a model itself wrote: nothing that is known."""
EVERYTHING = "all"
UNTOUCHED = ""
LEFT_OUT = "dropped"
"""What is planted where the target lacks what the source says."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """N words of one side, and what is known about them."""

    side: Side
    signals: Mapping[str, Array]
    """By name, (N,) each."""
    bad: NDArray[np.bool_]
    """Wrong, or left out, (N,)."""
    planted: NDArray[np.str_]
    """What is planted in their sentence, (N,); "": nothing."""

    def among(self, planted: Sequence[str]) -> "Table":
        """Those in sentences of these kinds."""
        chosen = np.isin(self.planted, planted)
        return Table(
            side=self.side,
            signals={name: values[chosen] for name, values in self.signals.items()},
            bad=self.bad[chosen],
            planted=self.planted[chosen],
        )


Tables = Mapping[Side, Table]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sentences:
    """N translations, and what is known about them."""

    features: Mapping[str, Array]
    """By name, (N,) each; NaN where one is not to be had."""
    bad: NDArray[np.bool_]
    """With anything wrong or left out, (N,)."""
    planted: NDArray[np.str_]
    """As in ``Table``, (N,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Observed:
    """What a model says of translations of which it is known what is wrong."""

    words: Tables
    sentences: Sentences


@dataclass(frozen=True, kw_only=True)
class FlagReport:
    """One flag on the sentences with one kind of error."""

    flag: Kind
    planted: str
    """The kind; "": sentences in which nothing is planted and no word is bad; "all": everywhere."""
    judgement: Judgement
    marked: float
    """Share of the words that are flagged."""


def observe(
    translator: Translator, planted: Sequence[Planted], *, contributions: bool = False
) -> Observed:
    """Force sentences through a model, and collect their words and features.

    The source's words lack sentences in which errors are planted that leave nothing out. Passed
    over are sentences that a model reads otherwise than they are written, and translations that it
    could not write. With contributions, the features that need ALTI+ are there, too.

    Raises:
        InputError: ``nothing_to_judge``: all are passed over; ``contributions_recurrent``.
    """
    texts = [(one.source, one.target) for one in planted]
    pairs = score_pairs(translator, texts, contributions=contributions)
    found: dict[Side, list[Table]] = {"target": [], "source": []}
    known: list[tuple[Planted, Mapping[str, float | None]]] = []
    for one, pair in zip(planted, pairs, strict=True):
        if (one.source, one.target) != (pair.source.text, pair.text) or UNKNOWN in pair.pieces:
            continue
        known.append((one, scored_features(pair, translator.facts.alignment)))
        attention, pieces = pair.given.cross_attention, pair.source.pieces
        target, source = words_of(
            pair.pieces,
            pair.given.log_probs,
            source=pieces,
            without_source=pair.emptied.log_probs,
            read=None if attention is None else Read.of(attention, pieces),
        )
        found["target"].append(_table(target, pair.spans, bad=one.wrong, planted=one.kind))
        if one.kind == LEFT_OUT or one.kind not in KINDS:
            spans = pair.source.spans
            found["source"].append(_table(source, spans, bad=one.left_out, planted=one.kind))
    if not known:
        raise InputError("nothing_to_judge", {"name": translator.entry.name})
    names = dict.fromkeys(name for _, features in known for name in features)
    return Observed(
        words={side: joined(tables) for side, tables in found.items()},
        sentences=Sentences(
            features={
                name: np.array([features.get(name) for _, features in known], np.float64)
                for name in names
            },
            bad=np.array([bool(one.wrong or one.left_out) for one, _ in known]),
            planted=np.array([one.kind for one, _ in known]),
        ),
    )


def as_planted(segment: RatedSegment) -> Planted:
    """What people marked, as if it had been planted."""
    wrong, left_out = (
        tuple((span.start, span.end) for span in segment.spans if span.side == side)
        for side in ("target", "source")
    )
    return Planted(
        kind=BY_PEOPLE,
        source=segment.source,
        target=segment.target,
        wrong=wrong,
        left_out=left_out,
    )


def overlapping(words: Words, spans: Sequence[Span], ranges: Sequence[Span]) -> NDArray[np.bool_]:
    """Which words have a character in one of the ranges, (W,).

    Args:
        words: W of them.
        spans: characters of every piece.
        ranges: of characters, half-open.
    """
    touched = [any(start < last and first < end for first, last in ranges) for start, end in spans]
    return np.array([any(touched[start:end]) for start, end in words.bounds.tolist()], bool)


def joined(tables: Sequence[Table]) -> Table:
    """Tables of one side as one, with the signals that all of them have."""
    shared = set.intersection(*(set(table.signals) for table in tables))
    return Table(
        side=tables[0].side,
        signals={
            name: np.concatenate([table.signals[name] for table in tables])
            for name in sorted(shared)
        },
        bad=np.concatenate([table.bad for table in tables]),
        planted=np.concatenate([table.planted for table in tables]),
    )


def judged_flags(rules: Rules, tables: Tables) -> list[FlagReport]:
    """Every flag on all words together, on every kind of error, and where there is none."""
    found = []
    for flag, several in rules.items():
        table = tables[SIDES[flag]]
        if (rule := applicable(several, table.signals)) is None:
            continue
        kinds = list(dict.fromkeys(table.planted.tolist()))
        for planted in (EVERYTHING, *kinds) if len(kinds) > 1 else kinds:
            some = table if planted == EVERYTHING else table.among([planted])
            if not (some.bad.any() or planted in (UNTOUCHED, OWN)):
                continue
            values = rule.value(some.signals)
            found.append(
                FlagReport(
                    flag=flag,
                    planted=planted,
                    judgement=judge(values, some.bad, threshold=rule.threshold),
                    marked=float((values >= rule.threshold).mean()),
                )
            )
    return found


def _table(words: Words, spans: Sequence[Span], *, bad: Sequence[Span], planted: str) -> Table:
    return Table(
        side=words.side,
        signals=words.signals,
        bad=overlapping(words, spans, bad),
        planted=np.full(len(words.bounds), planted),
    )
