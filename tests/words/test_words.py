"""Words: every language whole, every key in use, every key that the code asks for there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from seqviz import words
from seqviz.words import LANGUAGES, part, plural, table

PACKAGE = Path(words.__file__).parents[1]
OTHERS = LANGUAGES[1:]
FOUND_BY_TEXT = ("streamlit.", "why.")
"""Looked up by the English text: what Streamlit says, and reasons in errors."""
UNITS = "number."
"""Each language counts large numbers in units of its own."""


def facts_of(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def said_in_python(text: str) -> Iterator[str]:
    """Texts of a program; what an f-string puts in is "{}"."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
            yield "".join(map(str, parts))
    yield from (f"{group}.{{}}" for group in re.findall(r'\bname\("(\w+)", ', text))


def said_in_script(text: str) -> Iterator[str]:
    yield from re.findall(r'"([\w.-]+)"', text)
    for said in re.findall(r"`([^`\s]+)`", text):
        yield re.sub(r"\$\{[^}]*\}", "{}", said)


PROGRAM = "".join(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py")))
SCRIPTS = "".join(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.js")))
COUNTED = set(re.findall(r'\bplural\("([a-z_.]+)"', PROGRAM))


@cache
def all_said() -> set[str]:
    return {*said_in_python(PROGRAM), *said_in_script(SCRIPTS)}


@cache
def patterns() -> list[re.Pattern[str]]:
    return [
        re.compile(re.escape(said).replace(r"\{\}", "[^.]+"))
        for said in all_said()
        if re.match(r"[a-z_]+\..*\{\}", said)  # a key's beginning, and not "{}" alone
    ]


def is_said(key: str) -> bool:
    """Whether a program says the key, a pattern that it fits, or its beginning and its end."""
    if key in all_said() or any(pattern.fullmatch(key) for pattern in patterns()):
        return True
    head, _, tail = key.rpartition(".")
    return "." in key and {f".{tail}", tail} & all_said() != set() and is_said(head)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys_in_the_same_order(language: str) -> None:
    assert list(table(language)) == list(table())


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_names_the_same_facts(language: str) -> None:
    texts = table(language)
    for key, template in table().items():
        if not key.startswith(UNITS):
            assert facts_of(texts[key]) == facts_of(template), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_hold_named_places_only(language: str) -> None:
    for key, template in table(language).items():
        assert all(re.fullmatch("[a-z_]+", name) for name in facts_of(template)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_differs_with_a_number_has_both_forms(language: str) -> None:
    assert "header.unknown" in COUNTED
    assert {plural(key, n) for key in COUNTED for n in (1, 2)} <= table(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_an_error_is_one_line(language: str) -> None:
    for code, message in part(table(language), "error.").items():
        assert language != "en" or message.endswith("."), code
        assert "\n" not in message, code


NAMES = re.compile(
    r"\{\w+\}|CPU|GPU|CUDA|Transformer|SeqViz|SVG|chrF|AUROC|BLEU|GNMT|log|Apple|[Tt]op-[kp]"
)
"""Words that are the same in Chinese."""


COLON = re.compile(r"\}: |: %?\{")
"""Between what a program puts together; Chinese writes another, without a space."""


@pytest.mark.parametrize("room", ["figures", "views"])
def test_a_colon_between_a_name_and_a_value_is_the_language_s_own(room: str) -> None:
    """``figure.named`` says both; Streamlit's ":material/name:" is no colon."""
    found = [
        f"{path.name}: {said}"
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for said in said_in_python(path.read_text("utf-8"))
        if COLON.search(said) and not said.startswith(":material/")
    ]
    assert found == []


def test_so_it_is_in_the_browser() -> None:
    assert re.findall(r".*\}: \$\{.*", SCRIPTS) == []


def test_chinese_is_chinese_where_english_has_words() -> None:
    same = {key: text for key, text in table().items() if table("zh")[key] == text}
    assert [
        key for key, text in same.items() if re.search("[A-Za-z]{2,}", NAMES.sub("", text))
    ] == []


@pytest.mark.parametrize("rejected", ["源句词元", "源端词元", "改动", "您"])
def test_chinese_says_one_thing_in_one_way(rejected: str) -> None:
    """源词元 is a source token, 编辑 an edit, 干预 the intervention, 你 who reads it."""
    assert not [key for key, text in table("zh").items() if rejected in text]


def test_nothing_stands_here_that_nobody_says() -> None:
    keys = (
        table().keys()
        - part(table(), "error.", *FOUND_BY_TEXT)
        - {plural(key, n) for key in COUNTED for n in (1, 2)}
    )
    assert [key for key in keys if not is_said(key)] == []
    assert {key.removeprefix("error.") for key in part(table(), "error.")} <= all_said()


def test_every_key_that_the_code_asks_for_is_there() -> None:
    asked = re.findall(r'\b(?:w|w\.markdown|say)\(\s*"([a-z_.]+)"', PROGRAM + SCRIPTS)
    asked += re.findall(r'\bwords\["([a-z_.]+)"\]', PROGRAM + SCRIPTS)
    assert len(set(asked)) > 400
    assert set(asked) <= table().keys()


def test_a_language_without_a_file_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no words in '\.\./en'"):
        table("../en")


def test_a_table_is_read_once_and_cannot_be_changed() -> None:
    assert table("zh") is table("zh")
    with pytest.raises(TypeError):
        table()["view.tree"] = "x"  # type: ignore[index]
