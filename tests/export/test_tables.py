import csv
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from seqviz.export.tables import attention_csv, hypotheses_csv, tree_csv
from seqviz.trace import Fate, Trace
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace, transformer_trace


def table(content: bytes) -> pd.DataFrame:
    """As the module tells pandas' users to read it."""
    return pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values={"margin": [""]})


def spelled(trace: Trace, piece: str) -> Trace:
    """The trace with another spelling of the token "▁the"."""
    return replace(trace, vocabulary=trace.vocabulary | {4: piece})


def test_attention_is_the_trace_s_to_the_last_digit() -> None:
    trace = transformer_trace()
    read = table(attention_csv(trace))
    assert trace.cross_attention is not None
    layers, heads, steps, positions = trace.cross_attention.shape
    assert len(read) == layers * heads * steps * positions
    weights = read["weight"].astype(np.float32).to_numpy().reshape(trace.cross_attention.shape)
    np.testing.assert_array_equal(weights, trace.cross_attention)
    row = read[(read.layer == 2) & (read["head"] == 3) & (read.step == 1)]
    assert row.source_token.tolist() == list(trace.source.pieces)
    assert row.source_id.tolist() == list(trace.source.ids)
    assert row.source_position.tolist() == [*range(1, positions + 1)]
    assert set(row.target_token) == {trace.target_pieces()[0]}
    assert set(row.target_id) == {trace.target()[0]}
    assert row.weight.sum() == pytest.approx(1)


def test_without_attention_only_the_names_of_the_columns_are_left() -> None:
    read = table(attention_csv(rnn_trace(attention=False)))
    assert len(read) == 0
    assert list(read)[-1] == "weight"


def test_every_candidate_is_in_the_tree_and_leads_to_the_start() -> None:
    trace = random_trace(3, 30, 5)
    read = table(tree_csv(trace)).set_index("node")
    search = trace.search
    considered = search.candidate_fates != Fate.ABSENT
    assert len(read) == considered.sum()
    exact = read[["log_prob", "cumulative_log_prob"]].astype(np.float32).to_numpy().T
    np.testing.assert_array_equal(exact[0], search.candidate_log_probs[considered])
    np.testing.assert_array_equal(exact[1], search.candidate_cumulative[considered])
    assert read.token_id.tolist() == search.candidate_tokens[considered].tolist()
    best = read[read.best_path == 1]
    assert best.token.tolist() == list(trace.target_pieces())
    assert best.parent.tolist() == [0, *best.index[:-1]]
    inner = read[read.parent > 0]
    assert (read.loc[inner.parent, "step"].to_numpy() == inner.step - 1).all()
    assert (read.loc[inner.parent, "fate"] == "kept").all()
    assert set(read.fate) == {"kept", "finished", "pruned"}


def test_the_tree_of_the_toy_by_hand() -> None:
    read = table(tree_csv(rnn_trace()))
    first = read.iloc[0]
    assert (first.node, first.parent, first.step, first["rank"]) == (1, 0, 1, 1)
    assert (first.token, first.text, first.fate, first.best_path) == ("▁the", "the", "kept", 1)
    assert first.prob == pytest.approx(0.5)
    third = read[(read.step == 3) & (read["rank"] == 1)].iloc[0]
    assert third.normalised_log_prob == pytest.approx(np.log(0.24) / 3, rel=1e-6)
    assert third.text == "the cat"
    pruned = read[read.fate == "pruned"].iloc[0]
    assert pruned.margin == pytest.approx(np.log(0.06 / 0.4), abs=1e-6)
    assert table(tree_csv(greedy_trace())).margin.isna().sum() == 2  # nothing lives on at the end


def test_hypotheses_with_their_scores_taken_apart() -> None:
    trace = rnn_trace()
    read = table(hypotheses_csv(trace))
    assert read.text.tolist() == ["the cat", "the cat sat", "a cat sat"]
    assert read.finished.tolist() == [1, 0, 0]
    assert read.tokens[0] == "▁the ▁cat </s>"
    assert read.token_ids[0] == "4 6 3"
    np.testing.assert_array_equal(read.score.astype(np.float32), trace.hypotheses.scores)
    assert (read.log_prob / read.normaliser + read.coverage_term).tolist() == pytest.approx(
        read.score.tolist()
    )


@pytest.mark.parametrize("make", [attention_csv, tree_csv, hypotheses_csv])
def test_spreadsheets_know_the_encoding_and_the_lines(make: object) -> None:
    assert callable(make)
    content: bytes = make(spelled(rnn_trace(), '▁"猫",\n'))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert any('▁"猫",\n' in cell for row in rows for cell in row)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_no_end_of_a_line_in_a_text_begins_a_row(end: str) -> None:
    content = tree_csv(spelled(rnn_trace(), f"a{end}=1+1")).decode("utf-8-sig")
    assert f'"a{end}=1+1"' in content
    unquoted = "".join(content.split('"')[::2])
    assert unquoted.count("\r") == unquoted.count("\n") == unquoted.count("\r\n")


@pytest.mark.parametrize(
    ("piece", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t=1+1"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("-", "-"),
        ("=", "="),
        ("'s", "'s"),
        ("▁=1", "▁=1"),
        ("NA", "NA"),
    ],
)
def test_no_token_becomes_a_formula_and_every_one_can_be_had_back(piece: str, written: str) -> None:
    trace = spelled(rnn_trace(), piece)
    assert table(tree_csv(trace)).token[0] == written
    assert table(attention_csv(trace)).target_token[0] == written


def test_no_text_becomes_a_formula() -> None:
    trace = rnn_trace()
    texts = ("=HYPERLINK(1)", *trace.hypotheses.texts[1:])
    trace = replace(trace, hypotheses=replace(trace.hypotheses, texts=texts))
    assert table(hypotheses_csv(trace)).text[0] == "'=HYPERLINK(1)"
