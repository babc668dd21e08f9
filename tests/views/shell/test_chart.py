"""Charts in the theme's colours; tables: numbers stay numbers, and are written as everywhere."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from seqviz import figures
from seqviz.colours import PAGE, ROLES
from seqviz.views.shell import chart
from tests.fixtures.toy_traces import greedy_trace, rnn_trace


def one_table() -> None:
    import pandas as pd  # noqa: PLC0415 the page's script, which sees nothing of this module

    from seqviz.views.session.i18n import Words  # noqa: PLC0415
    from seqviz.views.shell import chart  # noqa: PLC0415

    chart.show_table(pd.DataFrame({"a": [1]}), Words("en"), key="one", notes="A note.")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    monkeypatch.setattr("streamlit.dataframe", lambda table, **_: found.append(table))
    return found


def test_a_column_with_negative_numbers_has_true_minuses_and_equal_decimals(
    drawn: list[object],
) -> None:
    values = [-0.356, -1.8096, math.nan, -math.inf, -0.0]
    chart.draw_table(pd.DataFrame({"a": values, "n": [1, 2, 3, 4, 5], "p": [0.5] * 5}))
    styled: Any = drawn[0]
    shown = styled._translate(False, False)["body"]
    assert [row[1]["display_value"] for row in shown] == ["−0.3560", "−1.8096", "–", "−∞", "0.0000"]
    assert shown[0][3]["display_value"] == "0.5"
    assert styled.data["a"].tolist()[:2] == values[:2]


def test_a_table_without_negative_numbers_is_left_as_it_is_but_for_minus_zero(
    drawn: list[object],
) -> None:
    chart.draw_table(pd.DataFrame({"a": [-0.0, 14.0], "t": ["x", "y"]}))
    (table,) = drawn
    assert isinstance(table, pd.DataFrame)
    assert not np.signbit(table["a"]).any()


@pytest.mark.parametrize("dark", [False, True])
def test_a_chart_has_the_colours_of_the_pages_theme(
    dark: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart, "_is_dark", lambda: dark)
    shown = chart._inked(figures.comparison_print(greedy_trace(), rnn_trace()))
    colours = {line.line.color for line in shown.data}
    assert colours == {ROLES["greedy"][dark], ROLES["beam"][dark]}
    assert shown.layout.xaxis.tickfont.to_plotly_json() == {"size": 13, "color": PAGE["ink"][dark]}
    scale = chart._inked(figures.attention_heatmap(rnn_trace())).data[0].colorscale
    assert scale[-1][1] == ("#fff0b8" if dark else "#062345")


def test_a_table_is_drawn_once_it_is_opened() -> None:
    app = AppTest.from_function(one_table).run()
    assert app.expander and not app.dataframe and not app.caption
    app.session_state["one-table"] = True
    app.run()
    assert app.dataframe[0].value["a"].tolist() == [1]
    assert app.caption[0].value == "A note."
