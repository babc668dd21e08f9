"""A picture on the page: its sentence for screen readers, a download, its table."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from seqviz.colours import PAGE, in_the_dark
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.views.session.i18n import Words
from seqviz.words.numbers import number

DARK = in_the_dark()
MOST_DIGITS = 4
"""After the point, of a number in a table."""
MOST_WHOLE = 20
"""Rows of a table that is drawn whole; a longer one scrolls."""


def draw(
    picture: Picture,
    *,
    key: str,
    w: Words,
    on_select: Callable[[], None] | None = None,
    selects: Literal["points", "box"] = "points",
    notes: str = "",
) -> None:
    """Draw a picture and offer its table; its camera button saves an SVG.

    Args:
        picture: what to draw.
        key: unique on the page; also the name of the saved file.
        w: the page's words.
        on_select: called after a click on one of its points, or after a brush.
        selects: which of both.
        notes: Markdown below the table.
    """
    st.plotly_chart(
        _inked(picture.chart),
        key=key,
        config=theme.plotly_config(key),
        alt=picture.sentence,
        width="stretch",
        on_select=on_select or "ignore",
        selection_mode=selects,
    )
    show_table(picture.table, w, key=key, notes=notes)


def _shown(value: Any) -> Any:
    """A chart, or a part of it, in the colours of the page's theme."""
    if isinstance(value, str):
        return DARK.get(value, value)
    if isinstance(value, dict):
        return {key: _shown(part) for key, part in value.items()}
    return [_shown(part) for part in value] if isinstance(value, list | tuple) else value


def show_table(table: pd.DataFrame, w: Words, *, key: str, notes: str = "") -> None:
    """Offer the facts of a chart as a table; it is drawn once it is opened.

    The browser's program for tables is large, and most are never opened.
    """
    panel = st.expander(
        w("chart.table"), key=f"{key}-table", icon=":material/table_rows:", on_change="rerun"
    )
    if panel.open:
        with panel:
            draw_table(table)
            if notes:
                st.caption(notes)


def draw_table(
    table: pd.DataFrame, *, key: str | None = None, widths: Mapping[str, int] | None = None
) -> None:
    """Draw a table, its numbers written as everywhere: Streamlit's own have a hyphen for a minus.

    Args:
        table: numbers stay numbers, for sorting and for the file that one saves.
        key: unique on the page.
        widths: pixels of columns; without it, the table is as wide as the page.
    """
    numbers = table.select_dtypes("float") + 0.0  # no "−0"
    table = table.assign(**{str(name): numbers[name] for name in numbers})
    shown: Any = table
    if (numbers < 0).any(axis=None):  # then pandas would write the others with six digits
        shown = table.style.format({name: _written(numbers[name]) for name in numbers})
    columns = {name: st.column_config.Column(width=width) for name, width in (widths or {}).items()}
    height: Literal["content", "auto"] = "content" if len(table) <= MOST_WHOLE else "auto"
    st.dataframe(
        shown, key=key, hide_index=True, width="stretch", height=height, column_config=columns
    )


def _written(column: "pd.Series[float]") -> Callable[[Any], str]:
    """Writes the numbers of a column with as many decimals as it needs, four at most."""
    finite = column[np.isfinite(column)]
    digits = next(n for n in range(MOST_DIGITS + 1) if n == MOST_DIGITS or _fits(finite, n))
    return lambda value: number(value, f".{digits}f")


def _fits(column: "pd.Series[float]", digits: int) -> bool:
    rounded = column.round(digits)
    return bool(((column - rounded).abs() < 10.0**-MOST_DIGITS / 2).all())


def _inked(figure: go.Figure) -> go.Figure:
    """Draw all words in the page's text colour: Streamlit's grey is too pale for a projector.

    The colour goes into the figure's dictionary, which was checked when it was built: plotly's own
    setters take ten times as long.
    """
    chart = figure.to_dict()
    layout, ink = chart["layout"], {"color": _ink()}
    named = [axis for key, axis in layout.items() if key.startswith(("xaxis", "yaxis"))]
    named += [trace["colorbar"] for trace in chart["data"] if "colorbar" in trace]
    for one in named:
        one["tickfont"] = {"size": theme.TEXT} | one.get("tickfont", {}) | ink
    titles = [one.setdefault("title", {}) for one in named]
    legend = layout.setdefault("legend", {})
    legend["font"] = {"size": theme.TEXT} | legend.get("font", {})
    for one in (layout, legend, *titles, *layout.get("annotations", ())):
        one["font"] = one.get("font", {}) | ink
    return go.Figure(_shown(chart) if _is_dark() else chart, _validate=False)


def _ink() -> str:
    return PAGE["ink"].dark if _is_dark() else PAGE["ink"].light


def _is_dark() -> bool:
    return st.context.theme.type == "dark"
