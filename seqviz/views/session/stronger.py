"""Stronger models than those that came with SeqViz: which there are, and which is fetched."""

from pathlib import Path

from seqviz.catalog import models_folder
from seqviz.catalog.curated import Offer, offers
from seqviz.catalog.mirror import backend_named
from seqviz.errors import InputError, SeqVizError
from seqviz.server.downloads import Download, Downloads
from seqviz.server.kept import kept
from seqviz.views.session import cache, state
from seqviz.views.session.access import is_public

REFUSAL, WANTED = "get_refusal", "get_wanted"
"""What a session remembers: why nothing could be started, and what it has asked for."""
OURS = "seqviz"


@kept()
def downloads() -> Downloads:
    """What this server fetches."""
    return Downloads()


def listed() -> list[Offer]:
    """The models to be offered: those of the table that are not here; to strangers none.

    None either where a backend has the models: they would be fetched to where nobody lists them.
    """
    if is_public() or backend_named():
        return []
    here = {entry.name for entry in cache.models().entries}
    return [offer for offer in offers() if offer.name not in here]


def offer_for(folder: Path) -> Offer | None:
    """A stronger model for the languages of one of ours; None: there is none, or it is here."""
    ours = [one.folder for one in cache.models().entries if one.format == OURS]
    if folder not in ours:
        return None
    return next((offer for offer in listed() if offer.pair == folder.parent.name), None)


def present() -> Download | None:
    """What is being fetched, or why that came to an end without a model; None: nothing is."""
    now = downloads().look()
    return None if now is None or now.model else now


def start(asked: str) -> None:
    """Fetch a model, and show it once it is here; for use in a callback."""
    state.remember(REFUSAL, None)
    state.remember(WANTED, asked)
    if is_public():
        return
    try:
        downloads().start(asked, models_folder())
    except SeqVizError as error:
        state.remember(REFUSAL, error)
    except OSError as error:
        facts = {"file": asked, "reason": error.strerror}
        state.remember(REFUSAL, InputError("file_unwritable", facts))


def cancel() -> None:
    """Stop fetching; for use in a callback."""
    state.remember(WANTED, None)
    downloads().cancel()


def arrived() -> str:
    """PAIR/SYSTEM of what this session asked for, told once when it is here; empty: nothing is."""
    now = downloads().look()
    if now is None or not now.model or now.asked != state.remembered(WANTED):
        return ""
    state.remember(WANTED, None)
    downloads().forget()
    cache.look_again()
    return now.model
