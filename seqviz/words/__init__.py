"""Every word that people read, as templates by key: a TOML file for each language.

``{names}`` in a template stand for facts, put in with ``str.format_map`` or in the browser. Knows
neither who shows a text nor what the facts are.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

LANGUAGES = ("en", "zh")
"""Codes of the languages, each with a file in this folder; the first is the default."""


@cache
def table(language: str = LANGUAGES[0]) -> Mapping[str, str]:
    """All templates of a language by key, such as "figure.tree.title"; read when first asked for.

    Raises:
        ValueError: the language is none of ``LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no words in '{language}'; the languages are: {', '.join(LANGUAGES)}")
    text = Path(__file__).with_name(f"{language}.toml").read_text("utf-8")
    return MappingProxyType(dict(_flat(tomllib.loads(text))))


def part(words: Mapping[str, str], *starts: str) -> dict[str, str]:
    """The templates whose keys start in one of these ways: what a browser's scripts are given."""
    return {key: text for key, text in words.items() if key.startswith(starts)}


def plural(key: str, number: int) -> str:
    """The key of the form that goes with a number."""
    return f"{key}.one" if number == 1 else f"{key}.other"


def _flat(section: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, found in section.items():
        if isinstance(found, str):
            yield before + name, found
        else:
            yield from _flat(found, f"{before}{name}.")
