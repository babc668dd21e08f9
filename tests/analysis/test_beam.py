from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.analysis.beam import (
    BeamNodes,
    Layout,
    Pruned,
    beam_nodes,
    fate_reason,
    margins,
    prefix_text,
)
from seqviz.options import Sampling
from seqviz.trace import Fate, Trace
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace


def _names(nodes: BeamNodes) -> list[str]:
    return [
        f"{nodes.piece[parent] if parent >= 0 else ''}>{piece}"
        for piece, parent in zip(nodes.piece, nodes.parent, strict=True)
    ]


def test_survivors_and_finished_hang_on_the_prefix_they_continue() -> None:
    nodes = beam_nodes(rnn_trace())
    branches = [">▁the", ">▁a", "▁the>▁cat", "▁a>▁cat", "▁cat></s>", "▁cat>▁sat", "▁cat>▁sat"]
    assert _names(nodes) == ["><s>", *(f"<s>{b}" if b[0] == ">" else b for b in branches)]
    assert nodes.parent.tolist() == [-1, 0, 0, 1, 2, 3, 3, 4]
    assert nodes.step.tolist() == [-1, 0, 0, 1, 1, 2, 2, 2]
    assert nodes.candidate.tolist() == [-1, 0, 1, 0, 1, 0, 1, 3]
    assert nodes.rank.tolist() == [0, 1, 2, 1, 2, 1, 2, 4]
    assert nodes.on_best_path.tolist() == [True, True, False, True, False, True, False, False]
    assert nodes.row_of(2, 3) == 7
    assert nodes.row_of(2, 2) is None


def test_numbers_of_a_node_by_hand() -> None:
    nodes = beam_nodes(rnn_trace(), pruned="all")
    row = nodes.row_of(2, 2)
    assert row is not None
    assert nodes.fate[row] == Fate.PRUNED
    assert nodes.log_prob[row] == pytest.approx(np.log(0.4))
    assert nodes.cumulative[row] == pytest.approx(np.log(0.112))
    assert nodes.score[row] == pytest.approx(np.log(0.112) / 3)
    assert nodes.margin[row] == pytest.approx(np.log(0.112 / 0.098), rel=1e-5)


def test_how_many_pruned_are_drawn() -> None:
    expected: dict[Pruned, int] = {"none": 0, "next": 3, "all": 5}
    for pruned, count in expected.items():
        nodes = beam_nodes(rnn_trace(), pruned=pruned)
        assert (nodes.fate == Fate.PRUNED).sum() == count


def test_a_window_starts_at_the_live_prefixes_of_its_edge() -> None:
    nodes = beam_nodes(rnn_trace(), first_step=2)
    assert nodes.step.tolist() == [1, 1, 2, 2, 2]
    assert nodes.parent.tolist() == [-1, -1, 0, 0, 1]
    nodes = beam_nodes(rnn_trace(), pruned="all", last_step=0)
    assert nodes.step.tolist() == [-1, 0, 0, 0, 0]
    assert len(beam_nodes(rnn_trace(), first_step=99)) == 5  # the last step is always there


TRACES = st.builds(random_trace, st.integers(0, 1000), st.integers(1, 9), st.integers(1, 6))


@settings(max_examples=30)
@given(
    trace=TRACES,
    first=st.integers(0, 8),
    look=st.sampled_from([(p, a) for p in ("none", "next", "all") for a in ("rank", "tree")]),
)
def test_any_tree_holds_together(trace: Trace, first: int, look: tuple[Pruned, Layout]) -> None:
    nodes = beam_nodes(trace, pruned=look[0], layout=look[1], first_step=first)
    entries = nodes.parent < 0
    children = np.flatnonzero(~entries)
    parents = nodes.parent[children]
    np.testing.assert_array_equal(nodes.step[parents] + 1, nodes.step[children])
    assert (nodes.fate[parents] == Fate.KEPT).all()
    np.testing.assert_allclose(
        nodes.cumulative[parents] + nodes.log_prob[children], nodes.cumulative[children], rtol=1e-4
    )
    assert (nodes.step[entries] == nodes.step.min()).all()
    assert nodes.y.min() >= 0
    for step in np.unique(nodes.step):  # no two nodes in one place
        column = np.sort(nodes.y[nodes.step == step])
        assert (np.diff(column) >= 1 - 1e-9).all()


