"""The beam tree view: controls, the window, the chosen node and its reason, the hypotheses."""

import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz import figures
from seqviz.analysis.beam import Layout, Pruned, beam_nodes, fate_reason, prefix_text
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Fate, Trace
from seqviz.translator import load
from seqviz.views.watch.beam_tree import WINDOW
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

SENTENCE = "kalt"
BEAM_SIZE = 5


def open_view(**link: str) -> AppTest:
    return pages.open_app({"text": SENTENCE, "system": "dot", "view": "tree"} | link)


@pytest.fixture
def trace() -> Trace:
    return load("de-en/dot").translate(SENTENCE)


def nodes_shown(app: AppTest) -> list[dict[str, Any]]:
    series: list[dict[str, Any]] = pages.tree(app)["series"]
    (beam,) = (one for one in series if one.get("id") == "beam")
    return list(beam["data"])


def details(app: AppTest) -> tuple[str, str]:
    """The prefix and the reason in the box of the chosen node."""
    box = app.container(key="node")
    (prefix,), (reason,) = box.text, box.markdown
    return str(prefix.value), re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", str(reason.value))


def test_pruned_and_layout_decide_which_nodes_stand_where(trace: Trace) -> None:
    app = open_view()
    choices: tuple[tuple[Pruned, Layout], ...] = (
        ("none", "rank"),
        ("next", "tree"),
        ("all", "rank"),
        ("all", "tree"),
    )
    for pruned, layout in choices:
        app.segmented_control(key="pruned").set_value(pruned)
        pages.checked(app.segmented_control(key="layout").set_value(layout).run())
        expected = beam_nodes(trace, pruned=pruned, layout=layout, last_step=WINDOW - 1)
        shown = nodes_shown(app)
        assert len(shown) == len(expected)
        places = np.array([node["value"] for node in shown])
        np.testing.assert_allclose(places[:, 1], expected.y, atol=1e-3)
        link = pages.link(app)
        assert (link["pruned"], link["layout"]) == (pruned, layout)
    assert len(app.main.expander[0].dataframe[0].value) == len(shown) - 1  # without the root


def test_a_long_search_is_shown_a_window_at_a_time(trace: Trace) -> None:
    app = open_view()
    steps = trace.search.steps
    assert steps > WINDOW
    slider = app.slider(key="window")
    assert (slider.min, slider.max) == (1, steps - WINDOW + 1)
    assert {node["value"][0] for node in nodes_shown(app)} == set(range(WINDOW + 1))
    last = steps - WINDOW + 1
    pages.checked(slider.set_value(last).run())
    assert {node["value"][0] for node in nodes_shown(app)} == set(range(last - 1, steps + 1))
    assert app.selectbox(key="node-step").options == [str(n) for n in range(last, steps + 1)]
    assert pages.link(app)["window"] == str(last)


def test_a_short_search_needs_no_window(monkeypatch: pytest.MonkeyPatch, trace: Trace) -> None:
    monkeypatch.setattr("seqviz.views.watch.beam_tree.WINDOW", trace.search.steps)
    app = open_view(window="9")
    assert "window" not in [slider.key for slider in app.slider]
    assert app.session_state["window"] == 1
    assert len({node["value"][0] for node in nodes_shown(app)}) == trace.search.steps + 1


def test_a_candidate_of_a_step_has_its_prefix_and_reason(trace: Trace) -> None:
    step = 4
    app = open_view(pruned="all")
    pages.checked(app.selectbox(key="node-step").set_value(step).run())
    fates = trace.search.candidate_fates[step]
    candidates = np.flatnonzero(fates != Fate.ABSENT).tolist()
    kept, pruned = (np.flatnonzero(fates == fate).tolist() for fate in (Fate.KEPT, Fate.PRUNED))
    box = app.selectbox(key="node-candidate")
    assert len(box.options) == len(candidates)
    for candidate in (kept[-1], pruned[0], pruned[-1]):
        pages.checked(app.selectbox(key="node-candidate").set_value(candidate).run())
        prefix, reason = details(app)
        assert prefix == prefix_text(trace, step, candidate).strip()
        facts = fate_reason(trace, step, candidate)
        assert reason == figures.reason_text(facts)
        assert pages.link(app)["node"] == f"{step}.{candidate}"
    pages.checked(app.segmented_control(key="lang").set_value("zh").run())
    assert details(app) == (prefix, figures.reason_text(facts, words=CHINESE.table))


