"""Looking at a model while it learns: translate a sentence, or force a reference, and record it."""

from dataclasses import dataclass
from typing import Any

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.record import Decoding
from seqviz.models.base import Seq2SeqModel
from seqviz.models.build import Model
from seqviz.options import DecodeOptions
from seqviz.text.codec import read_source
from seqviz.text.spelling import TargetTokens
from seqviz.text.tokenizer import Tokenizer
from seqviz.trace import ModelFacts, Source, Trace
from seqviz.training.settings import TrainSettings
from seqviz.translator.assembly import Run, build_trace


@dataclass(frozen=True, kw_only=True)
class Observer:
    """A model with its tokenizers; it may go on learning between two looks."""

    model: Model
    settings: TrainSettings
    source: Tokenizer
    target: Tokenizer

    def translate(self, text: str, *, max_length: int | None = None) -> Trace:
        """Translate greedily, with everything recorded.

        Raises:
            InputError: the text is empty or too long.
        """
        options = DecodeOptions(beam_size=1, max_length=max_length, distribution_size=0)
        source = self._read(text)
        return self._trace(source, decode_beam(self.searched, source.ids, options), options)

    def force(self, text: str, reference: str) -> Trace:
        """Score a given translation, EOS included.

        Raises:
            InputError: a text is empty or too long.
        """
        options = DecodeOptions(beam_size=1, distribution_size=0)
        source, ids = self._read(text), (*self.spelling.ids(reference), self.model.special.eos)
        decoding = decode_forced(self.searched, source.ids, ids, options=options)
        return self._trace(source, decoding, options)

    @property
    def searched(self) -> Seq2SeqModel[Any, Any]:
        """The model, as a search sees it."""
        return self.model

    @property
    def spelling(self) -> TargetTokens:
        """How the model spells what it writes."""
        return TargetTokens(tokenizer=self.target, special=self.model.special)

    def _read(self, text: str) -> Source:
        return read_source(text, self.source, self.model.special.eos)

    def _trace(self, source: Source, decoding: Decoding, options: DecodeOptions) -> Trace:
        return build_trace(
            source,
            decoding,
            facts=self._facts(),
            options=options,
            target=self.spelling,
            run=Run(device="cpu", milliseconds=0.0, notices=(), precision="float32"),
        )

    def _facts(self) -> ModelFacts:
        model, settings = self.model, self.settings
        return ModelFacts(
            name=settings.name,
            kind=model.settings.kind,
            attention=model.settings.attention_kind,
            source_language=settings.source_language,
            target_language=settings.target_language,
            layers=model.layers,
            heads=model.heads,
            reverses_source=model.settings.reverses_source,
            parameters=sum(parameter.numel() for parameter in model.parameters()),
            fingerprint="",
            eos=model.special.eos,
            unk=model.special.unk,
        )
