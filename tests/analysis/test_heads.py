"""What a head is like over many sentences: every number against one made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from seqviz.analysis.heads import OF_SENTENCES, Array, HeadStudy, diagonality, head_measures
from seqviz.analysis.words import is_punctuation

PIECES = ("▁a", "▁,", "▁b", ".", "</s>")
ENDS = (False, False, False, False, True)


def study(measures: Array) -> HeadStudy:
    """Of sentences 1, 2, …; measures (N, M, L, H)."""
    count, *_, layers, heads = measures.shape
    none = np.full((layers, heads), np.nan)
    return HeadStudy(
        model="de-en/transformer",
        fingerprint="0" * 64,
        test_set="test.tsv",
        numbers=tuple(range(1, count + 1)),
        sources=tuple(f"sentence {number}" for number in range(1, count + 1)),
        forced=0,
        measures=measures,
        changes=none,
        sample=0,
        error_rates=none,
        gold="",
    )


def test_measures_of_heads_by_hand() -> None:
    even, rows = np.full((2, 5), 0.2), np.array([[0.5, 0.5, 0, 0, 0], [0, 0, 0, 0.25, 0.75]])
    found = head_measures(np.stack((even, rows))[None], PIECES, ENDS)  # (M, 1, 2)
    assert found.shape == (len(OF_SENTENCES), 1, 2)
    entropies = np.log(2), -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    mean = sum(entropies) / 2 / np.log(5)
    np.testing.assert_allclose(found[:, 0, 0], [1, 0.2, 0.4, 0.5])
    np.testing.assert_allclose(found[:, 0, 1], [mean, 0.375, 0.375, 1 - (0.125 + 0.0625) / 2])


@pytest.mark.parametrize(
    ("attention", "value"),
    [(np.eye(3), 1.0), (np.eye(2)[::-1], 0.0), (np.ones((1, 1)), 1.0), (np.eye(3)[1:2], 0.5)],
)
def test_the_diagonal_is_one_and_the_other_corners_nothing(attention: Array, value: float) -> None:
    assert diagonality(attention) == pytest.approx(value)


def test_even_rows_come_to_two_thirds() -> None:
    assert diagonality(np.full((300, 200), 1 / 200)) == pytest.approx(2 / 3, abs=0.01)


def test_marks_alone_are_punctuation() -> None:
    pieces = ("▁", "▁.", "。", "a.", "</s>", "<0x0A>", "⟨deu⟩", "▁€")
    assert [is_punctuation(piece) for piece in pieces] == [
        False, True, True, False, False, False, False, True
    ]  # fmt: skip


def test_the_sentences_at_either_end_are_told() -> None:
    first = np.array([0.1, 0.5, 0.2, 0.3, 0.9, 0.4, 0.35])  # mean 0.393
    measures = np.zeros((7, len(OF_SENTENCES), 1, 1))
    measures[:, 0, 0, 0] = first
    measures[:, 1] = 0.25  # what never changes counts nothing
    found = study(measures)
    apart = np.abs(first - first.mean()) / first.std()
    np.testing.assert_allclose(found.distances()[:, 0, 0], apart)
    assert found.extremes(0, 0) == ((5, 6, 3), (4, 0, 2))
    assert study(measures[:2]).extremes(0, 0) == ((0,), (1,))
    assert study(measures[:1]).extremes(0, 0) == ((0,), ())


def test_what_was_not_measured_is_left_out() -> None:
    found = study(np.ones((2, len(OF_SENTENCES), 1, 2)))
    assert tuple(found.values()) == OF_SENTENCES
    assert tuple(replace(found, changes=np.zeros((1, 2))).values()) == (*OF_SENTENCES, "change")
