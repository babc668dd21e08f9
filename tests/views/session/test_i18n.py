"""The page's words: facts in them are never interpreted."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.errors import InputError, ModelError
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.words import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
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
