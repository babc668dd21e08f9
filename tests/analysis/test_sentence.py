"""Features of a sentence, by hand."""

import math

import numpy as np
import pytest

from seqviz.analysis import sentence
from seqviz.analysis.attention import best_aligned_layer

ATTENTION = np.array([[0.6, 0.1, 0.3], [0.5, 0.05, 0.45]])
"""Two target tokens; source words "a", "b", EOS."""
GROUPS = np.array([0, 1, 2])


def test_the_lowest_three_count() -> None:
    assert sentence.lowest_mean(np.array([-1.0, -5, -2, -0.1])) == pytest.approx(-8 / 3)
    assert sentence.lowest_mean(np.array([-1.0, -2])) == pytest.approx(-1.5)


def test_a_word_ignores_its_source_where_its_pieces_together_do() -> None:
    contrast, groups = np.array([-0.2, 0.4, -0.5, -0.1, -3]), np.array([0, 0, 1, 2, 3])
    assert sentence.ignored_share(contrast, groups) == pytest.approx(2 / 3)
    assert math.isnan(sentence.ignored_share(np.array([3.0]), np.array([0])))


def test_runs_that_came_before_are_repeated() -> None:
    # ab ba ab ba / aba bab aba / abab baba: 2 + 2 + 2 of 9 are distinct
    assert sentence.repeated_share(list("ababa")) == pytest.approx(1 - 6 / 9)
    assert sentence.repeated_share(list("abc")) == 0
    assert sentence.repeated_share(["a"]) == 0


def test_words_that_tell_something_are_copied() -> None:
    words = ["Hund", "the", "cats", "猫"]
    assert sentence.copied_share(words, ["Hund", "the", "猫"]) == pytest.approx(2 / 3)
    assert math.isnan(sentence.copied_share(["the", "42"], ["the"]))


def test_what_the_source_words_received() -> None:
    assert sentence.least_coverage(ATTENTION, GROUPS) == pytest.approx(0.15)
    assert sentence.least_coverage(ATTENTION, np.array([0, 0, 1])) == pytest.approx(1.25)
    assert sentence.left_out_share(ATTENTION, GROUPS) == 0
    assert sentence.left_out_share(ATTENTION * [1, 0.7, 1], GROUPS) == 0.5
    assert sentence.left_out_share(ATTENTION * [1, 0.7, 1], np.array([0, 0, 1])) == 0
    assert math.isnan(sentence.least_coverage(ATTENTION[:, -1:], np.array([0])))


def test_weak_evidence() -> None:
    # shares .55, .075, .375 against a third each
    assert sentence.distance_from_uniform(ATTENTION) == pytest.approx(0.55 + 0.375 - 2 / 3)
    assert sentence.attention_to_end(ATTENTION) == pytest.approx(0.375)


def test_the_layer_is_the_one_that_the_page_shows() -> None:
    stack = np.random.default_rng(1).dirichlet(np.ones(5), (4, 2, 3))  # (L, H, T, S)
    expected = stack[best_aligned_layer(stack)].mean(0)
    np.testing.assert_array_equal(sentence.best_covering(stack.mean(1)), expected)
