"""A picture on the page: its sentence for screen readers, a download, its table."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from seqviz.figures import theme
from seqviz.figures.picture import EChartsPicture, Picture
from seqviz.views.session.i18n import Words


def draw(
    picture: Picture, *, key: str, w: Words, on_select: Callable[[], None] | None = None
) -> None:
    """Draw a picture and offer its table; its camera button saves an SVG.

    Args:
        picture: what to draw.
        key: unique on the page; also the name of the saved file.
        w: the page's words.
        on_select: called after a click on one of its points.
    """
    st.plotly_chart(
        _inked(picture.chart),
        key=key,
        config=theme.plotly_config(key),
        alt=picture.sentence,
        width="stretch",
        on_select=on_select or "ignore",
        selection_mode="points",
    )
    show_table(picture.table, w, key=key)


def draw_echarts(
    picture: EChartsPicture, *, key: str, on_select: Callable[[], None] | None = None
) -> None:
    """Draw a picture without its table; its items answer to a click if there is ``on_select``."""
    ink = {"color": _ink()}
    axis = {"axisLabel": ink, "nameTextStyle": ink}
    inked = {
        "title": {"textStyle": ink},
        "legend": {"textStyle": ink},
        "toolbox": {"iconStyle": {"borderColor": _ink()}},
        "xAxis": axis,
        "yAxis": axis,
    }
    st.echarts_chart(
        _merged(picture.chart, inked),
        key=key,
        height=picture.height,
        renderer="svg",
        alt=picture.sentence,
        on_select=on_select or "ignore",
    )


def _merged(option: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """``option`` with ``more`` put in, level by level; into every entry where it has a list."""
    return option | {key: _put_in(option.get(key, {}), value) for key, value in more.items()}


def _put_in(found: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if isinstance(found, list):
        return [_merged(entry, value) for entry in found]
    return _merged(found, value)


def show_table(table: pd.DataFrame, w: Words, *, key: str) -> None:
    """Offer the facts of a chart as a table, closed at first."""
    with st.expander(w("chart.table"), key=f"{key}-table", icon=":material/table_rows:"):
        st.dataframe(table, hide_index=True, width="stretch")


def _inked(figure: go.Figure) -> go.Figure:
    """Draw all words in the page's text colour: Streamlit's grey is too pale for a projector."""
    ink = {"color": _ink()}
    axes = {"tickfont": ink, "title_font": ink}
    bar = {"tickfont": ink, "title": {"font": ink}}
    figure.update_layout(font=ink, legend_font=ink).update_annotations(font=ink)
    figure.update_xaxes(axes).update_yaxes(axes)
    return figure.update_traces(colorbar=bar, selector={"type": "heatmap"})


def _ink() -> str:
    return "#e9eef5" if st.context.theme.type == "dark" else "#0d1520"
