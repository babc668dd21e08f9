"""Take a foreign model over into the folder of models: checked, only what it needs, all or nothing.

Whatever it was stored as, its weights are safetensors afterwards.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from seqviz.catalog import read_entry, resolve
from seqviz.catalog.archive import unpack
from seqviz.catalog.entry import INDEX, WEIGHTS, ModelEntry
from seqviz.catalog.filenames import ABOUT, CONFIG, OLD_WEIGHTS, SETTINGS, VOCABULARIES, matches
from seqviz.catalog.foreign import pair_in
from seqviz.catalog.strangers import other_kind
from seqviz.catalog.untrusted import read_object, require_file, weight_files
from seqviz.errors import ModelError
from seqviz.files import remove_leftovers
from seqviz.foreign.origin import Fetched, write_origin
from seqviz.foreign.weights import open_weights

MANY = "mul"
"""ISO 639's code for many languages."""
STAGE = ".import-"
"""How the folder of an unfinished import begins; what begins with a dot is no model."""
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,60}/[A-Za-z0-9][\w.-]{0,80}", re.ASCII)
_LANGUAGE = re.compile("[A-Za-z]{2,3}")
_TIED = ("embed_tokens.weight", "lm_head.weight")
"""Ends of the names under which an embedding is stored once more."""
_SHARED = "shared.weight"
_TIES = ("tie_word_embeddings", "share_encoder_decoder_embeddings")
"""Settings without which a model knows nothing of further names."""
MAX_REASON = 120

OnStage = Callable[[str], None]


@dataclass(frozen=True)
class Given:
    """What is to be imported, where it lies now."""

    entry: ModelEntry
    label: str
    """What it is called, without a path, such as "opus-mt-de-en"."""
    origin: str
    """Where it comes from: OWNER/MODEL, or the name of a folder or an archive."""
    fetched: Fetched | None = None


def import_model(
    source: str | Fetched,
    models: Path,
    *,
    check: Callable[[ModelEntry], None],
    name: str | None = None,
    fresh: bool = False,
    on_stage: OnStage = lambda stage: None,
) -> ModelEntry:
    """Copy a model into the folder of models, as PAIR/SYSTEM.

    It is loaded once and tried before it gets its name, so that what is listed works.

    Args:
        source: a folder, a zip archive, or OWNER/MODEL of the hub; or what was fetched from there.
        models: the folder of models.
        check: tries a model, and raises where it does not work.
        name: PAIR/SYSTEM; None: one made from the model's own name and languages.
        fresh: replace a model of that name.
        on_stage: called before each stage of the work: "read", "copy", "check".

    Raises:
        ModelError: the model cannot be used, or there is one of that name.
    """
    on_stage("read")
    with _stage(models) as stage, _named_as_given(source, stage):
        given = _given(source, models, stage)
        called = default_name(given) if name is None else name
        if not _NAME.fullmatch(called):
            raise ModelError("import_name", {"found": called})
        target = models / called
        if target.exists() and not fresh:
            raise ModelError("import_exists", {"folder": str(target)})
        staged = stage / "models" / called
        on_stage("copy")
        with _writing(target):
            _copy(given, staged)
        on_stage("check")
        check(read_entry(staged))
        _put(staged, target, old=stage / "old")
    return replace(read_entry(target), name=called)


def default_name(given: Given) -> str:
    """PAIR/SYSTEM from the languages of a model and its own name; "mul" for several languages.

    Marian's models are called by their languages, which their files spell in several ways.
    """
    entry, label = given.entry, given.label
    languages = pair_in(label) if entry.family == "marian" else ("", "")
    pair = "-".join(languages)
    if not all(languages):
        languages = entry.source_language, entry.target_language
        choices = entry.source_languages, entry.target_languages
        pair = "-".join(
            MANY if several or not _LANGUAGE.fullmatch(language) else language.lower()
            for language, several in zip(languages, choices, strict=True)
        )
    named = label.removesuffix(f"-{languages[0]}-{languages[1]}")
    system = re.sub(r"[^A-Za-z0-9_.-]+", "-", named).lstrip("._-")
    return f"{pair}/{system[:80] or 'model'}"


