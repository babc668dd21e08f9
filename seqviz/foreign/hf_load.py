"""Load the weights in a folder of ``transformers``; none is read before all are known to fit."""

import re
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError, safe_open
from torch import Tensor
from transformers.utils import logging

from seqviz.errors import ModelError
from seqviz.foreign.hf_attention import ATTENTION, register_attention
from seqviz.foreign.hf_folder import FAMILIES, read_object
from seqviz.foreign.hf_model import TransformersModel
from seqviz.models.base import SpecialTokens
from seqviz.models.quantised import listed

MAX_INDEX_BYTES = 10_000_000
_SHARD = re.compile(r"[\w.-]+\.(safetensors|bin)")
_MAY_LACK = re.compile(r"(model\.)?(final_logits_bias|(en|de)coder\.embed_positions\.weight)")
"""Zeros, and tables that the library computes."""
_LOADING = threading.Lock()
"""While it loads, the library changes settings that all threads see."""

FILES = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
_UNREADABLE = (OSError, RuntimeError, ValueError, MemoryError, SafetensorError)
Read = Callable[[], Tensor]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One weight in a file, not yet read."""

    shape: tuple[int, ...]
    read: Read


def load_weights(folder: Path, config: Any, special: SpecialTokens) -> TransformersModel:
    """A model ready to decode on the CPU, in float32.

    Args:
        folder: with model.safetensors, in one file or several, or with pytorch_model.bin.
        config: of ``hf_open.open_config``.
        special: its ids that are no text.

    Raises:
        ModelError: a file is missing or damaged, or the weights do not fit the configuration.
    """
    register_attention()
    kind = getattr(transformers, f"{FAMILIES[config.model_type].prefix}ForConditionalGeneration")
    file = _file(folder)
    with _LOADING:
        stored = _checked(file, kind, config)
        try:
            weights = {name: one.read() for name, one in stored.items()}
        except _UNREADABLE as error:
            raise _corrupt(file, error) from error
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # theirs
        model = kind.from_pretrained(
            None,
            config=config,
            state_dict=weights,
            dtype=torch.float32,
            attn_implementation=ATTENTION,
        )
    return TransformersModel(model, special)


def _file(folder: Path) -> Path:
    """The file that holds the weights, or lists the files that do."""
    for name in FILES:
        if (folder / name).is_file():
            return folder / name
    raise ModelError("file_missing", {"file": str(folder / FILES[0])})


def _checked(file: Path, kind: Any, config: Any) -> dict[str, Stored]:
    """The weights that the model has, by its own names; all that it needs are there and fit.

    Raises:
        ModelError: ``foreign_weights``, or the file is damaged.
    """
    with torch.device("meta"):
        model = kind(config)
    expected = {name: tuple(weight.shape) for name, weight in model.state_dict().items()}
    stored = _named(_stored(file), expected, kind.base_model_prefix)
    problems = [
        f"'{name}' is {list(one.shape)}, expected {list(expected[name])}"
        for name, one in stored.items()
        if one.shape != expected[name]
    ]
    missing = [name for name in expected if not _MAY_LACK.fullmatch(name)]
    missing = [name for name in missing if not stored.keys() & _twins(name, model)]
    if missing:
        problems.append(f"missing: {listed(missing)}")
    if problems:
        facts = {"file": str(file), "reason": listed(problems)}
        raise ModelError("foreign_weights", facts)
    return stored


def _named(
    stored: Mapping[str, Stored], expected: Mapping[str, object], prefix: str
) -> dict[str, Stored]:
    """Those that the model knows, by its names: some files leave out the first part."""
    long = {name: name if name in expected else f"{prefix}.{name}" for name in stored}
    return {long[name]: one for name, one in stored.items() if long[name] in expected}


def _twins(name: str, model: Any) -> set[str]:
    """The names of one weight that is used in several places."""
    tied: Mapping[str, str] = model.all_tied_weights_keys
    first = tied.get(name, name)
    return {first, *(other for other, source in tied.items() if source == first)}


def _stored(file: Path) -> dict[str, Stored]:
    """What the file, or those that it lists, hold; nothing is read yet.

    Raises:
        ModelError: one is missing or damaged.
    """
    try:
        parts = _shards(file) if file.suffix == ".json" else (file,)
        return {name: one for part in parts for name, one in _held(part)}
    except _UNREADABLE as error:
        raise _corrupt(file, error) from error


def _shards(index: Path) -> Iterator[Path]:
    names = read_object(index, limit=MAX_INDEX_BYTES).get("weight_map")
    if not isinstance(names, dict):
        raise ValueError("it has no weight_map")
    for name in dict.fromkeys(names.values()):
        if not isinstance(name, str) or not _SHARD.fullmatch(name):
            raise ValueError(f"it names the file {name!r:.40}")
        if not (index.parent / name).is_file():
            raise ModelError("file_missing", {"file": str(index.parent / name)})
        yield index.parent / name


def _held(file: Path) -> Iterator[tuple[str, Stored]]:
    return _pickled(file) if file.suffix == ".bin" else _headed(file)


def _headed(file: Path) -> Iterator[tuple[str, Stored]]:
    content: Any = safe_open(file, framework="pt")
    for name in content.keys():  # noqa: SIM118 - no mapping
        shape = tuple(content.get_slice(name).get_shape())
        yield name, Stored(shape=shape, read=partial(content.get_tensor, name))


def _pickled(file: Path) -> Iterator[tuple[str, Stored]]:
    """Without any code: ``weights_only`` lets in tensors and plain values alone."""
    mapped = zipfile.is_zipfile(file)  # as torch has written them since 1.6
    try:
        found = torch.load(file, map_location="cpu", weights_only=True, mmap=mapped)
    except Exception as error:  # it raises what the file makes it raise
        raise ValueError("it holds more than weights, or is damaged") from error
    if not isinstance(found, Mapping):
        raise ValueError("it holds no weights")
    for name, value in found.items():
        if isinstance(name, str) and isinstance(value, Tensor):
            yield name, Stored(shape=tuple(value.shape), read=partial(_itself, value))


def _itself(value: Tensor) -> Tensor:
    return value


def _corrupt(file: Path, error: Exception) -> ModelError:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return ModelError("file_corrupt", {"file": str(file), "reason": reason})
