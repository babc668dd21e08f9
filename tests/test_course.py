"""The small corpus in ``data/course``: its form, its sizes, and that what is held out is apart."""

import re
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "data/course"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
PAIRS = ("de-en", "zh-en", "fr-en")
TOPICS = ("field", "class", "people", "idiom", "order", "number", "visitor")
FEWEST = 600
"""Pairs of a language, with those held out."""
MOST_BYTES = 300_000

each_pair = pytest.mark.parametrize("pair", PAIRS)


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The columns of every line."""
    text = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
    assert text.endswith("\n")
    return tuple(tuple(line.split("\t")) for line in text[:-1].split("\n"))


def both(pair: str) -> tuple[tuple[str, ...], ...]:
    """The lines for training, then those held out."""
    return rows(pair) + rows(f"{pair}.test")


def bare(sentence: str) -> str:
    """A sentence without case, punctuation and spaces: what two copies have in common."""
    return re.sub(r"[\W_]+", "", sentence.casefold())


@each_pair
def test_a_line_is_two_sentences_and_a_topic(pair: str) -> None:
    assert [row for row in both(pair) if len(row) != 3 or row[2] not in TOPICS] == []


@each_pair
def test_no_sentence_is_there_twice(pair: str) -> None:
    for side in (0, 1):
        counts = Counter(bare(row[side]) for row in both(pair))
        assert [sentence for sentence, times in counts.items() if times > 1] == []


@each_pair
def test_the_sizes_are_those_of_the_readme(pair: str) -> None:
    train, test = rows(pair), rows(f"{pair}.test")
    assert len(train) + len(test) >= FEWEST
    told = f"| `{pair}.tsv` | {len(train)} | {len(test)} | {len(train) + len(test)} |"
    assert told in README


@pytest.mark.parametrize("topic", TOPICS)
def test_a_tenth_of_every_topic_is_held_out(topic: str) -> None:
    counts = []
    for pair in PAIRS:
        held = sum(row[2] == topic for row in rows(f"{pair}.test"))
        counts.append(sum(row[2] == topic for row in both(pair)))
        assert held == round(counts[-1] / 10)
    told = re.search(rf"^\| `{topic}` \|.*\| (\d+) \| (\d+) \| (\d+) \|$", README, re.MULTILINE)
    assert told is not None
    assert [int(count) for count in told.groups()] == counts


@each_pair
def test_sentences_are_short_and_clean(pair: str) -> None:
    for sentence in chain.from_iterable(row[:2] for row in both(pair)):
        assert sentence == " ".join(sentence.split()), sentence
        assert sentence.isprintable(), sentence
    spaced = 1 if pair == "zh-en" else 0
    for sentence in chain.from_iterable(row[spaced:2] for row in both(pair)):
        assert 3 <= len(sentence.split()) <= 20, sentence
        assert sentence.rstrip('"').endswith((".", "?", "!")), sentence


def test_chinese_is_set_as_chinese_is() -> None:
    for sentence, *_ in both("zh-en"):
        assert 3 <= len(sentence) <= 40, sentence
        assert sentence[-1] in "。？！", sentence
        # A point in a number and the spaces of a telephone number are the only ones of their kind.
        assert not re.search(r"[,;:?!()\"']|(?<!\d)[. ]|[. ](?!\d)", sentence), sentence


def test_the_corpus_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= MOST_BYTES
