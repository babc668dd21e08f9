"""A backend's models as folders of this machine: descriptions, records, vocabularies; no weights.

Everything that reads a model's folder reads these likewise. They go with the process.
"""

import atexit
import base64
import json
import os
import re
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from seqviz.catalog.entry import ModelEntry
from seqviz.catalog.filenames import PIECES, SETTINGS, VOCABULARIES, matches
from seqviz.catalog.remote import Backend, backend_at
from seqviz.errors import ModelError, SeqVizError
from seqviz.files import own_folder, write_whole
from seqviz.trace.packed import unpacked

BACKEND_VARIABLE, TOKEN_VARIABLE = "SEQVIZ_BACKEND", "SEQVIZ_BACKEND_TOKEN"
REMOTE_FILE = "remote.json"
"""In the folder of a model: where it computes, and its description."""
FRESH_SECONDS = 2.0
"""In which a list of models, or that there is none to be had, is not asked for again."""
READING = (*SETTINGS, *VOCABULARIES, *PIECES, "settings.json")
"""By what a model reads, as patterns of names."""
_OF_REMOTE = ("version", "weights")
"""What ``Remote`` holds beside the address."""
LIST_SECONDS, FIRST_SECONDS = 3.0, 20.0
"""For which a list is waited for, and the first one: then a backend may be about to start. One that
gives no sign of life meanwhile is away sooner."""
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Lent:
    """A model that a backend has loaded."""

    entry: ModelEntry
    """Its folder holds what is needed to read and write as the model does."""
    facts: Mapping[str, Any]
    """As ``trace.packed`` packs ``ModelFacts``."""
    device: str
    precision: str


class Mirror:
    """The models of one backend; threads share it."""

    def __init__(self, backend: Backend) -> None:
        """Ask nothing yet."""
        self.backend = backend
        self._home = own_folder("backend")
        atexit.register(self.close)
        self._lock = threading.Lock()
        self._asked = -FRESH_SECONDS
        self._listed: Any = None
        self._failed: SeqVizError | None = None

    def close(self) -> None:
        """Leave nothing behind: the process ends."""
        self.backend.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def folder(self) -> Path:
        """The folder of all models, as they are now.

        Where the backend is away, it is as it was; whoever asks for a translation is told.

        Raises:
            SeqVizError: nothing is known of the backend, and it is away, or none.
        """
        is_known = self._listed is not None
        if self._lock.acquire(blocking=not is_known):  # who knows the list waits for nobody's look
            try:
                self._look(LIST_SECONDS if is_known else FIRST_SECONDS)
            finally:
                self._lock.release()
        return self._home

    def _look(self, wait: float) -> None:
        if time.monotonic() - self._asked >= FRESH_SECONDS:
            try:
                self._write(self.backend.get("/v1/models", wait=wait), wait)
                self._failed = None
            except SeqVizError as error:
                self._failed = error
            self._asked = time.monotonic()
        if self._failed is not None and self._listed is None:
            raise self._failed

    def entry(self, name: str) -> ModelEntry:
        """One of the models.

        Raises:
            ModelError: there is none of that name; or as ``folder``.
        """
        folder = self.folder() / name
        if not (_NAME.fullmatch(name) and (folder / REMOTE_FILE).is_file()):
            choices = ", ".join(sorted(self._names()))
            raise ModelError("model_not_served", {"found": name, "choices": choices})
        return read_remote(folder)

    def borrow(self, name: str) -> Lent:
        """A model as the backend has loaded it, with the files by which it reads.

        Raises:
            SeqVizError: the backend has none of that name, is away, or is none.
        """
        self.folder()
        raw = self.backend.get(f"/v1/models/{name}")
        try:
            folder = self._described(raw["model"])
            for file, content in raw["files"].items():
                self._keep(folder, file, content, patterns=READING)
            return Lent(
                entry=read_remote(folder),
                facts=raw["facts"],
                device=str(raw["device"]),
                precision=str(raw["precision"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._odd(error) from error

    def _names(self) -> list[str]:
        return [file.parent.relative_to(self._home).as_posix() for file in self._files()]

    def _files(self) -> list[Path]:
        return sorted(self._home.glob(f"*/*/{REMOTE_FILE}"))

    def _write(self, listed: Any, wait: float) -> None:
        """Make the folders those of a list, if it is a new one."""
        if listed == self._listed:
            return
        records = self.backend.get("/v1/records", wait=wait)
        try:
            folders = [self._described(one) for one in listed["models"]]
            for name, files in records.items():
                for file, content in files.items():
                    if self._home / name in folders:
                        self._keep(self._home / name, file, content, patterns=("*.json",))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._odd(error) from error
        for file in self._files():
            if file.parent not in folders:
                shutil.rmtree(file.parent, ignore_errors=True)
        self._listed = listed

    def _described(self, raw: Mapping[str, Any]) -> Path:
        """The folder of a model, with its description."""
        name = str(raw["name"])
        if not _NAME.fullmatch(name):
            raise ValueError(f"'{name:.40}' is no name of a model")
        folder = self._home / name
        folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"address": self.backend.address, "model": raw}, sort_keys=True)
        _write_if_new(folder / REMOTE_FILE, content.encode("ascii"))
        read_remote(folder)
        return folder

    def _keep(self, folder: Path, name: str, content: str, *, patterns: tuple[str, ...]) -> None:
        """A file of a model, under a name that such a file may have."""
        place, plain = folder, name
        if name.startswith("../"):
            place, plain, patterns = folder.parent, name[3:], PIECES
        if not _FILE.fullmatch(plain) or not matches(plain, patterns) or plain == REMOTE_FILE:
            raise ValueError(f"'{name:.40}' is no file that a model needs")
        _write_if_new(place / plain, base64.b64decode(content, validate=True))

    def _odd(self, error: Exception) -> ModelError:
        facts = {"address": self.backend.address, "reason": f"{error}"[:200]}
        return ModelError("backend_odd", facts)


def _write_if_new(file: Path, content: bytes) -> None:
    """A file that is the same keeps its date, by which its readers know that."""
    if not file.is_file() or file.read_bytes() != content:
        write_whole(file, content)


def read_remote(folder: Path) -> ModelEntry:
    """The description of a model that computes elsewhere.

    Raises:
        ModelError: ``settings_invalid``.
    """
    file = folder / REMOTE_FILE
    try:
        content = json.loads(file.read_bytes())
        raw = dict(content["model"])
        remote = {"address": content["address"], **{one: raw.pop(one) for one in _OF_REMOTE}}
        return unpacked(ModelEntry, {**raw, "folder": str(folder), "remote": remote})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("settings_invalid", {"file": str(file), "reason": str(error)}) from error


@cache
def _mirror(address: str, token: str) -> Mirror:
    return Mirror(backend_at(address, token))


def mirror_at(address: str) -> Mirror:
    """Of the backend at an address, once in this process.

    Where the environment names a backend, its token is shown to no other.

    Raises:
        InputError: ``backend_address``.
    """
    plain = address.rstrip("/")
    is_its = backend_named().rstrip("/") in ("", plain)
    return _mirror(plain, os.environ.get(TOKEN_VARIABLE, "").strip() if is_its else "")


def is_address(name: str) -> bool:
    """Whether it names a model, or a backend, by the backend's address."""
    return name.startswith(("http://", "https://"))


def backend_named() -> str:
    """The address that SEQVIZ_BACKEND names; "": none, models compute here."""
    return os.environ.get(BACKEND_VARIABLE, "").strip()
