"""What numbers and names look like in a language, from languages.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent / "languages.toml"


@dataclass(frozen=True, kw_only=True)
class Language:
    """How a language writes what is replaced."""

    code: str
    thousands: str
    """Between groups of three digits."""
    decimal: str
    numbers: Mapping[str, int]
    """Words of small numbers, none that also means one."""
    months: Sequence[str]
    male: Sequence[tuple[str, str]] = ()
    """Ways to address a man by his surname, here and in English."""
    female: Sequence[tuple[str, str]] = ()

    @property
    def spaced(self) -> bool:
        """Whether there are spaces between words."""
        return self.code != "zh"


@cache
def find_language(code: str) -> Language | None:
    """What is known of a language; None: nothing."""
    known = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Language(code=code, **known[code]) if code in known else None