@settings(max_examples=20)
@given(trace=TRACES)
def test_the_tree_layout_crosses_no_edges_and_keeps_the_best_path_straight(trace: Trace) -> None:
    nodes = beam_nodes(trace, pruned="all", layout="tree")
    for step in range(trace.search.steps):
        rows = np.flatnonzero(nodes.step == step)
        rows = rows[np.argsort(nodes.y[rows])]
        assert (np.diff(nodes.y[nodes.parent[rows]]) >= 0).all()
    assert np.ptp(nodes.y[nodes.on_best_path]) == pytest.approx(0)


def test_the_rank_layout_stacks_by_rank() -> None:
    nodes = beam_nodes(rnn_trace(), pruned="all", layout="rank")
    assert nodes.y.tolist() == [0, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]


def test_margins_are_towards_the_last_survivor() -> None:
    np.testing.assert_allclose(
        margins(rnn_trace().search)[1], np.log(np.array([0.4, 0.28, 0.08, 0.075]) / 0.28), atol=1e-6
    )
    assert np.isnan(margins(greedy_trace().search)[2]).all()  # nothing survived


def test_a_pruned_candidate_gives_its_rank_its_margin_and_the_last_survivor() -> None:
    reason = fate_reason(rnn_trace(), 1, 2)
    assert (reason.code, reason.rank, reason.kept) == ("pruned_rank", 3, 2)
    assert reason.margin == pytest.approx(np.log(0.08 / 0.28), rel=1e-5)
    assert (reason.survivor, reason.piece) == ("a cat", "▁sat")


def test_a_late_end_is_pruned_for_its_rank_although_it_beats_the_last_survivor() -> None:
    reason = fate_reason(rnn_trace(), 2, 2)
    assert reason.code == "pruned_late_eos"
    assert reason.margin > 0
    assert (reason.rank, reason.finished, reason.survivor) == (3, 1, "a cat sat")


def test_the_other_fates() -> None:
    assert fate_reason(rnn_trace(), 0, 0).code == "kept"
    assert fate_reason(rnn_trace(), 2, 0).code == "finished"
    assert fate_reason(greedy_trace(), 2, 1).survivor == ""


def test_prefix_text() -> None:
    assert prefix_text(rnn_trace(), 2, 3) == "a cat sat"
    assert prefix_text(rnn_trace(), 2, 0) == "the cat"
    assert prefix_text(rnn_trace(), -1, -1) == ""


def test_the_normaliser_is_the_one_the_hypotheses_were_ranked_by() -> None:
    trace = random_trace(2, 6, 3)
    np.testing.assert_allclose(
        trace.options.normaliser(trace.hypotheses.lengths), trace.hypotheses.normalisers
    )


def test_tokens_of_a_given_start_say_so() -> None:
    trace = rnn_trace()
    fixed = replace(trace, options=replace(trace.options, prefix=(5, 6)))
    assert [fate_reason(fixed, step, 0).code for step in range(3)] == ["given", "given", "finished"]
    assert fate_reason(fixed, 1, 2).code == "pruned_rank"


def test_drawn_tokens_know_their_rank_and_how_many_could_be_drawn() -> None:
    trace = rnn_trace()
    ranks = np.arange(12, dtype=np.int32).reshape(3, 4) + 1
    counts = np.array([[9, 0], [8, 7], [6, 5]], np.int32)
    search = replace(trace.search, candidate_ranks=ranks, kept_counts=counts)
    drawn = replace(trace, search=search, options=replace(trace.options, sampling=Sampling()))
    for step, candidate in ((1, 1), (2, 0)):
        reason = fate_reason(drawn, step, candidate)
        parent = trace.search.candidate_parents[step, candidate]
        assert reason.code == "drawn"
        assert reason.token_rank == ranks[step, candidate]
        assert reason.drawable == counts[step, parent]
    assert fate_reason(trace, 1, 1).token_rank is None
