"""Edits refuse what no model can carry out, and say where they are made."""

import math
from typing import Any, get_args

import pytest

from seqviz.errors import InputError
from seqviz.options.intervention import EditKind, Intervention

NEEDED: dict[str, dict[str, Any]] = {"mute": {"sources": (0,)}, "set": {"weights": (1.0, 0.0)}}


@pytest.mark.parametrize("kind", get_args(EditKind))
def test_every_kind_asks_for_what_it_needs_and_nothing_else(kind: EditKind) -> None:
    needed = NEEDED.get(kind, {})
    assert Intervention(kind=kind, **needed).kind == kind
    for wrong in ({}, *NEEDED.values(), {**NEEDED["mute"], **NEEDED["set"]}):
        if wrong != needed:
            with pytest.raises(InputError) as caught:
                Intervention(kind=kind, **wrong)
            assert caught.value.code == "edit_incomplete"
            assert kind in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "sharpen", "temperature": 0.0},
        {"kind": "sharpen", "temperature": 100.1},
        {"kind": "sharpen", "temperature": math.nan},
        {"kind": "shuffle", "seed": -1},
        {"kind": "shuffle", "seed": 2**31},
        {"kind": "uniform", "steps": (-1,)},
        {"kind": "ablate", "heads": ((0, -1),)},
        {"kind": "mute", "sources": (-1,)},
        {"kind": "set", "weights": (-0.1, 1.0)},
        {"kind": "set", "weights": (math.inf,)},
        {"kind": "set", "weights": (math.nan,)},
    ],
)
def test_a_number_out_of_range_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        Intervention(**wrong)
    assert caught.value.code == "option_out_of_range"


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        Intervention(kind="melt")  # type: ignore[arg-type]  # what the test is about
    assert caught.value.code == "option_unknown"
    assert all(kind in str(caught.value) for kind in get_args(EditKind))


def test_where_an_edit_is_made() -> None:
    everywhere = Intervention(kind="uniform")
    assert all(everywhere.applies_at(step) for step in (0, 1, 511))
    assert [everywhere.heads_of(layer, 3) for layer in (0, 5)] == [(0, 1, 2)] * 2
    somewhere = Intervention(kind="uniform", steps=(2,), heads=((1, 0), (1, 2)))
    assert [somewhere.applies_at(step) for step in (1, 2, 3)] == [False, True, False]
    assert [somewhere.heads_of(layer, 3) for layer in (0, 1)] == [(), (0, 2)]
