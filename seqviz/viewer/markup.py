"""What a page of HTML may hold: JSON that is no markup, and the one script and style it may run."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

_UNSAFE = re.compile("[<>&\u2028\u2029]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


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
