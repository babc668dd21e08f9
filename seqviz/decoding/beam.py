"""The recorded search: beam search, greedy decoding as a beam of one, sampling.

Of one sentence, or of several that go through the model together, each with a record of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from seqviz.decoding.batch import SERVED, padded
from seqviz.decoding.constraints import fitted
from seqviz.decoding.record import MAX_RECORD_BYTES, Decoding, OnStep, Recorder, extent_of
from seqviz.decoding.search import Batch, Row
from seqviz.errors import InputError, SeqVizError
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.models.editing import check_edits
from seqviz.options import MAX_SOURCE_TOKENS, DecodeOptions

TOGETHER = SERVED | {"beta", "n_best"}
"""The options that searches which are recorded together may have."""


def decode_beam(
    model: Seq2SeqModel[M, State],
    source_ids: Sequence[int],
    options: DecodeOptions,
    *,
    on_step: OnStep | None = None,
    max_bytes: int = MAX_RECORD_BYTES,
) -> Decoding:
    """Translate one sentence and record the whole search, or all samples.

    Args:
        model: any encoder-decoder.
        source_ids: the sentence, EOS included, at most 512 tokens.
        options: what to search for, and what to record.
        on_step: called before every step; what it raises ends the search.
        max_bytes: most memory that the record may take.

    Raises:
        InputError: ``empty_text``, ``source_too_long``, ``too_much_memory``; what the options ask
            for does not fit the model; ``nothing_allowed``: they leave no possible target.
        ModelError: ``no_prediction``: the model's numbers are not finite.
    """
    asked = Asked(source_ids=source_ids, on_step=on_step, max_bytes=max_bytes)
    (found,) = _decode(model, [asked], options)
    if isinstance(found, SeqVizError):
        raise found
    return found


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One of the sentences that are translated together."""

    source_ids: Sequence[int]
    """EOS included, at most 512 tokens."""
    on_step: OnStep | None = None
    """Called before every step; a ``SeqVizError`` that it raises ends this sentence's search."""
    max_bytes: int = MAX_RECORD_BYTES
    """Most memory that the record may take."""


def decode_together(
    model: Seq2SeqModel[M, State], asked: Sequence[Asked], options: DecodeOptions
) -> list[Decoding | SeqVizError]:
    """Translate several sentences as one batch, and record the search of each.

    A record is that of ``decode_beam``, but for the last bits of its numbers: sums of a batch run
    in another order, so that of two candidates as good as equal the other may come first.

    Args:
        model: any encoder-decoder.
        asked: the sentences; they fit into memory together.
        options: of all of them, within ``TOGETHER``.

    Returns:
        one a sentence, in their order: its record, or why it has none (see ``decode_beam``).

    Raises:
        ValueError: the options ask for more than ``TOGETHER``.
    """
    if unserved := options.beyond(TOGETHER):
        raise ValueError(f"{', '.join(unserved)}: for single sentences only")
    return _decode(model, asked, options)


def _decode(
    model: Seq2SeqModel[M, State], asked: Sequence[Asked], options: DecodeOptions
) -> list[Decoding | SeqVizError]:
    found: dict[int, Decoding | SeqVizError] = {}
    for place, one in enumerate(asked):
        try:
            check_source(one.source_ids)
            check_options(model, len(one.source_ids), options)
        except InputError as error:
            found[place] = error
    read = [place for place in range(len(asked)) if place not in found]
    if read:
        with torch.inference_mode():
            sources = [asked[place].source_ids for place in read]
            memory = model.encode(
                *padded(sources, model.special.pad), record=options.record_attention
            )
            weights = memory.self_attention
            rows = [
                _entered(asked[place], model, options, place=place, weights=weights, number=number)
                for number, place in enumerate(read)
            ]
            found |= Batch(model, memory, rows, options=options).search()
    return [found[place] for place in range(len(asked))]


def _entered(
    asked: Asked,
    model: Seq2SeqModel[M, State],
    options: DecodeOptions,
    *,
    place: int,
    number: int,
    weights: Tensor | None,
) -> Row:
    """Before its search; ``weights`` are the encoder's of the whole batch, its own has a number."""
    length = len(asked.source_ids)
    options = fitted(options, model, length)
    if weights is not None:
        weights = weights[number : number + 1, ..., :length, :length]
    return Row(
        place=place,
        length=length,
        limit=options.length_limit(length),
        recorder=Recorder(extent_of(length, options), weights, max_bytes=asked.max_bytes),
        on_step=asked.on_step,
    )


def check_options(
    model: Seq2SeqModel[M, State], source_length: int, options: DecodeOptions
) -> None:
    """Refuse options that this model cannot serve on a source of that many tokens.

    Raises:
        InputError: ``no_attention``, or an edit of the attention names what is not there.
        ValueError: the options hold what was typed; a search knows token ids only.
    """
    if options.prefix_text or options.banned_words:
        raise ValueError("what was typed is for a Translator to put into token ids")
    if options.needs_attention and not model.attends:
        raise InputError("no_attention")
    check_edits(
        options.interventions,
        layers=model.layers,
        heads=model.heads,
        source_length=source_length,
        attends=model.attends,
    )


def check_source(source_ids: Sequence[int]) -> None:
    """Refuse a source of no tokens or too many.

    Raises:
        InputError: ``empty_text`` or ``source_too_long``.
    """
    if not source_ids:
        raise InputError("empty_text")
    if len(source_ids) > MAX_SOURCE_TOKENS:
        raise InputError("source_too_long", {"found": len(source_ids), "limit": MAX_SOURCE_TOKENS})
