"""The word alignments drawn by hand keep to their format and to what the guidelines promise."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(__file__).parents[1] / "data/alignment"
LINK = re.compile(r"(\d+)([-?])(\d+)")
MARKS = frozenset(".,!?;:。，！？；：、")
EVERY_PAIR = pytest.mark.parametrize("pair", ["zh-en", "de-en", "fr-en"])


class Drawn(NamedTuple):
    """One sentence pair: its words, and each link (source, target) with whether it is sure."""

    source: list[str]
    target: list[str]
    links: list[tuple[int, int, bool]]


@cache
def gold(pair: str) -> tuple[Drawn, ...]:
    """The pairs of a file; a line of another form is an error that shows it."""
    drawn = []
    for line in (FOLDER / f"{pair}.tsv").read_text(encoding="utf-8").splitlines():
        source, target, links = line.split("\t")
        found = [LINK.fullmatch(link) for link in links.split(" ")]
        assert all(found), line
        numbered = [(int(m[1]), int(m[3]), m[2] == "-") for m in found if m]
        drawn.append(Drawn(source.split(" "), target.split(" "), numbered))
    return tuple(drawn)


@EVERY_PAIR
def test_links_name_words_that_are_there_once_and_in_order(pair: str) -> None:
    for source, target, links in gold(pair):
        assert all(i < len(source) and j < len(target) for i, j, _ in links), source
        places = [(i, j) for i, j, _ in links]
        assert places == sorted(set(places)), source


@EVERY_PAIR
def test_there_are_sixty_pairs_and_no_sentence_is_there_twice(pair: str) -> None:
    assert len(gold(pair)) >= 60
    for side in (0, 1):
        assert len({tuple(drawn[side]) for drawn in gold(pair)}) == len(gold(pair))


@EVERY_PAIR
def test_every_pair_has_a_sure_link_between_words(pair: str) -> None:
    for source, _, links in gold(pair):
        assert any(sure and source[i] not in MARKS for i, _, sure in links)


@EVERY_PAIR
def test_words_are_cut_from_their_punctuation(pair: str) -> None:
    for source, target, _ in gold(pair):
        for word in source + target:
            assert word in MARKS or (word and not MARKS & set(word)), word


@EVERY_PAIR
def test_marks_are_linked_to_marks_surely_and_the_last_ones_always(pair: str) -> None:
    for source, target, links in gold(pair):
        assert (len(source) - 1, len(target) - 1, True) in links, source
        for i, j, sure in links:
            marks = (source[i] in MARKS, target[j] in MARKS)
            assert marks == (False, False) or (marks == (True, True) and sure), source


@EVERY_PAIR
def test_the_table_tells_what_the_file_holds(pair: str) -> None:
    drawn = gold(pair)
    sure = sum(sure for one in drawn for _, _, sure in one.links)
    every = sum(len(one.links) for one in drawn)
    words = [sum(len(one[side]) for one in drawn) for side in (0, 1)]
    row = f"| `{pair}.tsv` | {len(drawn)} | {words[0]} | {words[1]} | {sure} | {every - sure} |"
    assert row in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
