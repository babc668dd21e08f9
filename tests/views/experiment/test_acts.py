"""What is done on a picture becomes a start or an edit, and nonsense becomes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
from seqviz.views.experiment import acts
from tests.fixtures import toy_traces as toy

TRACE = toy.transformer_trace()
SOURCES = len(TRACE.source.ids)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Starts and edits that were taken to their screens, and the screens turned to."""
    found: list[object] = []
    monkeypatch.setattr("seqviz.views.experiment.starts.go", found.append)
    monkeypatch.setattr("seqviz.views.experiment.edit_panel.add", found.append)
    monkeypatch.setattr("seqviz.views.session.state.put", lambda _, view: found.append(view))
    return found


def take(name: str, facts: Mapping[str, Any], trace: Trace = TRACE) -> None:
    acts.take(lambda: trace, name, facts)


def test_a_node_is_the_start_up_to_it(done: list[object]) -> None:
    _, path = TRACE.path()
    take("continue", {"node": f"1.{path[1]}"})
    assert done == [TRACE.target()[:2]]


def test_what_is_drawn_is_an_edit(done: list[object]) -> None:
    weights = [0.123456, *[0.0] * (SOURCES - 1)]
    take("mute", {"source": 0, "end": 2})
    take("ablate", {"layer": 0, "head": 1})
    take("paint", {"step": 1, "end": 3, "weights": weights})
    assert done == [
        Intervention(kind="mute", sources=(0, 1)),
        "intervene",
        Intervention(kind="ablate", heads=((0, 1),)),
        "intervene",
        Intervention(kind="set", steps=(1, 2), weights=(0.1235, *weights[1:])),
        "intervene",
    ]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("continue", {"node": "99.0"}),
        ("continue", {"node": 3}),
        ("continue", {}),
        ("mute", {"source": SOURCES, "end": SOURCES + 1}),
        ("mute", {"source": "x", "end": None}),
        ("ablate", {"layer": 99, "head": 0}),
        ("ablate", {"layer": 0, "head": -1}),
        ("paint", {"step": 0, "end": 1, "weights": [1.0]}),
        ("paint", {"step": 0, "end": 1, "weights": [float("nan")] * SOURCES}),
        ("paint", {"step": 99, "end": 100, "weights": [1.0] * SOURCES}),
        ("format", {}),
    ],
)
def test_nonsense_does_nothing(done: list[object], name: str, facts: Mapping[str, Any]) -> None:
    take(name, facts)
    assert done == []


def test_without_attention_there_is_nothing_to_edit(done: list[object]) -> None:
    bare = replace(TRACE, model=replace(TRACE.model, attention="none"))
    assert acts.possible(bare) == ("continue",)
    take("mute", {"source": 0, "end": 1}, bare)
    assert done == []
