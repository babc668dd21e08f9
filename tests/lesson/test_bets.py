"""The four bets: what is asked, what is right, what it scores."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.errors import ModelError
from seqviz.lesson import Asked
from seqviz.lesson.bets import (
    bits_of,
    certain_bits,
    dies_question,
    distance,
    fails_question,
    next_question,
    row_question,
)
from seqviz.lesson.scene import doomed
from seqviz.trace import Trace
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace
from tests.lesson.small import SmallModels, scene


def test_an_even_share_scores_nothing_and_certainty_all_bits() -> None:
    assert bits_of(1 / 5, 5) == pytest.approx(0)
    assert bits_of(1.0, 4) == pytest.approx(2)
    assert bits_of(0.0, 4) == pytest.approx(-18)  # the floor: 20 bits below


@given(st.integers(2, 5), st.integers(1, 4))
def test_blind_guessing_scores_nothing_where_the_outcome_is_certain(
    options: int, right: int
) -> None:
    gain, loss = certain_bits(options, min(right, options - 1))
    right = min(right, options - 1)
    assert gain == pytest.approx(math.log2(options / right))
    assert right * gain + (options - right) * loss == pytest.approx(0)


def test_rows_with_nothing_in_common_are_one_apart() -> None:
    assert distance(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1)
    assert distance(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0
    assert distance(np.array([0.5, 0.5]), np.array([0.7, 0.3])) == pytest.approx(0.2)


def test_the_next_token_is_asked_in_alphabetical_order() -> None:
    found = next_question(scene(1))
    assert found is not None
    assert [option.label for option in found.options] == ["cat", "sat", "⟨eos⟩"]
    cat, sat, end = found.options
    assert [cat.right, sat.right, end.right] == [True, False, False]
    assert [option.prob for option in found.options] == pytest.approx([0.8, 0.15, 0.05], abs=1e-6)
    assert cat.bits == pytest.approx(math.log2(0.8 * 3), abs=1e-5)


def test_the_chosen_token_is_among_the_five() -> None:
    trace = random_trace(11, 8, 3)
    for step in range(len(trace.target())):
        found = next_question(scene(step, trace=trace))
        assert found is not None
        assert len(found.options) <= 5
        assert sum(option.right for option in found.options) == 1


def test_nothing_is_asked_where_no_distribution_was_recorded() -> None:
    assert next_question(scene(1, trace=greedy_trace())) is None
    assert next_question(scene(99)) is None


def test_a_row_is_painted_on_whole_words() -> None:
    found = row_question(scene(1))
    assert found is not None
    assert found.columns == ("Die", "Katze", "⟨eos⟩")
    assert found.weights == pytest.approx((0.1, 0.8, 0.1))
    assert found.flat == pytest.approx(0.5 * (2 * (1 / 3 - 0.1) + 0.8 - 1 / 3))
    assert row_question(scene(1, trace=rnn_trace(attention=False))) is None


def test_the_prefixes_that_die_are_right() -> None:
    trace = random_trace(3, 6, 4)
    step = next(step for step in range(5) if doomed(trace, step))
    found = dies_question(scene(step, trace=trace))
    assert found is not None
    dying = {option.detail for option in found.options if option.right}
    assert dying <= {f"{step}.{candidate}" for candidate in doomed(trace, step)}
    assert dying
    assert {option.bits > 0 for option in found.options if option.right} == {True}
    assert dies_question(scene(0)) is None


def test_many_prefixes_are_cut_down_to_five_with_one_that_dies() -> None:
    trace = random_trace(5, 8, 12)
    steps = [step for step in range(7) if doomed(trace, step)]
    assert steps
    for step in steps:
        found = dies_question(scene(step, trace=trace))
        if found is not None:
            assert len(found.options) == 5
            assert any(option.right for option in found.options)


def test_the_system_farthest_from_the_reference_fails() -> None:
    good, bad = scene(0), scene(0).by("none")
    found = fails_question([good, bad], ["with", "without"])
    assert found is not None
    assert [(option.label, option.detail, option.right) for option in found.options] == [
        ("with", "dot", False),
        ("without", "none", True),
    ]
    assert [option.bits for option in found.options] == [-1, 1]
    assert fails_question([good, good], ["a", "b"]) is None


def test_without_a_reference_the_odd_one_out_fails() -> None:
    one = scene(0)
    unknown = replace(one, asked=replace(one.asked, reference=""))
    odd = replace(unknown, trace=greedy_trace(), asked=replace(unknown.asked, system="none"))
    found = fails_question([unknown, odd, unknown], ["a", "b", "c"])
    assert found is not None
    assert [option.right for option in found.options] == [False, True, False]


def test_of_two_without_a_reference_the_one_least_like_the_transformers_fails() -> None:
    """It says "the cat"; where there is none, or it is asked of, each is as far from the other."""
    one = scene(0)
    unknown = replace(one, asked=replace(one.asked, reference=""))
    found = fails_question([unknown, unknown.by("none")], ["a", "b"])
    assert found is not None
    assert [option.right for option in found.options] == [False, True]
    judge = unknown.by("transformer")
    assert fails_question([judge, unknown.by("none")], ["a", "b"]) is None

    class Lacking(SmallModels):
        def decode(self, asked: Asked) -> Trace:
            if asked.system == "transformer":
                raise ModelError("unknown_model", {"found": asked.model, "nearest": ""})
            return super().decode(asked)

    lacking = replace(unknown, models=Lacking())
    assert fails_question([lacking, lacking.by("none")], ["a", "b"]) is None
