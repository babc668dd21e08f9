"""The attention view: every control changes the heatmap, the scrubber, the lines as it should."""

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from seqviz.analysis.attention import attention_matrix
from seqviz.trace import Trace
from seqviz.translator import load
from seqviz.views.session.i18n import Words
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

SENTENCE = "der hund ist kalt"
LAYERS, HEADS, ENCODER_LAYERS = 3, 2, 2


def open_view(system: str = "transformer", **link: str) -> AppTest:
    return pages.open_app({"text": SENTENCE, "system": system, "view": "attention"} | link)


def trace_of(system: str = "transformer") -> Trace:
    return load(f"de-en/{system}").translate(SENTENCE)


def drawn(app: AppTest, key: str = "attention") -> NDArray[np.float64]:
    """The weights in a heatmap."""
    return decoded(pages.figure(app, key)["data"][0]["z"])


def decoded(array: Any) -> NDArray[np.float64]:
    """Numbers of a figure, which plotly packs where they are many."""
    if not isinstance(array, dict):
        return np.array(array)
    numbers = np.frombuffer(base64.b64decode(array["bdata"]), np.dtype(array["dtype"]))
    return numbers.reshape([int(side) for side in array.get("shape", "-1").split(",")])


def outlined_row(app: AppTest) -> float:
    (shape,) = pages.figure(app, "attention")["layout"]["shapes"]
    return float(shape["y0"] + shape["y1"]) / 2


def subtitle(app: AppTest) -> str:
    return str(pages.figure(app, "attention")["layout"]["title"]["subtitle"]["text"])


def test_at_first_the_best_aligned_layer_is_shown_and_named_so() -> None:
    app, trace = open_view(), trace_of()
    expected = attention_matrix(trace)
    np.testing.assert_allclose(drawn(app), expected.weights, atol=1e-4)
    assert pages.labels(app, "xaxis") == list(expected.column_labels)
    assert pages.labels(app, "yaxis") == list(expected.row_labels)
    box = app.selectbox(key="layer")
    assert box.options[0] == f"Best aligned ({expected.layer + 1})"
    assert len(box.options) == LAYERS + 1
    assert "best aligned" in subtitle(app)
    assert app.selectbox(key="head").options == ["Mean of heads", "1", "2"]
    chart = pages.figure(app, "attention")
    layout, bar = chart["layout"], chart["data"][0]["colorbar"]
    written = [layout, layout["legend"], layout["xaxis"]["title"], layout["yaxis"]["title"]]
    fonts = [one["font"] for one in (*written, bar["title"])]
    fonts += [one["tickfont"] for one in (layout["xaxis"], layout["yaxis"], bar)]
    assert {font["color"] for font in fonts} == {"#0d1520"}  # as dark as the page's words


def test_layer_and_head_change_heatmap_lines_and_scrubber() -> None:
    app, trace = open_view(), trace_of()
    assert trace.cross_attention is not None
    pages.checked(app.selectbox(key="layer").set_value(2).run())
    pages.checked(app.selectbox(key="head").set_value(1).run())
    expected = trace.cross_attention[1, 0]
    np.testing.assert_allclose(drawn(app), expected, atol=1e-4)
    packed = np.rint(expected * 65_535).astype("<u2").tobytes()
    assert base64.b64decode(pages.component(app, "lines")["weights"]) == packed
    assert base64.b64decode(pages.component(app, "stepper")["attention"]) == packed
    link = pages.link(app)
    assert (link["layer"], link["head"]) == ("2", "1")
    assert "layer 2" in subtitle(app)
    assert "head 1" in subtitle(app)


@pytest.mark.parametrize(("kind", "layers"), [("encoder", ENCODER_LAYERS), ("decoder", LAYERS)])
def test_self_attention_has_its_own_layers_and_labels(kind: str, layers: int) -> None:
    app, trace = open_view(), trace_of()
    pages.checked(app.segmented_control(key="kind").set_value(kind).run())
    stack = {
        "encoder": trace.encoder_self_attention,
        "decoder": trace.decoder_self_attention_of(),
    }[kind]
    assert stack is not None
    np.testing.assert_allclose(drawn(app), stack[-1].mean(0), atol=1e-4)
    assert app.selectbox(key="layer").options[0] == f"Last ({layers})"
    assert len(app.selectbox(key="layer").options) == layers + 1
    rows, columns = pages.labels(app, "yaxis"), pages.labels(app, "xaxis")
    if kind == "encoder":
        assert rows == columns
        assert "shapes" not in pages.figure(app, "attention")["layout"]
    else:
        assert columns[1:] == rows[:-1]
        assert np.triu(drawn(app), 1).max() == 0
    steps = pages.component(app, "stepper")
    cross = attention_matrix(trace).weights
    assert base64.b64decode(steps["attention"]) == np.rint(cross * 65_535).astype("<u2").tobytes()


def test_the_step_outlines_its_row_and_moves_the_scrubber() -> None:
    app = open_view()
    assert outlined_row(app) == 0
    app.session_state["step"] = 3
    pages.checked(app.run())
    assert outlined_row(app) == 3
    assert pages.component(app, "stepper")["step"] == 3
    assert pages.link(app)["step"] == "3"


def test_a_step_beyond_the_end_is_the_last_one() -> None:
    app, last = open_view(step="511"), len(trace_of().target()) - 1
    assert app.session_state["step"] == last
    assert outlined_row(app) == last


