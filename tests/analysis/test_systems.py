from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.analysis.systems import SystemRow, best_systems, difference, system_row
from tests.fixtures.toy_traces import rnn_trace

ROW = SystemRow(
    system="dot", score=-0.5, log_prob=-2.0, tokens=4, milliseconds=30.0, parameters=1_000
)


def test_a_row_holds_the_numbers_of_the_best_hypothesis() -> None:
    row = system_row("dot", rnn_trace(), chrf=40.0, bleu=12.5)
    assert row.log_prob == pytest.approx(np.log(0.24))
    assert row.score == pytest.approx(np.log(0.24) / 3)
    assert (row.system, row.tokens, row.milliseconds, row.parameters) == (
        *("dot", 3, 12.5),
        rnn_trace().model.parameters,
    )
    assert (row.chrf, row.bleu) == (40.0, 12.5)
    assert row.reference_log_prob is None
    assert row.reference_per_token is None


def test_the_reference_is_scored_in_all_and_per_token() -> None:
    row = system_row("dot", rnn_trace(), forced=rnn_trace())
    assert row.reference_log_prob == pytest.approx(np.log(0.24))
    assert row.reference_per_token == pytest.approx(np.log(0.24) / 3)


def test_higher_scores_and_lower_costs_are_best() -> None:
    slow = replace(ROW, system="slow", score=-0.4, milliseconds=60.0, parameters=2_000)
    best = best_systems([ROW, slow])
    assert best["score"] == {"slow"}
    assert best["milliseconds"] == best["parameters"] == {"dot"}
    assert best["log_prob"] == frozenset()  # both alike
    assert "tokens" not in best


def test_equals_are_both_best_and_what_is_unknown_never_is() -> None:
    rows = [
        replace(ROW, system="a", chrf=50.0),
        replace(ROW, system="b", chrf=50.0),
        replace(ROW, system="c", chrf=40.0),
        replace(ROW, system="d", chrf=float("nan")),
        ROW,
    ]
    best = best_systems(rows)
    assert best["chrf"] == {"a", "b"}
    assert best["bleu"] == frozenset()


def test_one_system_alone_is_not_best() -> None:
    assert not any(best_systems([replace(ROW, chrf=50.0)]).values())


def test_an_impossible_reference_is_the_worst() -> None:
    rows = [
        replace(ROW, system="a", reference_log_prob=-np.inf),
        replace(ROW, system="b", reference_log_prob=-90.0),
    ]
    assert best_systems(rows)["reference_log_prob"] == {"b"}


def test_what_each_side_lacks() -> None:
    found = difference("I met an old friend in the city yesterday.", "I met a friend yesterday.")
    assert [word.text.strip() for word in found.words if word.differs] == ["a"]
    assert found.missing == ("an old", "in the city")
    assert found.differing == 1
    assert not found.same


def test_characters_of_chinese_are_words() -> None:
    found = difference("我喜欢猫。", "我很喜欢狗。")
    assert [word.text for word in found.words if word.differs] == ["很", "狗"]
    assert found.missing == ("猫",)


@pytest.mark.parametrize(("base", "text"), [("cat", "cat"), ("", ""), ("a  b", "a b")])
def test_spaces_make_no_difference(base: str, text: str) -> None:
    assert difference(base, text).same


@given(base=st.text(max_size=30), text=st.text(max_size=30))
def test_nothing_of_a_translation_is_lost(base: str, text: str) -> None:
    found = difference(base, text)
    assert "".join(word.text for word in found.words) == text
    assert all(run == run.strip() and run for run in found.missing)
    assert difference(text, text).same
