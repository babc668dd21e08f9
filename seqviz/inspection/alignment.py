"""The attention of a model as word alignments: of any translation, and measured on gold.

Letters in shapes as in ``analysis.alignment``; L layers, H heads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.aligned import MEASURES, ROWS, Reading
from seqviz.analysis.alignment import (
    Agreement,
    agreement,
    links_of,
    rows_when_fed,
    shares_by_characters,
    shares_by_groups,
    word_links,
)
from seqviz.analysis.attention import coverage_deviation, default_layer, mean_over_heads
from seqviz.analysis.gold import GoldPair, Links, written
from seqviz.analysis.words import word_groups, word_labels
from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.records.alignment import AlignmentGrid, AlignmentStudy, Rates
from seqviz.trace import Trace
from seqviz.translator import Translator

Array = NDArray[np.floating[Any]]
OnProgress = Callable[[int, int], None]
"""Called with the number of pairs done and of all pairs; what it raises ends the work."""

DIGITS = 4
"""Of a rate in a record."""


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """A translation in words, and which source word each answers."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    links: Links


def default_reading(trace: Trace) -> Reading:
    """As the model's settings say; else the layer that the page shows first, by its weights."""
    measured = trace.model.alignment
    if measured is None:
        return Reading(layer=default_layer(trace), head=None, measure="weight", row="step")
    return Reading(
        layer=measured.layer, head=measured.head, measure=measured.measure, row=measured.row
    )


def aligned(translator: Translator, trace: Trace, reading: Reading) -> Aligned:
    """Links of the best hypothesis, between words as the page shows them.

    Args:
        translator: whose model decoded.
        trace: of that decoding, its attention recorded.
        reading: how to read the attention.

    Raises:
        InputError: ``align_no_attention``: the model has none; there is no such layer or head.
    """
    check_attends(translator)
    _check_place(trace, reading)
    stack = _norms(translator, trace) if reading.measure == "norm" else _weights(trace)
    column = 0 if reading.head is None or trace.model.heads == 1 else reading.head + 1
    rows = stack[reading.layer, column]
    (source, source_shares), (target, target_shares) = (
        _words(pieces) for pieces in (trace.source.pieces, trace.target_pieces())
    )
    read = rows_when_fed(rows) if reading.row == "fed" else rows
    found = word_links(read, target_shares, source_shares)
    return Aligned(source=source, target=target, links=links_of(found))


def alignment_study(
    translator: Translator,
    gold: Sequence[GoldPair],
    name: str,
    *,
    on_progress: OnProgress | None = None,
) -> AlignmentStudy:
    """Force every translation of a gold, and compare all layers, heads, measures and rows.

    Args:
        translator: of the model.
        gold: at least one pair.
        name: of its file.
        on_progress: see ``OnProgress``.

    Raises:
        InputError: ``align_no_attention``: the model has none; ``gold_pair``: it cannot read a
            sentence.
    """
    check_attends(translator)
    total: Agreement | None = None
    deviations, norms = list[Array](), list[Array]()
    for number, pair in enumerate(gold, start=1):
        forced = _forced(translator, pair, name)
        weights, lengths = _weights(forced.trace), _norms(translator, forced.trace)
        found = agreement(forced.links(np.stack((weights, lengths))), pair)
        total = found if total is None else total + found
        deviations.append(coverage_deviation(weights[:, 0]))
        norms.append(lengths[:, 0].mean((-1, -2)))
        if on_progress is not None:
            on_progress(number, len(gold))
    assert total is not None
    return AlignmentStudy(
        model=translator.facts.name,
        fingerprint=translator.facts.fingerprint,
        gold=name,
        pairs=len(gold),
        sure=sum(len(pair.sure) for pair in gold),
        possible=sum(len(pair.possible) for pair in gold),
        grids=_grids(total),
        coverage_deviations=_rounded(np.mean(deviations, 0)),
        mean_norms=_rounded(np.mean(norms, 0)),
    )


_PLAIN = DecodeOptions(distribution_size=0)


