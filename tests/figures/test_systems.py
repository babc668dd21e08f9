from dataclasses import replace

from seqviz import figures
from seqviz.analysis.systems import SystemRow
from tests.fixtures.toy_traces import rnn_trace

ROWS = [
    SystemRow(
        system="dot", score=-0.5, log_prob=-2.0, tokens=4, milliseconds=30.4, parameters=1_000
    ),
    SystemRow(
        system="none", score=-0.7, log_prob=-2.8, tokens=4, milliseconds=20.0, parameters=900
    ),
]


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
