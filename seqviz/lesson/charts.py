"""Pictures of a step that are no part of the viewer: bars beside bars, and curves."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from seqviz.analysis.attention import attention_matrix
from seqviz.analysis.contrast import SourceContrast, source_contrast
from seqviz.lesson.chapter import Step
from seqviz.lesson.chart import Chart, Row
from seqviz.lesson.measured import MEASURED_CHARTS
from seqviz.lesson.scene import Scene
from seqviz.lesson.toys import TOY_CHARTS
from seqviz.words import table
from seqviz.words.numbers import number


def contrast(scene: Scene, language: str) -> Chart | None:
    """What each token's probability is with the sentence, and without it; see ``contrast``."""
    found = _contrast(scene)
    if found is None:
        return None
    both = np.exp(np.stack([found.with_source, found.without_source], 1))
    words = table(language)
    return Chart(
        series=(words["lesson.chart.with_source"], words["lesson.chart.without_source"]),
        unit="share",
        most=1.0,
        rows=_rows(scene, found.pieces, both),
    )


def difference(scene: Scene, language: str) -> Chart | None:
    """The difference of the two logarithms: what the sentence added to each token, and to all."""
    found = _contrast(scene)
    if found is None:
        return None
    gained = np.nan_to_num(np.clip(found.difference, -99, 99))[:, None]
    total = number(float(gained.sum()))
    return Chart(
        series=(table(language)["lesson.chart.difference"].format(total=total),),
        unit="nats",
        most=max(1.0, float(np.abs(gained).max())),
        rows=_rows(scene, found.pieces, gained),
    )


def terms(scene: Scene, language: str) -> Chart:
    """What each token adds to log p(y | x), and the sum so far."""
    found = scene.trace.log_probs(scene.rank).astype(np.float64)
    words, sums = table(language), found.cumsum()
    return Chart(
        series=(words["lesson.chart.term"], words["lesson.chart.sum"]),
        unit="terms",
        most=max(1e-9, -float(sums[-1])),
        rows=_rows(scene, scene.pieces, np.stack([found, sums], 1)),
    )


def distances(scene: Scene, language: str) -> Chart | None:
    """How many tokens lie between reading a word and writing what it becomes, both ways of reading.

    By what the attention of the same sentence's ``dot`` system looks at most; None: it looks
    nowhere.
    """
    attending = scene.by("dot")
    if attending.attention is None:
        return None
    size, words = len(attending.source_words), table(language)
    looked = attending.attention[:, :-1].argmax(1)
    written = np.arange(len(looked))[:-1]
    read = looked[:-1]
    forwards, backwards = size - 1 - read + written, read + 1 + written
    return Chart(
        series=(words["lesson.chart.forwards"], words["lesson.chart.backwards"]),
        unit="count",
        most=float(max(forwards.max(), backwards.max())),
        rows=tuple(
            Row(
                label=attending.words[place],
                note=attending.source_words[read[place]],
                values=(float(forwards[place]), float(backwards[place])),
            )
            for place in written
        ),
    )


def scores(step: Step, scene: Scene, language: str) -> Chart | None:
    """The test sets of the step's systems: exact match of a task, else BLEU."""
    words, found = table(language), []
    for system in step.systems:
        told = scene.models.scores(scene.asked.by(system).model)
        found.append(told)
    key = "exact_match" if all("exact_match" in told for told in found) else "bleu"
    if not found or not all(key in told for told in found):
        return None
    return Chart(
        series=(words[f"lesson.chart.{key}"],),
        unit="percent" if key == "exact_match" else "points",
        most=100.0,
        rows=tuple(
            Row(label=words.get(f"system.{system}", system), values=(told[key],))
            for system, told in zip(step.systems, found, strict=True)
        ),
    )


def lengths(step: Step, scene: Scene, language: str) -> Chart | None:
    """Quality of the step's systems by the length of the sentence: exact match, or else BLEU.

    None: a system's were not measured, or otherwise than the others'.
    """
    models = [scene.asked.by(system).model for system in step.systems]
    studies = [study for model in models if (study := scene.models.lengths(model)) is not None]
    if not studies or len(studies) < len(models) or len({one.comparable for one in studies}) > 1:
        return None
    is_task = all("exact_match" in scene.models.scores(model) for model in models)
    metric, words = "exact" if is_task else "bleu", table(language)
    alike = zip(*(study.buckets for study in studies), strict=True)
    rows = []
    for bucket, *others in alike:
        found = [getattr(one, metric) for one in (bucket, *others)]
        row = Row(
            label=_range(bucket.first, bucket.last),
            note=f"({bucket.sentences:,})",
            values=tuple(one.value for one in found),
            intervals=tuple((one.low, one.high) for one in found),
            at=round(bucket.mean_length, 2),
        )
        rows.append(row)
    return Chart(
        series=tuple(words.get(f"system.{system}", system) for system in step.systems),
        unit="percent",
        most=max(high for row in rows for _, high in row.intervals),
        rows=tuple(rows),
        axis=words[f"lesson.chart.lengths.{metric}"],
    )


def looks(step: Step, scene: Scene, language: str) -> Chart | None:
    """Where the step's systems look at the same token: the weights of its row, token by token.

    None: one of them has no attention, or has written something else by then.
    """
    place, words = scene.step, table(language)
    scenes = [scene.by(system) for system in step.systems]
    if place is None or not scenes:
        return None
    written = scene.pieces[: place + 1]
    if any(one.attention is None or one.pieces[: place + 1] != written for one in scenes):
        return None
    weights = np.stack([attention_matrix(one.trace).weights[place] for one in scenes], 1)
    return Chart(
        series=tuple(words.get(f"system.{system}", system) for system in step.systems),
        unit="share",
        most=1.0,
        rows=_rows(scene, scene.trace.source.pieces, weights),
    )


def _range(first: int, last: int | None) -> str:
    return f"{first}+" if last is None else str(first) if first == last else f"{first}–{last}"


CHARTS: Mapping[str, Callable[[Scene, str], Chart | None]] = {
    "contrast": contrast,
    "difference": difference,
    "distances": distances,
    "terms": terms,
    **TOY_CHARTS,
    **MEASURED_CHARTS,
}
"""Those of a scene."""
OF_SYSTEMS: Mapping[str, Callable[[Step, Scene, str], Chart | None]] = {
    "scores": scores,
    "lengths": lengths,
    "looks": looks,
}
"""Those of a step's systems."""


def charts_of(step: Step, scene: Scene, *, shown: set[str], language: str) -> dict[str, Any]:
    """Of the parts that a step shows, those that are charts, as JSON; None: it has none."""
    found = {name: chart(scene, language) for name, chart in CHARTS.items() if name in shown}
    of_systems = {name: chart for name, chart in OF_SYSTEMS.items() if name in shown}
    found |= {name: chart(step, scene, language) for name, chart in of_systems.items()}
    return {name: None if chart is None else asdict(chart) for name, chart in found.items()}


def _contrast(scene: Scene) -> SourceContrast | None:
    emptied = scene.models.without_source(scene.asked, scene.rank)
    return None if emptied is None else source_contrast(scene.trace, emptied, scene.rank)


def _rows(scene: Scene, pieces: tuple[str, ...], values: Any) -> tuple[Row, ...]:
    return tuple(
        Row(label=scene.label(piece), values=tuple(map(float, each)))
        for piece, each in zip(pieces, np.round(values, 4).tolist(), strict=True)
    )
