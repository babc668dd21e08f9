"""Many given translations scored in batches, with the source and without it.

Knows nothing about what they are scored for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from seqviz.decoding.contributions import contribute_corpus
from seqviz.decoding.following import OpenModel
from seqviz.decoding.rows import CorpusResult
from seqviz.decoding.scored import Scored, score_corpus
from seqviz.errors import InputError, ModelError
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions
from seqviz.text.codec import started
from seqviz.text.tokenizer import prepare_text
from seqviz.trace import Source
from seqviz.trace.evidence import SourceContributions
from seqviz.translator.fallback import Model
from seqviz.translator.remote import RemoteTranslator
from seqviz.translator.remote_many import Many
from seqviz.translator.translator import Translator


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoredTokens:
    """The tokens of a translation, scored."""

    given: Scored
    """With the source."""
    emptied: Scored
    """Without: the source is EOS alone; log-probabilities only."""
    contributions: SourceContributions | None
    """None: not asked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoredText(ScoredTokens):
    """A sentence and a translation of T tokens, scored."""

    source: Source
    text: str
    """The translation."""
    pieces: tuple[str, ...]
    """Of the translation, EOS included where it has one, (T,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoredPair(ScoredText):
    """The translation was given; its text is what the model's tokenizer got, EOS its last token."""

    spans: tuple[tuple[int, int], ...]
    """Half-open character ranges of ``text``, (T,); empty where a token is no text."""


@dataclass(frozen=True, kw_only=True)
class Scorer:
    """Looks at given translations of sentences from each side."""

    empty: Sequence[int]
    """Tokens of no sentence at all."""
    options: DecodeOptions
    """Resolved."""
    contributions: bool
    """Compute ALTI+, too."""
    name: str
    """Of the model, for what is refused."""

    @classmethod
    def of(cls, translator: Translator, options: DecodeOptions, *, contributions: bool) -> "Scorer":
        """For a model, with options that it has resolved."""
        return cls(
            empty=translator.codec.empty(options).ids,
            options=options,
            contributions=contributions,
            name=translator.entry.name,
        )

    def scored(
        self, model: Model, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
    ) -> list[ScoredTokens]:
        """Score a target for each source.

        Raises:
            InputError: ``contributions_recurrent``.
            ModelError: ``no_prediction``: the model's numbers are not finite.
        """
        options, nothing = self.options, [self.empty] * len(sources)
        given = score_corpus(model, sources, targets, options=options)
        emptied = score_corpus(model, nothing, targets, options=options, record=False)
        check_finite([*given, *emptied])
        shares: Sequence[SourceContributions | None] = [None] * len(sources)
        if self.contributions:
            looked = cast(OpenModel, model)
            shares = contribute_corpus(looked, sources, targets, options=options, name=self.name)
        return [
            ScoredTokens(given=one, emptied=other, contributions=share)
            for one, other, share in zip(given, emptied, shares, strict=True)
        ]


def check_finite(found: Sequence[Scored | CorpusResult]) -> None:
    """Refuse what was not made of numbers.

    Raises:
        ModelError: ``no_prediction``.
    """
    if not all(one.is_finite for one in found):
        raise ModelError("no_prediction")


def forced_work(source_length: int, target_length: int) -> int:
    """Of one given target, with the source and without it; in the measure of a search's work."""
    return 2 * (source_length + target_length) * target_length


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
    ids = [source.ids for source in sources]
    if isinstance(translator, RemoteTranslator):
        asked = Many(
            path="/v1/score",
            answers="scored",
            given={"texts": [text for text, _ in pairs], "targets": [text for _, text in pairs]},
            more={"contributions": contributions},
            works=[forced_work(*map(len, pair)) for pair in zip(ids, targets, strict=True)],
        )
        return translator.of_many(ScoredPair, asked, options or DecodeOptions())
    scorer = Scorer.of(translator, chosen, contributions=contributions)
    scored = translator.work(lambda model: scorer.scored(model, ids, targets)).value
    spell = translator.target.tokenizer.piece
    return [
        ScoredPair(
            source=source,
            text=text,
            pieces=tuple(map(spell, target)),
            spans=((0, 0),) * (len(target) - 1 - len(one.ids)) + (*one.spans, (len(text),) * 2),
            **vars(tokens),
        )
        for source, text, one, target, tokens in zip(
            sources, texts, encoded, targets, scored, strict=True
        )
    ]
