"""What a page of HTML may hold: JSON that is no markup, and the one script and style it may run."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

_UNSAFE = re.compile("[<>&\u2028\u2029]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def page_of(
    content: Mapping[str, Any],
    *,
    program: str,
    styles: str,
    language: str,
    title: str,
    no_script: Sequence[str],
) -> str:
    """One HTML file that shows its content by itself: no network, nothing to install.

    Script and style stand in the file and are allowed by their hashes alone; texts travel as JSON
    and become text nodes, so that nothing which somebody typed is ever read as markup.

    Args:
        content: as JSON.
        program: the script that draws it.
        styles: its style sheet.
        language: in which it opens.
        title: of the page.
        no_script: paragraphs for those who allow no script.
    """
    program = wrapped(program)
    paragraphs = (f"<p><bdi>{escape(clean(text))}</bdi></p>" for text in no_script)
    texts = {
        "language": language,
        "policy": policy(program, styles),
        "title": escape(clean(title)),
        "no_script": "\n".join(paragraphs),
        "style": styles,
        "data": as_json(content),
        "script": program,
    }
    return Template(files(__package__).joinpath("page.html").read_text("utf-8")).substitute(texts)


def as_json(content: Mapping[str, Any]) -> str:
    """JSON that no HTML parser can take for markup."""
    text = clean(json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def clean(text: str) -> str:
    """UTF-8 has no place for half a surrogate pair."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def wrapped(program: str) -> str:
    """A script whose names are its own."""
    return f'"use strict";\n(() => {{\n{program}}})();\n'


def policy(program: str, styles: str) -> str:
    """Allow this very script and this very style, and nothing else: no request of any sort."""
    return (
        f"default-src 'none'; script-src '{_hash(program)}'; style-src '{_hash(styles)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
