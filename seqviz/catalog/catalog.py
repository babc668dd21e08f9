"""What lies in the folder of models, read without torch and without loading a weight.

A folder holds PAIR/source.model and target.model, which a system may have of its own, and
PAIR/SYSTEM/settings.json and model.safetensors; or PAIR/SYSTEM/config.json of a foreign model,
beside its own files. A broken model is listed with its error; it never hides the others.
"""

import difflib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from seqviz.aligned import alignment_of
from seqviz.catalog.entry import ModelEntry
from seqviz.catalog.foreign import read_foreign_entry
from seqviz.catalog.hub import find_copy, find_or_fetch, is_hub_name
from seqviz.catalog.mirror import REMOTE_FILE, backend_named, is_address, mirror_at, read_remote
from seqviz.catalog.strangers import other_kind, refuse_other_kinds
from seqviz.catalog.untrusted import read_if_there
from seqviz.confidence import confidence_of
from seqviz.errors import ModelError
from seqviz.shipped import shipped

FORMAT = 1
FOLDER_VARIABLE = "SEQVIZ_MODELS"
ORIGIN_FILE = "origin.json"
"""Says of an imported model where it comes from: "from", a name, and "revision", a commit."""
NEAR = 0.6
"""From 0 to 1: how like a name must be to be what was meant."""
METRICS = ("bleu", "chrf", "exact_match")
"""Of a test set, each from 0 to 100."""

__all__ = [
    "FOLDER_VARIABLE",
    "FORMAT",
    "METRICS",
    "ORIGIN_FILE",
    "Catalogue",
    "ModelEntry",
    "find_models",
    "listed_folder",
    "model_folders",
    "models_folder",
    "read_entry",
    "resolve",
]

