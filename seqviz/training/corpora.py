"""What is known about the terms of corpora, and the names of languages, from corpora.toml."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "corpora.toml"
UNKNOWN = "not known to SeqViz"
FREE = "none needed"


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """The terms of a corpus, as it states them."""

    name: str
    """As data files name it."""
    title: str
    licence: str
    attribution: str
    pairs: tuple[str, ...] = ()
    """The pairs of languages for which this holds; none named: all."""
    share_alike: bool = False
    note: str = ""

    @property
    def is_known(self) -> bool:
        """Whether its terms are known."""
        return self.licence != UNKNOWN


def find_corpus(name: str, pair: str) -> Corpus:
    """The terms of a corpus in a pair of languages; those of an unknown one say so.

    Args:
        name: as data files name it; "": they name none.
        pair: such as "de-en".
    """
    for corpus in _corpora():
        if corpus.name == name and pair in (corpus.pairs or (pair,)):
            return corpus
    title = name or "pairs that name none"
    return Corpus(name=name, title=title, licence=UNKNOWN, attribution=UNKNOWN)


def licence_line(names: Collection[str], pair: str) -> str:
    """One sentence for ``settings.json``: on what the weights were trained, and its terms."""
    found = [find_corpus(name, pair) for name in names]
    known = [corpus for corpus in found if corpus.is_known]
    if known == found and all(corpus.licence == FREE for corpus in known):
        return "Trained on generated data; no licence is needed."
    sources = [f"{corpus.title} ({_terms(corpus)})" for corpus in known]
    if unknown := len(found) - len(known):
        sources.append(f"{unknown} more whose terms are not known to SeqViz")
    return f"Trained on {'; '.join(sources)}."


def language_name(code: str) -> str:
    """Such as "German"; an unknown code is its own name."""
    return str(_content()["languages"].get(code, code))


def _terms(corpus: Corpus) -> str:
    if corpus.licence in corpus.attribution:
        return corpus.attribution
    return f"{corpus.licence}: {corpus.attribution}"


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _corpora() -> tuple[Corpus, ...]:
    return tuple(
        Corpus(**{**entry, "pairs": tuple(entry.get("pairs", ()))})
        for entry in _content()["corpus"]
    )
