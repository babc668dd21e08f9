"""Words of the figures: whoever draws from Python has both languages here, whole."""

from string import Formatter

from seqviz.figures.words import WORDS
from seqviz.figures.words_zh import CHINESE


def facts_of(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_both_languages_have_the_same_words_with_the_same_facts() -> None:
    assert set(CHINESE) == set(WORDS)
    assert {key: facts_of(text) for key, text in CHINESE.items()} == {
        key: facts_of(text) for key, text in WORDS.items()
    }
