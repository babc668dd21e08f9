"""Two translations side by side: differing words are strong, and every other sign is text."""

import re

import pytest

from seqviz.analysis.compare import MarkedWord
from seqviz.views.shell.side_by_side import JOINER, marked


def word(text: str, *, differs: bool = False) -> MarkedWord:
    return MarkedWord(text, differs)


def test_differing_words_that_follow_each_other_are_one_run() -> None:
    words = [word("the "), word("big ", differs=True), word("cat", differs=True), word(".")]
    assert marked(words) == r"the **big cat**\."


@pytest.mark.parametrize("mark", [",", "(", "“", "…"])
def test_a_mark_alone_can_be_strong(mark: str) -> None:
    shown = marked([word("town"), word(f"{mark} ", differs=True), word("or")])
    inner = re.fullmatch(r"town\*\*(.*)\*\* or", shown)
    assert inner is not None
    assert inner[1].startswith(JOINER)
    assert inner[1].endswith(JOINER)
    assert inner[1].strip(JOINER).removeprefix("\\") == mark


def test_words_are_text() -> None:
    assert marked([word("<b>*x* "), word("$y$")]) == r"\<b\>\*x\* \$y\$"
    assert marked([word(" ", differs=True)]) == " "


def test_a_marked_run_of_characters_keeps_the_spaces_on_both_sides() -> None:
    text = [word("two"), word(" thousand ", differs=True), word("six"), word(" "), word("ty")]
    assert marked(text) == "two **thousand** six ty"
    assert marked([word("a", differs=True), word(" ")]) == "**a** "
