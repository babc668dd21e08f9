"""Hand-drawn alignments: how they are read, and the sentences that their words make."""

import pytest

from seqviz.analysis.gold import pharaoh, read_gold, written
from seqviz.errors import InputError


def test_links_are_sure_or_possible_in_either_spelling() -> None:
    (pair,) = read_gold(["", "ein Haus\ta small house\t0-0 0?1 1p2 1-2"], "gold")
    assert (pair.source, pair.target, pair.line) == (("ein", "Haus"), ("a", "small", "house"), 2)
    assert pair.sure == {(0, 0), (1, 2)} and pair.possible == {(0, 0), (0, 1), (1, 2)}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a b\tc", "gold_columns"),
        ("a b c 0-0", "gold_columns"),
        ("\tc\t0-0", "gold_columns"),
        ("a\tb\t0-0\t0-0", "gold_columns"),
        ("a\tb\t0-x", "gold_link"),
        ("a\tb\t0-0,1-1", "gold_link"),
        ("a\tb\t-1-0", "gold_link"),
        ("a\tb\t²-0", "gold_link"),
        ("a\tb\t0-1", "gold_outside"),
        ("a\tb\t999999999-0", "gold_outside"),
        ("a\tb\t9999999999-0", "gold_link"),
    ],
)
def test_what_is_no_gold_is_refused_by_its_line(line: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_gold(["a\tb\t0-0", line], "gold")
    assert (caught.value.code, caught.value.facts["line"]) == (code, 2)


def test_a_pair_may_have_no_links_but_not_all_of_them() -> None:
    assert read_gold(["a\tb\t", "a\tb\t0?0"], "gold")[0].possible == frozenset()
    for lines in (["a\tb\t"], [""], []):
        with pytest.raises(InputError) as caught:
            read_gold(lines, "gold")
        assert caught.value.code == "gold_no_links"


def test_links_are_written_in_order() -> None:
    assert pharaoh([(10, 0), (2, 3), (2, 1)]) == "2-1 2-3 10-0"


@pytest.mark.parametrize(
    ("words", "language", "text"),
    [
        ("I ca n't see Tom 's house .", "en", "I can't see Tom's house."),
        ("Wirklich ? Ja , hier !", "de", "Wirklich? Ja, hier!"),
        ("Qu' a -t-il dit ?", "fr", "Qu'a-t-il dit ?"),
        ("J' ai fini , Tom .", "fra_Latn", "J'ai fini, Tom."),
        ("Tom 有 3 本 书 。", "zh", "Tom有3本书。"),
        ("we ( he and I ) go", "en", "we (he and I) go"),
    ],
)
def test_words_make_the_sentence_that_people_write(words: str, language: str, text: str) -> None:
    found = written(words.split(), language)
    assert found.text == text
    assert [text[start:end] for start, end in found.spans] == words.split()
