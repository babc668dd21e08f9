"""Fetch a model of the Hugging Face hub into the folder of models: one call, from name to entry.

What was fetched stays in a folder of its own, whose name begins with a dot, until the model is
there: after an interruption the same call goes on.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seqviz.catalog import ModelEntry, hub, read_entry
from seqviz.catalog.curated import Offer, find_offer
from seqviz.catalog.download import OnBytes, download
from seqviz.catalog.hub import Listing
from seqviz.errors import ModelError
from seqviz.files import held, writing
from seqviz.foreign.importing import OnStage, import_model
from seqviz.foreign.origin import Fetched, check_origin

HOME = ".get-"
"""How the folder begins where the files of a model are gathered."""
COPIES = 2
"""Of the files, on the disk at once: as they came, and as they are kept."""


def get_model(
    asked: str,
    models: Path,
    *,
    check: Callable[[ModelEntry], None],
    fresh: bool = False,
    on_stage: OnStage = lambda stage: None,
    on_bytes: OnBytes = lambda done, size: None,
) -> ModelEntry:
    """Fetch a model, check it, and list it as PAIR/SYSTEM.

    Args:
        asked: such as "opus-mt-de-en", OWNER/MODEL, or OWNER/MODEL@REVISION.
        models: the folder of models.
        check: tries a model, and raises where it does not work.
        fresh: fetch it even if a model of that name is there, and replace that one.
        on_stage: called before each stage: "ask", "fetch", then those of ``import_model``.
        on_bytes: called as bytes come: how many are there, and how many there will be.

    Returns:
        the model; the one that was there already, if its files have not changed.

    Raises:
        ModelError: there is no such model, the hub cannot be reached, or what it has is no model
            that works here. What was fetched whole, or in part, stays for the next call, unless
            that would be of no use.
        InputError: ``get_running``; or the disk refuses.
    """
    offer = find_offer(asked)
    target = models / offer.name if offer.name else None
    if target is not None and target.exists() and not fresh:
        entry = read_entry(target)
        check_origin(entry)
        return entry
    home = models / f"{HOME}{offer.repository.replace('/', '--')}"
    with _kept(home), held(home, wait=False, busy="get_running"):
        on_stage("ask")
        listing = hub.ask(offer.repository, offer.revision or None)
        fetched = _fetch(offer, listing, home / offer.label, on_stage=on_stage, on_bytes=on_bytes)
        return _taken_over(fetched, models, offer, check=check, fresh=fresh, on_stage=on_stage)


@contextmanager
def _kept(home: Path) -> Iterator[None]:
    """A folder that stays while there is something in it."""
    with writing(home):
        home.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):
            home.rmdir()


def _fetch(
    offer: Offer, listing: Listing, folder: Path, *, on_stage: OnStage, on_bytes: OnBytes
) -> Fetched:
    with writing(folder):
        folder.mkdir(exist_ok=True)
        there = sum(file.stat().st_size for file in folder.iterdir())
        hub.check_room(offer.repository, [COPIES * listing.size - there], folder)
        on_stage("fetch")
        sums = download(listing, folder, on_bytes)
    return Fetched(
        folder=folder,
        repository=offer.repository,
        revision=listing.revision,
        sha256=sums,
        licence=offer.licence,
        by=offer.by,
    )


def _taken_over(
    fetched: Fetched,
    models: Path,
    offer: Offer,
    *,
    check: Callable[[ModelEntry], None],
    fresh: bool,
    on_stage: OnStage,
) -> ModelEntry:
    """List what was fetched; no second copy of what is refused would be better, so it goes, too."""
    is_of_use = False
    try:
        return import_model(
            fetched, models, check=check, name=offer.name or None, fresh=fresh, on_stage=on_stage
        )
    except ModelError as error:
        is_of_use = error.code in ("file_unwritable", "import_exists")
        raise
    except BaseException:
        is_of_use = True
        raise
    finally:
        if not is_of_use:
            shutil.rmtree(fetched.folder, ignore_errors=True)
