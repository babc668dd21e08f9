"""Many sentences examined at once: translated by a watched search, then scored again in batches.

Knows nothing about features or files.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from seqviz.decoding.batch import SERVED
from seqviz.decoding.corpus import OnProgress, decode_corpus
from seqviz.decoding.rows import CorpusResult
from seqviz.decoding.scored import Scored, score_corpus
from seqviz.errors import InputError
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions
from seqviz.text.codec import started
from seqviz.translator.fallback import Model
from seqviz.translator.remote import RemoteTranslator
from seqviz.translator.remote_many import Many
from seqviz.translator.scoring import (
    ScoredText,
    ScoredTokens,
    Scorer,
    check_finite,
    forced_work,
)
from seqviz.translator.translator import Translator


@dataclass(frozen=True, kw_only=True, eq=False)
class Examined(ScoredText):
    """What is known about one sentence of many."""

    found: CorpusResult
    """Watched: with its trail, and all that finished."""
    finished: tuple[str, ...]
    """The texts of all that finished."""
    reference_tokens: tuple[int, ...]
    """EOS included; empty: there is no reference, or none that the model could write."""
    reference: Scored | None
    """Its log-probabilities only."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """One sentence of many, and what stands beside it."""

    text: str
    reference: str = ""
    """Empty: there is none."""
    other: str = ""
    """Another translation, which is looked for in the search; empty: there is none."""


_Work = tuple[list[CorpusResult], list[ScoredTokens], list[Scored]]
"""What a model finds: translations; the same, scored; references, scored."""


def check_examined(options: DecodeOptions) -> None:
    """Refuse options that a batched search does not serve.

    Raises:
        InputError: ``inspect_options``.
    """
    if unserved := options.beyond(SERVED):
        raise InputError("inspect_options", {"found": ", ".join(unserved)})


def examine(
    translator: Translator,
    given: Sequence[Given],
    *,
    options: DecodeOptions,
    contributions: bool = False,
    on_progress: OnProgress | None = None,
) -> list[Examined]:
    """Translate sentences and look at each from three sides.

    Args:
        translator: of the model.
        given: the sentences.
        options: how to search.
        contributions: compute ALTI+ of the translations, too.
        on_progress: called after every step of the search; what it raises ends the work.

    Raises:
        InputError: ``inspect_options``; a sentence is empty or too long;
            ``contributions_recurrent``.
        ModelError: ``no_prediction``: the model's numbers are not finite.
    """
    check_examined(options)
    chosen = translator.resolved(options)
    sources = [translator.read(one.text, chosen) for one in given]
    ids = [source.ids for source in sources]
    wanted = [target_ids(translator, one.reference, chosen) for one in given]
    others = [target_ids(translator, one.other, chosen) for one in given]
    if isinstance(translator, RemoteTranslator):
        lengths = [(len(source), len(target)) for source, target in zip(ids, wanted, strict=True)]
        asked = Many(
            path="/v1/examine",
            answers="examined",
            given=_fields(given),
            more={"contributions": contributions},
            works=[chosen.work(source) + forced_work(source, target) for source, target in lengths],
        )
        return translator.of_many(Examined, asked, options, on_progress=on_progress)
    scorer = Scorer.of(translator, chosen, contributions=contributions)
    with_reference = [place for place, target in enumerate(wanted) if target]

    def work(model: Model) -> _Work:
        found = decode_corpus(model, ids, chosen, on_progress=on_progress, watch=others)
        check_finite(found)
        scored = scorer.scored(model, ids, [one.tokens for one in found])
        reference = score_corpus(
            model,
            [ids[place] for place in with_reference],
            [wanted[place] for place in with_reference],
            options=chosen,
            record=False,
        )
        check_finite(reference)
        return found, scored, reference

    results, scored, references_scored = translator.work(work).value
    of_references = dict(zip(with_reference, references_scored, strict=True))
    spell, text = translator.target.tokenizer.piece, translator.target.text
    return [
        Examined(
            source=source,
            text=text(found.tokens),
            pieces=tuple(map(spell, found.tokens)),
            found=found,
            finished=tuple(text(one.tokens) for one in found.finished),
            reference_tokens=wanted[place],
            reference=of_references.get(place),
            **vars(tokens),
        )
        for place, (source, found, tokens) in enumerate(zip(sources, results, scored, strict=True))
    ]


def _fields(given: Sequence[Given]) -> dict[str, list[str]]:
    """Of a request; other translations only where there are some."""
    names = {"texts": "text", "references": "reference", "others": "other"}
    found = {field: [getattr(one, name) for one in given] for field, name in names.items()}
    return found if any(found["others"]) else {k: v for k, v in found.items() if k != "others"}


def target_ids(translator: Translator, text: str, options: DecodeOptions) -> tuple[int, ...]:
    """The tokens of a reference, EOS included; none where it is blank or too long to be forced."""
    try:
        ids = translator.prefix_ids(text)
    except InputError:  # too many characters
        return ()
    target = (*started(ids, options.rules), translator.codec.special.eos)
    return target if ids and len(target) <= MAX_TARGET_TOKENS else ()
