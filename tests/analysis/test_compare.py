from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.analysis.compare import (
    character_differences,
    cumulative_log_probs,
    first_difference,
    greedy_prefix_fate,
    sweep_row,
    word_differences,
)
from seqviz.trace import Trace
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace


def test_words_that_differ_are_marked_on_both_sides() -> None:
    first, second = word_differences("it was very dry.", "it was over.")
    assert [word for word, differs in first if differs] == ["very ", "dry"]
    assert [word for word, differs in second if differs] == ["over"]


def test_characters_of_chinese_are_compared_one_by_one() -> None:
    first, _ = word_differences("我喜欢猫。", "我喜欢狗。")
    assert [tuple(word) for word in first] == [
        *(("我", False), ("喜", False), ("欢", False), ("猫", True), ("。", False))
    ]


@given(a=st.text(max_size=30), b=st.text(max_size=30))
def test_the_words_are_the_texts(a: str, b: str) -> None:
    first, second = word_differences(a, b)
    assert "".join(word.text for word in first) == a
    assert "".join(word.text for word in second) == b


@given(text=st.text(max_size=30))
def test_equal_texts_do_not_differ(text: str) -> None:
    assert not any(word.differs for side in word_differences(text, text) for word in side)


def test_the_first_difference_names_both_tokens_and_who_won() -> None:
    found = first_difference(greedy_trace(), rnn_trace())
    assert found is not None
    assert (found.step, found.greedy_piece, found.beam_piece) == (0, "▁a", "▁the")
    assert found.greedy_prob == pytest.approx(0.4)
    assert found.beam_prob == pytest.approx(0.5)
    assert found.log_prob_margin == pytest.approx(np.log(0.24 / 0.072), rel=1e-5)
    assert found.score_margin == pytest.approx(np.log(0.24 / 0.072) / 3, rel=1e-5)


def test_equal_decodings_have_no_difference() -> None:
    assert first_difference(rnn_trace(), rnn_trace()) is None


def test_a_greedy_prefix_that_the_beam_cut() -> None:
    fate = greedy_prefix_fate(greedy_trace(), rnn_trace())
    assert (fate.code, fate.step, fate.rank, fate.hypothesis) == ("pruned", 1, 3, None)


def test_a_greedy_prefix_that_finished_or_never_was_a_candidate() -> None:
    beam = rnn_trace()
    fate = greedy_prefix_fate(beam, beam)
    assert (fate.code, fate.step, fate.rank, fate.hypothesis) == ("finished", 2, 1, 0)
    greedy = greedy_trace()
    tokens = np.array([[3, 6], [7, 3], [3, 6]], np.int32)  # ends at once
    greedy = replace(greedy, search=replace(greedy.search, candidate_tokens=tokens))
    unseen = greedy_prefix_fate(greedy, beam)
    assert (unseen.code, unseen.step) == ("unseen", 0)


@given(seed=st.integers(0, 200))
def test_any_hypothesis_followed_through_its_own_search_is_found_again(seed: int) -> None:
    trace = random_trace(seed, 5, 3)
    fate = greedy_prefix_fate(trace, trace)
    assert fate.code == ("finished" if trace.hypotheses.finished[0] else "alive")
    assert fate.hypothesis == 0


def test_cumulative_log_probs_end_at_the_sum() -> None:
    trace = rnn_trace()
    np.testing.assert_allclose(cumulative_log_probs(trace), np.log([0.5, 0.4, 0.24]), rtol=1e-5)


def test_sweep_row_takes_the_best_hypothesis() -> None:
    row = sweep_row(rnn_trace(), chrf=50.0)
    assert (row.beam_size, row.length, row.text, row.chrf) == (2, 3, "the cat", 50.0)
    assert row.score == pytest.approx(np.log(0.24) / 3, abs=1e-5)


def test_coverage_terms_count_in_the_margin_of_the_scores() -> None:
    greedy, beam = greedy_trace(), rnn_trace()
    plain, covered = first_difference(greedy, beam), first_difference(greedy, with_term(beam, -0.4))
    assert plain is not None
    assert covered is not None
    assert covered.score_margin == pytest.approx(plain.score_margin - 0.4, abs=1e-6)
    assert covered.log_prob_margin == plain.log_prob_margin


def with_term(trace: Trace, term: float) -> Trace:
    terms = np.full(len(trace.hypotheses), term, np.float32)
    return replace(trace, hypotheses=replace(trace.hypotheses, coverage_terms=terms))


def test_characters_that_differ_are_marked() -> None:
    found, wanted = character_differences("1998-03-03", "1999-03-13")
    assert "".join(part.text for part in found) == "1998-03-03"
    assert [place for place, part in enumerate(found) if part.differs] == [3, 8]
    assert [place for place, part in enumerate(wanted) if part.differs] == [3, 8]


def test_equal_texts_have_no_marks_and_empty_ones_no_characters() -> None:
    assert not [part for side in character_differences("ab", "ab") for part in side if part.differs]
    assert character_differences("", "a") == ([], [("a", True)])
