from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.beam import fate_reason
from seqviz.figures.words import WORDS
from tests.fixtures.toy_traces import greedy_trace, rnn_trace, transformer_trace


def test_hypotheses_take_their_score_apart() -> None:
    table = figures.hypotheses_table(rnn_trace())
    assert table["Translation"].tolist() == ["the cat", "the cat sat", "a cat sat"]
    assert table["Finished"].tolist() == ["yes", "no", "no"]
    divided = table["Σ log p"] / table["Divided by"]
    assert divided.tolist() == pytest.approx(table["Score"].tolist(), abs=1e-4)


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        ((0, 0), "Kept: rank 1 of the step, 0.22 nats ahead of the last one kept."),
        ((0, 1), "Kept: rank 2 of the step, the last one kept."),
        (
            (1, 2),
            "Pruned: rank 3, but only 2 are kept; 1.25 nats behind the last one kept, “a cat”.",
        ),
        ((2, 0), "Finished: it ends, and ranks first of the step."),
    ],
)
def test_reasons_in_words(node: tuple[int, int], sentence: str) -> None:
    assert figures.reason_text(fate_reason(rnn_trace(), *node)) == sentence


def test_reasons_for_the_odd_cases() -> None:
    late = figures.reason_text(fate_reason(rnn_trace(), 2, 2))
    assert "ranks only 3" in late and "0.13 nats ahead of the last one kept, “a cat sat”" in late
    assert "none was kept" in figures.reason_text(fate_reason(greedy_trace(), 2, 1))
    forced = replace(rnn_trace(), forced=True)
    assert figures.reason_text(fate_reason(forced, 1, 2)) == WORDS["reason.pruned_forced"]


def test_every_candidate_of_any_search_has_a_reason() -> None:
    trace = transformer_trace()
    for step in range(trace.search.steps):
        for candidate in range(trace.search.candidates):
            reason = fate_reason(trace, step, candidate)
            assert "{" not in figures.reason_text(replace(reason, survivor=""))


def test_the_coverage_term_stands_in_the_table_where_there_is_one() -> None:
    trace = rnn_trace()
    terms = np.array([-0.1, -0.2, -0.3], np.float32)
    found = replace(trace.hypotheses, coverage_terms=terms, scores=trace.hypotheses.scores + terms)
    covered = replace(trace, hypotheses=found, options=replace(trace.options, beta=0.5))
    assert WORDS["figure.coverage"] not in figures.hypotheses_table(trace)
    table = figures.hypotheses_table(covered)
    assert table[WORDS["figure.coverage"]].tolist() == pytest.approx(terms.tolist())
    summed = table["Σ log p"] / table["Divided by"] + table[WORDS["figure.coverage"]]
    assert summed.tolist() == pytest.approx(table["Score"].tolist(), abs=2e-4)


def test_given_and_drawn_tokens_in_words() -> None:
    reason = fate_reason(rnn_trace(), 0, 0)
    assert figures.reason_text(replace(reason, code="given")).startswith("Given: ")
    drawn = replace(reason, code="drawn", token_rank=4, drawable=20)
    assert "ranks it 4" in figures.reason_text(drawn)
    assert "allowed tokens that could be drawn: 20." in figures.reason_text(drawn)
    assert figures.reason_text(replace(drawn, drawable=None)) == "Drawn at random."
