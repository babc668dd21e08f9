"""The replay of a training: fixed sentences, translated again and again while the model learnt."""

from collections.abc import Mapping

import streamlit as st

from seqviz import figures
from seqviz.analysis.training_curves import stops
from seqviz.records.training import TrainingRecord
from seqviz.views.components.replay import Panel, replay
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.shell import chart

REPLAY = "replay"
LABEL_CHARACTERS = 70


def replay_of(records: Mapping[str, TrainingRecord], w: Words) -> None:
    """Draw the scrubber over the frames of one sentence, for one system or for two.

    Args:
        records: of one system, or of two, by name; the first one's sentences are offered.
        w: the page's words.
    """
    st.subheader(w("replay.heading"), anchor=False)
    st.caption(w("replay.about"))
    shown = {name: record for name, record in records.items() if record.frames and record.sentences}
    if not shown:
        st.info(w("replay.none"), icon=":material/visibility_off:")
        return
    first, *_ = shown.values()
    _choose_sentence(first, w)
    sentence = state.integer("train_sentence")
    at = stops(list(shown.values()))
    state.clamp("train_stop", high=len(at) - 1)
    replay(
        [Panel(name, record, _same(first, record, sentence)) for name, record in shown.items()],
        key=REPLAY,
        stops=at,
        stop=state.integer("train_stop"),
        words=w.table,
        on_change=_move,
    )
    table = figures.replay_table(
        {name: (record, _same(first, record, sentence)) for name, record in shown.items()},
        words=w.table,
    )
    chart.show_table(table, w, key=REPLAY)


def _choose_sentence(record: TrainingRecord, w: Words) -> None:
    names = [_short(sentence.source) for sentence in record.sentences]
    places = range(len(names))
    state.keep_choice("train_sentence", places)
    st.selectbox(
        w("replay.sentence"),
        places,
        key="train_sentence",
        format_func=names.__getitem__,
        help=w("replay.sentence.help"),
    )


def _short(text: str) -> str:
    return text if len(text) <= LABEL_CHARACTERS else text[: LABEL_CHARACTERS - 1] + "…"


def _same(first: TrainingRecord, other: TrainingRecord, sentence: int) -> int:
    """Where another record has the same sentence, or in its absence one at the same place."""
    sources = [each.source for each in other.sentences]
    wanted = first.sentences[sentence].source
    return sources.index(wanted) if wanted in sources else min(sentence, len(sources) - 1)


def _move() -> None:
    stop = state.told_by(REPLAY, "step")
    if stop is not None:
        state.put_if_there("train_stop", stop)
