"""Many given translations scored in batches, with the source and without it.

Knows nothing about what they are scored for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from seqviz.decoding.contributions import contribute_corpus
from seqviz.decoding.following import OpenModel
from seqviz.decoding.scored import Scored, score_corpus
from seqviz.errors import InputError, ModelError
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions
from seqviz.text.codec import started
from seqviz.text.tokenizer import prepare_text
from seqviz.trace import Source
from seqviz.trace.evidence import SourceContributions
from seqviz.translator.fallback import Model
from seqviz.translator.translator import Translator


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoredText:
    """A sentence and a translation of T tokens, scored."""

    source: Source
    text: str
    """The translation."""
    pieces: tuple[str, ...]
    """Of the translation, EOS included where it has one, (T,)."""
    given: Scored
    """The translation, with the source."""
    emptied: Scored
    """The translation, without: the source is EOS alone; its log-probabilities only."""
    contributions: SourceContributions | None
    """Of the translation; None: not asked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoredPair(ScoredText):
    """The translation was given; its text is what the model's tokenizer got, EOS its last token."""

    spans: tuple[tuple[int, int], ...]
    """Half-open character ranges of ``text``, (T,); empty where a token is no text."""


def score_pairs(
    translator: Translator,
    pairs: Sequence[tuple[str, str]],
    options: DecodeOptions | None = None,
    *,
    contributions: bool = False,
) -> list[ScoredPair]:
    """Score given translations.

    Args:
        translator: of the model.
        pairs: sentence and translation.
        options: languages and an instruction, where the model takes them.
        contributions: compute ALTI+, too.

    Raises:
        InputError: a text is empty or too long; ``contributions_recurrent``.
        ModelError: ``no_prediction``: the model's numbers are not finite.
    """
    chosen = translator.resolved(options or DecodeOptions())
    sources = [translator.read(source, chosen) for source, _ in pairs]
    texts = [prepare_text(target) for _, target in pairs]
    encoded = [translator.target.tokenizer.encode(text) for text in texts]
    eos = translator.codec.special.eos
    targets = [(*started(one.ids, chosen.rules), eos) for one in encoded]
    if longest := max(
        (len(target) for target in targets if len(target) > MAX_TARGET_TOKENS), default=0
    ):
        raise InputError("target_too_long", {"found": longest, "limit": MAX_TARGET_TOKENS})
    nothing = translator.codec.empty(chosen).ids

    ids = [source.ids for source in sources]

    def work(
        model: Model,
    ) -> tuple[list[Scored], list[Scored], Sequence[SourceContributions | None]]:
        given = score_corpus(model, ids, targets, options=chosen)
        empty = [nothing] * len(ids)
        emptied = score_corpus(model, empty, targets, options=chosen, record=False)
        if not all(one.is_finite for one in (*given, *emptied)):
            raise ModelError("no_prediction")
        shares: Sequence[SourceContributions | None] = [None] * len(ids)
        if contributions:
            looked, name = cast(OpenModel, model), translator.entry.name
            shares = contribute_corpus(looked, ids, targets, options=chosen, name=name)
        return given, emptied, shares

    given, emptied, shares = translator.work(work).value
    spell = translator.target.tokenizer.piece
    return [
        ScoredPair(
            source=source,
            text=text,
            pieces=tuple(map(spell, target)),
            spans=((0, 0),) * (len(target) - 1 - len(one.ids)) + (*one.spans, (len(text),) * 2),
            given=given[place],
            emptied=emptied[place],
            contributions=shares[place],
        )
        for place, (source, text, one, target) in enumerate(
            zip(sources, texts, encoded, targets, strict=True)
        )
    ]
