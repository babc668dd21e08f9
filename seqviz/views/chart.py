"""A figure on the page: with its name for screen readers, its download, and its facts as a table."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from seqviz.figures import theme
from seqviz.views.i18n import Words


def show(figure: go.Figure, *, key: str, alt: str, table: pd.DataFrame, w: Words) -> None:
    """Draw a plotly figure; its camera button saves an SVG."""
    st.plotly_chart(figure, key=key, config=theme.plotly_config(key), alt=alt, width="stretch")
    show_table(table, w, key=key)


def show_clickable(
    figure: go.Figure, *, key: str, alt: str, table: pd.DataFrame, on_select: Callable[[], None]
) -> None:
    """Draw a plotly figure whose points answer to a click."""
    st.plotly_chart(
        figure,
        key=key,
        config=theme.plotly_config(key),
        alt=alt,
        width="stretch",
        on_select=on_select,
        selection_mode="points",
    )


def show_table(table: pd.DataFrame, w: Words, *, key: str) -> None:
    """Offer the facts of a chart as a table, closed at first."""
    with st.expander(w("chart.table"), key=f"{key}-table", icon=":material/table_rows:"):
        st.dataframe(table, hide_index=True, width="stretch")