@dataclass(frozen=True, kw_only=True)
class _Forced:
    """A pair of the gold as the model was made to read and write it."""

    trace: Trace
    source: Array
    """Words of the source tokens, (S, words)."""
    target: Array
    """Words of the target tokens, (T, words)."""

    def links(self, stacks: Array) -> NDArray[np.signedinteger[Any]]:
        """Links by the rows of either step; (measures, …, T, S) -> (measures, rows, …, words)."""
        both = np.stack((stacks, rows_when_fed(stacks)), 1)
        return word_links(both, self.target, self.source)


def _forced(translator: Translator, pair: GoldPair, name: str) -> _Forced:
    facts = translator.facts
    source = written(pair.source, facts.source_language)
    target = written(pair.target, facts.target_language)
    try:
        trace = translator.force(source.text, target.text, _PLAIN)
    except InputError as error:
        raise InputError("gold_pair", {"line": pair.line, "name": name}) from error
    pieces, spans = trace.target_pieces(), translator.target.spans(target.text)
    before = len(pieces) - len(spans) - 1  # a tag of the language, where the model writes one
    end = len(target.text)
    every = (*[(0, 0)] * before, *spans, (end, end))
    read = trace.source
    return _Forced(
        trace=trace,
        source=shares_by_characters(read.pieces, read.spans, source.spans),
        target=shares_by_characters(pieces, every, target.spans),
    )


def _grids(total: Agreement) -> tuple[AlignmentGrid, ...]:
    """Arrays of the counts are (measures, rows, L, 1 + H)."""
    errors, precisions, recalls = total.error_rate, total.precision, total.recall
    return tuple(
        AlignmentGrid(
            measure=measure,
            row=row,
            error_rates=_rates(errors[place], nothing=1.0),
            precisions=_rates(precisions[place], nothing=0.0),
            recalls=_rates(recalls[place], nothing=0.0),
        )
        for place, (measure, row) in zip(np.ndindex(2, 2), product(MEASURES, ROWS), strict=True)
    )


def _weights(trace: Trace) -> Array:
    """(L, 1 + H, T, S); the mean first, and alone where there is one head."""
    heads = trace.cross_attention
    assert heads is not None  # it attends, and was recorded
    return _stacked(mean_over_heads(heads).astype(np.float64), heads.astype(np.float64))


def _norms(translator: Translator, trace: Trace) -> Array:
    """As ``_weights``; in place of the mean the vectors of all heads together."""
    found = translator.evidence(trace).norms()
    return _stacked(found.layers, found.heads)


def _stacked(together: Array, heads: Array) -> Array:
    if heads.shape[1] == 1:
        return together[:, None]
    return np.concatenate((together[:, None], heads), 1)


def _words(pieces: Sequence[str]) -> tuple[tuple[str, ...], Array]:
    """Words of some pieces as labels without white space, and the shares of the pieces in them."""
    groups = word_groups(pieces)
    shares = shares_by_groups(pieces, groups)
    kept = np.flatnonzero(shares.any(0))
    labels = word_labels(pieces, groups)
    return tuple(labels[word] for word in kept), shares[:, kept]


def check_attends(translator: Translator) -> None:
    """Refuse a model without attention.

    Raises:
        InputError: ``align_no_attention``.
    """
    if not translator.facts.attends:
        raise InputError("align_no_attention", {"model": translator.facts.name})


def _check_place(trace: Trace, reading: Reading) -> None:
    model = trace.model
    places = (("layer", reading.layer, model.layers), ("head", reading.head or 0, model.heads))
    for option, found, count in places:
        if not 0 <= found < count:
            facts = {"option": option, "found": found, "low": 0, "high": count - 1}
            raise InputError("option_out_of_range", facts)


def _rates(values: Array, *, nothing: float) -> Rates:
    """Rates (L, 1 + H); ``nothing`` where there was none to count."""
    whole = np.nan_to_num(values, nan=nothing)
    return tuple(map(_rounded, whole))


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(np.round(values, DIGITS).tolist())
