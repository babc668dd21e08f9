"""Quality by source length of all systems of a pair: measured before, drawn here."""

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from seqviz import figures, kinds
from seqviz.catalog import ModelEntry
from seqviz.errors import ModelError
from seqviz.figures.lengths import LengthCurve
from seqviz.records.lengths import METRICS, STUDY_FILE, LengthStudy
from seqviz.tasks import find_task
from seqviz.views.session import records, state
from seqviz.views.session.i18n import Words
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.words.numbers import number

FEW = 50
"""Sentences in the last bucket that are worth a warning."""


@dataclass
class Found:
    """What lies beside the weights of a pair's systems."""

    studies: list[tuple[ModelEntry, LengthStudy]] = field(default_factory=list)
    """Those of the very weights that are there."""
    missing: list[ModelEntry] = field(default_factory=list)
    errors: list[ModelError] = field(default_factory=list)


def render(entries: Sequence[ModelEntry], own: str, length: int, *, w: Words) -> None:
    """Draw what was measured of systems, and say which command measures the others.

    Args:
        entries: the systems of the pair, in the order of the lines.
        own: the one that the page shows; the others are compared if measured like it.
        length: of the present sentence, in source pieces, end token not counted.
        w: the page's words.
    """
    st.subheader(w("lengths.heading"), anchor=False)
    st.caption(w("lengths.about"))
    found, otherwise = draw(entries, own, length, w=w)
    _offer("lengths.missing", found.missing, w)
    _offer("lengths.otherwise", otherwise, w)


def draw(
    entries: Sequence[ModelEntry], own: str, length: int | None, *, w: Words
) -> tuple[Found, list[ModelEntry]]:
    """Draw what was measured alike; return what was found, and the systems measured otherwise."""
    found = _find(entries)
    for error in found.errors:
        decode.show_error(error, w)
    drawn, otherwise = _comparable(found.studies, own)
    if drawn:
        curves = [
            LengthCurve(code=entry.system, name=w.name("system", entry.system), study=study)
            for entry, study in drawn
        ]
        _draw(curves, length, w)
    return found, otherwise


def _find(entries: Sequence[ModelEntry]) -> Found:
    found = Found()
    for entry in entries:
        try:
            study = STUDY_FILE.read(entry.folder / STUDY_FILE.name)
            if study is None or study.weights != records.weights_of(entry):
                found.missing.append(entry)
            else:
                found.studies.append((entry, study))
        except ModelError as error:
            found.errors.append(error)
            found.missing.append(entry)
    return found


def _comparable(
    studies: Sequence[tuple[ModelEntry, LengthStudy]], own: str
) -> tuple[list[tuple[ModelEntry, LengthStudy]], list[ModelEntry]]:
    """Those measured like ``own``, or else like most; and the systems measured otherwise."""
    if not studies:
        return [], []
    ways = Counter(study.comparable for _, study in studies)
    usual = next(
        (study.comparable for entry, study in studies if entry.system == own),
        ways.most_common(1)[0][0],
    )
    alike = [(entry, study) for entry, study in studies if study.comparable == usual]
    return alike, [entry for entry, study in studies if study.comparable != usual]


def _draw(curves: Sequence[LengthCurve], length: int | None, w: Words) -> None:
    st.segmented_control(
        w("lengths.metric"),
        METRICS,
        key="length_metric",
        required=True,
        format_func=lambda code: w(f"figure.lengths.{code}"),
        label_visibility="collapsed",
    )
    metric = state.text("length_metric")
    picture = figures.lengths_picture(curves, metric, here=length, words=w.table)
    study = curves[0].study
    facts = {
        "sentences": study.sentences,
        "test_set": study.test_set,
        "resamples": study.resamples,
        "bleu": f"BLEU {study.bleu_signature}",
        "chrf": f"chrF {study.chrf_signature}",
    }
    chart.draw(picture, key="lengths", w=w, notes=w.markdown("lengths.facts", facts))
    _say_gap(curves, metric, w)
    few = study.buckets[-1].sentences
    if few < FEW:
        st.caption(w("lengths.few", {"count": few}))


def _say_gap(curves: Sequence[LengthCurve], metric: str, w: Words) -> None:
    """Compare the first system without attention with the first one that has it, in words."""
    bare = next((c for c in curves if c.study.attention == kinds.NO_ATTENTION), None)
    attentive = next((c for c in curves if c.study.attention != kinds.NO_ATTENTION), None)
    if bare is None or attentive is None:
        return
    short, long = (
        getattr(attentive.study.buckets[place], metric).value
        - getattr(bare.study.buckets[place], metric).value
        for place in (0, -1)
    )
    facts = {
        "bare": bare.name,
        "attentive": attentive.name,
        "short": number(short, ".1f"),
        "long": number(long, ".1f"),
        "metric": w(f"figure.lengths.{metric}"),
    }
    with st.container(key="result-gap"):
        st.markdown(w.markdown("lengths.gap", facts))


def _offer(key: str, entries: Sequence[ModelEntry], w: Words) -> None:
    """Say which commands measure systems."""
    if entries:
        st.caption(w(key))
        st.code("\n".join(map(_command, entries)), language=None, wrap_lines=True)


def _command(entry: ModelEntry) -> str:
    """As of the models' folder, whose place is nobody's business; a task makes its test set."""
    file = shlex.quote(f"{entry.folder.parents[1].name}/{entry.name}/{STUDY_FILE.name}")
    command = f"seqviz lengths --model {shlex.quote(entry.name)} --out {file}"
    is_task = find_task(entry.source_language, entry.target_language) is not None
    return command if is_task else f"{command} TEST.tsv"
