import json
from dataclasses import replace
from typing import Any

import pytest

from seqviz import figures
from seqviz.analysis.beam import beam_nodes, fate_reason
from seqviz.figures.words import WORDS
from seqviz.trace import Fate
from tests.toy import greedy_trace, random_trace, rnn_trace, transformer_trace


def _series(option: dict[str, Any]) -> list[dict[str, Any]]:
    series: list[dict[str, Any]] = option["series"]
    return series


def test_items_are_the_rows_of_the_nodes_and_can_be_clicked() -> None:
    nodes = beam_nodes(rnn_trace(), pruned="all")
    tree, _ = _series(figures.beam_tree(nodes, rnn_trace()))
    assert tree["selectedMode"] == "single"
    assert [item["id"] for item in tree["data"]] == [str(row) for row in range(len(nodes))]
    assert [item["value"][0] for item in tree["data"]] == (nodes.step + 1).tolist()


def test_fates_differ_by_mark_and_shape_not_by_colour_only() -> None:
    nodes = beam_nodes(rnn_trace(), pruned="all")
    tree, _ = _series(figures.beam_tree(nodes, rnn_trace()))
    item = {name: tree["data"][nodes.row_of(*name) or 0] for name in [(2, 0), (2, 1), (2, 2)]}
    finished, kept, pruned = item.values()
    assert finished["name"] == "⟨eos⟩\n0.60 ★✓"
    assert kept["name"] == "▁sat\n0.30 "
    assert pruned["name"] == "⟨eos⟩\n0.40 ✂"
    assert len({look["symbol"] for look in (finished, kept, pruned)}) == 3
    categories = tree["categories"]
    assert categories[pruned["category"]]["itemStyle"]["borderType"] == "dashed"


def test_edges_lead_from_parents_and_the_best_path_is_thick() -> None:
    nodes = beam_nodes(rnn_trace(), pruned="all")
    tree, edges = _series(figures.beam_tree(nodes, rnn_trace()))
    places = [item["value"] for item in tree["data"]]
    assert len(edges["data"]) == len(nodes) - 1
    for row, edge in enumerate(edges["data"], 1):
        assert edge["coords"][0] == places[nodes.parent[row]]
        assert edge["coords"][-1] == places[row]
        style = edge.get("lineStyle", {})
        assert (style.get("width", 0) > 2) == nodes.on_best_path[row]
        assert (style.get("type") == "dashed") == (nodes.fate[row] == Fate.PRUNED)


def test_the_tooltip_tells_everything_and_tokens_stay_text() -> None:
    trace = rnn_trace()
    odd = replace(trace, vocabulary={**trace.vocabulary, 7: "▁<img src=x>{b}"})
    nodes = beam_nodes(odd, pruned="all")
    tree, _ = _series(figures.beam_tree(nodes, odd))
    tooltip = tree["data"][nodes.row_of(2, 3) or 0]["tooltip"]["formatter"]
    assert "<b>▁&lt;img␣src=x&gt;&#123;b&#125;</b>" in tooltip
    assert "<img" not in tooltip and "{" not in tooltip
    for fact in ("Step 3 · Rank 4 · kept", "0.350 (log p -1.05)", "Σ log p: -2.32", "+0.00"):
        assert fact in tooltip
    assert "<i>a cat &lt;img src=x&gt;&#123;b&#125;</i>" in tooltip


def test_the_selected_node_is_outlined_and_keeps_its_fill() -> None:
    nodes = beam_nodes(rnn_trace())
    plain, _ = _series(figures.beam_tree(nodes, rnn_trace()))
    tree, _ = _series(figures.beam_tree(nodes, rnn_trace(), selected=3))
    assert [row for row, item in enumerate(tree["data"]) if "itemStyle" in item] == [3]
    style = tree["data"][3]["itemStyle"]
    assert style["color"] == plain["categories"][plain["data"][3]["category"]]["itemStyle"]["color"]


@pytest.mark.parametrize("steps", [3, 40])
def test_the_option_is_json_and_long_trees_scroll(steps: int) -> None:
    trace = random_trace(3, steps, 4)
    nodes = beam_nodes(trace, pruned="all")
    option = figures.beam_tree(nodes, trace)
    assert json.loads(json.dumps(option, allow_nan=False)) == option
    assert bool(option["dataZoom"]) == (steps == 40)
    assert figures.beam_tree_height(nodes) >= 24 * nodes.y.max()


def test_a_window_of_the_search_knows_the_text_before_it() -> None:
    trace = rnn_trace()
    nodes = beam_nodes(trace, first_step=2)
    table = figures.beam_table(nodes, trace)
    assert table["Translation so far"].tolist()[-1] == "a cat sat"
    assert table["Translation so far"].tolist()[0] == "the cat"


def test_the_table_holds_every_node_but_the_root() -> None:
    table = figures.beam_table(beam_nodes(rnn_trace(), pruned="all"), rnn_trace())
    assert len(table) == 12
    late = table.iloc[10]
    assert (late["Step"], late["Rank"], late["Token"], late["Fate"]) == (3, 3, "⟨eos⟩", "pruned")
    assert late["To the last survivor"] == pytest.approx(0.134, abs=1e-3)
    assert (table["Best path"] == "★").sum() == 3


def test_the_sentence_counts_what_is_drawn() -> None:
    alt = figures.beam_tree_alt(beam_nodes(rnn_trace(), pruned="all"), rnn_trace())
    assert "steps 1 to 3: 6 prefixes kept, 1 finished, 5 pruned shown" in alt
    assert alt.endswith("the cat")


def test_hypotheses_take_their_score_apart() -> None:
    table = figures.hypotheses_table(rnn_trace())
    assert table["Translation"].tolist() == ["the cat", "the cat sat", "a cat sat"]
    assert table["Finished"].tolist() == ["yes", "no", "no"]
    divided = table["Σ log p"] / table["Divided by"]
    assert divided.tolist() == pytest.approx(table["Score"].tolist(), abs=1e-4)


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        ((0, 0), "Kept: rank 1 of the step, 0.22 ahead of the last survivor."),
        ((0, 1), "Kept: rank 2 of the step, the last survivor."),
        ((1, 2), "Pruned: rank 3 of 2 kept, 1.25 behind the last survivor “a cat”."),
        ((2, 0), "Finished: it ends, and ranked 1 among the first 2."),
    ],
)
def test_reasons_in_words(node: tuple[int, int], sentence: str) -> None:
    assert figures.reason_text(fate_reason(rnn_trace(), *node)) == sentence


def test_reasons_for_the_odd_cases() -> None:
    late = figures.reason_text(fate_reason(rnn_trace(), 2, 2))
    assert "ranked only 3" in late and "0.13 ahead of the last survivor “a cat sat”" in late
    assert "nothing survived" in figures.reason_text(fate_reason(greedy_trace(), 2, 1))
    forced = replace(rnn_trace(), forced=True)
    assert figures.reason_text(fate_reason(forced, 1, 2)) == WORDS["reason.pruned_forced"]


def test_every_candidate_of_any_search_has_a_reason() -> None:
    trace = transformer_trace()
    for step in range(trace.search.steps):
        for candidate in range(trace.search.candidates):
            reason = fate_reason(trace, step, candidate)
            assert "{" not in figures.reason_text(replace(reason, survivor=""))
