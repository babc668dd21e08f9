"""Which language a sentence is in, where that is plain. Knows nothing of models.

Letters that belong to one script tell by themselves; seven languages in Latin letters are told
apart by how often they have which n-grams of bytes (naive Bayes; Lui and Baldwin 2012,
https://aclanthology.org/P12-3005). ``data/languages`` has the table's origin and what it is worth.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LATIN = ("en", "de", "fr", "es", "it", "pt", "nl")
"""The columns of the table."""
SCRIPTS = {
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "THAI": "th",
}
"""How Unicode calls a letter, at first, and the commonest language that is written so."""
KNOWN = frozenset((*LATIN, *SCRIPTS.values()))
"""Codes of ISO 639-1. A sentence in any other language is not to be judged."""
TABLE = Path(__file__).with_name("languages.npz")
UNIT = 1 / 16
"""Of the table's weights, in nats."""
LEAST_WORDS, LEAST_LETTERS = 3, 2
"""Below them nothing is said: words in Latin letters, letters of another script."""
LEAST_SURE = 0.8
"""Probability among those of ``LATIN``."""
SPANISH_MARKS = frozenset("¿¡")
"""No other language of the table opens questions or exclamations so."""

_RUN = re.compile(r"[^\W\d_]+")
_LONGEST = 6
_SPACELESS = {"CJK", "HIRAGANA", "KATAKANA", "THAI"}
_KANA = {"HIRAGANA", "KATAKANA"}
_JAPANESE = 0.1
"""From this share of kana on, Chinese characters are Japanese."""


def language_of(text: str) -> str:
    """The code of the language that a text is plainly in, one of ``KNOWN``; "" where it is not."""
    parts = _parts(text)
    if not parts:
        return ""
    script, count = max(parts.items(), key=lambda part: part[1])
    if script == "LATIN":
        if count < LEAST_WORDS:
            return ""
        return "es" if SPANISH_MARKS & {*text} else _in_latin_letters(text)
    if count < LEAST_LETTERS or script not in SCRIPTS:
        return ""
    kana = sum(parts[one] for one in _KANA)
    return "ja" if kana >= _JAPANESE * parts["CJK"] and kana else SCRIPTS[script]


def _parts(text: str) -> Counter[str]:
    """How much of a text is in which script: words, or letters where no space parts words."""
    found: Counter[str] = Counter()
    for run in _RUN.findall(text):
        scripts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in run)
        for script, letters in scripts.items():
            found[script] += letters if script in _SPACELESS else 1
    return found


def _in_latin_letters(text: str) -> str:
    table = _table()
    plain = unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode()
    found: Counter[bytes] = Counter()
    for end in range(2, len(plain) + 1):
        grams = (plain[start:end] for start in range(max(0, end - _LONGEST), end - 1))
        longest = next((gram for gram in grams if gram in table), None)
        if longest is not None:
            found[longest] += 1
    if not found:
        return ""
    weights = np.stack([table[gram] for gram in found])  # (n-grams, languages)
    scores = np.log1p(np.array(list(found.values()))) @ weights * UNIT
    probs = np.exp(scores - scores.max())
    best = int(scores.argmax())
    return LATIN[best] if probs[best] >= LEAST_SURE * probs.sum() else ""


@cache
def _table() -> Mapping[bytes, NDArray[np.int8]]:
    """The weights of every n-gram, (languages,), in ``UNIT``; read when first asked for."""
    with np.load(TABLE) as file:
        return dict(zip(file["grams"].tolist(), file["weights"], strict=True))
