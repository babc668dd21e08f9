"""How a model learnt: its curves, and the replay of what it made of fixed sentences."""

from pathlib import Path
from typing import cast

import streamlit as st

from seqviz import figures
from seqviz.analysis.training_curves import Axis, best_dev, steps_done
from seqviz.catalog import ModelEntry
from seqviz.errors import ModelError, SeqVizError
from seqviz.records.training import FILE_NAME, TrainingRecord
from seqviz.views.session import cache, records, settings, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.language_names import pair_name
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.views.sidebar import foreign_card, own_model
from seqviz.views.sidebar.examples import EXAMPLES
from seqviz.views.sidebar.systems_of import entry_of
from seqviz.views.train.training_replay import replay_of
from seqviz.words.numbers import number

ALONE = ""


@last_resort
def render(request: Request, w: Words) -> None:
    """Draw the curves and the replay where this system has them."""
    st.caption(w("training.about"))
    found = _record(request.folder, request.device, w)
    if found is None:
        _offer(request, w)
    else:
        _learning(found, request, w)
    state.write_link()


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
    system = w.name("system", folder.name)
    if folder.parent == request.folder.parent:
        return system
    return f"{pair_name(folder.parent.name, w)}: {system}"


def _offer(request: Request, w: Words) -> None:
    """Say which command records a training, and which systems have one."""
    name = f"{request.folder.parent.name}/{request.folder.name}"
    if entry_of(request).format != foreign_card.OURS:
        st.info(w("own.no_training"), icon=":material/timeline:")
    else:
        if (request.folder / FILE_NAME).is_file():  # what is wrong with it was said above
            st.caption(w("training.anew"))
        else:
            st.info(w("training.missing"), icon=":material/timeline:")
        st.code(f"seqviz train {name} --data DIR --out OUT", language=None, wrap_lines=True)
    entries = [entry for entry in recorded() if _is_readable(entry)]
    if not entries:
        return
    st.caption(w("training.others"))
    with st.container(horizontal=True, gap="small"):
        for entry in entries:
            st.button(
                f"{pair_name(entry.pair, w)}: {w.name('system', entry.system)}",
                key=f"training-{entry.name}",
                icon=":material/timeline:",
                on_click=_open,
                args=(entry.pair, entry.system),
            )


def _is_readable(entry: ModelEntry) -> bool:
    try:
        return records.training_record(entry.folder) is not None
    except ModelError:
        return False


def _open(pair: str, system: str) -> None:
    """Show another system; with another pair comes its first example."""
    if pair != state.text("pair") and EXAMPLES.get(pair):
        example = EXAMPLES[pair][0]
        state.show_text(example.source, example.reference)
    own_model.leave()
    state.put("pair", pair)
    state.put("system", system)


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
    pair, system = name.split("/", 1)
    return f"{pair_name(pair, w)}: {w.name('system', system)}"


def _curves(records: dict[str, TrainingRecord], w: Words) -> None:
    axis = cast(Axis, state.text("train_axis"))
    picture = figures.training_picture(
        records, axis, logarithmic=state.flag("train_log"), words=w.table
    )
    chart.draw(picture, key="training-curves", w=w)
    for name, record in records.items():
        st.caption(w.markdown("training.facts", _facts(name, record, w)))
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
