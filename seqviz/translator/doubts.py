"""What speaks against a translation: what is odd in its sentence, and how unsure the model is."""

from dataclasses import dataclass

from seqviz.catalog import ModelEntry
from seqviz.confidence import UNSURE as UNSURE_SHARE
from seqviz.decoding.batch import SERVED
from seqviz.decoding.record import Decoding
from seqviz.decoding.rows import CorpusResult
from seqviz.options import DecodeOptions
from seqviz.text.doubts import doubts_about
from seqviz.text.languages import KNOWN
from seqviz.trace import Source
from seqviz.trace.notices import SHORT, UNSURE

COMPARABLE = SERVED - {"min_length", "prefix", "banned", "instruction"}
"""The options with which a translation is the model's own, to be compared with others of it."""
LEAST = 16
"""Source tokens, EOS counted, from which a translation can be too short."""
FEWEST = 0.45
"""Target tokens a source token; below it something was left out. Of 1,500 test sentences
one lies below with fr-en/transformer, one with de-en/transformer, none with zh-en/dot."""


@dataclass(frozen=True, kw_only=True)
class Best:
    """What a search found best."""

    mean: float
    """Log-probability a token, EOS counted; nats."""
    tokens: int
    """EOS counted where it was produced."""


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


def written(found: Decoding | CorpusResult) -> Best | None:
    """The best hypothesis; None: it was given."""
    if isinstance(found, CorpusResult):
        return Best(mean=found.mean, tokens=len(found.tokens))
    if found.stopped_by == "forced":
        return None
    tokens = int(found.lengths[0])
    return Best(mean=float(found.log_probs[0] / tokens), tokens=tokens)


def doubts(
    entry: ModelEntry, source: Source, options: DecodeOptions, *, unk: int, best: Best | None
) -> tuple[str, ...]:
    """Codes of notices; of several reasons the first, which there is a cure for.

    Args:
        entry: the model.
        source: what it reads.
        options: of the decoding.
        unk: the id of everything that its vocabulary lacks.
        best: the translation; None: it was given.
    """
    language = options.source_language if entry.source_languages else entry.source_language
    unknown = source.unknown(unk, instructed=options.instructed)
    about_text = doubts_about(source.text, language, unknown)
    confidence = None if best is None else confidence_in(entry, options, best.mean)
    if about_text or best is None or confidence is None:
        return about_text
    length, is_text = len(source.ids), entry.source_language in KNOWN
    if is_text and length >= LEAST and best.tokens < FEWEST * length:
        return (SHORT,)
    return (UNSURE,) if confidence < UNSURE_SHARE else ()
