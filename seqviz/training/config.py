"""A training config: TOML to ``TrainSettings``, with one clear error for whatever is wrong.

A table a record of ``settings``, a key a field. ``[model]`` has ``kind`` and the fields of that
kind's settings, without the vocabulary sizes, which ``[source_vocabulary]`` and
``[target_vocabulary]`` give.
"""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

from seqviz.errors import InputError
from seqviz.files import is_file
from seqviz.models.settings import KINDS, ModelSettings
from seqviz.training.settings import (
    AddedSettings,
    AugmentSettings,
    DataSettings,
    OptimiserSettings,
    ReportSettings,
    TrainSettings,
    VocabularySettings,
)

MOST_BYTES = 100_000
SHIPPED = Path(__file__).resolve().parent / "configs"
SIZES = ("source_vocabulary", "target_vocabulary")
"""Fields of a model that the vocabularies' tables give."""

Record = TypeVar("Record")
Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Config:
    """A config that was read."""

    file: Path
    text: str
    """As it stands in the file."""
    settings: TrainSettings

    @property
    def sha256(self) -> str:
        """Of the text, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def called(self) -> str:
        """What ``read_config`` finds it by: such as PAIR/SYSTEM if it came along, else its file."""
        names = {file: name for name, file in shipped_configs().items()}
        return names.get(self.file.resolve(), self.file.name)


def shipped_configs() -> dict[str, Path]:
    """The configs that came with the program, by PAIR/SYSTEM, or PAIR/SYSTEM.STAGE."""
    files = sorted(SHIPPED.glob("*.toml"))
    return {file.stem.replace(".", "/", 1): file for file in files}


def read_config(path_or_name: str | Path) -> Config:
    """Read a config file, or one that came with the program by its PAIR/SYSTEM.

    Raises:
        InputError: there is no such config, it is no UTF-8 or no TOML, a key is unknown or
            missing, or a value is of another kind or out of its range.
    """
    file = _find(path_or_name)
    text = _read(file)
    try:
        return Config(file=file, text=text, settings=_settings(tomllib.loads(text)))
    except (ValueError, RecursionError) as error:
        is_syntax = isinstance(error, tomllib.TOMLDecodeError)
        reason = f"it is no TOML: {error}" if is_syntax else str(error)
        raise InputError("config_invalid", {"file": str(file), "reason": reason}) from error


def _find(path_or_name: str | Path) -> Path:
    shipped = shipped_configs()
    if is_file(Path(path_or_name)):
        return Path(path_or_name)
    if str(path_or_name) in shipped:
        return shipped[str(path_or_name)]
    nearest = difflib.get_close_matches(str(path_or_name), shipped, n=1, cutoff=0.0)[0]
    raise InputError("config_unknown", {"found": str(path_or_name), "nearest": nearest})


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise OSError(None, f"it has more than {MOST_BYTES} bytes")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise InputError("file_unreadable", {"file": file, "reason": error.strerror}) from error
    except UnicodeDecodeError as error:
        raise InputError("not_utf8", {"name": file, "position": error.start}) from error


def _settings(raw: Values) -> TrainSettings:
    _check_keys(raw, {entry.name: entry for entry in fields(TrainSettings)}, "")
    tables = {
        "data": _record(DataSettings, _table(raw, "data"), "data"),
        "added_pieces": _record(AddedSettings, _table(raw, "added_pieces"), "added_pieces"),
        "augment": _record(AugmentSettings, _table(raw, "augment"), "augment"),
        "optimiser": _record(OptimiserSettings, _table(raw, "optimiser"), "optimiser"),
        "source_vocabulary": _vocabulary(raw, "source_vocabulary"),
        "target_vocabulary": _vocabulary(raw, "target_vocabulary"),
        "report": _record(ReportSettings, _table(raw, "report"), "report"),
    }
    sizes = {name: tables[name].size for name in SIZES}  # type: ignore[attr-defined] # vocabularies
    if raw.get("start_from") and (given := [name for name in SIZES if name in raw]):
        raise ValueError(f"[{given[0]}] has no effect: start_from brings the pieces along")
    model = _model(_table(raw, "model"), sizes)
    top = {key: raw[key] for key in raw if key not in {*tables, "model"}}
    _check_kinds(TrainSettings, top, "")
    return TrainSettings(**tables, model=model, **top)  # type: ignore[arg-type] # checked by kind


def _vocabulary(raw: Values, name: str) -> VocabularySettings:
    return _record(VocabularySettings, _table(raw, name), name)


def _model(raw: Values, sizes: Mapping[str, int]) -> ModelSettings:
    kind, given = raw.get("kind"), {key: raw[key] for key in raw if key != "kind"}
    if kind is None:
        raise ValueError(f"the key 'model.kind' is missing; it is one of: {', '.join(KINDS)}")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"model.kind is {_shown(kind)}, but must be one of: {', '.join(KINDS)}")
    for name in SIZES:
        if name in given:
            raise ValueError(f"model.{name} has its place in [{name}]: size = …")
    if given.get("shared_embeddings"):
        raise ValueError("model.shared_embeddings: source and target have pieces of their own here")
    return _record(KINDS[kind], {**given, **sizes}, "model")


def _table(raw: Values, name: str) -> Values:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{name} is {_shown(table)}, but must be a table: [{name}]")
    return table


def _record(kind: type[Record], values: Values, table: str) -> Record:
    """A record from its table; whatever it refuses is told with the name of the table."""
    known: dict[str, Field[Any]] = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type] # records all
    _check_keys(values, known, f"{table}.", hidden=SIZES if table == "model" else ())
    _check_kinds(kind, values, f"{table}.")
    texts = [name for name, hint in get_type_hints(kind).items() if get_origin(hint) is tuple]
    converted = {key: tuple(values[key]) if key in texts else values[key] for key in values}
    try:
        return kind(**converted)
    except ValueError as error:
        begins = re.split(r"[ .]", str(error), maxsplit=1)[0]
        where = f"{table}." if begins in known else f"[{table}]: "
        raise ValueError(f"{where}{error}") from error


def _check_keys(
    values: Values, known: Mapping[str, Field[Any]], prefix: str, *, hidden: Collection[str] = ()
) -> None:
    """Refuse an unknown key, naming the nearest; then a missing one."""
    shown = [name for name in known if name not in hidden]
    for key in values:
        if key not in known:
            nearest = difflib.get_close_matches(key, shown, n=1, cutoff=0.0)[0]
            raise ValueError(
                f"the key {_shown(prefix + key)} is unknown; did you mean '{prefix}{nearest}'?"
            )
    for name, entry in known.items():
        optional = entry.default is not MISSING or entry.default_factory is not MISSING
        if not optional and name not in values:
            raise ValueError(f"the key '{prefix}{name}' is missing")


def _check_kinds(kind: type, values: Values, prefix: str) -> None:
    """Refuse what is no text, or no list of texts, where that is asked; records check the rest."""
    hints = get_type_hints(kind)
    for key, value in values.items():
        if hints[key] is str and not isinstance(value, str):
            raise ValueError(f"{prefix}{key} is {_shown(value)}, but must be a text")
        if get_origin(hints[key]) is Mapping and not isinstance(value, dict):
            raise ValueError(f"{prefix}{key} is {_shown(value)}, but must be a table")
        if get_origin(hints[key]) is tuple:
            whole = isinstance(value, list) and all(isinstance(item, str) for item in value)
            if not whole:
                raise ValueError(f"{prefix}{key} is {_shown(value)}, but must be a list of texts")


def _shown(value: object) -> str:
    return f"{value!r:.40}"
