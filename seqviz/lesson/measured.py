"""What is known of a model, as curves and facts: its beam sizes, and how it learnt.

Only records of the very weights that decode count; of beam sizes, only those with intervals.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal

from seqviz.lesson.chart import Chart, Row
from seqviz.lesson.facts import Fact, Value, count, real, share
from seqviz.lesson.scene import Scene
from seqviz.records.beam_sizes import NORMALISATIONS, BeamSizeRow, BeamSizeStudy, Ends
from seqviz.records.training import TrainingRecord
from seqviz.words import table
from seqviz.words.numbers import number

MARKS = 5
"""Steps of a training that are written below its curve, at most."""


def parameters(scene: Scene) -> Value | None:
    """How many parameters the model has."""
    found = scene.trace.model.parameters
    return Value(found, *2 * (f"{found:,}",))


def exact(scene: Scene) -> Value | None:
    """How much of its task's test set the model gets exactly right."""
    found = scene.models.scores(scene.asked.model).get("exact_match")
    return None if found is None else share(found / 100)


# Beam sizes


def beam_bleu(scene: Scene, language: str) -> Chart | None:
    """BLEU by beam size, with and without length normalisation."""
    return _by_beam(scene, language, "bleu", unit="points")


def beam_length(scene: Scene, language: str) -> Chart | None:
    """How long the translations are, in percent of the references."""
    return _by_beam(scene, language, "length_ratio", unit="percent")


def beam_empty(scene: Scene, language: str) -> Chart | None:
    """How many translations are empty, in percent."""
    return _by_beam(scene, language, "empty", unit="percent")


def compared_beam(scene: Scene) -> Value | None:
    """The beam size that the measurement compares all others with."""
    found = _study(scene)
    return count(found.compared_with) if found and found.compared_with else None


def widest_beam(scene: Scene) -> Value | None:
    """The largest beam size that was measured."""
    found = _widest(scene, "average")
    return count(found.beam_size) if found else None


def tested(scene: Scene) -> Value | None:
    """How many sentences of the test set the beam sizes were measured on."""
    found = _study(scene)
    return Value(found.sentences, *2 * (f"{found.sentences:,}",)) if found else None


def bleu_change(scene: Scene) -> Value | None:
    """What the widest beam changes in BLEU, scores divided by the length, with its 95% interval."""
    return _change(scene, "average")


def bleu_change_undivided(scene: Scene) -> Value | None:
    """The same without length normalisation."""
    return _change(scene, "none")


def length_undivided(scene: Scene) -> Value | None:
    """How long the widest beam's translations are without it, as a share of the references."""
    found = _widest(scene, "none")
    return share(found.length_ratio) if found else None


def empty_undivided(scene: Scene) -> Value | None:
    """How many of them are empty."""
    found = _widest(scene, "none")
    return share(found.empty) if found else None


def _study(scene: Scene) -> BeamSizeStudy | None:
    found = scene.models.beam_sizes(scene.asked.model)
    if found is None or found.fingerprint != scene.trace.model.fingerprint:
        return None
    return None if found.compared_with is None else found


def _widest(scene: Scene, normalisation: str) -> BeamSizeRow | None:
    found = _study(scene)
    return found.curves[normalisation][-1] if found else None


def _change(scene: Scene, normalisation: str) -> Value | None:
    study, widest = _study(scene), _widest(scene, normalisation)
    if study is None or widest is None or widest.intervals is None:
        return None
    (usual,) = (
        row.bleu for row in study.curves[normalisation] if row.beam_size == study.compared_with
    )
    change, ends = widest.bleu - usual, widest.intervals.bleu_change
    told = f"{number(change, '+.2f')} ({number(ends.low, '+.2f')} … {number(ends.high, '+.2f')})"
    return Value(change, told, told)


def _by_beam(
    scene: Scene, language: str, metric: str, *, unit: Literal["points", "percent"]
) -> Chart | None:
    study, words = _study(scene), table(language)
    if study is None:
        return None
    times = 100 if unit == "percent" else 1
    rows = []
    for each in zip(*(study.curves[name] for name in NORMALISATIONS), strict=True):
        ends: list[Ends] = [getattr(row.intervals, metric) for row in each]
        one = Row(
            label=str(each[0].beam_size),
            values=tuple(times * getattr(row, metric) for row in each),
            intervals=tuple((times * found.low, times * found.high) for found in ends),
            at=math.log2(each[0].beam_size),
        )
        rows.append(one)
    least = min(low for row in rows for low, _ in row.intervals)
    return Chart(
        series=tuple(words[f"figure.beam_sizes.{name}"] for name in NORMALISATIONS),
        unit=unit,
        least=0.0 if metric == "empty" else math.floor(least),
        most=max(high for row in rows for _, high in row.intervals) or 1.0,
        rows=tuple(rows),
        axis=words[f"lesson.chart.beam_{metric}"],
    )


