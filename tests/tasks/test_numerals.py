"""Numbers in words: read back by rules of their own, and as people say them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.tasks import TASKS
from seqviz.tasks.numerals import number_words
from tests.tasks.reading import read_number


@given(st.integers(0, 999_999))
def test_what_is_spelled_is_read_back(number: int) -> None:
    assert read_number(number_words(number)) == number


def test_the_first_three_thousand_are_all_different_and_right() -> None:
    spelled = [number_words(number) for number in range(3_000)]
    assert len(set(spelled)) == 3_000
    assert [read_number(words) for words in spelled] == list(range(3_000))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (20, "twenty"),
        (42, "forty-two"),
        (100, "one hundred"),
        (118, "one hundred eighteen"),
        (1000, "one thousand"),
        (1342, "one thousand three hundred forty-two"),
        (12_017, "twelve thousand seventeen"),
        (400_007, "four hundred thousand seven"),
        (
            999_999,
            "nine hundred ninety-nine thousand nine hundred ninety-nine",
        ),
    ],
)
def test_a_number_is_spelled_as_americans_do(number: int, words: str) -> None:
    assert number_words(number) == words


def test_generated_numbers_are_right_and_half_of_the_long_ones_have_a_comma() -> None:
    pairs = TASKS["number-words"].pairs(train=2_000, dev=0, test=0, seed=2).train
    for source, target in pairs:
        assert read_number(target) == int(source.replace(",", ""))
    long = Counter("," in source for source, _ in pairs if len(source) > 3)
    assert 0.45 < long[True] / long.total() < 0.55
    assert all(source[-4] == "," for source, _ in pairs if "," in source)
