"""Weights that someone else stored: no code of theirs runs, and none is read before it is known.

Names, types and shapes are compared with what the configuration asks for first. What is asked for
together takes no more room than the files have, so that a small file cannot ask for much memory.
"""

import math
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from seqviz.catalog.untrusted import weight_files
from seqviz.errors import ModelError
from seqviz.models.quantised import joined

MAX_PICKLE_BYTES = 100_000_000
"""Of the names and shapes in a pickled file, without its numbers."""
_BITS = {"F64": 64, "F32": 32, "F16": 16, "BF16": 16}
_TYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
}
MOST_SHARED = 8
"""Times that the numbers of a pickled file may be used, on the whole; tied weights reach 4."""
_DENSE: Any = torch.strided
_ARCHIVE = b"PK\3\4"
"""By these bytes alone torch takes a file for an archive."""
_GLOBAL = re.compile(r"GLOBAL ([\w.]{1,60})")
_MAX_REASON = 200


@dataclass(frozen=True)
class StoredWeight:
    """One tensor of a file, not yet read."""

    file: Path
    kind: str
    """Its type as safetensors names it, such as "F16"."""
    shape: tuple[int, ...]
    read: Callable[[], Tensor]


def open_weights(folder: Path) -> dict[str, StoredWeight]:
    """What the files of a folder hold, by name; no number is read yet.

    safetensors come before pickles, and of a pickle only tensors and plain values are let in.

    Raises:
        ModelError: a file is missing, damaged, leads out of the folder, holds code, or lists too
            much.
    """
    stored: dict[str, StoredWeight] = {}
    for file in weight_files(folder):
        stored.update(_pickled(file) if file.suffix == ".bin" else _headed(file))
    return stored


LOGITS_BIAS = "final_logits_bias"
"""May hold −inf: a token that is never predicted."""


