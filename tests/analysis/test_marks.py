"""Signals of words by hand, and which words are marked."""

import numpy as np
import pytest

from seqviz.analysis.marks import (
    LOWEST,
    Kind,
    Read,
    Rule,
    Words,
    repeats,
    source_words,
    target_words,
    word_marks,
)

SOURCE = ("▁Der", "▁Sch", "eck", "▁platzt", ".", "</s>")
TARGET = ("▁The", "▁Sch", "eck", "▁bounced", ".", "</s>")
LOG_PROBS = np.log([0.5, 0.01, 0.9, 0.25, 1.0, 0.8])


def spelled(pieces: tuple[str, ...], bounds: np.ndarray) -> list[str]:
    return ["".join(pieces[start:end]) for start, end in bounds]


def test_a_word_is_as_surprising_as_its_least_expected_piece() -> None:
    words = target_words(TARGET, LOG_PROBS, source=SOURCE)
    assert spelled(TARGET, words.bounds) == ["▁The", "▁Scheck", "▁bounced", "."]
    expected = -np.log([0.5, 0.01, 0.25, 1.0])
    np.testing.assert_allclose(words.signals["surprisal"], expected)
    assert words.signals.keys() == {"surprisal", "repeated", "copied"}


def test_a_copied_word_is_spelled_as_in_the_source_and_punctuation_is_none() -> None:
    words = target_words(TARGET, LOG_PROBS, source=SOURCE)
    np.testing.assert_allclose(words.signals["copied"], [0, -np.log(0.01), 0, 0])
    upper = ("▁THE", "▁SCHECK")
    copied = target_words(upper, np.array([-1.0, -2.0]), source=SOURCE).signals["copied"]
    assert copied.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (("▁nein", "▁nein", "</s>"), [0, 0, 0]),
        (("▁nein", "▁ja", "▁er", "▁nein", "</s>"), [0, 4, 0]),  # one word is no phrase
    ],
)
def test_a_phrase_that_the_source_repeats_may_be_said_twice(
    source: tuple[str, ...], expected: list[float]
) -> None:
    words = target_words(("▁no", "▁no", "▁yes"), np.zeros(3), source=source)
    assert words.signals["repeated"].tolist() == expected


def test_the_contrast_of_a_word_is_the_sum_over_its_pieces_and_stays_finite() -> None:
    without = np.log([0.5, 0.001, 0.3, 0.25, 1.0, 0.8])
    words = target_words(TARGET, LOG_PROBS, source=SOURCE, without_source=without)
    expected = [0, np.log(0.01 / 0.001) + np.log(0.9 / 0.3), 0, 0]
    np.testing.assert_allclose(words.signals["contrast"], expected, atol=1e-12)
    impossible = np.full(6, -np.inf)
    words = target_words(TARGET, impossible, source=SOURCE, without_source=impossible)
    assert words.signals["contrast"].tolist() == [0] * 4
    assert words.signals["surprisal"].tolist() == [-LOWEST] * 4


def test_attention_is_averaged_over_pieces_layers_and_heads() -> None:
    attention = np.zeros((2, 1, 6, 6))
    attention[0, 0, :, 0] = attention[1, 0, :, 5] = 1.0  # one layer looks at "Der", one at EOS
    attention[:, 0, 1] = np.eye(6)[1]  # the first piece of "Scheck" looks at its own
    words = target_words(TARGET, LOG_PROBS, source=SOURCE, read=Read.of(attention, SOURCE))
    assert words.signals["past"].tolist() == [0.5, (0 + 0.5) / 2, 0.5, 0.5]


def test_source_words_receive_the_attention_of_all_their_pieces() -> None:
    attention = np.zeros((1, 2, 6, 6))
    attention[:, :, 0, 1] = attention[:, :, 0, 2] = 0.5
    attention[:, 0, 1, 3] = attention[:, 1, 2, 2] = 1.0
    words = source_words(SOURCE, read=Read.of(attention, SOURCE))
    assert spelled(SOURCE, words.bounds) == ["▁Der", "▁Scheck", "▁platzt"]
    np.testing.assert_allclose(words.signals["most"], [0, 1, 0.5])
    np.testing.assert_allclose(words.signals["total"], [0, 1.5, 0.5])
    assert not source_words(SOURCE).signals


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("I see a dog", [0, 0, 0, 0]),
        ("I see I see a dog", [0, 0, 5, 5, 0, 0]),  # two words, at once
        ("the dog saw the dog", [0, 0, 0, 2, 2]),  # two words, not at once
        ("very very good", [0, 4, 0]),
        ("no no no", [0, 5, 5]),  # two words of the same run
        ("one , two , three", [0, 0, 0, 0, 0]),  # a comma is not said
        ("The cat , the cat", [0, 0, 0, 2, 2]),
        ("", []),
    ],
)
def test_a_phrase_said_twice_is_counted_in_words(words: str, expected: list[float]) -> None:
    assert repeats(words.split()).tolist() == expected


def test_only_what_reaches_the_threshold_is_marked() -> None:
    words = target_words(TARGET, LOG_PROBS, source=SOURCE)
    rule = Rule(weights={"surprisal": 1.0}, threshold=-np.log(0.25), full=-np.log(0.05), auroc=0.7)
    first, second = word_marks([words], {"unsure": [rule]})
    assert (first.start, first.end, second.start, second.end) == (1, 3, 3, 4)
    assert (first.side, first.kind, first.auroc) == ("target", "unsure", 0.7)
    assert first.value == pytest.approx(-np.log(0.01)) and first.threshold == rule.threshold
    assert first.strength == 1 and second.strength == 0


def test_a_regression_gives_a_probability() -> None:
    words = Words(
        side="source",
        bounds=np.array([[0, 1], [1, 3]]),
        signals={"most": np.array([0.0, -3.0]), "total": np.array([0.0, -1.0])},
    )
    rule = Rule(weights={"most": -1.0, "total": -2.0}, bias=-1.0, threshold=0.5, full=1.0)
    (mark,) = word_marks([words], {"left_out": [rule]})
    assert (mark.side, mark.start, mark.end, mark.auroc) == ("source", 1, 3, None)
    assert mark.value == pytest.approx(1 / (1 + np.exp(-4)))
    assert mark.strength == pytest.approx((mark.value - 0.5) / 0.5)


def test_the_first_rule_whose_signals_are_there_counts_and_sides_are_not_mixed_up() -> None:
    words = target_words(TARGET, LOG_PROBS, source=SOURCE)
    wanting = Rule(weights={"past": 1.0}, threshold=-9.0, full=1.0)
    plain = Rule(weights={"surprisal": 1.0}, threshold=4.0, full=5.0)
    rules: dict[Kind, list[Rule]] = {"unsupported": [wanting, plain], "left_out": [plain]}
    found = word_marks([words, source_words(SOURCE)], rules)
    assert [(mark.kind, mark.start) for mark in found] == [("unsupported", 1)]
    assert word_marks([words], {"unsupported": [wanting]}) == ()
