"""Bars of a step: with and without the sentence, distances, scores, sequences, gradient steps."""

import math
from dataclasses import replace
from typing import Any

import pytest

from seqviz.errors import InputError
from seqviz.lesson import read_chapter
from seqviz.lesson.chart import Chart
from seqviz.lesson.charts import CHARTS, charts_of
from seqviz.lesson.named import fact
from seqviz.lesson.scene import Scene
from seqviz.records.lengths import LengthStudy
from seqviz.translator.gradient import GradientSteps
from tests.fixtures.toy_traces import rnn_trace
from tests.lesson.small import CHAPTER, SmallModels, scene, study


def chart(name: str, of: Scene | None = None) -> Chart:
    found = CHARTS[name](of or scene(1), "en")
    assert found is not None
    return found


def test_each_token_stands_with_and_without_the_sentence() -> None:
    found = chart("contrast")
    assert [row.label for row in found.rows] == ["the", "cat", "⟨eos⟩"]
    assert [row.values for row in found.rows] == [(0.5, 0.25), (0.8, 0.4), (0.6, 0.3)]
    assert len(found.series) == 2


def test_what_the_sentence_adds_is_the_difference_of_the_logarithms() -> None:
    found = chart("difference")
    assert [row.values[0] for row in found.rows] == pytest.approx([0.6931] * 3)
    assert (found.unit, found.most) == ("nats", 1.0)
    assert found.series[0].endswith("Σ = 2.08")


def test_a_sum_is_shown_term_by_term() -> None:
    found = chart("terms")
    assert [row.label for row in found.rows] == ["the", "cat", "⟨eos⟩"]
    probs = [math.exp(row.values[0] or 0) for row in found.rows]
    assert probs == pytest.approx([0.5, 0.8, 0.6], abs=1e-4)
    sums = [math.exp(row.values[1] or 0) for row in found.rows]
    assert sums == pytest.approx([0.5, 0.4, 0.24], abs=1e-4)
    assert found.most == pytest.approx(-math.log(0.24))


def test_distances_are_counted_in_both_ways_of_reading() -> None:
    """Of "Die Katze" ⟨eos⟩: "the" comes of the first of three, "cat" of the second."""
    found = chart("distances")
    assert [(row.label, row.note, row.values) for row in found.rows] == [
        ("the", "Die", (2.0, 1.0)),
        ("cat", "Katze", (2.0, 3.0)),
    ]
    bare = replace(scene(1), models=Blind())
    assert CHARTS["distances"](bare, "en") is None


class Blind(SmallModels):
    """Attends to nothing."""

    def decode(self, asked: Any) -> Any:
        return rnn_trace(attention=False)


def test_systems_stand_with_their_scores() -> None:
    text = CHAPTER.replace("show: [compare, systems]", "show: [scores]")
    step = read_chapter(text, "x.yaml").steps[3]
    found = charts_of(step, scene(1), shown={"scores"}, language="en")["scores"]
    assert [row["values"] for row in found["rows"]] == [(99.0,), (50.0,)]
    assert found["series"] == ("exactly right on the test set, %",)
    assert [row["label"] for row in found["rows"]][1] == "LSTM, no attention"


def lengths_of(models: SmallModels, *systems: str) -> dict[str, Any] | None:
    text = CHAPTER.replace(
        "systems: [dot, none]\n    bet", f"systems: [{', '.join(systems)}]\n    bet"
    )
    step = read_chapter(text.replace("[compare, systems]", "[lengths]"), "x.yaml").steps[3]
    one = replace(scene(1), models=models)
    found: dict[str, Any] | None = charts_of(step, one, shown={"lengths"}, language="en")["lengths"]
    return found


def test_quality_by_length_is_a_curve_a_system_with_its_intervals() -> None:
    found = lengths_of(SmallModels(), "dot", "additive")
    assert found is not None
    assert [(row["label"], row["note"], row["at"]) for row in found["rows"]] == [
        ("1–4", "(1,200)", 3.0),
        ("5+", "(30)", 9.0),
    ]
    assert found["rows"][1]["values"] == (40.0, 40.0)
    assert found["rows"][1]["intervals"] == ((35.0, 45.0), (35.0, 45.0))
    assert (found["most"], len(found["series"])) == (85.0, 2)
    assert "exactly right" in found["axis"]


def test_what_was_measured_otherwise_or_not_at_all_is_not_compared() -> None:
    class Otherwise(SmallModels):
        def lengths(self, model: str) -> LengthStudy | None:
            return study(model, digest=model)

    assert lengths_of(SmallModels(), "dot", "none") is None
    assert lengths_of(Otherwise(), "dot", "additive") is None


def test_where_two_systems_look_stands_beside_each_other() -> None:
    text = CHAPTER.replace("show: [compare, systems]", "show: [looks]")
    step = read_chapter(text.replace("[dot, none]", "[dot, additive]"), "x.yaml").steps[3]
    found = charts_of(step, scene(1), shown={"looks"}, language="en")["looks"]
    weights = rnn_trace().cross_attention
    assert weights is not None
    assert [row["values"] for row in found["rows"]] == [
        pytest.approx((weight, weight), abs=1e-4) for weight in weights[0, 0, 1].tolist()
    ]
    assert found["series"] == ("LSTM, dot attention", "LSTM, additive attention")
    blind = read_chapter(text, "x.yaml").steps[3]  # "none" has written something else
    assert charts_of(blind, scene(1), shown={"looks"}, language="en")["looks"] is None
    step = replace(step, systems=("dot",))
    one = replace(scene(1), models=Blind())
    assert charts_of(step, one, shown={"looks"}, language="en")["looks"] is None


def test_sequences_are_listed_with_the_greedy_one() -> None:
    found = chart("sequences")
    assert [(row.label, row.mark) for row in found.rows] == [
        ("the cat", "best"),
        ("a sat", "greedy"),
        ("the", ""),
    ]
    assert CHARTS["sequences"](scene(1).by("none"), "en") is None


@pytest.mark.parametrize(
    ("name", "after"), [("learn_one", 0.25), ("learn_ten", 0.7), ("learn_far", 0.3)]
)
def test_a_gradient_step_moves_the_hardest_token(name: str, after: float) -> None:
    found = chart(name)
    right = next(row for row in found.rows if row.mark == "right")
    assert right.label == "cat"
    assert right.values == pytest.approx((0.2, after))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("all_sequences", "3"),
        ("all_best", "the cat"),
        ("all_best_prob", "50%"),
        ("all_greedy_prob", "7.2%"),
        ("all_greedy_is_best", "no"),
        ("right_token", "cat"),
        ("right_before", "20%"),
        ("right_after_one", "25%"),
        ("right_after_ten", "70%"),
        ("right_after_far", "30%"),
        ("learning_rate", "0.001"),
        ("far_rate", "0.01"),
    ],
)
def test_facts_of_a_toy(name: str, written: str) -> None:
    found = fact(name, scene(1))
    assert found is not None
    assert found.text == written


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_a_chart_that_cannot_be_drawn_is_none(name: str) -> None:
    class Nothing(Blind):
        def without_source(self, asked: Any, rank: int) -> None:
            return None

        def every_target(self, asked: Any, most: int) -> None:
            return None

        def beam_sizes(self, model: str) -> None:
            return None

        def training(self, model: str) -> None:
            return None

        def learn(self, asked: Any, rates: tuple[float, ...]) -> GradientSteps:
            raise InputError("model_too_large", {"found": 9, "limit": 8})

    found = CHARTS[name](replace(scene(1), models=Nothing()), "en")
    assert (found is None) is (name != "terms"), "every translation is a sum"
