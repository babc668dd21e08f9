"""Evidence about one hypothesis of a model that computes at a backend, asked for part by part."""

from typing import Any, Protocol

from seqviz.decoding.attributions import Attribution
from seqviz.trace import Trace
from seqviz.trace.computation import Numbers
from seqviz.trace.evidence import AttentionNorms, DecoderLens, SourceContributions
from seqviz.translator.evidence import Able, Evidence


class AskPart(Protocol):
    """What asks the backend."""

    def __call__(self, kind: Any, trace: Trace, rank: int, *, part: str) -> Any:
        """A part of the evidence, of a type."""


class RemoteEvidence(Evidence):
    """What went into one hypothesis."""

    def __init__(self, translator: Able, trace: Trace, rank: int, *, ask: AskPart) -> None:
        """Ask nothing yet.

        Args:
            translator: whose model decoded.
            trace: of that decoding.
            rank: of the hypothesis.
            ask: asks the backend.

        Raises:
            InputError: as ``Evidence``.
        """
        super().__init__(translator, trace, rank)
        self._ask = ask

    def norms(self) -> AttentionNorms:
        """See ``Evidence.norms``."""
        found: AttentionNorms = self._part(AttentionNorms, "norms")
        return found

    def contributions(self) -> SourceContributions:
        """See ``Evidence.contributions``."""
        found: SourceContributions = self._part(SourceContributions, "contributions")
        return found

    def encoder_lens(self) -> tuple[str, ...]:
        """See ``Evidence.encoder_lens``."""
        found: tuple[str, ...] = self._part(tuple[str, ...], "encoder_lens")
        return found

    def decoder_lens(self) -> DecoderLens:
        """See ``Evidence.decoder_lens``."""
        found: DecoderLens = self._part(DecoderLens, "decoder_lens")
        return found

    def attribution(self, by: Attribution) -> Numbers:
        """See ``Evidence.attribution``."""
        found: Numbers = self._part(Numbers, by)
        return found

    def _part(self, kind: Any, part: str) -> Any:
        return self._ask(kind, self._trace, self._rank, part=part)
