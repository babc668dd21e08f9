"""Inspect a test set: what one brings, how far it is, and then its table."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from seqviz.errors import InputError, SeqVizError
from seqviz.views.inspect import (
    asked,
    brush,
    detail,
    exported,
    followed,
    handed,
    listed,
    notes,
    people,
    runs,
    systems,
    table,
)
from seqviz.views.inspect.runs import Run
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment, named
from seqviz.views.shell.guard import last_resort

STYLE = f"""<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-ask) {{ display: none; }}
[class*="st-key-inspect-table-"] [data-testid="stElementToolbar"] {{ top: auto; bottom: 0.5rem; }}
@media (max-width: 640px) {{
  [data-testid="stColumn"]:has(> * > .st-key-{brush.PANEL}),
  [data-testid="stColumn"] > :has(> .st-key-{brush.PANEL}) {{ display: contents; }}
  .st-key-{brush.PANEL} {{ order: 1; }}
  .st-key-{brush.PANEL} [data-testid="stExpanderDetails"] {{ overflow-x: auto; }}
  .st-key-{brush.PANEL} [data-testid="stElementContainer"]:has(.stPlotlyChart) {{
    min-width: 34rem;
  }}
}}
</style>"""
"""What one asks of a single sentence says nothing of a test set that was made before. The table's
own buttons would cover the order above it. On a phone the sentence follows its table, before the
histograms, which one draws aside to see all three of a row."""


@last_resort
def render(request: Request, w: Words) -> None:
    """Draw the test set that is open, or let one bring one."""
    name, run = state.text("run"), None
    if name:
        try:
            run = runs.opened(name)
        except SeqVizError as error:
            decode.show_error(error, w)
            name = ""
    if run is not None:
        _inspect(run, request, w)
    elif name:
        followed.follow(name, w)
    else:
        asked.render(request, w)
    state.write_link()


@dataclass(frozen=True, kw_only=True)
class _Places:
    """Where the list of sentences is drawn, and with what."""

    order: DeltaGenerator
    table: DeltaGenerator
    sentence: DeltaGenerator
    columns: list[str]
    """Features that the table shows."""
    request: Request


@named(notes.VIEW)
def _inspect(run: Run, request: Request, w: Words) -> None:
    """What runs again with every filter, every bookmark and every error that one marks."""
    _stay(run)
    st.html(STYLE)
    title = st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="inspect-title"
    )
    notes.say(run, w)
    followed.say_third(run.third, w)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _filter(run, w)
        order = st.container(width=220)
        st.toggle(w("inspect.only_marked"), key="marked")
        columns = table.choose_columns(run, w)
    _say_of_the_filter(run, w)
    passed = _passed(run)
    _title(run, passed, w, place=title)
    left, right = st.columns([3, 2], gap="medium")
    places = _Places(order=order, table=left, sentence=right, columns=columns, request=request)
    _list(run, places, w)
    systems.render(run, passed, w)
    people.render(run, passed, request=request, w=w)
    handed.render(run, passed, w)
    state.write_link()
    with left:  # last: the table is seen while the browser draws them
        brush.render(run, passed, columns, w=w)


@fragment
def _list(run: Run, place: _Places, w: Words) -> None:
    """What runs again with every order and every sentence."""
    _stay(run)
    with place.order:
        _order(run, w)
    places = listed.listed(run.frame, _passed(run), state.text("order"))
    with place.table:
        if len(places):
            table.render(run, places, place.columns, noted=notes.notes_of(run), w=w)
        else:
            st.info(w("inspect.none"), icon=":material/filter_alt_off:")
    with place.sentence:
        _chosen(run, places, request=place.request, w=w)
    state.write_link()


def _stay(run: Run) -> None:
    """Let the whole page run where a sentence's search was asked for, or another test set."""
    if state.text("view") != "inspect" or state.text("run") != run.name:
        st.rerun()


def _title(run: Run, passed: listed.Mask, w: Words, *, place: DeltaGenerator) -> None:
    count = int(passed.sum())
    facts = {"name": run.title, "all": f"{len(run.frame):,}", "model": run.model}
    facts |= {"count": f"{count:,}"}
    with place:
        key = "inspect.title" if count == len(run.frame) else "inspect.title.some"
        st.markdown(w.markdown(key, facts), width="content")
        if count < len(run.frame):
            st.button(
                w("inspect.show_all"),
                key="inspect-show-all",
                icon=":material/filter_alt_off:",
                type="tertiary",
                on_click=_show_all,
            )
        st.button(
            w("inspect.close"),
            key="inspect-close",
            icon=":material/close:",
            type="tertiary",
            on_click=asked.close,
        )
        exported.render(run, passed, w)


def _show_all() -> None:
    state.put("filter", "")
    state.put("marked", False)


def _filter(run: Run, w: Words) -> None:
    st.text_input(
        w("inspect.filter"),
        key="filter",
        placeholder="worst3 < -4 and length_ratio < 0.7",
        help=w("inspect.filter.help", {"columns": ", ".join(run.frame.columns)}),
        icon=":material/filter_alt:",
    )


def _say_of_the_filter(run: Run, w: Words) -> None:
    """Say why it cannot be understood, where that is so."""
    try:
        listed.passing(run.frame, run.columns, state.text("filter"))
    except InputError as error:
        st.error(w.error(error), icon=":material/error:")


def _passed(run: Run) -> listed.Mask:
    """The sentences that pass the filter; all of them where it cannot be understood."""
    try:
        passed = listed.passing(run.frame, run.columns, state.text("filter"))
    except InputError:
        passed = listed.passing(run.frame, run.columns, "")
    if state.flag("marked"):
        passed = passed & listed.only_marked(run.frame, notes.notes_of(run).bookmarks)
    return passed


def _order(run: Run, w: Words) -> None:
    orders = ("", *run.features())
    if state.text("order") not in orders:
        state.refuse("order")
        state.put("order", "")
    st.selectbox(
        w("inspect.order"),
        orders,
        key="order",
        format_func=lambda name: w(f"inspect.feature.{name}") if name else w("inspect.as_file"),
    )


def _chosen(run: Run, places: listed.Places, *, request: Request, w: Words) -> None:
    """Draw the sentence that was chosen, or say how to choose one."""
    sentence = run.sentence(state.integer("row"))
    if sentence is None:
        if state.integer("row"):
            state.refuse("row")
        if len(places):
            st.info(w("inspect.choose"), icon=":material/ads_click:")
        return
    around = listed.neighbours(places, sentence.place)
    numbers = run.frame["number"]
    found = {way: None if at is None else int(numbers.iloc[at]) for way, at in around.items()}
    with st.container(border=True, key="inspect-detail"):
        detail.render(sentence, found, request=request, w=w)
