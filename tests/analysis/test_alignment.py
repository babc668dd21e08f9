"""Attention as an alignment: merging, off by one in both directions, and the error rate."""

import numpy as np
import pytest

from seqviz.analysis.alignment import (
    NO_LINK,
    Array,
    agreement,
    links_of,
    rows_when_fed,
    shares_by_characters,
    shares_by_groups,
    word_links,
)
from seqviz.analysis.gold import read_gold
from seqviz.analysis.words import word_groups


def eye(size: int) -> Array:
    """Every token a word, but for the last, EOS."""
    return np.eye(size)[:, :-1]


def test_tokens_share_the_words_that_they_overlap() -> None:
    pieces = ("⟨deu⟩", "▁", "ca", "n't", "▁go", "<0xE4>", "<0xB8>", "。!", "</s>")
    spans = ((0, 0), (0, 0), (0, 2), (2, 5), (6, 8), (9, 9), (9, 10), (10, 12), (12, 12))
    words = ((0, 2), (2, 5), (6, 8), (9, 10), (10, 11), (11, 12))
    shares = shares_by_characters(pieces, spans, words)
    first = [row.argmax() if row.max() == 1 else NO_LINK for row in shares]
    assert first == [NO_LINK, 0, 0, 1, 2, 3, 3, NO_LINK, NO_LINK]
    np.testing.assert_array_equal(shares[7], [0, 0, 0, 0, 0.5, 0.5])
    assert not shares[[0, 8]].any()


def test_an_instruction_is_no_word_and_a_broken_character_is_one() -> None:
    pieces = ("▁translate", "▁½", "1", "/", "2", "</s>")
    spans = ((0, 0), (0, 1), (2, 2), (2, 2), (2, 3), (3, 3))
    shares = shares_by_characters(pieces, spans, ((0, 1), (2, 3)))
    np.testing.assert_array_equal(shares.sum(1), [0, 1, 1, 1, 1, 0])
    np.testing.assert_array_equal(shares[2:5, 1], 1)


def test_words_of_pieces_leave_special_tokens_out() -> None:
    pieces = ("▁ca", "ts", "▁<unk>", "</s>")
    shares = shares_by_groups(pieces, word_groups(pieces))
    assert shares[:3].sum() == 3 and not shares[3].any()


def test_source_pieces_are_summed_and_target_pieces_averaged() -> None:
    attention = np.array([[0.3, 0.3, 0.4, 0.0], [0.1, 0.1, 0.7, 0.1], [0.0, 0.1, 0.0, 0.9]])
    source = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], float)  # two pieces, one, EOS
    apart = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], float)
    assert word_links(attention, apart, source).tolist() == [0, 1, NO_LINK]
    together = np.array([[1, 0], [1, 0], [0, 1]], float)  # 0.4 on the first, 0.55 on the second
    assert word_links(attention, together, source).tolist() == [1, NO_LINK]


def test_a_row_is_of_the_step_that_predicts_or_of_the_one_that_is_fed() -> None:
    """Off by one in both directions: what a model looks at now, and one step later."""
    now = np.eye(4)
    later = np.roll(now, 1, axis=0)  # row t + 1 looks at source token t
    words = eye(4)
    diagonal = [0, 1, 2]
    assert word_links(now, words, words).tolist() == diagonal
    assert word_links(rows_when_fed(later), words, words).tolist() == diagonal
    assert word_links(later, words, words).tolist() == [NO_LINK, 0, 1]
    assert word_links(rows_when_fed(now), words, words).tolist() == [1, 2, NO_LINK]


def test_a_last_token_that_is_never_fed_has_no_link() -> None:
    fed = rows_when_fed(np.full((2, 2), 0.5))
    np.testing.assert_array_equal(fed, [[0.5, 0.5], [0, 0]])
    assert word_links(fed, np.eye(2), np.eye(2)).tolist() == [0, NO_LINK]


def test_a_stack_of_heads_is_merged_like_each_of_them() -> None:
    attention = np.random.default_rng(3).dirichlet(np.ones(5), (2, 3, 4))
    target, source = np.eye(4), eye(5)
    found = word_links(attention, target, source)
    for layer, head in np.ndindex(2, 3):
        alone = word_links(attention[layer, head], target, source)
        np.testing.assert_array_equal(found[layer, head], alone)


def test_the_error_rate_by_hand() -> None:
    """1 − (|A ∩ S| + |A ∩ P|) / (|A| + |S|); Och & Ney 2003, as NLTK computes it, too."""
    (pair,) = read_gold(["a b c d\tw x y z\t0-0 1-1 2-2 1?2 3?3"], "gold")
    found = np.array([0, 1, 1, NO_LINK])  # A = {0-0, 1-1, 1-2}: two sure ones, one possible
    counted = agreement(found, pair)
    assert links_of(found) == {(0, 0), (1, 1), (1, 2)}
    assert counted.error_rate == pytest.approx(1 - (2 + 3) / (3 + 3))
    assert counted.precision == 1 and counted.recall == pytest.approx(2 / 3)
    both = counted + agreement(np.array([3, 3, 3, 2]), pair)  # A = {3-0, 3-1, 3-2, 2-3}: all wrong
    assert both.error_rate == pytest.approx(1 - (2 + 3) / (7 + 6))
    assert both.precision == pytest.approx(3 / 7) and both.recall == pytest.approx(2 / 6)
    perfect = agreement(np.array([0, 1, 2, 3]), pair)
    assert perfect.error_rate == 0 and perfect.recall == 1
    nothing = agreement(np.full(4, NO_LINK), pair)
    assert nothing.error_rate == 1 and np.isnan(nothing.precision)
