"""Planted errors: each is where it says, and nothing else is changed."""

from collections import Counter

import pytest

from seqviz.inspection.planted import KINDS, NUMBERS, Planted, plant

PAIRS = [
    ("Tom hat Maria gestern drei Bücher gegeben.", "Tom gave Mary three books yesterday."),
    ("Es war kalt, aber die Sonne schien.", "It was cold, but the sun was shining."),
    ("Gestern sah Maria, dass Tom schlief.", "Yesterday Mary saw that Tom was asleep."),
    ("Wir trafen Tom und Maria.", "We met Tom and Mary."),
    ("Das Haus hat 12 Zimmer.", "The house has 12 rooms."),
]


@pytest.fixture(scope="module")
def planted() -> list[Planted]:
    return [one for seed in range(5) for one in plant(PAIRS, seed=seed, most=5)]


def of(planted: list[Planted], kind: str) -> list[Planted]:
    return [one for one in planted if one.kind == kind]


def wrong(one: Planted) -> list[str]:
    return [one.target[start:end] for start, end in one.wrong]


def test_a_seed_plants_the_same_and_another_one_does_not() -> None:
    assert plant(PAIRS, seed=1, most=3) == plant(PAIRS, seed=1, most=3)
    assert plant(PAIRS, seed=1, most=3) != plant(PAIRS, seed=2, most=3)
    assert Counter(one.kind for one in plant(PAIRS, seed=1, most=2)).keys() == {"", *KINDS}
    assert max(Counter(one.kind for one in plant(PAIRS, seed=1, most=2)).values()) == 2


def test_where_nothing_is_planted_the_pair_is_as_it_was(planted: list[Planted]) -> None:
    assert all((one.source, one.target) in PAIRS for one in of(planted, ""))
    assert all(not one.wrong and not one.left_out for one in of(planted, ""))


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_error_the_reference_stands_there(planted: list[Planted], kind: str) -> None:
    references = {target for _, target in PAIRS}
    for one in of(planted, kind):
        assert one.wrong or one.left_out
        assert all(0 <= start < end <= len(one.target) for start, end in one.wrong)
        assert all(0 <= start < end <= len(one.source) for start, end in one.left_out)
        if kind in ("repeated", "invented"):
            ((start, end),) = one.wrong
            before = one.target[:start].rstrip(" ")
            assert before + one.target[end:] in references


def test_a_phrase_stands_twice_in_a_row(planted: list[Planted]) -> None:
    for one in of(planted, "repeated"):
        (phrase,) = wrong(one)
        assert f"{phrase} {phrase}" in one.target and 2 <= len(phrase.split()) <= 4


def test_a_copied_word_is_of_the_source_and_not_of_the_reference(planted: list[Planted]) -> None:
    references = dict(PAIRS)
    for one in of(planted, "copied"):
        (word,) = wrong(one)
        assert word in one.source and word not in references[one.source]


def test_numbers_change_and_keep_their_kind(planted: list[Planted]) -> None:
    for one in of(planted, "number"):
        (number,) = wrong(one)
        assert one.target not in {target for _, target in PAIRS}
        assert (
            number in NUMBERS if "Bücher" in one.source else (number.isdigit() and number != "12")
        )


def test_names_change_places_but_not_within_a_list(planted: list[Planted]) -> None:
    found = of(planted, "names")
    assert found and not any("trafen" in one.source for one in found)
    assert {tuple(wrong(one)) for one in found} == {("Tom", "Mary"), ("Mary", "Tom")}


def test_a_clause_is_dropped_where_both_sides_have_two(planted: list[Planted]) -> None:
    clauses = [one for one in of(planted, "dropped") if one.source == PAIRS[1][0]]
    assert clauses
    for one in clauses:
        assert one.target == "It was cold."
        assert [one.source[start:end] for start, end in one.left_out] == [" aber die Sonne schien"]
    for one in of(planted, "dropped"):
        if one not in clauses:
            ((start, end),) = one.left_out
            assert (one.source[: start - 1], one.target) in PAIRS and end == len(one.source)


def test_a_single_pair_meets_no_other() -> None:
    found = {one.kind for one in plant([PAIRS[0], PAIRS[0]], seed=0, most=5)}
    assert "repeated" in found and not {"dropped", "invented"} & found
    assert plant([], seed=0, most=5) == []


def test_scripts_without_spaces_are_joined_without_one_and_nothing_is_copied() -> None:
    pairs = [("我喜欢猫。", "I like cats."), ("他看见狗。", "He sees dogs.")]
    found = plant(pairs, seed=0, most=5)
    assert not of(found, "copied")
    assert {one.source for one in of(found, "dropped")} <= {
        a + b for a, _ in pairs for b, _ in pairs
    }
