"""What a lesson asks of models; pages and tests have their own of them."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from seqviz.decoding.exhaustive import AllTargets
from seqviz.lesson.chapter import Asked
from seqviz.records.beam_sizes import BeamSizeStudy
from seqviz.records.lengths import LengthStudy
from seqviz.records.training import TrainingRecord
from seqviz.trace import Floats, Trace
from seqviz.trace.computation import Numbers, StepComputation
from seqviz.translator.gradient import GradientSteps

Read = Literal["cross", "decoder", "encoder"]


class Models(Protocol):
    """Decodes sentences, and takes decodings apart; asked for the same often, it may remember."""

    def decode(self, asked: Asked) -> Trace:
        """Decode a sentence.

        Raises:
            SeqVizError: it cannot be decoded, or there is no such model.
        """

    def explain(
        self, asked: Asked, step: int, rank: int, *, read: Read, layer: int, head: int
    ) -> StepComputation | None:
        """One step of what ``decode`` found; layer and head from 0. None: the model cannot tell."""

    def without_source(self, asked: Asked, rank: int) -> Trace | None:
        """Score a hypothesis of what ``decode`` found without its sentence; None: it cannot be."""

    def positions(self, asked: Asked) -> Floats | None:
        """What marks each token of the source, (S, D); None: nothing does."""

    def norms(self, asked: Asked) -> Numbers | None:
        """‖Σ α f(x)‖ of all heads along the best hypothesis, (L, T, S); None: it cannot be told."""

    def every_target(self, asked: Asked, most: int) -> AllTargets | None:
        """Every target of at most so many tokens; None: the vocabulary is too large for that."""

    def learn(self, asked: Asked, rates: tuple[float, ...]) -> GradientSteps:
        """A copy of the model, a gradient step on sentence and reference for every rate.

        Raises:
            SeqVizError: the model is no toy, or does not know what they hold.
        """

    def target_text(self, asked: Asked, tokens: Sequence[int]) -> str:
        """Target tokens as the model's text."""

    def lengths(self, model: str) -> LengthStudy | None:
        """How a model fared on sentences of every length; None: not measured."""

    def beam_sizes(self, model: str) -> BeamSizeStudy | None:
        """What a wider beam changes, of whichever weights; None: not measured."""

    def training(self, model: str) -> TrainingRecord | None:
        """How a model of that name learnt, of whichever weights; None: not recorded."""

    def scores(self, model: str) -> Mapping[str, float]:
        """Of its test set: "bleu" and "chrf", of a task "exact_match"; empty: not known."""
