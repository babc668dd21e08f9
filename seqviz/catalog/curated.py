"""Models of the hub that SeqViz offers by name, and what a name that somebody asks for stands for.

The table is ``curated.toml``; any other OWNER/MODEL of the hub may be asked for, too.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from seqviz.catalog.foreign import pair_in
from seqviz.catalog.hub import is_hub_name
from seqviz.errors import ModelError

_OWNERS = {"opus-mt-": "Helsinki-NLP"}
"""Whose a model is that is named without its owner, by the start of its name."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A model that can be fetched from the hub."""

    repository: str
    """OWNER/MODEL."""
    revision: str = ""
    """A commit, or what somebody asked for; empty: the newest."""
    megabytes: int = 0
    """10^6 bytes to be fetched; 0: not known before the hub is asked."""
    licence: str = ""
    """As the hub spells it; empty: not known."""
    about: str = ""
    by: str = ""
    """Whose work it is, with the paper; empty: not known."""

    @property
    def label(self) -> str:
        """Its own name, such as "opus-mt-de-en"."""
        return self.repository.rpartition("/")[2]

    @property
    def pair(self) -> str:
        """Such as "de-en"; empty where its name does not end in one."""
        return "-".join(filter(None, pair_in(self.label)))

    @property
    def name(self) -> str:
        """PAIR/SYSTEM under which it will be listed, such as "de-en/opus-mt"; empty: see there."""
        return f"{self.pair}/{self.label.removesuffix(f'-{self.pair}')}" if self.pair else ""


@cache
def offers() -> tuple[Offer, ...]:
    """All of the table, in its order."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return tuple(
        Offer(**model, **family)
        for model in table["model"]
        for start, family in table["family"].items()
        if f"/{start}-" in model["repository"]
    )


def find_offer(asked: str) -> Offer:
    """What a name stands for: "opus-mt-de-en", OWNER/MODEL, or OWNER/MODEL@REVISION.

    Raises:
        ModelError: ``get_unknown``.
    """
    owner = next((own for start, own in _OWNERS.items() if asked.startswith(start)), "")
    named = f"{owner}/{asked}" if owner and "/" not in asked else asked
    if not is_hub_name(named):
        choices = ", ".join(offer.label for offer in offers())
        raise ModelError("get_unknown", {"found": asked, "choices": choices})
    for offer in offers():
        if offer.repository == named:
            return offer
    repository, _, revision = named.partition("@")
    return Offer(repository=repository, revision=revision)
