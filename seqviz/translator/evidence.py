"""Evidence about one hypothesis: what went into it, computed whenever it is asked for.

``Translator.evidence`` makes one. Knows nothing about how evidence is shown.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from seqviz.decoding.following import OpenModel
from seqviz.decoding.norms import attention_norms
from seqviz.decoding.place import check_hypothesis
from seqviz.trace import ModelFacts, Trace
from seqviz.trace.evidence import AttentionNorms
from seqviz.translator.fallback import Model

Value = TypeVar("Value")


class Able(Protocol):
    """What of a Translator evidence is made with."""

    @property
    def facts(self) -> ModelFacts:
        """About the model."""

    def work(self, work: Callable[[Model], Value]) -> Value:
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
            InputError: ``norms_no_attention``: the model has none.
        """
        return self._translator.work(
            lambda model: attention_norms(cast(OpenModel, model), self._trace, self._rank)
        )
