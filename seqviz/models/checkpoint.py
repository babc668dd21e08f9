"""Models on disk: settings.json beside model.safetensors.

Nothing is ever unpickled. Every size in the settings is checked against the header of the weights
before memory is taken, and whatever is wrong is one ModelError that names the file and the cure.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from seqviz.errors import ModelError
from seqviz.files import whole
from seqviz.models.base import SpecialTokens
from seqviz.models.build import Model, empty_model
from seqviz.models.checks import check_choice
from seqviz.models.fast.packing import pack_linears
from seqviz.models.quantised import Storage, Stored, decoded, encoded, joined, listed, misfits
from seqviz.models.settings import KINDS

Record = TypeVar("Record")

FORMAT = 1
MAX_SETTINGS_BYTES = 1_000_000
SETTINGS_FILE = "settings.json"
WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a model's weights cannot tell."""

    name: str
    """PAIR/SYSTEM, such as "de-en/transformer"."""
    source_language: str
    target_language: str
    licence: str = ""
    """Of the weights, with the attribution that their data asks for."""
    scores: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """By test set."""


def save_model(
    folder: Path | str, model: Model, description: Description, *, storage: Storage = "float16"
) -> None:
    """Write settings.json and model.safetensors.

    Args:
        folder: made where there is none.
        model: on any device.
        description: what its weights cannot tell.
        storage: "int8" rounds every matrix to 255 levels a row and takes half the room; what is
            loaded again, and its fingerprint, are the rounded values.

    Raises:
        ValueError: a weight is not finite in float16.
        InputError: ``file_unwritable``; both files before are still there.
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_settings_of(model, description), ensure_ascii=False, indent=2) + "\n"
    stored = encoded(model.state_dict(), storage)
    with whole(root / SETTINGS_FILE) as settings, whole(root / WEIGHTS_FILE) as weights:
        settings.write_text(text, encoding="utf-8")
        try:
            save_file(stored, weights)
        except SafetensorError as error:  # what the disk refused
            raise OSError(None, str(error).rpartition("error: ")[2]) from error
        shutil.copymode(settings, weights)  # safetensors lets the owner alone read


def load_model(
    folder: Path | str, device: torch.device | str = "cpu", *, packed: bool = True
) -> Model:
    """Read a model, ready to decode, in float32.

    Args:
        folder: where settings.json and model.safetensors lie.
        device: where the model goes.
        packed: on a CPU, make it faster by packed copies of its weights; see ``pack_linears``.

    Raises:
        ModelError: a file is missing, damaged, invalid, or does not fit the other.
    """
    root = Path(folder)
    model = _empty_model(root / SETTINGS_FILE)
    weights = _read_weights(root / WEIGHTS_FILE, model.state_dict())
    model.load_state_dict(weights, assign=True)
    model.eval().to(device)
    if packed:
        pack_linears(model)
    return model


def special_tokens(folder: Path | str) -> SpecialTokens:
    """The ids that are no text, as settings.json names them.

    Raises:
        ModelError: the file is missing, damaged or invalid.
    """
    return _empty_model(Path(folder) / SETTINGS_FILE).special


class Weighted(Protocol):
    """What has weights, such as a module."""

    def state_dict(self) -> Mapping[str, Any]:
        """Its weights by name."""


def fingerprint(model: Weighted) -> str:
    """SHA-256 over the names, shapes and float32 values of the weights, hexadecimal."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} ".encode())
        digest.update(tensor.detach().to("cpu", torch.float32).contiguous().numpy().data)
    return digest.hexdigest()


def _settings_of(model: Model, description: Description) -> dict[str, object]:
    return {
        "format": FORMAT,
        "name": description.name,
        "source_language": description.source_language,
        "target_language": description.target_language,
        "kind": model.settings.kind,
        "attention": model.settings.attention_kind,
        "architecture": asdict(model.settings),
        "special_tokens": asdict(model.special),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "licence": description.licence,
        "scores": dict(description.scores),
    }


def _empty_model(file: Path) -> Model:
    """The model that settings.json describes, without memory for its weights."""
    try:
        settings = _read_json(file)
        if settings.get("format") != FORMAT:
            raise ValueError(f"its format is {_shown(settings.get('format'))}, not {FORMAT}")
        return _build(
            settings.get("kind"),
            _record(SpecialTokens, settings.get("special_tokens"), "special_tokens"),
            settings.get("architecture"),
        )
    except OSError as error:
        facts = {"file": str(file), "reason": error.strerror}
        raise ModelError("file_corrupt", facts) from error
    except (ValueError, RecursionError) as error:
        facts = {"file": str(file), "reason": str(error)}
        raise ModelError("settings_invalid", facts) from error


def _build(kind: object, special: SpecialTokens, architecture: object) -> Model:
    check_choice("kind", kind, tuple(KINDS))
    return empty_model(_record(KINDS[str(kind)], architecture, "architecture"), special)


def _read_json(file: Path) -> dict[str, Any]:
    _require(file)
    size = file.stat().st_size
    if size > MAX_SETTINGS_BYTES:
        raise ValueError(f"it has {size} bytes, more than {MAX_SETTINGS_BYTES}")
    try:
        settings = json.loads(file.read_bytes())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"it is not JSON: {error}") from error
    if not isinstance(settings, dict):
        raise ValueError("it is no JSON object")
    return settings


def _record(kind: type[Record], values: object, name: str) -> Record:
    """A settings record from a JSON object that must name each of its fields, and no other."""
    if not isinstance(values, dict):
        raise ValueError(f"{name} is {_shown(values)}, but must be an object")
    known = {entry.name for entry in fields(kind)}  # type: ignore[arg-type]  # records all
    if missing := sorted(known - values.keys()):
        raise ValueError(f"{name} lacks {listed(missing)}")
    if unknown := sorted(values.keys() - known):
        raise ValueError(f"{name} has the unknown {listed(unknown)}")
    return kind(**values)


def _read_weights(file: Path, expected: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Every expected weight in float32; none is read before all of them are known to fit."""
    _require(file)
    try:
        with safe_open(file, framework="pt") as content:
            slices = {name: content.get_slice(name) for name in list(content.keys())}
            found = {
                name: Stored(part.get_dtype(), part.get_shape()) for name, part in slices.items()
            }
            if problems := misfits(expected, found):
                facts = {"file": str(file), "reason": joined(problems)}
                raise ModelError("weights_mismatch", facts)
            return {name: decoded(name, content.get_tensor) for name in expected}
    except (SafetensorError, OSError, ValueError) as error:
        facts = {"file": str(file), "reason": str(error)}
        raise ModelError("file_corrupt", facts) from error


def _require(file: Path) -> None:
    if not file.is_file():
        raise ModelError("file_missing", {"file": str(file)})


def _shown(value: object) -> str:
    return f"{value!r:.40}"
