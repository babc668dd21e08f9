"""A lesson's models as translators, each loaded once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from seqviz.decoding.exhaustive import AllTargets
from seqviz.errors import ModelError, SeqVizError
from seqviz.lesson.chapter import Asked
from seqviz.lesson.models import Read
from seqviz.records import beam_sizes, lengths, training_file
from seqviz.records.beam_sizes import BeamSizeStudy
from seqviz.records.lengths import LengthStudy
from seqviz.records.training import FILE_NAME, TrainingRecord
from seqviz.tasks import find_task
from seqviz.trace import Floats, Trace
from seqviz.trace.computation import Numbers, StepComputation
from seqviz.translator import Translator
from seqviz.translator.by_name import with_weights
from seqviz.translator.every_target import every_target
from seqviz.translator.gradient import GradientSteps, gradient_steps
from seqviz.translator.positions import source_positions


class LoadedModels:
    """See ``models.Models``; what was decoded is remembered as long as this is."""

    def __init__(self, load: Callable[[str], Translator]) -> None:
        """Take a function that loads the model of a name, PAIR/SYSTEM."""
        self._load = load
        self._loaded: dict[str, Translator] = {}
        self._weighing: dict[str, Translator] = {}
        self._traces: dict[Asked, Trace] = {}
        self._targets: dict[tuple[str, str, int], AllTargets] = {}
        self._learnt: dict[tuple[str, str, str, tuple[float, ...]], GradientSteps] = {}

    def decode(self, asked: Asked) -> Trace:
        """Decode a sentence."""
        if asked not in self._traces:
            self._traces[asked] = self._of(asked).translate(asked.text, asked.options)
        return self._traces[asked]

    def explain(
        self, asked: Asked, step: int, rank: int, *, read: Read, layer: int, head: int
    ) -> StepComputation | None:
        """Take a step apart; None: a model of this family does not tell its parts."""
        try:
            return self._of(asked).explain(
                self.decode(asked), step, rank, read=read, layer=layer, head=head
            )
        except SeqVizError:
            return None

    def without_source(self, asked: Asked, rank: int) -> Trace | None:
        """Score a hypothesis without its sentence."""
        return self._of(asked).without_source(self.decode(asked), rank)

    def positions(self, asked: Asked) -> Floats | None:
        """What marks each token of the source, (S, D)."""
        try:
            return source_positions(self._with_weights(asked), len(self.decode(asked).source.ids))
        except SeqVizError:
            return None

    def norms(self, asked: Asked) -> Numbers | None:
        """Lengths of the vectors read by every layer, (L, T, S)."""
        try:
            return self._of(asked).evidence(self.decode(asked)).norms().layers
        except SeqVizError:
            return None

    def every_target(self, asked: Asked, most: int) -> AllTargets | None:
        """Score every target, once."""
        key = (asked.model, asked.text, most)
        if key not in self._targets:
            try:
                self._targets[key] = every_target(self._with_weights(asked), asked.text, most=most)
            except SeqVizError:
                return None
        return self._targets[key]

    def learn(self, asked: Asked, rates: tuple[float, ...]) -> GradientSteps:
        """Train a copy of the model, once for the same rates."""
        key = (asked.model, asked.text, asked.reference, rates)
        if key not in self._learnt:
            self._learnt[key] = gradient_steps(
                self._with_weights(asked), asked.text, asked.reference, rates=rates
            )
        return self._learnt[key]

    def target_text(self, asked: Asked, tokens: Sequence[int]) -> str:
        """Target tokens as the model's text."""
        return self._of(asked).target.text(tokens)

    def lengths(self, model: str) -> LengthStudy | None:
        """What lies beside the very weights that are there."""
        entry = self._of_name(model).entry
        try:
            study = lengths.STUDY_FILE.read(entry.folder / lengths.STUDY_FILE.name)
            is_its = study is not None and study.weights == entry.weights_digest()
        except (ModelError, OSError):
            return None
        return study if is_its else None

    def beam_sizes(self, model: str) -> BeamSizeStudy | None:
        """What lies beside the weights."""
        folder = self._of_name(model).entry.folder
        with suppress(ModelError):
            return beam_sizes.STUDY_FILE.read(folder / beam_sizes.STUDY_FILE.name)
        return None

    def training(self, model: str) -> TrainingRecord | None:
        """What lies beside the weights."""
        with suppress(ModelError):
            return training_file.read_record(self._of_name(model).entry.folder / FILE_NAME)
        return None

    def scores(self, model: str) -> Mapping[str, float]:
        """What the model's card says of its test set."""
        entry = self._of_name(model).entry
        test: Mapping[str, Any] = entry.scores.get("test", {})
        is_task = find_task(entry.source_language, entry.target_language) is not None
        names = ("exact_match", "bleu", "chrf") if is_task else ("bleu", "chrf")
        return {name: float(test[name]) for name in names if name in test}

    def _of(self, asked: Asked) -> Translator:
        return self._of_name(asked.model)

    def _with_weights(self, asked: Asked) -> Translator:
        if asked.model not in self._weighing:
            self._weighing[asked.model] = with_weights(self._of(asked))
        return self._weighing[asked.model]

    def _of_name(self, model: str) -> Translator:
        if model not in self._loaded:
            self._loaded[model] = self._load(model)
        return self._loaded[model]
