"""A chapter in small, and decodings made by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from seqviz.decoding.exhaustive import AllTargets
from seqviz.lesson import Asked, View
from seqviz.lesson.chapter import Moment
from seqviz.lesson.models import Read
from seqviz.lesson.scene import Scene
from seqviz.options import DecodeOptions
from seqviz.records.beam_sizes import BeamSizeStudy
from seqviz.records.lengths import Interval, LengthBucket, LengthStudy
from seqviz.records.training import TrainingRecord
from seqviz.trace import Floats, Trace
from seqviz.trace.computation import Numbers, StepComputation
from seqviz.translator.gradient import GradientSteps
from tests.fixtures.made_training import made_record
from tests.fixtures.toy_traces import VOCABULARY, greedy_trace, rnn_trace
from tests.records.test_beam_sizes import measured

CHAPTER = """\
chapter: small
title: {en: Small, zh: 小}
own: true
sentence: {pair: de-en, system: dot, text: "Die Katze", reference: "the cat", beam: 2}
steps:
  - id: look
    text:
      en: "“{word}” looks at [{looked}](#heatmap.row): {weight}, $\\\\alpha = \\\\fact{weight}$."
      zh: "“{word}”看[{looked}](#heatmap.row)：{weight}。"
    show: [sentence, [heatmap, next]]
    view: {step: 1}
    highlight: [heatmap.row]
    bet: next
    reveal: {en: "It was “{token}”.", zh: "是“{token}”。"}
  - id: before
    text: {en: "After “{before}”.", zh: "在“{before}”之后。"}
    otherwise: {en: "At the start.", zh: "在开头。"}
  - id: long
    text: {en: "A long one.", zh: "很长。"}
    check: {fact: steps, above: 10}
  - id: compared
    text: {en: "Greedy: {greedy}.", zh: "贪心：{greedy}。"}
    show: [compare, systems]
    systems: [dot, none]
    bet: {kind: fails, systems: [dot, none]}
"""


def study(model: str, *, digest: str = "d") -> LengthStudy:
    """Two buckets; the second one twice as hard."""
    return LengthStudy(
        model=model,
        fingerprint="f",
        weights="w",
        attention="dot",
        test_set="t.tsv",
        digest=digest,
        beam_size=5,
        resamples=10,
        seed=1,
        device="cpu",
        bleu_signature="b",
        chrf_signature="c",
        buckets=(_bucket(1, 4, 1200, 80.0), _bucket(5, None, 30, 40.0)),
    )


def _bucket(first: int, last: int | None, sentences: int, value: float) -> LengthBucket:
    score = Interval(value=value, low=value - 5, high=value + 5)
    return LengthBucket(
        first=first,
        last=last,
        sentences=sentences,
        mean_length=1.5 * first + 1.5,
        bleu=score,
        chrf=score,
        exact=score,
    )


class SmallModels:
    """By "none" the sentence is "a sat"; greedily, too."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.explained: list[tuple[object, ...]] = []

    def decode(self, asked: Asked) -> Trace:
        self.asked.append(asked)
        if asked.options.beam_size == 1 or asked.system == "none":
            return replace(greedy_trace(), options=DecodeOptions(beam_size=asked.options.beam_size))
        return rnn_trace()

    def explain(
        self, asked: Asked, step: int, rank: int, *, read: Read, layer: int, head: int
    ) -> StepComputation | None:
        self.explained.append((asked.model, step, rank, read, layer, head))
        return None

    def without_source(self, asked: Asked, rank: int) -> Trace | None:
        """Every token half as likely."""
        trace = rnn_trace()
        if asked.system == "none":
            return None
        halved = trace.search.candidate_log_probs - np.float32(np.log(2))
        return replace(trace, search=replace(trace.search, candidate_log_probs=halved))

    def every_target(self, asked: Asked, most: int) -> AllTargets | None:
        if asked.system == "none":
            return None
        return AllTargets(
            tokens=((4, 6), (5, 7), (4,)), log_probs=np.log([0.5, 0.3, 0.1]).astype(np.float32)
        )

    def learn(self, asked: Asked, rates: tuple[float, ...]) -> GradientSteps:
        updates = len(rates)
        probs = np.full((updates + 1, 2, 8), 0.1, np.float32)
        probs[:, 0, 4], probs[:, 1, 6] = 0.9, np.linspace(0.2, 0.7, updates + 1)
        return GradientSteps(
            target=np.array([4, 6], np.int32),
            pieces=("<pad>", "<unk>", "<s>", "</s>", "▁the", "▁a", "▁cat", "▁sat"),
            probs=probs,
            losses=np.zeros(updates + 1, np.float32),
        )

    def target_text(self, asked: Asked, tokens: Sequence[int]) -> str:
        return " ".join(VOCABULARY[token].strip("▁") for token in tokens)

    def lengths(self, model: str) -> LengthStudy | None:
        """Of "none": not measured."""
        return None if model.endswith("none") else study(model)

    def beam_sizes(self, model: str) -> BeamSizeStudy | None:
        """Of "none": of other weights."""
        weights = "1" if model.endswith("none") else "0"
        return replace(measured((-29.9, -29.1), (-0.1, 0.1)), fingerprint=weights * 64)

    def training(self, model: str) -> TrainingRecord | None:
        weights = "1" if model.endswith("none") else "0"
        return made_record(fingerprint=weights * 64, losses=20, metric="exact_match")

    def positions(self, asked: Asked) -> Floats | None:
        """Of the four pieces of its sentence, sine beside cosine; by "none", none."""
        angles = np.arange(4, dtype=np.float32)[:, None] * np.array([1, 0.1], np.float32)
        waves = np.stack([np.sin(angles), np.cos(angles)], 2).reshape(4, 4)
        return None if asked.system == "none" else waves

    def norms(self, asked: Asked) -> Numbers | None:
        """Of its only layer: from "Die" twice as long as the others; by "none", none."""
        lengths = np.ones((1, 3, 4))
        lengths[..., 0] = 2
        return None if asked.system == "none" else lengths

    def scores(self, model: str) -> Mapping[str, float]:
        return {"exact_match": 50.0} if model.endswith("none") else {"exact_match": 99.0, "bleu": 9}


def scene(step: Moment = 1, *, trace: Trace | None = None, hypothesis: int = 0) -> Scene:
    asked = Asked(pair="de-en", system="dot", text="Die Katze", reference="the cat")
    view = View(step=step, hypothesis=hypothesis)
    return Scene(asked=asked, trace=trace or rnn_trace(), view=view, models=SmallModels())
