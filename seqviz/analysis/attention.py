"""Numbers about attention matrices, and the matrix that a heatmap or a component shows.

Letters in shapes: L layers, H heads, T target tokens (queries, rows), S source tokens (keys,
columns). Rows sum to 1. EOS counts on both sides wherever it was recorded; nothing is padded.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.words import Groups, merge_to_words, piece_label, word_groups, word_labels
from seqviz.trace import Trace
from seqviz.trace.pieces import START_PIECE

Array = NDArray[np.floating[Any]]
Kind = Literal["cross", "encoder", "decoder"]


def attention_entropy(attention: Array, *, normalised: bool = False) -> Array:
    """Entropy of every row (formulas d4; Ghader & Monz 2017).

    Args:
        attention: (…, T, S).
        normalised: divide by log S, so that 0 is one token only and 1 is uniform.

    Returns:
        (…, T), in nats unless normalised.
    """
    entropy: Array = -_times_own_log(attention).sum(-1)
    if normalised and attention.shape[-1] > 1:
        entropy = entropy / np.log(attention.shape[-1])
    return entropy


def coverage(attention: Array) -> Array:
    """Total attention that every source token received, (…, T, S) -> (…, S)."""
    total: Array = attention.sum(-2)
    return total


def coverage_deviation(attention: Array, *, exponent: float = 2.0) -> Array:
    """Penalise source tokens that received more or less than 1 in total (formulas d1).

    Rikters & Fishel 2017, https://arxiv.org/abs/1710.03743; the authors' released code uses 6 as
    the exponent.

    Returns:
        (…), at most 0, and 0 if every source token received exactly 1.
    """
    penalty: Array = np.log1p(np.abs(1 - coverage(attention)) ** exponent).mean(-1)
    return -penalty


def absentmindedness_target(attention: Array) -> Array:
    """Minus the mean entropy of the rows (formulas d2); (…, T, S) -> (…), at most 0."""
    mean: Array = attention_entropy(attention).mean(-1)
    return -mean


def absentmindedness_source(attention: Array) -> Array:
    """Minus the mean entropy of the columns, each scaled to sum 1 (formulas d2).

    A column that received nothing has entropy 0.

    Returns:
        (…), at most 0.
    """
    total = attention.sum(-2, keepdims=True)
    shares = np.divide(attention, total, out=np.zeros_like(attention), where=total > 0)
    penalty: Array = _times_own_log(shares).sum(-2).mean(-1)
    return penalty


def mean_over_heads(attention: Array) -> Array:
    """Mean of a layer's heads, (L, H, T, S) -> (L, T, S); rows still sum to 1."""
    mean: Array = attention.mean(1)
    return mean


def best_aligned_layer(attention: Array) -> int:
    """The layer whose head mean deviates least from even coverage; the first of equals.

    EOS counts, as a row and as a column: a layer that parks its attention there loses. No paper
    supports the rule, and of our Transformers it took one of the worse layers.

    Args:
        attention: cross-attention, (L, H, T, S).
    """
    return int(np.argmax(coverage_deviation(mean_over_heads(attention))))


@dataclass(frozen=True, kw_only=True, eq=False)
class AttentionView:
    """One matrix with its labels, as a picture shows it. T rows and S columns are tokens or words.

    Row t belongs to the token *produced* at step t; in the decoder's self-attention column j is the
    j-th token *fed*, the start token first.
    """

    kind: Kind
    weights: Array
    """(T, S); rows sum to 1, unless ``raw``."""
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    row_of_step: Groups
    """Which row shows a step (encoder: a source token), (steps,)."""
    layer: int
    """Counted from 0."""
    head: int | None
    """Counted from 0; None is the mean over the heads."""
    layers: int
    heads: int
    automatic: bool
    """Nobody chose the layer: it is the best aligned one (self-attention: the last one)."""
    words_level: bool
    raw: bool
    """Scores before the softmax instead of weights."""


def missing_attention(trace: Trace, kind: Kind = "cross", *, raw: bool = False) -> str | None:
    """Why there is nothing to show, as a code, or None if there is.

    Returns:
        "no_attention", "no_self_attention", "no_raw_scores" (the model has none), or
        "not_recorded" (the options left it out).
    """
    recurrent = trace.model.kind == "rnn"
    if kind == "cross" and not trace.model.attends:
        return "no_attention"
    if kind != "cross" and recurrent:
        return "no_self_attention"
    if raw and (kind != "cross" or not recurrent):
        return "no_raw_scores"
    recorded = {
        "cross": trace.search.raw_scores if raw else trace.search.cross_attention,
        "encoder": trace.encoder_self_attention,
        "decoder": trace.search.self_attention,
    }
    return "not_recorded" if recorded[kind] is None else None


