"""Models of the Hugging Face hub, by OWNER/MODEL: what is cached here is used, else it is fetched.

``huggingface_hub`` is an optional extra, imported when a name is asked for. A copy is a folder
of links into the hub's cache, named after its commit, and is believed no more than any other
foreign folder.
"""

import re
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

import lazy_loader  # type: ignore[import-untyped]  # it ships no types

from seqviz.catalog.filenames import (
    CONFIG,
    KNOWN,
    OLD_WEIGHTS,
    SAFE_WEIGHTS,
    VOCABULARIES,
    matches,
    wanted,
)
from seqviz.catalog.strangers import other_kind
from seqviz.catalog.untrusted import weight_files
from seqviz.errors import ModelError

hub = lazy_loader.load("huggingface_hub", error_on_import=False)

SECONDS = 10
"""To wait for an answer about a model."""
MAX_REASON = 120
MOST_BYTES = 16 * 2**30
"""Of one model, to be fetched."""
_PART = r"[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9_])?"
_NAME = re.compile(rf"({_PART}/{_PART})(?:@([\w.-]{{1,100}}))?", re.ASCII)
_REFUSALS = (
    "GatedRepoError",
    "HFValidationError",
    "RepositoryNotFoundError",
    "RevisionNotFoundError",
)
"""Errors of theirs that no network mends."""


def is_hub_name(name: str) -> bool:
    """Whether this can be the name of a model on the hub: OWNER/MODEL or OWNER/MODEL@REVISION."""
    return _NAME.fullmatch(name) is not None


def find_or_fetch(name: str) -> Path:
    """The folder of a copy that is cached here; else it is fetched now.

    Args:
        name: OWNER/MODEL, for its main branch as first fetched, or OWNER/MODEL@REVISION.

    Raises:
        ModelError: it is not here, and the hub cannot be asked or does not have it.
    """
    try:
        return find_copy(name)
    except ModelError as error:
        if error.code != "hub_not_here":
            raise
    return _fetched(*_parts(name))


def find_copy(name: str) -> Path:
    """As ``find_or_fetch``, without asking the hub.

    Raises:
        ModelError: ``hub_not_here``: there is none.
    """
    try:
        found = _cached(*_parts(name))
    except ModuleNotFoundError as error:
        if error.name is not None and error.name != "huggingface_hub":
            raise
        raise ModelError("hub_missing", {"found": name}) from error
    if found is None:
        raise ModelError("hub_not_here", {"found": name})
    return found


def _parts(name: str) -> tuple[str, str | None]:
    found = _NAME.fullmatch(name)
    if found is None:
        raise ModelError("hub_unknown", {"found": name, "reason": "no such name is possible"})
    return found[1], found[2]


def _cached(repository: str, revision: str | None) -> Path | None:
    """A whole copy that is here already; which old weights there would be does not count."""
    download = hub.snapshot_download
    try:
        found = download(
            repository,
            revision=revision,
            local_files_only=True,
            allow_patterns=[pattern for pattern in KNOWN if pattern not in OLD_WEIGHTS],
            ignore_patterns=["*/*"],
        )
        folder = Path(found)
    except Exception:  # theirs differ between releases; all say that it is not here
        return None
    return folder if _is_whole(folder) else None


def _is_whole(folder: Path) -> bool:
    """Whether settings, a vocabulary and weights are there; an interrupted copy lacks some."""
    if not _is_fit([file.name for file in folder.iterdir() if file.is_file()]):
        return False
    try:
        weight_files(folder)
    except ModelError as error:
        return error.code != "foreign_missing"  # whoever reads the model says what else is wrong
    return True


def _is_fit(names: Collection[str]) -> bool:
    """Whether files of these names can be a model."""
    kinds = ((CONFIG,), VOCABULARIES, (*SAFE_WEIGHTS, *OLD_WEIGHTS))
    return all(any(matches(name, kind) for name in names) for kind in kinds)


def _fetched(repository: str, revision: str | None) -> Path:
    shown = repository if revision is None else f"{repository}@{revision}"
    info, download = hub.HfApi, hub.snapshot_download
    try:
        found = info().model_info(
            repository, revision=revision, timeout=SECONDS, files_metadata=True
        )
        files = found.siblings or ()
        listed = [file.rfilename for file in files]
        if code := other_kind(listed):
            raise ModelError(code, {"folder": shown})
        names = wanted(listed)
        if not _is_fit(names):
            raise ModelError("hub_unfit", {"found": shown})
        here = hub.try_to_load_from_cache
        lacking = {name for name in names if not here(repository, name, revision=revision)}
        _check_room(shown, (file.size or 0 for file in files if file.rfilename in lacking))
        folder = download(repository, revision=revision, allow_patterns=names, etag_timeout=SECONDS)
    except ModelError:
        raise
    except Exception as error:
        raise _refusal(shown, error) from error
    return Path(folder)


def _check_room(shown: str, sizes: Iterable[int]) -> None:
    """Refuse what is larger than anybody wants, or than the disk of the hub's cache has room for.

    Raises:
        ModelError: ``hub_large``.
    """
    cache = Path(hub.constants.HF_HUB_CACHE).absolute()
    there = next(folder for folder in (cache, *cache.parents) if folder.exists())
    size, limit = sum(sizes), min(MOST_BYTES, shutil.disk_usage(there).free)
    if size > limit:
        facts = {"found": shown, "size": f"{size / 2**30:.1f}", "limit": f"{limit / 2**30:.1f}"}
        raise ModelError("hub_large", facts)


def _refusal(shown: str, error: Exception) -> ModelError:
    """What to say: by the names of their classes, which are in other places in other releases."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    code = "hub_unknown" if kinds & set(_REFUSALS) else "hub_unreachable"
    reason = " ".join(str(error).split())[:MAX_REASON] or type(error).__name__
    return ModelError(code, {"found": shown, "reason": f"{type(error).__name__}: {reason}"})