def test_the_reason_of_a_pruned_one_names_rank_margin_and_survivor(trace: Trace) -> None:
    step, candidate = 4, int(np.flatnonzero(trace.search.candidate_fates[4] == Fate.PRUNED)[0])
    survivors = np.flatnonzero(trace.search.candidate_fates[step] == Fate.KEPT)
    sums = trace.search.candidate_cumulative[step]
    margin = float(sums[survivors[-1]] - sums[candidate])
    _, reason = details(open_view(node=f"{step}.{candidate}"))
    survivor = prefix_text(trace, step, int(survivors[-1]))
    assert reason == (
        f"Pruned: rank {candidate + 1}, but only {BEAM_SIZE} are kept; {margin:.2f} behind the "
        f"last survivor “{survivor}”."
    )


def test_the_chosen_node_is_outlined_and_has_its_distributions_and_attention(trace: Trace) -> None:
    app = open_view(node="2.1", pruned="none")
    row = beam_nodes(trace, pruned="none", last_step=WINDOW - 1).row_of(2, 1)
    assert row is not None
    shown = nodes_shown(app)
    assert shown[row]["itemStyle"]["borderWidth"] == 4
    assert [node for node in shown if node.get("itemStyle", {}).get("borderWidth") == 4] == [
        shown[row]
    ]
    for key in ("bars-chosen", "bars-follows", "node-attention"):
        assert pages.has(app, "plotly_chart", key)
    assert len(pages.labels(app, "yaxis", "node-attention")) == 1


def test_nothing_follows_a_pruned_one(trace: Trace) -> None:
    candidate = int(np.flatnonzero(trace.search.candidate_fates[2] == Fate.PRUNED)[0])
    app = open_view(node=f"2.{candidate}")
    assert not pages.has(app, "plotly_chart", "bars-follows")
    assert ENGLISH("tree.follows.nothing") in pages.captions(app)


def test_a_node_outside_the_window_gives_way_to_the_best_path(trace: Trace) -> None:
    _, path = trace.path()
    app = open_view(node="1.0", window="4")
    assert details(app)[0] == prefix_text(trace, 3, int(path[3]))
    assert app.selectbox(key="node-step").value == 3
    behind = open_view(node=f"{WINDOW}.0")
    assert details(behind)[0] == prefix_text(trace, 0, int(path[0]))


def test_without_attention_there_is_none_at_the_node() -> None:
    app = open_view(system="none-reversed")
    assert not pages.has(app, "plotly_chart", "node-attention")
    assert ENGLISH("tree.looked") not in pages.headings(app)
    assert pages.has(app, "plotly_chart", "bars-chosen")


def test_at_first_the_best_path_is_chosen_and_all_hypotheses_are_listed(trace: Trace) -> None:
    app = open_view()
    _, path = trace.path()
    expected = fate_reason(trace, 0, int(path[0]))
    prefix, reason = details(app)
    assert prefix == prefix_text(trace, 0, int(path[0]))
    assert reason == figures.reason_text(expected)
    table = app.dataframe[-1].value
    assert list(table[ENGLISH("figure.text")]) == list(trace.hypotheses.texts)
    scores, sums = table[ENGLISH("figure.score")], table[ENGLISH("figure.cumulative")]
    normaliser = table[ENGLISH("figure.normaliser")]
    np.testing.assert_allclose(scores, sums / normaliser, atol=1e-3)
    assert list(scores) == sorted(scores, reverse=True)
    assert ENGLISH("tree.stopped.max_length") in pages.captions(app)
    assert ENGLISH("figure.coverage") not in table


def test_why_the_search_stopped_is_said() -> None:
    app = open_view(system="transformer", text="es war sehr kalt", norm="none")
    assert ENGLISH("tree.stopped.bound", {"beam": 5}) in pages.captions(app)


def test_a_hundred_tokens_at_beam_twenty_are_served() -> None:
    app = open_view(text="kalt " * 25, beam="20", pruned="all", layout="tree")
    assert int(pages.numbers(app)["Tokens"].split(" → ")[1]) > 100
    assert 400 < len(nodes_shown(app)) <= 2 * 20 * WINDOW + 1


def test_samples_are_named_so_and_have_nothing_to_prune() -> None:
    app = open_view(how="sample", samples="3", node="1.1")
    assert ENGLISH("tree.sampled") in pages.captions(app)
    assert "pruned" not in [control.key for control in app.segmented_control]
    trace = load("de-en/dot").translate(
        SENTENCE, DecodeOptions(beam_size=3, sampling=Sampling(seed=0))
    )
    assert details(app)[1] == figures.reason_text(fate_reason(trace, 1, 1))
    assert details(app)[1].startswith("Drawn at random: ")
    assert ENGLISH(f"tree.stopped.{trace.stopped_by}", {"beam": 3}) in pages.captions(app)


def test_with_beta_the_hypotheses_show_their_coverage_term() -> None:
    app = open_view(beta="0.5")
    table = app.dataframe[-1].value
    assert (table[ENGLISH("figure.coverage")] <= 0).all()
    assert ENGLISH("tree.hypotheses.coverage") in pages.captions(app)
