"""What speaks against a translation: what is odd in its sentence, and how unsure the model is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from seqviz.catalog import ModelEntry
from seqviz.confidence import UNSURE as UNSURE_SHARE
from seqviz.decoding.batch import SERVED
from seqviz.decoding.paths import hypothesis_tokens
from seqviz.decoding.record import Decoding
from seqviz.decoding.rows import CorpusResult
from seqviz.options import DecodeOptions
from seqviz.text.doubts import doubts_about
from seqviz.text.languages import KNOWN
from seqviz.text.names import missing_names
from seqviz.text.numbers import missing_numbers
from seqviz.text.spelling import TargetTokens
from seqviz.trace import Source
from seqviz.trace.notices import SHORT, UNSURE, missing

Decoded = Decoding | CorpusResult

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
    text: Callable[[], str] = str
    """It spelled out, when that is needed."""


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


def written(found: Decoded, target: TargetTokens) -> Best | None:
    """The best hypothesis, as ``target`` spells it; None: it was given."""
    if isinstance(found, CorpusResult):
        text = partial(target.text, found.tokens)
        return Best(mean=found.mean, tokens=len(found.tokens), text=text)
    if found.stopped_by == "forced":
        return None

    def spelled() -> str:
        (tokens,) = hypothesis_tokens(found.search, found.steps[:1], found.candidates[:1])
        return target.text(tokens)

    length = int(found.lengths[0])
    return Best(mean=float(found.log_probs[0] / length), tokens=length, text=spelled)


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
    if about_text or best is None or options.beyond(COMPARABLE):
        return about_text
    is_text = language in KNOWN
    target = options.target_language if entry.target_languages else entry.target_language
    if is_text and (lacking := _lacking(source.text, best.text(), (language, target))):
        return lacking
    confidence = confidence_in(entry, options, best.mean)
    if confidence is None:
        return ()
    if is_text and len(source.ids) >= LEAST and best.tokens < FEWEST * len(source.ids):
        return (SHORT,)
    return (UNSURE,) if confidence < UNSURE_SHARE else ()


def _lacking(text: str, translation: str, languages: tuple[str, str]) -> tuple[str, ...]:
    """Codes for the numbers and the names of a text that its translation lacks."""
    numbers = missing_numbers(text, translation, languages[1])
    names = missing_names(text, translation, languages)
    return (
        *([missing("number", numbers)] if numbers else ()),
        *([missing("name", names)] if names else ()),
    )