def test_whole_words_merge_both_axes() -> None:
    app, trace = open_view(), trace_of()
    pages.checked(app.toggle(key="words").set_value(True).run())
    expected = attention_matrix(trace, words_level=True)
    np.testing.assert_allclose(drawn(app), expected.weights, atol=1e-4)
    columns = pages.labels(app, "xaxis")
    assert columns[:4] == SENTENCE.split()
    assert len(columns) < len(trace.source.ids)
    assert pages.component(app, "lines")["source"] == columns
    assert pages.link(app)["words"] == "1"
    pieces = [piece for piece in pages.component(app, "stepper")["source"] if piece]
    assert len(pieces) == len(trace.source.ids)  # the scrubber steps through pieces


def test_the_row_of_a_step_is_that_of_its_word() -> None:
    app = open_view("dot", words="1")
    row_of_step = attention_matrix(trace_of("dot"), words_level=True).row_of_step
    step = int(np.flatnonzero(row_of_step == row_of_step[-1])[0])
    app.session_state["step"] = step
    pages.checked(app.run())
    assert outlined_row(app) == row_of_step[step] == row_of_step[-1]


@pytest.mark.parametrize("system", ["dot", "additive"])
def test_raw_scores_are_shown_for_recurrent_systems(system: str) -> None:
    app, trace = open_view(system), trace_of(system)
    assert not [box for box in app.selectbox if box.key in ("layer", "head")]
    assert not [control for control in app.segmented_control if control.key == "kind"]
    assert not pages.has(app, "plotly_chart", "heads")
    assert [toggle.key for toggle in app.toggle] == ["words", "raw"]
    pages.checked(app.toggle(key="raw").set_value(True).run())
    expected = attention_matrix(trace, raw=True)
    np.testing.assert_allclose(drawn(app), expected.weights, atol=1e-4)
    assert "before the softmax" in str(pages.figure(app, "attention")["data"][0]["colorbar"])
    weights = attention_matrix(trace).weights  # lines and scrubber have no negative thickness
    packed = np.rint(weights * 65_535).astype("<u2").tobytes()
    assert base64.b64decode(pages.component(app, "lines")["weights"]) == packed


def test_raw_scores_are_not_offered_for_a_transformer() -> None:
    app = open_view(raw="1")
    assert [toggle.key for toggle in app.toggle] == ["words", "all_layers"]
    np.testing.assert_allclose(drawn(app), attention_matrix(trace_of()).weights, atol=1e-4)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_without_attention_the_reason_is_said_and_the_steps_remain(words: Words) -> None:
    app = open_view("none-reversed", lang=words.language)
    assert words("attention.none.reversed") in pages.messages(app)
    assert not pages.has(app, "plotly_chart", "attention")
    assert pages.component(app, "stepper")["attention"] is None
    assert len(pages.component(app, "stepper")["next"]) == len(trace_of("none-reversed").target())


def test_all_heads_of_the_layer_are_drawn() -> None:
    app = open_view(layer="2")
    figure = pages.figure(app, "heads")
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Head 1", "Head 2"]
    assert "layer 2" in figure["layout"]["title"]["text"]
    assert ENGLISH("attention.heads") in pages.captions(app)


@pytest.mark.parametrize(("kind", "layers"), [("cross", LAYERS), ("encoder", ENCODER_LAYERS)])
def test_all_layers_take_the_place_of_the_heads_of_one(kind: str, layers: int) -> None:
    app = open_view(kind=kind, layer="2", head="1")
    assert not pages.has(app, "plotly_chart", "model-view")
    pages.checked(app.toggle(key="all_layers").set_value(True).run())
    assert not pages.has(app, "plotly_chart", "heads")
    figure = pages.figure(app, "model-view")
    notes = [note["text"] for note in figure["layout"]["annotations"]]
    assert notes == [*(f"Layer {n + 1}" for n in range(layers)), "Head", "1", "2"]
    targets, (frame,) = figure["data"][1], figure["layout"]["shapes"]
    places = zip(decoded(targets["x"]), decoded(targets["y"]), strict=True)
    framed = [frame["x0"] < x < frame["x1"] and frame["y0"] < y < frame["y1"] for x, y in places]
    assert framed == [place == 2 for place in range(layers * HEADS)]
    assert ENGLISH("attention.all_layers.about") in pages.captions(app)
    assert pages.link(app)["all_layers"] == "1"


def test_all_layers_of_a_recurrent_system_are_those_of_its_one() -> None:
    app = open_view("dot", all_layers="1")
    assert not pages.has(app, "plotly_chart", "model-view")
    assert pages.link(app)["all_layers"] == "1"  # for the next system


def test_the_scrubber_holds_the_ten_most_probable_tokens_of_every_step() -> None:
    trace = trace_of()
    steps = pages.component(open_view(), "stepper")["next"]
    assert len(steps) == len(trace.target())
    for step, at_step in enumerate(steps):
        assert len(at_step["top"]) == 10
        chosen = at_step["extra"] or at_step["top"][at_step["chosen"]]
        assert chosen[1] == pytest.approx(np.exp(trace.log_probs()[step]), abs=1e-5)


def test_every_chart_has_a_table_with_the_same_facts() -> None:
    app = open_view()
    tables = [expander.label for expander in app.main.expander]
    assert tables == [ENGLISH("chart.table")] * 2
    (table,) = (t.value for t in app.dataframe if len(t.value) == len(drawn(app)))
    np.testing.assert_allclose(table.iloc[:, 2:].to_numpy(float), drawn(app), atol=1e-4)