@contextmanager
def _stage(models: Path) -> Iterator[Path]:
    """A folder for unfinished work in the folder of models; gone in the end.

    Raises:
        ModelError: ``file_unwritable``.
    """
    with _writing(models):
        models.mkdir(parents=True, exist_ok=True)
        remove_leftovers(models, STAGE)
        stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=models))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _given(source: str | Fetched, models: Path, stage: Path) -> Given:
    if isinstance(source, Fetched):
        entry = replace(read_entry(source.folder), revision=source.revision)
        label = source.repository.rpartition("/")[2]
        return Given(entry, label=label, origin=source.repository, fetched=source)
    path = Path(source)
    if path.is_file():
        if code := other_kind((path.name,)):
            raise ModelError(code, {"folder": source})
        folder = stage / "unpacked"
        with _writing(models):
            folder.mkdir()
        unpack(path, folder, name=path.name)
        entry = _with_languages(read_entry(folder), path.stem)
        return Given(entry, label=path.stem, origin=path.name)
    entry = resolve(source, models)
    if entry.format == "seqviz":
        raise ModelError("import_own", {"folder": str(entry.folder)})
    label = entry.name.rpartition("/")[2]
    return Given(entry, label=label, origin=entry.name if entry.revision else label)


def _with_languages(entry: ModelEntry, label: str) -> ModelEntry:
    """An archive's name tells the languages as a folder's does, if nothing inside it does."""
    if entry.source_language or entry.target_language:
        return entry
    source, target = pair_in(label)
    return replace(entry, source_language=source, target_language=target)


def _copy(given: Given, folder: Path) -> None:
    """Copy what the model needs; pickled weights become safetensors.

    Raises:
        ModelError: a file is damaged.
        OSError, SafetensorError: there is no room.
    """
    home = given.entry.folder
    kept = (*SETTINGS, *VOCABULARIES, *ABOUT)
    folder.mkdir(parents=True)
    for file in sorted(home.iterdir()):
        if matches(file.name, kept) and file.is_file():
            shutil.copyfile(require_file(home, file.name), folder / file.name)
    if any(matches(file.name, OLD_WEIGHTS) for file in weight_files(home)):
        _convert(home, folder)
    else:
        _copy_weights(home, folder)
    write_origin(folder, origin=given.origin, revision=given.entry.revision, fetched=given.fetched)


def _copy_weights(home: Path, folder: Path) -> None:
    for file in (*weight_files(home), *home.glob(f"{WEIGHTS[0]}{INDEX}")):
        shutil.copyfile(require_file(home, file.name), folder / file.name)


def _convert(home: Path, folder: Path) -> None:
    stored, config = open_weights(home), read_object(require_file(home, CONFIG))
    read = {name: weight.read() for name, weight in stored.items()}
    try:
        weights = dict(_apart(read, tied=all(config.get(flag, True) for flag in _TIES)))
        save_file(weights, folder / WEIGHTS[0], metadata={"format": "pt"})
    except (KeyError, ValueError, RuntimeError) as error:  # a type or a name that is no weight's
        reason = f"safetensors cannot hold what is in it: {error!r:.{MAX_REASON}}"
        facts = {"file": str(weight_files(home)[0]), "reason": reason}
        raise ModelError("file_corrupt", facts) from error


def _apart(weights: dict[str, Tensor], *, tied: bool) -> Iterator[tuple[str, Tensor]]:
    """Each tensor on its own; further names of the shared embedding are left out if ``tied``."""
    shared = {_place(tensor) for name, tensor in weights.items() if name.endswith(_SHARED)}
    for name, tensor in weights.items():
        if not (tied and name.endswith(_TIED) and _place(tensor) in shared):
            yield name, tensor.detach().clone(memory_format=torch.contiguous_format)


def _place(tensor: Tensor) -> tuple[object, ...]:
    return tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride()


def _put(staged: Path, target: Path, *, old: Path) -> None:
    """Give the model its name; one that is there makes way in the same moment, nearly."""
    with _writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            target.rename(old)
        try:
            staged.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Say of what cannot be written where it was to lie in the end."""
    try:
        yield
    except (OSError, SafetensorError) as error:
        reason = (
            error.strerror if isinstance(error, OSError) else None
        ) or "input or output failed"
        raise ModelError("file_unwritable", {"file": str(target), "reason": reason}) from error


@contextmanager
def _named_as_given(source: str | Fetched, stage: Path) -> Iterator[None]:
    """Name files as those of the source: what lies on the stage is gone when an error is read."""
    places = [rf"{re.escape(str(stage))}[/\\](?:unpacked|models(?:[/\\][\w.-]+){{2}})"]
    if isinstance(source, Fetched):
        places.append(re.escape(str(source.folder)))
    named = source.repository if isinstance(source, Fetched) else source
    copies = re.compile("|".join(places), re.ASCII)
    try:
        yield
    except ModelError as error:
        facts = {
            name: copies.sub(lambda _: named, fact) if isinstance(fact, str) else fact
            for name, fact in error.facts.items()
        }
        raise ModelError(error.code, facts) from error
