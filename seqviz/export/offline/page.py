"""One HTML file that shows a trace by itself: no network, no Python, nothing to install.

Scripts and styles stand in the file and are allowed by their hashes alone; texts travel as JSON and
become text nodes, so that nothing which somebody typed is ever read as markup.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from seqviz.errors import InputError
from seqviz.trace import Trace
from seqviz.viewer import PARTS, packed, script, style, viewer_words
from seqviz.words import LANGUAGES, table

STYLES = (*PARTS, "page", "print")
ROOM = 640_000
"""Attention weights of all hypotheses together."""

_UNSAFE = re.compile("[<>&\u2028\u2029]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def offline_page(trace: Trace, *, greedy: Trace | None = None, language: str = "en") -> str:
    """Build a page that shows a trace by itself.

    Args:
        trace: the decoding.
        greedy: another decoding of the same sentence by the same model, to compare with; None: its
            hypotheses are compared with each other.
        language: in which the page opens, one of ``LANGUAGES``; it holds all.

    Returns:
        the HTML, to be written as UTF-8 without changing its line ends.

    Raises:
        InputError: the language is another one, or the two traces have no common ground.
    """
    if language not in LANGUAGES:
        choices = ", ".join(LANGUAGES)
        raise InputError(
            "option_unknown", {"option": "language", "found": language, "choices": choices}
        )
    program = f'"use strict";\n(() => {{\n{script("offline")}}})();\n'
    styles = style(*STYLES)
    words = {code: viewer_words(code) for code in LANGUAGES}
    content = packed(trace, greedy=greedy, room=ROOM) | {"language": language, "words": words}
    texts = {
        "language": language,
        "policy": _policy(program, styles),
        "title": escape(_clean(f"{trace.source.text} → {trace.translation} · SeqViz")),
        "no_script": escape(table(language)["viewer.no_script"]),
        "source": escape(_clean(trace.source.text)),
        "translation": escape(_clean(trace.translation)),
        "style": styles,
        "data": _json(content),
        "script": program,
    }
    page = files(__package__).joinpath("page.html").read_text("utf-8")
    return Template(page).substitute(texts)


def _policy(script: str, style: str) -> str:
    """Allow this very script and this very style, and nothing else: no request of any sort."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _json(content: Mapping[str, Any]) -> str:
    """JSON that no HTML parser can take for markup."""
    text = _clean(json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _clean(text: str) -> str:
    """UTF-8 has no place for half a surrogate pair."""
    return _LONE_SURROGATE.sub("\ufffd", text)
