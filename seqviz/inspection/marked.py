"""The marks on one recorded translation, by the rules of its model's family."""

from seqviz.analysis.marks import Mark, source_words, target_words, word_marks
from seqviz.inspection.rules import family_of, rules_of
from seqviz.trace import Trace
from seqviz.translator import Translator


def trace_marks(translator: Translator, trace: Trace, rank: int = 0) -> tuple[Mark, ...]:
    """Mark the words of a hypothesis and of its source.

    It is scored once more, without the source. Without recorded attention, weaker rules stand in,
    and no source word is marked.

    Args:
        translator: of the model that decoded.
        trace: of that model.
        rank: of the hypothesis.

    Raises:
        InputError: there is no such hypothesis, or the trace is of another model.
    """
    contrast = translator.evidence(trace, rank).contrast()
    attention, pieces = trace.cross_attention_of(rank), trace.source.pieces
    target = target_words(
        contrast.pieces,
        contrast.with_source,
        source=pieces,
        without_source=contrast.without_source,
        attention=attention,
    )
    entry = translator.entry
    words = [target, source_words(pieces, attention=attention)]
    return word_marks(words, rules_of(family_of(entry.kind, entry.family)))
