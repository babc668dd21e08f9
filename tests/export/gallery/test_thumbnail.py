"""A search as a small picture: all that was kept, within its bounds, and no text of a stranger."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from seqviz.export.gallery.thumbnail import HEIGHT, MOST_STEPS, WIDTH, thumbnail
from seqviz.trace import Fate, Trace
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace

LONG = random_trace(2, 60, 5)


def lines(svg: str) -> dict[str, int]:
    """How many lines each path has, by its class."""
    return {path.get("class", ""): path.get("d", "").count("M") for path in ET.fromstring(svg)[:2]}


def test_every_kept_and_finished_prefix_is_a_line() -> None:
    trace = rnn_trace()
    fates = trace.search.candidate_fates
    alive = int(np.isin(fates, (Fate.KEPT, Fate.FINISHED)).sum())
    best = len(trace.target())
    assert lines(thumbnail(trace)) == {"": alive - best, "best": best}


def test_greedy_decoding_shows_what_it_cut() -> None:
    trace = greedy_trace()
    steps = trace.search.steps
    assert lines(thumbnail(trace)) == {"": steps, "best": steps}


@pytest.mark.parametrize("trace", [rnn_trace(), greedy_trace(), LONG, random_trace(1, 1, 1)])
def test_all_of_it_is_within_its_bounds(trace: Trace) -> None:
    svg = thumbnail(trace)
    places = re.findall(r"[ML]([\d.]+) ([\d.]+)", svg)
    places += [(dot.get("cx", ""), dot.get("cy", "")) for dot in ET.fromstring(svg).iter("circle")]
    assert places
    for x, y in places:
        assert 0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT
    assert "▁" not in svg and "text" not in svg


def test_of_a_long_search_the_beginning_is_drawn() -> None:
    assert LONG.search.steps > MOST_STEPS
    assert lines(thumbnail(LONG))["best"] == min(MOST_STEPS, len(LONG.target()))