# Training


def training_loss(scene: Scene, language: str) -> Chart | None:
    """The loss over the steps of the training, on its own pairs and on others."""
    record, words = _record(scene), table(language)
    if record is None:
        return None
    dev = {point.step: point.loss for point in record.dev}
    own = {point.step: point.loss for point in record.losses}
    values = {step: (own.get(step), dev.get(step)) for step in sorted({*own, *dev})}
    series = words["lesson.chart.own_pairs"], words["lesson.chart.other_pairs"]
    return _by_step(
        record, values, series=series, unit="nats", axis=words["lesson.chart.training_loss"]
    )


def training_score(scene: Scene, language: str) -> Chart | None:
    """What the model got right, on pairs that it was not trained on."""
    record, words = _record(scene), table(language)
    if record is None:
        return None
    values = {point.step: (point.score,) for point in record.dev}
    told = words[f"lesson.chart.training_{record.metric}"]
    return _by_step(
        record, values, series=(told,), unit="percent", axis=words["lesson.chart.training_score"]
    )


def trained_steps(scene: Scene) -> Value | None:
    """How many steps the training of the model took."""
    found = _record(scene)
    return count(found.losses[-1].step) if found else None


def trained_seconds(scene: Scene) -> Value | None:
    """How long that took, in seconds."""
    found = _record(scene)
    return count(round(found.seconds)) if found else None


def trained_from(scene: Scene) -> Value | None:
    """Its loss at the first steps, in nats a token."""
    found = _record(scene)
    return real(found.losses[0].loss) if found else None


def trained_to(scene: Scene) -> Value | None:
    """Its loss at the last steps."""
    found = _record(scene)
    return real(found.losses[-1].loss) if found else None


def replay(scene: Scene) -> dict[str, Any] | None:
    """What the model wrote for the fixed sentences of its training, as JSON; None: no record.

    Returns:
        "steps": of the frames; "rows": of the sentences, each with its "source", what is "right",
        and "texts", one a frame; "language": of what is written.
    """
    record = _record(scene)
    if record is None or not record.frames:
        return None
    return {
        "steps": [frame.step for frame in record.frames],
        "rows": [
            {
                "source": sentence.source,
                "right": sentence.reference,
                "texts": [frame.views[place].translation for frame in record.frames],
            }
            for place, sentence in enumerate(record.sentences)
        ],
        "language": scene.trace.model.target_language,
    }


def _record(scene: Scene) -> TrainingRecord | None:
    found = scene.models.training(scene.asked.model)
    if found is None or found.fingerprint != scene.trace.model.fingerprint:
        return None
    return found if found.losses and found.dev else None


def _by_step(
    record: TrainingRecord,
    values: Mapping[int, tuple[float | None, ...]],
    *,
    series: tuple[str, ...],
    unit: Literal["nats", "percent"],
    axis: str,
) -> Chart:
    """Curves over the steps of a training; a few of them are written below."""
    last = max(values)
    written = {
        min(values, key=lambda step: abs(step - last * part / MARKS))
        for part in range(1, MARKS + 1)
    }
    rows = tuple(
        Row(label=f"{step:,}" if step in written else "", values=each, at=float(step))
        for step, each in values.items()
    )
    known = [value for each in values.values() for value in each if value is not None]
    most = 100.0 if record.metric == "exact_match" and unit == "percent" else max(known)
    return Chart(series=series, unit=unit, most=most, rows=rows, axis=axis)


MEASURED_FACTS: Mapping[str, Fact] = {
    fact.__name__: fact
    for fact in (
        *(compared_beam, widest_beam, tested, bleu_change, bleu_change_undivided, length_undivided),
        empty_undivided,
        *(parameters, exact, trained_steps, trained_seconds, trained_from, trained_to),
    )
}
MEASURED_CHARTS: Mapping[str, Callable[[Scene, str], Chart | None]] = {
    chart.__name__: chart
    for chart in (beam_bleu, beam_length, beam_empty, training_loss, training_score)
}
