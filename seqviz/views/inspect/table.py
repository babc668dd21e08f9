"""The table of a test set: Streamlit's own, which takes 10,000 rows; a click chooses a sentence."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from seqviz.inspection.evidence import feature_help
from seqviz.inspection.features import FEATURES
from seqviz.inspection.rules import Known
from seqviz.records.notes import Notes
from seqviz.views.inspect import runs
from seqviz.views.inspect.listed import Places
from seqviz.views.inspect.runs import Run
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.words.numbers import number

HEIGHT = 480
WHOLE = 12
"""Rows, at most, of a table that is as high as they are."""
WRITTEN = 200
"""Rows, at most, whose numbers have a true minus: for 10,000 it takes a second to write them."""
POINTING = 1_000
"""Rows, at most, of a table that points at the sentence: it is sent anew for that."""
TEXT, NUMBER = 190, 84
"""Pixels of columns, so that features are seen beside both texts."""
MOST_CHARACTERS = 80
"""Of a text in the table; the whole one stands beside it."""
COLUMNS, SHOWN_AT_FIRST = "inspect-columns", 5
MARK, OWN = "★", "✎"
"""Before a sentence with a bookmark, and before one in which somebody marked errors."""


def choose_columns(run: Run, w: Words) -> list[str]:
    """Let one choose the features that the table shows: the strong ones, weak ones below.

    Returns:
        their names, in the order of ``FEATURES``.
    """
    strong = run.features("strong", "reference", "baseline")
    weak = run.features("weak")
    with st.popover(w("inspect.columns"), icon=":material/view_column:", key="inspect-choose"):
        at_first = (*strong[:SHOWN_AT_FIRST], *run.features("baseline")[:1])
        chosen = _pills(COLUMNS, strong, at_first, w=w)
        if weak:
            st.markdown(f"**{w('inspect.weak')}**")
            st.caption(w("inspect.weak.why"))
            chosen |= _pills(f"{COLUMNS}-weak", weak, [], w=w)
    return [name for name in FEATURES if name in chosen]


def _pills(key: str, names: Sequence[str], at_first: Sequence[str], *, w: Words) -> set[str]:
    chosen = st.pills(
        w("inspect.columns"),
        names,
        key=key,
        default=at_first,
        selection_mode="multi",
        format_func=lambda name: w(f"inspect.feature.{name}"),
        label_visibility="collapsed",
    )
    return set(chosen)


def render(
    run: Run,
    places: Places,
    columns: Sequence[str],
    *,
    noted: Notes,
    w: Words,
) -> None:
    """Draw the sentences at these places; who clicks a cell, or walks by arrows, chooses its row.

    Args:
        run: whose they are.
        places: of the sentences, in their order.
        columns: names of the features that are shown.
        noted: bookmarks and marked errors, which have a sign.
        w: the page's words.
    """
    rows = hashlib.sha256(run.name.encode() + places.tobytes()).hexdigest()[:12]
    key = f"inspect-table-{rows}"  # the same as long as the rows are
    names = ["number", "source", "translation", *columns]
    shown = _shown(run.frame[names].iloc[places].reset_index(drop=True), noted)
    numbers = shown["number"].to_numpy()
    point(key, numbers, state.integer("row"))
    floats: Any = {
        name: partial(number, form=f".{digits_of(name)}f")
        for name in columns
        if pd.api.types.is_float_dtype(shown[name])
    }
    is_written = len(shown) <= WRITTEN
    height: Literal["content"] | int = "content" if len(shown) <= WHOLE else HEIGHT
    data: Any = shown.style.format(floats, na_rep="–") if is_written else shown
    st.dataframe(
        data,
        key=key,
        height=height,
        hide_index=True,
        column_config=_config(shown, runs.known(run), w, written=is_written),
        placeholder="–",
        on_select=partial(choose, key, numbers),
        selection_mode="single-cell",
        alt=w("inspect.table.alt", {"sentences": len(shown)}),
    )


def _shown(frame: pd.DataFrame, noted: Notes) -> pd.DataFrame:
    """The columns as they are shown, no larger than they must be, with the signs before them."""
    shorter = dict.fromkeys(frame.select_dtypes("float64"), np.float32)
    cut = {name: frame[name].str.slice(0, MOST_CHARACTERS) for name in ("source", "translation")}
    with_errors = {one.number for one in noted.spans}
    marks = np.strings.add(
        np.where(frame["number"].isin(noted.bookmarks), MARK, ""),
        np.where(frame["number"].isin(with_errors), OWN, ""),
    )
    number = frame["number"].astype(np.int32)
    columns = dict(frame.astype(shorter).assign(number=number, **cut).items())
    return pd.DataFrame({"mark": pd.Categorical(marks), **columns}, index=frame.index)


def digits_of(name: str) -> int:
    """Behind the point of a feature: none of a count, which has a point where some are missing."""
    return 2 if FEATURES[name].digits else 0


def _config(shown: pd.DataFrame, known: Known, w: Words, *, written: bool) -> Mapping[str, Any]:
    """How columns are drawn; whether their numbers are written already."""
    column = st.column_config
    texts = {
        name: column.TextColumn(w(f"inspect.column.{name}"), width=TEXT)
        for name in ("source", "translation")
    }
    features = {}
    for name in shown.columns[4:]:
        label = w(f"inspect.feature.{name}")
        told = f"`{name}` · {feature_help(name, known, w.table)}"
        features[name] = (
            column.NumberColumn(
                label,
                help=told,
                format=None if written else f"%.{digits_of(name)}f",
                width=NUMBER,
            )
            if pd.api.types.is_float_dtype(shown[name])
            else column.Column(label, help=told, width=NUMBER)
        )
    return {
        "mark": column.TextColumn(MARK, width=36, help=w("inspect.column.mark")),
        "number": column.NumberColumn(w("inspect.column.number"), width=56, format="%d"),
        **texts,
        **features,
    }


def point(key: str, numbers: NDArray[np.integer[Any]], row: int) -> None:
    """Point in the table at the sentence that is looked at, however one came to it."""
    places = np.flatnonzero(numbers == row)
    if places.size and len(numbers) <= POINTING and _pointed(key) != places[0]:
        cells = [(int(places[0]), "number")]
        state.put_choice(key, {"selection": {"rows": [], "columns": [], "cells": cells}})


def _pointed(key: str) -> int | None:
    """The place of the row in which a cell is chosen; None: in none."""
    told = state.told_by(key, "selection")
    cells = told["cells"] if isinstance(told, Mapping) else []
    return int(cells[0][0]) if cells else None


def choose(key: str, numbers: NDArray[np.integer[Any]]) -> None:
    """Look at the sentence in whose row a cell was chosen, however the browser sorts them."""
    place = _pointed(key)
    if place is not None and place < len(numbers):
        state.put("row", int(numbers[place]))
