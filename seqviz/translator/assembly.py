"""From a recorded decoding to a Trace: token ids become texts, the model becomes facts."""

from dataclasses import dataclass

from seqviz.catalog.entry import ModelEntry
from seqviz.decoding.paths import hypothesis_tokens, tokens_in
from seqviz.decoding.record import Decoding
from seqviz.errors import ModelError
from seqviz.models.checkpoint import fingerprint
from seqviz.options import DecodeOptions, Precision
from seqviz.text.codec import LoadedModel
from seqviz.text.spelling import TargetTokens
from seqviz.trace import Hypotheses, ModelFacts, Source, Trace


@dataclass(frozen=True, kw_only=True)
class Run:
    """Where and how a decoding went."""

    device: str
    milliseconds: float
    notices: tuple[str, ...]
    precision: Precision


def build_trace(
    source: Source,
    decoding: Decoding,
    *,
    facts: ModelFacts,
    options: DecodeOptions,
    target: TargetTokens,
    run: Run,
) -> Trace:
    """The Trace of a decoding.

    Args:
        source: what was read.
        decoding: what was found.
        facts: about the model.
        options: of the decoding.
        target: how the tokens are spelled.
        run: where and how it went.
    """
    search = decoding.search
    prefixes = hypothesis_tokens(search, decoding.steps, decoding.candidates)
    tokens = {*tokens_in(search), *options.prefix, *options.banned}
    return Trace(
        source=source,
        model=facts,
        options=options,
        search=search,
        hypotheses=Hypotheses(
            steps=decoding.steps,
            candidates=decoding.candidates,
            finished=decoding.finished,
            log_probs=decoding.log_probs,
            lengths=decoding.lengths,
            normalisers=decoding.normalisers,
            coverage_terms=decoding.coverage_terms,
            scores=decoding.scores,
            texts=tuple(target.text(tokens) for tokens in prefixes),
        ),
        encoder_self_attention=decoding.encoder_self_attention,
        vocabulary={token: target.tokenizer.piece(token) for token in sorted(tokens)},
        device=run.device,
        milliseconds=run.milliseconds,
        notices=run.notices,
        precision=run.precision,
        stopped_by=decoding.stopped_by,
        forced=decoding.stopped_by == "forced",
    )


def model_facts(entry: ModelEntry, model: LoadedModel) -> ModelFacts:
    """What a Trace says about a model.

    Raises:
        ModelError: ``settings_invalid``: its alignment is by what the model does not have.
    """
    try:
        return _facts(entry, model)
    except ValueError as error:
        facts = {"file": str(entry.folder / "settings.json"), "reason": str(error)}
        raise ModelError("settings_invalid", facts) from error


def _facts(entry: ModelEntry, model: LoadedModel) -> ModelFacts:
    return ModelFacts(
        name=entry.name,
        kind=entry.kind,
        attention=entry.attention,
        source_language=entry.source_language,
        target_language=entry.target_language,
        layers=model.layers,
        heads=model.heads,
        reverses_source=model.reverses_source,
        parameters=entry.parameters,
        fingerprint=fingerprint(model),
        eos=model.special.eos,
        unk=model.special.unk,
        revision=entry.revision,
        alignment=entry.alignment,
    )
