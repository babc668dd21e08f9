"""Which language a sentence is in."""

from collections import Counter
from pathlib import Path

import pytest

from seqviz.text.languages import KNOWN, LATIN, SCRIPTS, language_of

SENTENCES = Path(__file__).parents[2] / "data" / "languages" / "sentences.tsv"
LEAST_RIGHT, MOST_WRONG = 0.98, 0.01
"""Of 300 sentences of a language."""


def test_eight_languages_are_told_apart() -> None:
    lines = [line.split("\t") for line in SENTENCES.read_text("utf-8").splitlines()]
    found = Counter((code, language_of(text)) for code, text in lines)
    codes = Counter(code for code, _ in lines)
    assert set(codes) == {*LATIN, "zh"}
    right = {code: found[code, code] for code in codes}
    assert sum(right.values()) >= 0.99 * len(lines)
    for code, total in codes.items():
        assert right[code] >= LEAST_RIGHT * total, code
        assert total - right[code] - found[code, ""] <= MOST_WRONG * total, code


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("私は猫が好きです。", "ja"),
        ("東京都知事", "zh"),
        ("나는 고양이를 좋아한다", "ko"),
        ("Мне нравятся кошки", "ru"),
        ("我用Python和TensorFlow写程序", "zh"),
        ("Das Wort 你好 ist ein Gruß.", "de"),
        ("WHERE DID YOU PUT MY KEYS?", "en"),
        ("¡Vamos a Tom Maria!", "es"),
    ],
)
def test_scripts_and_mixtures(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "Hallo!", "Tom Berlin", "我", "12 345", "😀😀", "xq jw zk"])
def test_what_says_too_little_is_not_judged(text: str) -> None:
    assert language_of(text) == ""


def test_every_answer_is_a_known_language() -> None:
    assert {*LATIN, *SCRIPTS.values()} == KNOWN
