"""The tree as the browser gets it: every number the trace's, every fate with its sentence."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from seqviz.analysis.beam import beam_nodes, fate_reason, prefix_text
from seqviz.analysis.tokens import next_tokens
from seqviz.figures import reason_text
from seqviz.options import Sampling
from seqviz.trace import Fate, Trace
from seqviz.viewer import tree as viewer_tree
from seqviz.viewer import viewer_words
from seqviz.viewer.tree import NONE, packed_next, packed_tree
from seqviz.words import LANGUAGES
from tests.fixtures.attended import attended
from tests.fixtures.toy_traces import greedy_trace, random_trace, transformer_trace
from tests.viewer.unpacked import unpacked


@pytest.fixture(scope="module")
def trace() -> Trace:
    """Nine steps of three prefixes, with all fates."""
    return random_trace(11, 9, 3)


@pytest.fixture(scope="module")
def tree(trace: Trace) -> dict[str, Any]:
    """It, packed and unpacked."""
    return unpacked(packed_tree(trace))


def test_every_number_is_the_traces(trace: Trace, tree: dict[str, Any]) -> None:
    nodes = beam_nodes(trace, pruned="all")
    assert set(tree["fate"]) == {Fate.KEPT, Fate.FINISHED, Fate.PRUNED}
    for name in ("step", "candidate", "fate", "parent", "cumulative", "score", "margin"):
        np.testing.assert_array_equal(tree[name], np.float32(getattr(nodes, name)), err_msg=name)
    np.testing.assert_array_equal(tree["logProb"], nodes.log_prob)
    at = tree["step"][1:], tree["candidate"][1:]
    np.testing.assert_array_equal(tree["token"][1:], trace.search.candidate_tokens[at])
    assert tree["token"][0] == NONE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_node_tells_why(language: str, trace: Trace, tree: dict[str, Any]) -> None:
    words = viewer_words(language)
    for node in range(1, len(tree["step"])):
        step, candidate = int(tree["step"][node]), int(tree["candidate"][node])
        kept = np.flatnonzero((tree["step"] == step) & (tree["fate"] == Fate.KEPT))
        survivor = prefix_text(trace, step, int(tree["candidate"][kept[-1]])) if len(kept) else ""
        told = words[tree["reasons"][tree["reason"][node]]].format_map(
            {
                "rank": candidate + 1,
                "kept": trace.options.beam_size,
                "finished": tree["finished"][step],
                "margin": f"{abs(tree['margin'][node]):.2f}",
                "survivor": survivor,
                "token_rank": tree["tokenRank"][node],
                "drawable": tree["drawable"][node],
            }
        )
        assert told == reason_text(fate_reason(trace, step, candidate), words=words)


def test_rows_lead_from_a_node_to_what_its_prefix_expected(
    trace: Trace, tree: dict[str, Any]
) -> None:
    slots = trace.search.slots
    for node in range(1, len(tree["step"])):
        parent = tree["parent"][node]
        assert tree["next"][parent] == tree["row"][node] or parent == 0
        assert tree["row"][node] // slots == tree["step"][node]
    ends = tree["next"] == NONE
    assert ends[tree["fate"] == Fate.PRUNED].all()
    assert not ends[(tree["fate"] == Fate.KEPT) & (tree["step"] < tree["last"])][1:].any()


@pytest.mark.parametrize("choice", ["all", "next", "none"])
def test_branches_stand_where_the_layout_without_crossings_puts_them(
    choice: Any, trace: Trace, tree: dict[str, Any]
) -> None:
    nodes = beam_nodes(trace, pruned=choice, layout="tree")
    rows = tree[f"branches {choice}"]
    assert np.isnan(rows).sum() == len(rows) - len(nodes)
    np.testing.assert_array_equal(rows[~np.isnan(rows)], nodes.y)


def test_a_large_tree_leaves_out_the_cut_first(
    trace: Trace, tree: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = int(np.isin(trace.search.candidate_fates, (Fate.KEPT, Fate.FINISHED)).sum())
    assert tree["cuts"] == ["all", "next", "none"]
    monkeypatch.setattr(viewer_tree, "MOST_NODES", lives)
    found = unpacked(packed_tree(trace))
    assert (found["cuts"], found["last"]) == (["none"], 8)
    monkeypatch.setattr(viewer_tree, "MOST_NODES", 10)
    found = unpacked(packed_tree(trace))
    assert max(found["step"]) == found["last"] < 8
    assert len(found["step"]) <= 11


def test_every_prefix_lists_what_it_expected(trace: Trace) -> None:
    found = unpacked(packed_next(trace))
    assert len(found["row"]) > trace.search.steps
    for place, row in enumerate(found["row"].tolist()):
        step, slot = divmod(row, trace.search.slots)
        expected = next_tokens(trace, step, slot=slot)
        listed = slice(place * found["tokens"], (place + 1) * found["tokens"])
        count = min(found["tokens"], len(expected.tokens))
        np.testing.assert_array_equal(found["token"][listed][:count], expected.tokens[:count])
        np.testing.assert_array_equal(found["prob"][listed][:count], expected.probs[:count])
        assert (found["token"][listed][count:] == NONE).all()
        assert found["entropy"][place] == np.float32(expected.entropy)
        assert np.isnan(found["mass"][place])


def test_every_prefix_says_where_it_looked() -> None:
    trace = transformer_trace()
    found = unpacked(packed_next(trace))
    for step, candidate in np.argwhere(trace.search.candidate_fates != Fate.ABSENT).tolist():
        row = step * trace.search.slots + trace.search.candidate_parents[step, candidate]
        place = found["row"].tolist().index(row)
        listed = slice(place * found["places"], (place + 1) * found["places"])
        weights = attended(trace, step, candidate)
        np.testing.assert_allclose(
            found["weight"][listed], np.sort(weights)[::-1][: found["places"]]
        )
        np.testing.assert_allclose(weights[found["place"][listed]], found["weight"][listed])
    assert "place" not in packed_next(greedy_trace())["columns"]


def test_sampling_says_what_it_could_draw() -> None:
    trace = random_trace(7, 5, 2)
    counts = np.array([[1 + (step + slot) % 3 for slot in range(2)] for step in range(5)], np.int32)
    masses = (counts / 4).astype(np.float32)
    search = replace(trace.search, kept_counts=counts, kept_mass=masses)
    options = replace(trace.options, sampling=Sampling(top_k=3, seed=1))
    found = unpacked(packed_next(replace(trace, search=search, options=options)))
    drawable = found["drawable"].reshape(-1, found["tokens"])
    for place, (step, slot) in enumerate(divmod(row, 2) for row in found["row"].tolist()):
        assert drawable[place].tolist() == [1] * counts[step, slot] + [0] * (
            found["tokens"] - counts[step, slot]
        )
        assert found["mass"][place] == masses[step, slot]