_OWN, _FOREIGN = "settings.json", "config.json"
_PAIR = re.compile("[a-z]{2,3}[-_][a-z]{2,3}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Everything in one folder, ordered by name."""

    folder: Path
    entries: tuple[ModelEntry, ...]
    broken: Mapping[str, ModelError]
    """What is wrong with the models that cannot be used, by name."""


def models_folder() -> Path:
    """The folder named by SEQVIZ_MODELS, else that of the shipped models."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else shipped("pretrained")


def listed_folder() -> Path:
    """Where the models lie that are offered: those of a backend, where SEQVIZ_BACKEND names one.

    Raises:
        SeqVizError: the backend is away, and nothing is known of it.
    """
    address = backend_named()
    return mirror_at(address).folder() if address else models_folder()


def model_folders(root: Path) -> list[Path]:
    """The folders below ``root`` that should hold a model each, in order."""
    return sorted(root.glob("[!._]*/[!._]*/"))


def find_models(folder: Path | str | None = None) -> Catalogue:
    """List the models of a folder; None: ``listed_folder()``. One that is missing has no models."""
    root = Path(folder) if folder is not None else listed_folder()
    entries, broken = [], {}
    for candidate in model_folders(root):
        try:
            entries.append(replace(read_entry(candidate), name=_name_of(candidate)))
        except ModelError as error:
            broken[_name_of(candidate)] = error
    return Catalogue(folder=root, entries=tuple(entries), broken=broken)


def resolve(
    name_or_folder: str, folder: Path | str | None = None, *, fetch: bool = True
) -> ModelEntry:
    """Find a model by PAIR/SYSTEM in a folder, by the path of its own folder, or on the hub.

    A name that can only be meant for the Hugging Face hub, OWNER/MODEL, is looked up among the
    models that came from there, and in its cache, and fetched into that if it is not there and
    ``fetch``; a misspelled PAIR/SYSTEM is never asked for elsewhere. After the address of a
    backend, such as "http://10.0.0.5:8600/de-en/transformer", it is one of that backend.

    Raises:
        ModelError: there is no such model (the nearest name is suggested), or it is broken.
    """
    if is_address(name_or_folder):
        address, *name = name_or_folder.rstrip("/").rsplit("/", 2)
        return mirror_at(address).entry("/".join(name))
    path = Path(name_or_folder)
    if _is_model(path):
        return read_entry(path.resolve())
    catalogue = find_models(folder)
    if name_or_folder in catalogue.broken:
        raise catalogue.broken[name_or_folder]
    entries = {entry.name: entry for entry in catalogue.entries}
    if name_or_folder in entries:
        return entries[name_or_folder]
    if _is_for_the_hub(name_or_folder, catalogue):
        repository, _, revision = name_or_folder.partition("@")
        for entry in catalogue.entries:
            if entry.origin == repository and entry.revision.startswith(revision):
                return entry
        find = find_or_fetch if fetch else find_copy
        return read_entry(find(name_or_folder))
    raise _unfound(name_or_folder, catalogue)


def _unfound(name: str, catalogue: Catalogue) -> ModelError:
    """What to say of a name that stands for no model."""
    path, entries = Path(name), [entry.name for entry in catalogue.entries]
    if name and _is_folder(path):
        refuse_other_kinds(path)
        return ModelError("no_model_there", {"folder": name})
    if _is_file(path):
        return ModelError(other_kind((path.name,)) or "path_is_file", {"folder": name})
    missing = ModelError("path_missing", {"found": name})
    if _is_for_a_path(name, catalogue):
        return missing
    if not entries and catalogue.broken:
        return next(iter(catalogue.broken.values()))
    if not entries:
        return ModelError("no_models", {"folder": str(catalogue.folder)})
    nearest = difflib.get_close_matches(name, entries, n=1, cutoff=NEAR)
    return (
        ModelError("unknown_model", {"found": name, "nearest": nearest[0]}) if nearest else missing
    )


def _pairs(catalogue: Catalogue) -> set[str]:
    names = (*(entry.name for entry in catalogue.entries), *catalogue.broken)
    return {known.partition("/")[0] for known in names}


def _is_for_a_path(name: str, catalogue: Catalogue) -> bool:
    """Whether what is not there was meant as the path of a folder or file."""
    parts = Path(name).parts
    if name.startswith((".", "/", "~")) or name.endswith("/") or "\\" in name:
        return True
    if len(parts) == 2:  # noqa: PLR2004 - PAIR/SYSTEM, or a path
        return parts[0] not in _pairs(catalogue) and _is_folder(Path(parts[0]))
    return len(parts) > 1


def _is_for_the_hub(name: str, catalogue: Catalogue) -> bool:
    """Whether a name that nothing here has may be one of the hub, and is no slip of the pen."""
    owner = name.partition("/")[0]
    pairs = _pairs(catalogue)
    here = owner in pairs or _PAIR.fullmatch(owner) or _is_folder(Path(owner))
    return is_hub_name(name) and not here


def _is_model(folder: Path) -> bool:
    try:
        return any((folder / name).is_file() for name in (_OWN, _FOREIGN, REMOTE_FILE))
    except OSError:  # no name of a file
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no name of a file
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def read_entry(folder: Path) -> ModelEntry:
    """Read the description of the model in a folder, and check that its files are whole.

    Raises:
        ModelError: a file is missing, cut off, or no model description.
    """
    if (folder / REMOTE_FILE).exists():
        return read_remote(folder)
    path = folder / _OWN
    if not path.exists():
        refuse_other_kinds(folder)
        if (folder / _FOREIGN).exists():
            return _foreign(folder)
    settings = _settings(path)
    try:
        entry = ModelEntry(
            name=_name_of(folder),
            source_language=_value(settings, "source_language", str),
            target_language=_value(settings, "target_language", str),
            kind=_value(settings, "kind", str),
            attention=_value(settings, "attention", str),
            parameters=_value(settings, "parameters", int),
            bytes=_size(folder / "model.safetensors"),
            licence=_value({"licence": "", **settings}, "licence", str),
            scores=_scores(_value({"scores": {}, **settings}, "scores", dict)),
            folder=folder,
            alignment=alignment_of(settings.get("alignment")),
            confidence=confidence_of(settings.get("confidence")),
        )
    except ValueError as error:
        raise ModelError("settings_invalid", {"file": str(path), "reason": str(error)}) from error
    for file in (entry.source_model, entry.target_model):
        _size(file)
    _check_weights(entry.weights)
    return entry


def _foreign(folder: Path) -> ModelEntry:
    """An imported model, too, says from which commit it was taken."""
    entry = read_foreign_entry(folder)
    told = read_if_there(folder, ORIGIN_FILE)
    revision, origin = told.get("revision"), told.get("from")
    if not isinstance(revision, str) or not re.fullmatch("[0-9a-f]{40}", revision):
        return entry
    named = origin if isinstance(origin, str) and is_hub_name(origin) else ""
    return replace(entry, revision=revision, origin=named.partition("@")[0])


def _name_of(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _settings(path: Path) -> Mapping[str, Any]:
    _size(path)
    try:
        settings = json.loads(path.read_bytes())
        if not isinstance(settings, dict):
            raise ValueError("it is no JSON object")
        if settings.get("format") != FORMAT:
            raise ValueError(f"its format is {settings.get('format')!r:.40}, not {FORMAT}")
    except OSError as error:
        facts = {"file": str(path), "reason": error.strerror}
        raise ModelError("file_corrupt", facts) from error
    except (ValueError, RecursionError) as error:
        reason = "it is not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
        raise ModelError("settings_invalid", {"file": str(path), "reason": reason}) from error
    return settings


def _value(settings: Mapping[str, Any], key: str, kind: type) -> Any:
    if type(settings.get(key)) is not kind:
        raise ValueError(f"'{key}' is {settings.get(key, 'missing')!r:.40}")
    return settings[key]


def _scores(raw: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Drop nothing, but make sure that every test set's scores are numbers where given."""
    for name, scores in raw.items():
        if not isinstance(scores, dict):
            raise ValueError(f"the scores of '{name:.40}' are no object")
        for metric in METRICS:
            if metric in scores and type(scores[metric]) not in (int, float):
                raise ValueError(f"the {metric} of '{name:.40}' is no number")
    return raw


def _size(file: Path) -> int:
    if not file.is_file():
        raise ModelError("file_missing", {"file": str(file)})
    return file.stat().st_size


def _check_weights(file: Path) -> None:
    """Read the header alone, which also tells when the file is cut off."""
    try:
        with safe_open(file, framework="numpy"):
            pass
    except (SafetensorError, OSError) as error:
        reason = "it is cut off, or is no safetensors file"
        raise ModelError("file_corrupt", {"file": str(file), "reason": reason}) from error
