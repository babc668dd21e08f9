"""Weights of strangers: every hostile file is one clear error, and runs nothing."""

import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from seqviz.errors import ModelError
from seqviz.foreign.weights import open_weights, read_weights

SAFE, PICKLE = "model.safetensors", "pytorch_model.bin"
SHAPES = {"a": (2, 3), "b": (4,)}


def good() -> dict[str, Tensor]:
    return {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4)}


def refusal(folder: Path, shapes: Mapping[str, tuple[int, ...]] | None = None) -> ModelError:
    with pytest.raises(ModelError) as caught:
        read_weights(open_weights(folder), shapes or SHAPES)
    return caught.value


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("kind", ["safetensors", "archive", "old pickle", "transposed"])
def test_good_weights_are_read_in_float32(tmp_path: Path, kind: str, dtype: torch.dtype) -> None:
    weights = {name: weight.to(dtype) for name, weight in good().items()}
    if kind == "safetensors":
        save_file(weights, tmp_path / SAFE)
    else:
        if kind == "transposed":
            weights["a"] = weights["a"].T.contiguous().T
        modern = kind != "old pickle"
        torch.save(weights, tmp_path / PICKLE, _use_new_zipfile_serialization=modern)
    found = read_weights(open_weights(tmp_path), SHAPES)
    assert found.keys() == SHAPES.keys()
    for name, weight in good().items():
        assert found[name].dtype == torch.float32 and found[name].is_contiguous()
        assert torch.equal(found[name], weight)


def test_what_only_torch_takes_for_an_archive_is_refused(tmp_path: Path) -> None:
    torch.save(good(), tmp_path / PICKLE)
    whole = (tmp_path / PICKLE).read_bytes()
    (tmp_path / PICKLE).write_bytes(whole + bytes(70_000))  # its end is out of zipfile's sight
    with pytest.raises(ModelError, match="begins as an archive"):
        open_weights(tmp_path)


def test_safetensors_come_before_a_pickle(tmp_path: Path) -> None:
    save_file(good(), tmp_path / SAFE)
    (tmp_path / PICKLE).write_bytes(b"never opened")
    assert read_weights(open_weights(tmp_path), SHAPES).keys() == SHAPES.keys()


def write_shards(folder: Path, names: Mapping[str, str]) -> None:
    for name, weight in good().items():
        save_file({name: weight}, folder / f"part-{name}.safetensors")
    index = json.dumps({"weight_map": names})
    (folder / f"{SAFE}.index.json").write_text(index, encoding="utf-8")


