"""How a model learnt: its curves, and the replay of what it made of fixed sentences."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import streamlit as st

from seqviz import figures
from seqviz.analysis.training_curves import Axis, best_dev, steps_done
from seqviz.catalog import ModelEntry
from seqviz.errors import ModelError, SeqVizError
from seqviz.records.training import FILE_NAME, TrainingRecord
from seqviz.views.compare.two_systems import unlike
from seqviz.views.session import cache, records, settings, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.language_names import system_name
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.views.sidebar import foreign_card
from seqviz.views.sidebar.systems_of import entry_of, nearest
from seqviz.views.train.training_replay import replay_of
from seqviz.words.numbers import number

ALONE = ""


@last_resort
def render(request: Request, w: Words) -> None:
    """Draw the curves and the replay of this system, or of the nearest one that has them."""
    st.caption(w("training.about"))
    found = _record(request.folder, request.device, w)
    if found is None:
        request, found = _instead(request, w)
    if found is not None:
        _learning(found, request, w)
    state.write_link()


def _instead(request: Request, w: Words) -> tuple[Request, TrainingRecord | None]:
    """Say that there is no record, and find the nearest system with one.

    In the same languages, one that learnt from random weights goes first: its curves show more.
    """
    entry = _other(request, fresh=True)
    if entry is None or entry.pair != request.folder.parent.name:
        entry = _other(request, fresh=False)
    found = None if entry is None else _record(entry.folder, request.device, w)
    own = w.name("system", request.folder.name)
    if entry is not None and found is not None:
        facts = {"own": own, "other": _label(entry.name, w)}
        st.info(w.markdown("page.instead", facts), icon=":material/timeline:")
    else:
        st.info(w.markdown("training.none", {"own": own}), icon=":material/timeline:")
    if entry_of(request).format != foreign_card.OURS:
        st.caption(w("own.no_training"))
    else:
        name = f"{request.folder.parent.name}/{request.folder.name}"
        with st.expander(w("training.anew")):
            st.code(f"seqviz train {name} --data DIR --out OUT", language=None, wrap_lines=True)
    return request if entry is None else replace(request, folder=entry.folder), found


@fragment
def _learning(record: TrainingRecord, request: Request, w: Words) -> None:
    """Draw all that the record holds, beside that of another system if one is chosen."""
    others = {entry.name: entry for entry in recorded() if entry.folder != request.folder}
    _choose(others, w)
    records = {_name(request.folder, request, w): record}
    other = others.get(state.text("train_with"))
    if other is not None:
        compared = _record(other.folder, request.device, w)
        if compared is not None:
            records[_name(other.folder, request, w)] = compared
    _curves(records, w)
    learner = _other(request, fresh=True)
    if learner is not None and all(each.started_from for each in records.values()):
        st.caption(w.markdown("training.fresh", {"other": _label(learner.name, w)}))
    if other is not None and len(records) > 1:
        beside = [entry_of(request), other]
        if said := unlike(beside, w, lambda entry: _name(entry.folder, request, w)):
            st.caption(said)
    replay_of(records, w)
    state.write_link()


def recorded() -> list[ModelEntry]:
    """The models beside which there is a record of their training, whatever is in it."""
    return [e for e in cache.models().entries if (e.folder / FILE_NAME).is_file()]


def _record(folder: Path, device: str, w: Words) -> TrainingRecord | None:
    """The record of these very weights; else None, and if there is one, what is wrong with it."""
    try:
        found = records.training_record(folder)
        if found is None:
            return None
        with st.spinner(w("progress.working")):
            fits = found.fingerprint == cache.fingerprint(folder, device)
    except SeqVizError as error:
        decode.show_error(error, w)
        return None
    if not fits:
        name = f"{folder.parent.name}/{folder.name}"
        st.warning(w.markdown("training.other_weights", {"name": name}), icon=":material/key_off:")
    return found if fits else None


def _name(folder: Path, request: Request, w: Words) -> str:
    if folder.parent == request.folder.parent:
        return w.name("system", folder.name)
    return system_name(folder.parent.name, folder.name, w)


def _other(request: Request, *, fresh: bool) -> ModelEntry | None:
    """The nearest other model with a record; if ``fresh``, of a start from random weights."""

    def fits(entry: ModelEntry) -> bool:
        try:
            found = records.training_record(entry.folder)
        except ModelError:
            return False
        return found is not None and not (fresh and found.started_from)

    return nearest(request, lambda each: each.folder != request.folder and fits(each))


def _choose(others: dict[str, ModelEntry], w: Words) -> None:
    state.keep_choice("train_with", [ALONE, *others])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            w("training.axis"),
            settings.TRAINING_AXES,
            key="train_axis",
            required=True,
            format_func=lambda code: w(f"training.axis.{code}"),
        )
        st.toggle(w("training.log"), key="train_log", help=w("training.log.help"))
        st.selectbox(
            w("training.with"),
            [ALONE, *others],
            key="train_with",
            format_func=lambda name: _label(name, w),
            disabled=not others,
            help=w("training.with.help"),
            width=320,
        )


def _label(name: str, w: Words) -> str:
    if name == ALONE:
        return w("training.alone")
    pair, _, system = name.partition("/")
    return system_name(pair, system, w)


def _curves(records: dict[str, TrainingRecord], w: Words) -> None:
    axis = cast(Axis, state.text("train_axis"))
    picture = figures.training_picture(
        records, axis, logarithmic=state.flag("train_log"), words=w.table
    )
    chart.draw(picture, key="training-curves", w=w)
    for name, record in records.items():
        st.caption(w.markdown("training.facts", _facts(name, record, w)))
    for name, record in records.items():
        if record.started_from is not None:
            facts = {"name": name, "model": record.started_from.model}
            st.caption(w.markdown("training.tuned", facts))
    st.caption(w("training.curves.about"))


def _facts(name: str, record: TrainingRecord, w: Words) -> dict[str, object]:
    best = best_dev(record)
    metric = w(f"training.metric.{record.metric}")
    facts = {"metric": metric}
    if best is not None:
        unit = "" if record.metric == "bleu" else " %"
        facts |= {"score": f"{best.score:.1f}{unit}", "step": f"{best.step:,}"}
    return {
        "name": name,
        "steps": f"{steps_done(record):,}",
        "planned": f"{record.steps:,}",
        "minutes": number(record.seconds / 60, ".1f"),
        "device": w.name("device", record.device),
        "seed": record.seed,
        "best": "" if best is None else w("training.best", facts),
    }
