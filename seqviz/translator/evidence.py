"""Evidence about one hypothesis: what went into it, computed whenever it is asked for.

``Translator.evidence`` makes one. Knows nothing about how evidence is shown.
"""

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar, cast

from seqviz.analysis.attention import Array, default_layer
from seqviz.analysis.contrast import SourceContrast, source_contrast
from seqviz.decoding.attributions import Attribution, attribution
from seqviz.decoding.contributions import source_contributions
from seqviz.decoding.following import OpenModel
from seqviz.decoding.lenses import decoder_lens, encoder_lens
from seqviz.decoding.norms import attention_norms
from seqviz.decoding.place import check_hypothesis
from seqviz.text.spelling import TargetTokens
from seqviz.trace import ModelFacts, Trace
from seqviz.trace.computation import Numbers
from seqviz.trace.evidence import AttentionNorms, DecoderLens, SourceContributions
from seqviz.translator.fallback import Found, Model

Value = TypeVar("Value")


class Able(Protocol):
    """What of a Translator evidence is made with."""

    @property
    def facts(self) -> ModelFacts:
        """About the model."""

    @property
    def target(self) -> TargetTokens:
        """How it spells what it writes."""

    def without_source(self, trace: Trace, rank: int = 0) -> Trace:
        """A hypothesis as if there were no sentence."""

    def work(self, work: Callable[[Model], Value]) -> Found[Value]:
        """Let a function use the model."""


class Evidence:
    """What went into one hypothesis of one model."""

    def __init__(self, translator: Able, trace: Trace, rank: int) -> None:
        """Compute nothing yet.

        Args:
            translator: whose model decoded.
            trace: of that decoding.
            rank: of the hypothesis.

        Raises:
            InputError: there is no such hypothesis, or the trace is of another model.
        """
        check_hypothesis(trace, rank, facts=translator.facts)
        self._translator, self._trace, self._rank = translator, trace, rank

    def norms(self) -> AttentionNorms:
        """How much of what is read comes from which source token.

        Raises:
            InputError: ``align_no_attention``: the model has none.
        """
        return self._of(attention_norms)

    def contributions(self) -> SourceContributions:
        """How much of every token comes from the sentence, and how much from what was written.

        Raises:
            InputError: ``contributions_recurrent``: the model is no Transformer.
        """
        return self._of(source_contributions)

    def contrast(self) -> SourceContrast:
        """Every token's probability with the sentence, and without it."""
        emptied = self._translator.without_source(self._trace, self._rank)
        return source_contrast(self._trace, emptied, self._rank)

    def encoder_lens(self) -> tuple[str, ...]:
        """The translation after 0, 1, … layers of the encoder; the last is the usual one.

        Raises:
            InputError: ``encoder_lens_recurrent``: the model is no Transformer.
        """
        found = self._of(lambda model, trace, rank: encoder_lens(model, trace))
        return tuple(map(self._translator.target.text, found))

    def decoder_lens(self) -> DecoderLens:
        """How soon, on its way through the decoder, each token written becomes probable.

        Raises:
            InputError: ``decoder_lens_recurrent``: the model is no Transformer.
        """
        return self._of(decoder_lens)

    def attribution(self, by: Attribution) -> Numbers:
        """What each source token adds to each token's log-probability, (T, S), nats.

        ``seqviz.decoding.attributions.attribution`` says how "gradient" and "occlusion" find it.

        Raises:
            InputError: ``option_unknown``: there is no such way.
        """
        return self._of(partial(attribution, by=by))

    def grids(self) -> dict[str, Array]:
        """What each source token is given for each token written, by several ways, (T, S) each.

        "weights" and "norms" of the attention, of the layer that is shown where nobody chose, are
        left out where there is no attention; "gradient" and "occlusion" are always there.
        """
        found: dict[str, Array] = {}
        weights = self._trace.cross_attention_of(self._rank)
        if weights is not None:
            layer = default_layer(self._trace)
            found["weights"] = weights[layer].mean(0)
            found["norms"] = self.norms().layers[layer]
        ways: tuple[Attribution, ...] = ("gradient", "occlusion")
        return found | {by: self.attribution(by) for by in ways}

    def _of(self, work: Callable[[OpenModel, Trace, int], Value]) -> Value:
        found = self._translator.work(
            lambda model: work(cast(OpenModel, model), self._trace, self._rank)
        )
        return found.value
