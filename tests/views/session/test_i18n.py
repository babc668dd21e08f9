"""The page's words: facts in them are never interpreted."""

import ast
import re
import string
from itertools import product
from pathlib import Path

import pytest

from seqviz import words
from seqviz.errors import InputError, ModelError
from seqviz.models.quantised import joined, listed
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.words import LANGUAGES

PACKAGE = Path(words.__file__).parents[1]
ENGLISH, CHINESE = Words("en"), Words("zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_does_not_tell_where_files_lie_on_the_server(language: str) -> None:
    file, folder = "/srv/secret/models/de-en/dot/model.safetensors", "/srv/secret/a/de-en/dot"
    reason = f"[Errno 13] Permission denied: '{file}'"
    for code, facts, last in (
        ("file_missing", {"file": file}, "de-en/dot/model.safetensors"),
        ("no_model_there", {"folder": folder}, "a/de-en/dot"),
        ("settings_invalid", {"file": "x", "reason": reason}, "de-en/dot/model.safetensors"),
    ):
        shown = Words(language).error(ModelError(code, facts)).replace("\\", "")
        assert last in shown
        assert "secret" not in shown


def test_an_error_shows_what_was_typed_literally() -> None:
    error = InputError("option_unknown", {"option": "a", "found": "**b** $x$ <i>", "choices": "c"})
    assert r"\*\*b\*\* \$x\$ \<i\>" in Words("en").error(error)


@pytest.mark.parametrize("between", ["", "a", " ", "\n", "\r\n\u2028"])
def test_escaped_markdown_holds_no_bare_punctuation(between: str) -> None:
    marks = (f"{one}{between}{other}" for one, other in product(string.punctuation, repeat=2))
    escaped = str(escape_markdown(between.join(marks)))
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


RAISED = ("BadZipFile", "UnsupportedError", "ValueError", "_Refused", "misfit", "problems.append")
"""Calls whose texts become reasons."""
PROGRAMMING = ("views", "cache.py", "reading.py")
"""Where a ValueError is a mistake of the code itself, or its text is shown to nobody."""
ENGLISH_WORDS = re.compile(
    r"\b(an?|the|is|are|has|and|or|no|not|more|missing|expected|of|than|that)\b"
)


def said_reasons() -> list[str]:
    """What the code says as a reason, with "7" for whatever it puts in."""
    found = []
    for room in ("catalog", "trace", "text", "foreign", "records", "models", "views"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "reason":
                    found += texts(node.value)
                elif isinstance(node, ast.Dict):
                    keys = [getattr(key, "value", None) for key in node.keys]
                    found += [
                        text
                        for key, value in zip(keys, node.values, strict=True)
                        if key == "reason"
                        for text in texts(value)
                    ]
                elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(RAISED):
                    if not {*PROGRAMMING} & {room, path.name}:
                        found += [text for arg in node.args for text in texts(arg)]
                elif isinstance(node, ast.Yield) and path.parts[-2:] == ("foreign", "weights.py"):
                    found += texts(node.value) if node.value else []
    return [text for text in found if text and not re.fullmatch(r"[a-z_.]+\.[a-z_.]+|7: 7", text)]


def texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "7" for p in node.values)
        return ["".join(map(str, parts))]
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    inside = getattr(node, "values", getattr(node, "elts", []))
    return [text for value in inside for text in texts(value)]


def test_every_reason_that_the_code_gives_is_said_in_chinese() -> None:
    reasons = said_reasons()
    assert {"d_model is 7, an odd number", "'7' is 7, expected 7", "missing: 7"} < {*reasons}
    other = CHINESE("why.other", {"reason": ""})
    assert [text for text in reasons if CHINESE.reason(text).startswith(other)] == []
    assert [text for text in reasons if ENGLISH_WORDS.search(CHINESE.reason(text))] == []
    assert [text for text in reasons if ENGLISH.reason(text) != text] == []


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "the id of 'extra' is 999, the model has 40 tokens",
            "“extra”的编号是 999，而模型只有 40 个词元",
        ),
        ("it is not JSON: Expecting value", "不是 JSON（英文原文：Expecting value）"),
        ("width is 7, which 2 heads do not divide", "宽度 7 不能被 2 个头整除"),
        ("Permission denied", "没有权限"),
        ("OSError: gone", "英文原文：OSError: gone"),
        ("the width is too small; see above", "英文原文：the width is too small; see above"),
        ("width is too small", "英文原文：width is too small"),
        ("d_model is 33, an odd number", "d_model 是 33，为奇数"),
        ("num_heads is 'x'", "num_heads 的值 'x' 不能用"),
        (
            joined(["'a.weight' is [48, 32], expected [47, 32]", "'b' is [48], expected [47]"]),
            "“a.weight”是 [48, 32]，应为 [47, 32]；“b”是 [48]，应为 [47]",
        ),
        (
            joined([f"'{name}' is missing" for name in "abcde"]),
            "缺少“a”；缺少“b”；缺少“c”；另有 2 处",
        ),
        (f"missing: {listed(['a', 'b', 'c', 'd'])}", "缺少 a, b, c 等（另有 1 个）"),
        (
            "it is larger than 4 GB; unpack it, and name the folder",
            "超过 4 GB；请先解压，再填写文件夹",
        ),
    ],
)
def test_a_reason_in_chinese(reason: str, said: str) -> None:
    assert CHINESE.reason(reason) == said
    error = ModelError("settings_invalid", {"file": "config.json", "reason": reason})
    assert said[:6] in CHINESE.error(error).replace("\\", "")
