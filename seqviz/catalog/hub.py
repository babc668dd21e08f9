"""Models of the Hugging Face hub, by OWNER/MODEL: what is cached here is used, else it is fetched.

``huggingface_hub`` is imported when a name is asked for. A copy is a folder
of links into the hub's cache, named after its commit, and is believed no more than any other
foreign folder.
"""

import re
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
_COMMIT, _SHA256 = re.compile("[0-9a-f]{40}"), re.compile("([0-9a-f]{64})?")
_REFUSALS = (
    "EntryNotFoundError",
    "GatedRepoError",
    "HFValidationError",
    "RepositoryNotFoundError",
    "RevisionNotFoundError",
)
"""Errors of theirs that no network mends."""
_FORBIDDEN, _TOO_MANY = (401, 403, 404, 410), 429
"""Answers of HTTP: that no network mends, and that ask to wait."""


@dataclass(frozen=True)
class HubFile:
    """A file as the hub announces it."""

    name: str
    size: int
    """Bytes."""
    blob: str
    """Git's name for its content: the SHA-1 of "blob SIZE", a zero byte and the content."""
    sha256: str
    """Of its content; empty where the hub keeps the file in git itself."""


@dataclass(frozen=True)
class Listing:
    """What the hub has of a model, of one commit."""

    repository: str
    """OWNER/MODEL."""
    revision: str
    """The commit."""
    files: tuple[HubFile, ...]
    """Those worth having, in order of their names."""

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


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
    found = _cached(*_parts(name))
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


def ask(repository: str, revision: str | None) -> Listing:
    """What the hub has of a model: nothing is fetched yet.

    Args:
        repository: OWNER/MODEL.
        revision: a commit, branch or tag; None: the main branch.

    Raises:
        ModelError: the hub cannot be asked, does not have it, or has no model that is read here.
    """
    shown = _shown(repository, revision)
    info = hub.HfApi
    try:
        found = info().model_info(
            repository, revision=revision, timeout=SECONDS, files_metadata=True
        )
    except Exception as error:
        raise refusal(shown, error) from error
    files = found.siblings or ()
    listed = [file.rfilename for file in files]
    if code := other_kind(listed):
        raise ModelError(code, {"folder": shown})
    names = wanted(listed)
    if not _is_fit(names):
        raise ModelError("hub_unfit", {"found": shown})
    chosen = [file for file in map(_file, files) if file.name in names]
    if not _COMMIT.fullmatch(found.sha or "") or not all(map(_is_named, chosen)):
        raise ModelError("hub_unfit", {"found": shown})
    return Listing(repository, found.sha, tuple(sorted(chosen, key=lambda file: file.name)))


def _shown(repository: str, revision: str | None) -> str:
    """The name of a model in messages; a whole commit helps nobody there."""
    is_short = revision is not None and not _COMMIT.fullmatch(revision)
    return f"{repository}@{revision}" if is_short else repository


def _file(found: Any) -> HubFile:
    return HubFile(
        name=found.rfilename,
        size=found.size or 0,
        blob=found.blob_id or "",
        sha256=found.lfs.sha256 if found.lfs else "",
    )


def _is_named(file: HubFile) -> bool:
    """Whether the names of its content are such: they become names of files here."""
    return bool(_COMMIT.fullmatch(file.blob)) and bool(_SHA256.fullmatch(file.sha256))


def _fetched(repository: str, revision: str | None) -> Path:
    shown = _shown(repository, revision)
    listing = ask(repository, revision)
    names = [file.name for file in listing.files]
    here, download = hub.try_to_load_from_cache, hub.snapshot_download
    try:
        lacking = [
            file.size
            for file in listing.files
            if not here(repository, file.name, revision=revision)
        ]
        check_room(shown, lacking, Path(hub.constants.HF_HUB_CACHE))
        folder = download(repository, revision=revision, allow_patterns=names, etag_timeout=SECONDS)
    except ModelError:
        raise
    except Exception as error:
        raise refusal(shown, error) from error
    return Path(folder)


def check_room(shown: str, sizes: Iterable[int], home: Path) -> None:
    """Refuse what is larger than anybody wants, or than a disk has room for.

    Args:
        shown: the model's name.
        sizes: bytes that will be written.
        home: a folder on the disk, which need not exist yet.

    Raises:
        ModelError: ``hub_large``.
    """
    place = home.absolute()
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    size, limit = sum(sizes), min(MOST_BYTES, shutil.disk_usage(there).free)
    if size > limit:
        facts = {"found": shown, "size": f"{size / 2**30:.1f}", "limit": f"{limit / 2**30:.1f}"}
        raise ModelError("hub_large", facts)


def refusal(shown: str, error: Exception) -> ModelError:
    """What to say: by the names of their classes, which are in other places in other releases."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if response is not None and status == _TOO_MANY:
        wait = response.headers.get("retry-after") or "60"
        return ModelError("hub_busy", {"found": shown, "wait": f"{wait:.20}"})
    is_refused = bool(kinds & set(_REFUSALS)) or status in _FORBIDDEN
    reason = " ".join(str(error).split())[:MAX_REASON] or type(error).__name__
    facts = {"found": shown, "reason": f"{type(error).__name__}: {reason}"}
    if is_refused:
        return ModelError("hub_unknown", facts)
    address = f"huggingface.co/{shown.partition('@')[0]}"
    return ModelError("hub_unreachable", {**facts, "address": address})
