"""Words: both languages complete, every key in use, facts never interpreted."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.errors import MESSAGES, InputError, ModelError
from seqviz.views.session.i18n import TABLES, Words, escape_markdown

VIEWS = Path(__file__).parents[3] / "seqviz" / "views"


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert set(TABLES["en"]) == set(TABLES["zh"])


@pytest.mark.parametrize("key", sorted(TABLES["en"]))
def test_both_languages_name_the_same_facts(key: str) -> None:
    assert placeholders(TABLES["en"][key]) == placeholders(TABLES["zh"][key])


@pytest.mark.parametrize("key", sorted(TABLES["en"]))
def test_chinese_is_chinese_where_english_has_words(key: str) -> None:
    english, chinese = TABLES["en"][key], TABLES["zh"][key]
    if english == chinese:
        symbols = re.sub(
            r"\{\w+\}|CPU|GPU|CUDA|Transformer|SeqViz|SVG|chrF|BLEU|GNMT|log|Apple|[Tt]op-[kp]",
            "",
            english,
        )
        assert not re.search(r"[A-Za-z]{2,}", symbols), f"{key} is not translated"


@pytest.mark.parametrize("rejected", ["源句词元", "源端词元", "改动", "您"])
def test_chinese_says_one_thing_in_one_way(rejected: str) -> None:
    """源词元 is a source token, 编辑 an edit, 干预 the intervention, 你 who reads it."""
    assert not [key for key, text in TABLES["zh"].items() if rejected in text]


def test_every_key_in_the_views_exists() -> None:
    source = "\n".join(path.read_text() for path in VIEWS.glob("*.py"))
    keys = set(re.findall(r"\bw(?:\.markdown)?\(\s*\"([a-z_.]+)\"", source))
    assert len(keys) > 40
    assert keys <= set(TABLES["en"])


def test_every_error_has_a_message_in_both_languages() -> None:
    for table in TABLES.values():
        assert {f"error.{code}" for code in MESSAGES} <= set(table)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_error_does_not_tell_where_files_lie_on_the_server(language: str) -> None:
    error = ModelError("file_missing", {"file": "/srv/secret/models/de-en/dot/model.safetensors"})
    shown = Words(language).error(error).replace("\\", "")
    assert "de-en/dot/model.safetensors" in shown
    assert "secret" not in shown


def test_an_error_shows_what_was_typed_literally() -> None:
    error = InputError("option_unknown", {"option": "a", "found": "**b** $x$ <i>", "choices": "c"})
    assert r"\*\*b\*\* \$x\$ \<i\>" in Words("en").error(error)


@given(st.text())
def test_escaped_markdown_holds_no_bare_punctuation(text: str) -> None:
    escaped = str(escape_markdown(text))
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", escaped)
    assert not set(bare) & set(string.punctuation)
    assert "\n" not in escaped


@pytest.mark.parametrize("address", ["http://a.b", "HTTPS://a.b", "www.a.b", "you@a.b"])
def test_an_address_is_no_link(address: str) -> None:
    """Streamlit's Markdown finds addresses in text that is escaped, too."""
    text = str(escape_markdown(f"see {address}")).replace("\\", "")
    assert not re.search(r"https?://|www\.|\w@\w", text, re.IGNORECASE)
    assert text.replace("\u2060", "") == f"see {address}"


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (9_634_000, "9.6 M", "963 万"),
        (100_000, "0.1 M", "10 万"),
        (31_400, "31 k", "3 万"),
        (9_999, "9999", "9999 个"),
    ],
)
def test_small_models_have_parameters_too(number: int, english: str, chinese: str) -> None:
    assert Words("en").count(number) == english
    assert Words("zh").count(number) == chinese
