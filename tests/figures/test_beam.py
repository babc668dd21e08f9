import json
from dataclasses import replace
from typing import Any

import pytest

from seqviz import figures
from seqviz.analysis.beam import beam_nodes
from seqviz.options import Sampling
from seqviz.trace import Fate
from tests.fixtures.toy_traces import random_trace, rnn_trace


def _series(option: dict[str, Any]) -> list[dict[str, Any]]:
    series: list[dict[str, Any]] = option["series"]
    return series


def test_items_are_the_rows_of_the_nodes_and_can_be_clicked() -> None:
    nodes = beam_nodes(rnn_trace(), pruned="all")
    tree, _ = _series(figures.beam_tree_picture(nodes, rnn_trace()).chart)
    assert tree["selectedMode"] == "single"
    assert [item["id"] for item in tree["data"]] == [str(row) for row in range(len(nodes))]
    assert [item["value"][0] for item in tree["data"]] == (nodes.step + 1).tolist()


def test_fates_differ_by_mark_and_shape_not_by_colour_only() -> None:
    nodes = beam_nodes(rnn_trace(), pruned="all")
    tree, _ = _series(figures.beam_tree_picture(nodes, rnn_trace()).chart)
    item = {name: tree["data"][nodes.row_of(*name) or 0] for name in [(2, 0), (2, 1), (2, 2)]}
    finished, kept, pruned = item.values()
    assert finished["name"] == "⟨eos⟩\n0.60 ★✓"
    assert kept["name"] == "sat\n0.30"
    assert pruned["name"] == "⟨eos⟩\n0.40 ✂"
    assert len({look["symbol"] for look in (finished, kept, pruned)}) == 3
    categories = tree["categories"]
    assert categories[pruned["category"]]["itemStyle"]["borderType"] == "dashed"


def test_small_probabilities_do_not_read_as_zero_and_large_trees_leave_them_out() -> None:
    trace = random_trace(3, 12, 12)
    tree, _ = _series(figures.beam_tree_picture(beam_nodes(trace), trace).chart)
    assert "0.00" not in "".join(item["name"] for item in tree["data"])
    high = beam_nodes(trace, pruned="all")
    tree, _ = _series(figures.beam_tree_picture(high, trace).chart)
    assert not any("\n" in item["name"] for item in tree["data"])


def test_edges_lead_from_parents_and_the_best_path_is_thick() -> None:
    nodes = beam_nodes(rnn_trace(), pruned="all")
    tree, edges = _series(figures.beam_tree_picture(nodes, rnn_trace()).chart)
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
    tree, _ = _series(figures.beam_tree_picture(nodes, odd).chart)
    tooltip = tree["data"][nodes.row_of(2, 3) or 0]["tooltip"]["formatter"]
    assert "<b>&lt;img␣src=x&gt;&#123;b&#125;</b>" in tooltip
    assert "<img" not in tooltip and "{" not in tooltip
    for fact in ("Step 3 · Rank 4 · kept", "0.350 (log p −1.05)", "Σ log p: −2.32", "+0.00"):
        assert fact in tooltip
    assert "<i>a cat &lt;img src=x&gt;&#123;b&#125;</i>" in tooltip


def test_the_selected_node_is_outlined_and_keeps_its_fill() -> None:
    nodes = beam_nodes(rnn_trace())
    plain, _ = _series(figures.beam_tree_picture(nodes, rnn_trace()).chart)
    tree, _ = _series(figures.beam_tree_picture(nodes, rnn_trace(), selected=3).chart)
    assert [row for row, item in enumerate(tree["data"]) if "itemStyle" in item] == [3]
    style = tree["data"][3]["itemStyle"]
    assert style["color"] == plain["categories"][plain["data"][3]["category"]]["itemStyle"]["color"]


@pytest.mark.parametrize("steps", [3, 40])
def test_the_option_is_json_and_long_trees_scroll(steps: int) -> None:
    trace = random_trace(3, steps, 4)
    nodes = beam_nodes(trace, pruned="all")
    option = figures.beam_tree_picture(nodes, trace).chart
    assert json.loads(json.dumps(option, allow_nan=False)) == option
    assert bool(option["dataZoom"]) == (steps == 40)
    assert figures.beam_tree_picture(nodes, trace).height >= 24 * nodes.y.max()


def test_the_sentence_counts_what_is_drawn() -> None:
    alt = figures.beam_tree_picture(beam_nodes(rnn_trace(), pruned="all"), rnn_trace()).sentence
    assert "steps 1 to 3: 6 prefixes kept, 1 finished, 5 pruned shown" in alt
    assert alt.endswith("the cat")


def test_the_entries_of_a_window_say_so() -> None:
    nodes = beam_nodes(rnn_trace(), first_step=2)
    tree, _ = _series(figures.beam_tree_picture(nodes, rnn_trace()).chart)
    told = ["kept before" in item["tooltip"]["formatter"] for item in tree["data"]]
    assert told == [True, True, False, False, False]


def test_samples_are_not_called_a_search_and_nothing_is_pruned() -> None:
    trace = rnn_trace()
    sampled = replace(trace, options=replace(trace.options, sampling=Sampling()))
    nodes = beam_nodes(sampled)
    plain, option = (figures.beam_tree_picture(nodes, which).chart for which in (trace, sampled))
    assert option["title"]["text"].startswith("Samples")
    assert plain["title"]["text"].startswith("Beam search tree")
    assert len(option["legend"]["data"]) == len(plain["legend"]["data"]) - 1
    assert "✂" not in str(option["legend"])
    assert "pruned" not in figures.beam_tree_picture(nodes, sampled).sentence


def test_a_window_of_the_search_knows_the_text_before_it() -> None:
    trace = rnn_trace()
    nodes = beam_nodes(trace, first_step=2)
    table = figures.beam_tree_picture(nodes, trace).table
    assert table["Translation so far"].tolist()[-1] == "a cat sat"
    assert table["Translation so far"].tolist()[0] == "the cat"


def test_the_table_holds_every_node_but_the_root() -> None:
    table = figures.beam_tree_picture(beam_nodes(rnn_trace(), pruned="all"), rnn_trace()).table
    assert len(table) == 12
    late = table.iloc[10]
    assert (late["Step"], late["Rank"], late["Token"], late["Fate"]) == (3, 3, "⟨eos⟩", "pruned")
    assert late["To the last survivor"] == pytest.approx(0.134, abs=1e-3)
    assert (table["Best path"] == "★").sum() == 3
