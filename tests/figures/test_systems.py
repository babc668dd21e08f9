from dataclasses import replace

import numpy as np

from seqviz import figures
from seqviz.analysis.attention import attention_matrix
from seqviz.analysis.systems import SystemRow
from tests.fixtures.toy_traces import rnn_trace, transformer_trace

ROWS = [
    SystemRow(
        system="dot", score=-0.5, log_prob=-2.0, tokens=4, milliseconds=30.4, parameters=1_000
    ),
    SystemRow(
        system="none", score=-0.7, log_prob=-2.8, tokens=4, milliseconds=20.0, parameters=900
    ),
]


def test_the_small_heatmap_holds_the_weights_on_one_scale_for_all() -> None:
    view = attention_matrix(rnn_trace())
    figure = figures.small_attention_picture(view).chart
    (heatmap,) = figure.data
    np.testing.assert_allclose(heatmap.z, view.weights, atol=5e-4)
    assert (heatmap.zmin, heatmap.zmax, heatmap.showscale) == (0, 0.5, False)
    low, high = figure.layout.yaxis.range
    assert low > high  # the first step is on top
    assert figure.layout.xaxis.labelalias["1"] == "Kat"


def test_tokens_are_escaped_and_long_ones_cut() -> None:
    view = replace(
        attention_matrix(rnn_trace()),
        column_labels=("<b>x", "$x$", "Donaudampfschiff", "⟨eos⟩"),
    )
    names = figures.small_attention_picture(view).chart.layout.xaxis.labelalias
    assert (names["0"], names["1"]) == ("&lt;b&gt;x", "&#36;x&#36;")
    assert names["2"] == "Donaudam…"


def test_a_long_sentence_stays_small_and_names_few_tokens() -> None:
    view = replace(
        attention_matrix(rnn_trace()),
        weights=np.full((90, 70), 1 / 70),
        row_labels=("▁very",) * 90,
        column_labels=("▁sehr",) * 70,
    )
    figure = figures.small_attention_picture(view).chart
    assert figure.layout.height < 500
    assert figure.layout.xaxis.dtick == 4
    assert figure.layout.yaxis.dtick == 5
    assert np.asarray(figure.data[0].z).shape == (90, 70)


def test_the_mean_of_the_best_layer_is_what_the_attention_view_shows() -> None:
    trace = transformer_trace()
    small = figures.small_attention_picture(attention_matrix(trace)).chart
    np.testing.assert_allclose(
        small.data[0].z, figures.attention_heatmap(trace).data[0].z, atol=1e-3
    )


def test_all_tokens_run_into_one_vector_and_out_of_it() -> None:
    trace = rnn_trace(attention=False)
    figure = figures.one_vector_picture(trace).chart
    into, out = figure.data
    assert list(into.x[::3]) == [0.0] * len(trace.source.pieces)
    assert list(out.x[::3]) == [1.0] * len(trace.target_pieces())
    assert len(set(into.y[1::3])) == len(set(out.y[1::3])) == 1
    assert figure.layout.annotations[0].text == "<b>one vector</b>"
    assert figure.layout.yaxis.labelalias["0"] == "Die"
    assert figure.layout.yaxis2.labelalias["0"] == "the"


def test_the_drawing_in_a_sentence_and_as_a_table() -> None:
    trace = rnn_trace(attention=False)
    assert "from 4 source tokens run into one vector" in figures.one_vector_picture(trace).sentence
    backwards = replace(trace, model=replace(trace.model, reverses_source=True))
    assert "read backwards" in figures.one_vector_picture(backwards).sentence
    table = figures.one_vector_picture(trace).table
    assert table["Source"].tolist() == ["Die", "Kat", "·ze", "⟨eos⟩"]
    assert table["Output"].tolist() == ["the", "cat", "⟨eos⟩", ""]


def test_the_drawing_of_whole_words() -> None:
    trace = rnn_trace(attention=False)
    figure = figures.one_vector_picture(trace, words_level=True).chart
    assert list(figure.layout.yaxis.labelalias.values()) == ["Die", "Katze", "⟨eos⟩"]
    assert len(figure.data[0].x) == 3 * 3
    table = figures.one_vector_picture(trace, words_level=True).table
    assert table["Source"].tolist() == ["Die", "Katze", "⟨eos⟩"]


def test_the_table_marks_the_best_of_each_column() -> None:
    table = figures.systems_table(ROWS, ["Dot", "None"])
    assert table["System"].tolist() == ["Dot", "None"]
    assert table["Score"].tolist() == ["★\u00a0−0.500", "−0.700"]
    assert table["Time, ms"].tolist() == ["30", "★\u00a020"]
    assert table["Parameters"].tolist() == ["1,000", "★\u00a0900"]
    assert table["Tokens"].tolist() == ["4", "4"]


def test_what_nobody_measured_has_no_column_and_what_one_lacks_a_dash() -> None:
    assert "chrF" not in figures.systems_table(ROWS, ["Dot", "None"])
    scored = [replace(ROWS[0], chrf=41.25), ROWS[1]]
    assert figures.systems_table(scored, ["Dot", "None"])["chrF"].tolist() == ["41.2", "–"]
