"""What speaks against a sentence before it is translated."""

import pytest

from seqviz.text.chinese import simplified
from seqviz.text.doubts import doubts_about
from seqviz.trace.notices import TRADITIONAL, is_doubt, is_notice, other_language, told

ENGLISH = "Where did you put my keys?"


def test_another_language_is_named() -> None:
    (code,) = doubts_about(ENGLISH, "de", ())
    assert code == other_language("en", "de")
    assert is_notice(code) and is_doubt(code)
    assert told([code]) == (("other_language", {"found": "language.en", "read": "language.de"}),)


@pytest.mark.parametrize("language", ["en", "iso", "sw", "deu_Latn", ""])
def test_of_its_own_language_and_of_strange_ones_nothing_is_said(language: str) -> None:
    assert doubts_about(ENGLISH, language, ()) == ()


def test_traditional_characters_count_where_the_model_lacks_them() -> None:
    text = "我們去臺灣旅遊了。"
    assert doubts_about(text, "zh", ("們", "臺灣")) == (TRADITIONAL,)
    assert doubts_about(text, "zh", ()) == doubts_about("我们去饕餮。", "zh", ("饕餮",)) == ()


def test_chinese_becomes_simplified_by_phrases() -> None:
    assert simplified("妳說：「頭髮乾淨，乾坤大。」") == "你说：“头发干净，乾坤大。”"
    assert simplified("我们说简体字。") == "我们说简体字。"
