"""What speaks against a translation: what is odd in its sentence, and how unsure the model is."""

from seqviz.catalog import ModelEntry
from seqviz.confidence import UNSURE as UNSURE_SHARE
from seqviz.decoding.batch import SERVED
from seqviz.decoding.record import Decoding
from seqviz.options import DecodeOptions
from seqviz.text.doubts import doubts_about
from seqviz.trace import Source
from seqviz.trace.notices import UNSURE

COMPARABLE = SERVED - {"min_length", "prefix", "banned", "instruction"}
"""The options with which a translation is the model's own, to be compared with others of it."""


def confidence_in(entry: ModelEntry, options: DecodeOptions, mean: float) -> float | None:
    """How many translations of its development set a model is less sure of.

    Args:
        entry: the model.
        options: of the decoding.
        mean: log-probability a token of the translation, EOS counted; nats.

    Returns:
        a share, 0 to 1; None: nobody measured it for this model, or the options asked for another
        translation than the model's own.
    """
    if entry.confidence is None or options.beyond(COMPARABLE):
        return None
    return entry.confidence.share_below(mean)


def mean_of(found: Decoding) -> float | None:
    """Log-probability a token of the best hypothesis, EOS counted, nats; None: it was given."""
    return None if found.stopped_by == "forced" else float(found.log_probs[0] / found.lengths[0])


def doubts(
    entry: ModelEntry, source: Source, options: DecodeOptions, *, unk: int, mean: float | None
) -> tuple[str, ...]:
    """Codes of notices; of several reasons the first, which there is a cure for.

    Args:
        entry: the model.
        source: what it reads.
        options: of the decoding.
        unk: the id of everything that its vocabulary lacks.
        mean: as in ``confidence_in``; None: the translation was given.
    """
    language = options.source_language if entry.source_languages else entry.source_language
    unknown = source.unknown(unk, instructed=options.instructed)
    confidence = None if mean is None else confidence_in(entry, options, mean)
    unsure = confidence is not None and confidence < UNSURE_SHARE
    return doubts_about(source.text, language, unknown) or ((UNSURE,) if unsure else ())