def test_shards_are_one_model(tmp_path: Path) -> None:
    write_shards(tmp_path, {"a": "part-a.safetensors", "b": "part-b.safetensors"})
    assert read_weights(open_weights(tmp_path), SHAPES).keys() == SHAPES.keys()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../outside.safetensors", "settings_invalid"),
        ("/etc/passwd", "settings_invalid"),
        ("part-b.bin", "settings_invalid"),
        ("missing.safetensors", "foreign_missing"),
    ],
)
def test_a_shard_elsewhere_is_refused(tmp_path: Path, name: str, code: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    save_file(good(), tmp_path / "outside.safetensors")
    write_shards(folder, {"a": "part-a.safetensors", "b": name})
    assert refusal(folder).code == code


class Code:
    """What a pickle can bring: anything, here a file that tells that it ran."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch '{self.proof}'",)


@pytest.mark.parametrize("kind", ["archive", "old pickle", "plain pickle"])
def test_a_pickle_with_code_runs_nothing(tmp_path: Path, kind: str) -> None:
    proof, content = tmp_path / "it-ran", {**good(), "b": Code(tmp_path / "it-ran")}
    if kind == "plain pickle":
        (tmp_path / PICKLE).write_bytes(pickle.dumps(content["b"]))
    else:
        modern = kind == "archive"
        torch.save(content, tmp_path / PICKLE, _use_new_zipfile_serialization=modern)
    error = refusal(tmp_path)
    assert error.code == "foreign_code" and PICKLE in str(error)
    assert not proof.exists()


def cut(content: bytes) -> bytes:
    return content[:-5]


def no_header(content: bytes) -> bytes:
    return struct.pack("<Q", 2**60) + content[8:]


def longer_header(content: bytes) -> bytes:
    return struct.pack("<Q", len(content) * 2) + content[8:]


def nothing(content: bytes) -> bytes:
    return b""


def noise(content: bytes) -> bytes:
    return b"\x80\x02" + content[::-1]


@pytest.mark.parametrize("damage", [cut, no_header, longer_header, nothing, noise])
def test_damaged_safetensors_are_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    save_file(good(), tmp_path / SAFE)
    (tmp_path / SAFE).write_bytes(damage((tmp_path / SAFE).read_bytes()))
    error = refusal(tmp_path)
    assert error.code == "file_corrupt" and SAFE in str(error)


@pytest.mark.parametrize("modern", [True, False])
@pytest.mark.parametrize("damage", [cut, nothing, noise])
def test_damaged_pickles_are_refused(
    tmp_path: Path, damage: Callable[[bytes], bytes], modern: bool
) -> None:
    torch.save(good(), tmp_path / PICKLE, _use_new_zipfile_serialization=modern)
    (tmp_path / PICKLE).write_bytes(damage((tmp_path / PICKLE).read_bytes()))
    assert refusal(tmp_path).code in ("file_corrupt", "foreign_code")


def test_a_header_that_claims_more_than_the_file_holds_is_refused(tmp_path: Path) -> None:
    header = {"a": {"dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 4 * 10**12]}}
    text = json.dumps(header).encode()
    (tmp_path / SAFE).write_bytes(struct.pack("<Q", len(text)) + text + bytes(64))
    assert refusal(tmp_path, {"a": (10**6, 10**6)}).code == "file_corrupt"


@pytest.mark.parametrize("modern", [True, False])
def test_one_number_spread_over_a_large_shape_takes_no_memory(tmp_path: Path, modern: bool) -> None:
    huge = torch.ones(1).expand(10**6, 10**6)
    torch.save({"a": huge}, tmp_path / PICKLE, _use_new_zipfile_serialization=modern)
    error = refusal(tmp_path, {"a": (10**6, 10**6)})
    assert error.code == "foreign_weights" and "fewer numbers" in str(error)


def test_what_would_take_far_more_than_its_file_is_not_opened(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(1).expand(10**6, 10**6)}, tmp_path / PICKLE)
    with pytest.raises(ModelError, match="fewer numbers"):
        open_weights(tmp_path)


def test_tensors_that_lie_nowhere_are_no_weights(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2, device="meta"), "b": torch.ones(2)}, tmp_path / PICKLE)
    assert set(open_weights(tmp_path)) == {"b"}


def test_weights_may_be_tied(tmp_path: Path) -> None:
    shared = torch.ones(500, 500)
    torch.save(dict.fromkeys("abcd", shared), tmp_path / PICKLE)
    assert set(open_weights(tmp_path)) == set("abcd")


def test_a_pickle_that_says_it_is_one_of_several_disks_is_refused(tmp_path: Path) -> None:
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 2)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 2**32 - 1, 2**32 - 1, 0)
    (tmp_path / PICKLE).write_bytes(b"PK\3\4" + bytes(100) + locator + end)
    assert refusal(tmp_path).code == "file_corrupt"


@pytest.mark.parametrize("packed", ["", "data.pkl"], ids=["every part", "one part"])
def test_an_archive_that_unpacks_to_more_is_refused(tmp_path: Path, packed: str) -> None:
    torch.save(good(), tmp_path / "good.bin")
    with (
        zipfile.ZipFile(tmp_path / "good.bin") as source,
        zipfile.ZipFile(tmp_path / PICKLE, "w") as target,
    ):
        for name in source.namelist():
            how = zipfile.ZIP_DEFLATED if name.endswith(packed) else zipfile.ZIP_STORED
            target.writestr(name, source.read(name), how)
    error = refusal(tmp_path)
    assert error.code == "file_corrupt" and "compressed" in str(error)


def test_a_list_of_weights_may_be_long_but_not_for_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqviz.foreign.weights.MAX_PICKLE_BYTES", 100)
    torch.save(good(), tmp_path / PICKLE)
    error = refusal(tmp_path)
    assert error.code == "not_supported" and "more than 100 bytes" in str(error)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("file", [SAFE, PICKLE])
def test_weights_that_are_not_finite_are_refused(tmp_path: Path, file: str, value: float) -> None:
    weights = good()
    weights["b"][2] = value
    write: Any = save_file if file == SAFE else torch.save
    write(weights, tmp_path / file)
    error = refusal(tmp_path)
    assert error.code == "foreign_weights" and "'b' holds values that are not finite" in str(error)


CHANGES: list[tuple[dict[str, Tensor | None], str]] = [
    ({"a": None}, "'a' is missing"),
    ({"a": torch.ones(3, 2)}, r"'a' is [3, 2], expected [2, 3]"),
    ({"b": torch.ones(4, dtype=torch.int64)}, "'b' is of the type I64"),
    ({"b": torch.ones(4, dtype=torch.bool)}, "'b' is of the type BOOL"),
]


@pytest.mark.parametrize(("change", "named"), CHANGES)
def test_weights_that_do_not_fit_are_named(
    tmp_path: Path, change: dict[str, Tensor | None], named: str
) -> None:
    weights = {name: value for name, value in (good() | change).items() if value is not None}
    save_file(weights, tmp_path / SAFE)
    error = refusal(tmp_path)
    assert error.code == "foreign_weights" and named in str(error)


@pytest.mark.parametrize("content", [[1.0], {"a": 1.0}, {1: torch.ones(2, 3)}, torch.ones(2)])
def test_a_pickle_of_something_else_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / PICKLE)
    assert refusal(tmp_path).code in ("file_corrupt", "foreign_weights")


def test_tensors_without_numbers_are_no_weights(tmp_path: Path) -> None:
    weights = {**good(), "a": torch.ones(2, 3).to_sparse()}
    torch.save(weights, tmp_path / PICKLE)
    assert "'a' is missing" in str(refusal(tmp_path))


@pytest.mark.parametrize("file", [SAFE, PICKLE])
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, file: str) -> None:
    write: Any = save_file if file == SAFE else torch.save
    write(good(), tmp_path / file)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / file).symlink_to(tmp_path / file)
    assert refusal(tmp_path / "model").code == "foreign_link"


def test_no_weights_at_all(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "foreign_missing"


@pytest.mark.parametrize("file", [SAFE, PICKLE])
def test_what_happens_to_the_file_later_changes_nothing(tmp_path: Path, file: str) -> None:
    write: Any = save_file if file == SAFE else torch.save
    write(good(), tmp_path / file)
    found = read_weights(open_weights(tmp_path), SHAPES)
    size = (tmp_path / file).stat().st_size
    with (tmp_path / file).open("r+b") as content:
        content.write(bytes(size))
    assert torch.equal(found["a"], good()["a"]) and torch.equal(found["b"], good()["b"])