def read_weights(
    stored: Mapping[str, StoredWeight], expected: Mapping[str, Sequence[int]]
) -> dict[str, Tensor]:
    """The weights of these names and shapes, in float32, on the CPU.

    Args:
        stored: of ``open_weights``.
        expected: the shape of every weight that is wanted.

    Raises:
        ModelError: one is missing, has another shape or no floating-point numbers, or holds a
            value that is not finite; or all together have more numbers than their files.
    """
    file = next(iter(stored.values())).file if stored else Path()
    if problems := list(_misfits(stored, expected)):
        raise misfit(file, problems)
    wanted = [stored[name] for name in expected]
    room = sum(path.stat().st_size for path in {one.file for one in wanted})
    if sum(math.prod(one.shape) * _BITS[one.kind] // 8 for one in wanted) > room:
        raise misfit(file, ["it has fewer numbers than its shapes say"])
    return {name: _finite(name, stored[name]) for name in expected}


def first_names(
    stored: Mapping[str, StoredWeight], expected: Mapping[str, Sequence[int]]
) -> dict[str, str]:
    """For every weight the first name under which a file holds it; pickles may hold it once.

    Args:
        stored: of ``open_weights``.
        expected: the shape that each must have; where those differ, so do the weights.
    """
    first: dict[object, str] = {}
    found = {}
    for name, one in stored.items():
        packed = one.file.suffix == ".bin"
        shapes = one.shape, tuple(expected[name])
        place = (one.file, shapes, one.read().data_ptr()) if packed else name
        found[name] = first.setdefault(place, name)
    return found


def _misfits(
    stored: Mapping[str, StoredWeight], expected: Mapping[str, Sequence[int]]
) -> Iterator[str]:
    """What keeps the stored weights from being the expected ones."""
    for name, shape in expected.items():
        if name not in stored:
            yield f"'{name}' is missing"
        elif stored[name].shape != tuple(shape):
            yield f"'{name}' is {list(stored[name].shape)}, expected {list(shape)}"
        elif stored[name].kind not in _BITS:
            yield f"'{name}' is of the type {stored[name].kind}"


def _finite(name: str, weight: StoredWeight) -> Tensor:
    try:
        values = weight.read().to(torch.float32, copy=True).contiguous()
        numbers = values.isfinite()
        if name == LOGITS_BIAS:
            numbers |= values == -torch.inf
        good = bool(numbers.all())
    except (SafetensorError, OSError, RuntimeError, ValueError) as error:
        raise _corrupt(weight.file, error) from error
    if not good:
        raise misfit(weight.file, [f"'{name}' holds values that are not finite"])
    return values


def _headed(file: Path) -> Iterator[tuple[str, StoredWeight]]:
    try:
        content: Any = safe_open(file, framework="pt")
        for name in list(content.keys()):
            part = content.get_slice(name)
            read = partial(content.get_tensor, name)
            yield name, StoredWeight(file, part.get_dtype(), tuple(part.get_shape()), read)
    except (SafetensorError, OSError, ValueError) as error:
        raise _corrupt(file, error) from error


def _pickled(file: Path) -> Iterator[tuple[str, StoredWeight]]:
    packed = _is_archive(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old formats, which are what is read here
            found = torch.load(file, map_location="cpu", weights_only=True, mmap=packed)
    except Exception as error:  # a damaged file makes it raise anything
        raise _refusal(file, error) from error
    if not isinstance(found, Mapping):
        raise _corrupt(file, ValueError("it holds no weights by name"))
    tensors = {name: value for name, value in found.items() if _is_weight(name, value)}
    if sum(value.nbytes for value in tensors.values()) > MOST_SHARED * file.stat().st_size:
        raise misfit(file, ["it has fewer numbers than its shapes say"])
    for name, value in tensors.items():
        kind = _TYPES.get(value.dtype, str(value.dtype))
        yield name, StoredWeight(file, kind, tuple(value.shape), partial(_itself, value))


def _is_weight(name: object, value: object) -> bool:
    """Whether it is a tensor with a name, and with numbers."""
    held = isinstance(value, Tensor) and value.layout == _DENSE and not value.is_meta
    return held and isinstance(name, str)


def _is_archive(file: Path) -> bool:
    """Whether it is an archive, as torch has written since 1.6; one that unpacks to more is not.

    Raises:
        ModelError: the archive is damaged or packed tighter than torch's; ``not_supported``: its
            list of names is too long.
    """
    try:
        if not zipfile.is_zipfile(file):
            with file.open("rb") as content:
                if content.read(len(_ARCHIVE)) == _ARCHIVE:
                    raise zipfile.BadZipFile("it begins as an archive and is none")
            return False
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _corrupt(file, error) from error
    names = sum(part.file_size for part in members if part.filename.endswith(".pkl"))
    if any(part.compress_type != zipfile.ZIP_STORED for part in members):
        raise _corrupt(file, ValueError("it is compressed"))
    if names > MAX_PICKLE_BYTES:
        reason = f"its list of weights has more than {MAX_PICKLE_BYTES:,} bytes"
        raise ModelError("not_supported", {"file": str(file), "reason": reason})
    return True


def _itself(value: Tensor) -> Tensor:
    return value


def _refusal(file: Path, error: Exception) -> ModelError:
    """What torch's reader says: that it met what is no weight, or that the file is damaged."""
    if type(error).__name__ != "UnpicklingError":
        return _corrupt(file, error)
    named = _GLOBAL.search(str(error))
    found = named[1] if named else "other things than weights"
    return ModelError("foreign_code", {"file": str(file), "found": found})


def _corrupt(file: Path, error: Exception) -> ModelError:
    reason = " ".join(str(error).split())[:_MAX_REASON] or type(error).__name__
    return ModelError("file_corrupt", {"file": str(file), "reason": reason})


def misfit(file: Path, problems: Sequence[str]) -> ModelError:
    """The error that weights do not fit, for the reasons given."""
    return ModelError("foreign_weights", {"file": str(file), "reason": joined(problems)})