def attention_stack(trace: Trace, kind: Kind = "cross", *, raw: bool = False) -> Array:
    """All layers and heads of one kind for the best hypothesis, (L, H, T, S).

    Raises:
        ValueError: there is none; ``missing_attention`` says why.
    """
    missing = missing_attention(trace, kind, raw=raw)
    if missing:
        raise ValueError(f"no {kind} attention: {missing}")
    if raw:
        slots, _ = trace.path()
        assert trace.search.raw_scores is not None
        return trace.search.raw_scores[np.arange(len(slots)), slots][None, None]
    stacks = {
        "cross": trace.cross_attention_of,
        "encoder": lambda: trace.encoder_self_attention,
        "decoder": trace.decoder_self_attention_of,
    }
    stack = stacks[kind]()
    assert stack is not None
    return stack


def default_layer(trace: Trace, kind: Kind = "cross") -> int:
    """The layer to show when nobody chose; the last one for self-attention.

    For cross-attention the one by which the model aligns best, as measured on links that people
    drew; where nobody measured it, ``best_aligned_layer``, which is a guess.
    """
    stack = attention_stack(trace, kind)
    if kind != "cross":
        return len(stack) - 1
    measured = trace.model.alignment
    return best_aligned_layer(stack) if measured is None else measured.layer


def attention_matrix(
    trace: Trace,
    kind: Kind = "cross",
    *,
    layer: int | None = None,
    head: int | None = None,
    words_level: bool = False,
    raw: bool = False,
) -> AttentionView:
    """The matrix of one layer and head of the best hypothesis.

    Args:
        trace: the decoding.
        kind: cross-attention, or self-attention of the encoder or of the decoder.
        layer: counted from 0; None takes ``default_layer``.
        head: counted from 0; None takes the mean over the heads.
        words_level: merge pieces into words (formulas d9); raw scores merge by log-sum-exp over
            source pieces, so that their softmax is the merged weights of a one-piece target word.
        raw: recurrent models' scores before the softmax.

    Raises:
        ValueError: there is no such attention; ``missing_attention`` says why.
        IndexError: there is no such layer or head.
    """
    stack = attention_stack(trace, kind, raw=raw)
    chosen = default_layer(trace, kind) if layer is None and not raw else layer or 0
    weights = stack[chosen].mean(0) if head is None else stack[chosen, head]
    rows, columns = _axis_pieces(trace, kind)
    row_groups, column_groups = _axis_groups(rows, columns, kind)
    if words_level:
        weights = _merge(weights, row_groups, column_groups, raw=raw)
    return AttentionView(
        kind=kind,
        weights=weights,
        row_labels=_labels(rows, row_groups, words_level=words_level),
        column_labels=_labels(columns, column_groups, words_level=words_level),
        row_of_step=row_groups if words_level else np.arange(len(rows), dtype=np.int32),
        layer=chosen,
        head=head,
        layers=stack.shape[0],
        heads=stack.shape[1],
        automatic=layer is None,
        words_level=words_level,
        raw=raw,
    )


def axis_labels(trace: Trace, kind: Kind = "cross") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels of the rows and of the columns, token by token."""
    rows, columns = _axis_pieces(trace, kind)
    return tuple(map(piece_label, rows)), tuple(map(piece_label, columns))


def _axis_pieces(trace: Trace, kind: Kind) -> tuple[tuple[str, ...], tuple[str, ...]]:
    source, target = trace.source.pieces, trace.target_pieces()
    if kind == "encoder":
        return source, source
    return target, source if kind == "cross" else (START_PIECE, *target[:-1])


def _axis_groups(
    rows: tuple[str, ...], columns: tuple[str, ...], kind: Kind
) -> tuple[Groups, Groups]:
    row_groups = word_groups(rows)
    if kind == "decoder":  # the same words, one place later
        return row_groups, np.concatenate([[0], row_groups[:-1] + 1]).astype(np.int32)
    return row_groups, word_groups(columns)


def _merge(weights: Array, rows: Groups, columns: Groups, *, raw: bool) -> Array:
    if not raw:
        return merge_to_words(weights, rows, columns)
    top = weights.max(-1, keepdims=True)
    by_column = np.log(merge_to_words(np.exp(weights - top), np.arange(len(rows)), columns)) + top
    return merge_to_words(by_column, rows, np.arange(by_column.shape[-1]))


def _labels(pieces: tuple[str, ...], groups: Groups, *, words_level: bool) -> tuple[str, ...]:
    return word_labels(pieces, groups) if words_level else tuple(map(piece_label, pieces))


def _times_own_log(shares: Array) -> Array:
    """p·log p, with 0·log 0 = 0."""
    products: Array = shares * np.log(np.where(shares > 0, shares, 1))
    return products
