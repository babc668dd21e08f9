"""Several sentences translated at once, each search recorded; what a busy server does.

Knows nothing about who waits for them.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from seqviz.decoding.beam import TOGETHER, Asked, decode_together
from seqviz.decoding.record import MAX_RECORD_BYTES, Decoding, OnStep
from seqviz.errors import SeqVizError
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.translator.translator import Translator

MOST_TOGETHER = 16
"""Twice as many would be 4 % faster, and each would wait for twice as many."""
MOST_TOKENS_TOGETHER = 2048
"""Padded source tokens times beam size; more fill the memory, and the first waits for them."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One of the sentences."""

    text: str
    on_step: OnStep | None = None
    """See ``Translator.translate``; a ``SeqVizError`` that it raises ends this search alone."""


def served_together(options: DecodeOptions) -> bool:
    """Whether sentences with these options can be translated at once."""
    return not options.beyond(TOGETHER)


def translate_together(
    translator: Translator,
    wanted: Sequence[Wanted],
    options: DecodeOptions,
    *,
    max_bytes: int | None = None,
) -> list[Trace | SeqVizError]:
    """Translate sentences as one batch, and record the search of each.

    Args:
        translator: of the model.
        wanted: the sentences, few enough for memory.
        options: of all of them; see ``served_together``.
        max_bytes: most memory that a record may take, if less than usual.

    Returns:
        one a sentence, in their order: what ``translate`` returns, but for the last bits of its
        numbers, or the error that it raises.
    """
    started, chosen = time.perf_counter(), translator.resolved(options)
    most = MAX_RECORD_BYTES if max_bytes is None else max_bytes
    found: list[Trace | SeqVizError | None] = [None] * len(wanted)
    sources = {}
    for place, one in enumerate(wanted):
        try:
            sources[place] = translator.read(one.text, chosen)
        except SeqVizError as error:
            found[place] = error
    asked = [
        Asked(source_ids=source.ids, on_step=wanted[place].on_step, max_bytes=most)
        for place, source in sources.items()
    ]
    decoded = translator.work(
        lambda model: decode_together(model, asked, chosen),
        lambda each: all(map(_is_finite, each)),
    )
    for (place, source), result in zip(sources.items(), decoded.value, strict=True):
        found[place] = (
            result
            if isinstance(result, SeqVizError)
            else translator.traced(source, chosen, decoded.of(result), started=started)
        )
    return [one for one in found if one is not None]


def _is_finite(found: Decoding | SeqVizError) -> bool:
    """Whether its numbers were none too large for half precision."""
    return found.is_finite if isinstance(found, Decoding) else found.code != "no_prediction"
