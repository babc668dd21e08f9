"""Models of the hub: from a cache made by hand, and from a hub that is a fake. No network."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import constants

from seqviz.catalog import hub
from seqviz.errors import ModelError

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "f" * 40
SIZE = 2**30
FILES = {"config.json": "{}", "source.spm": "spm", "model.safetensors": "weights"}


def cached(cache: Path, files: dict[str, str], commit: str = COMMIT) -> Path:
    """A repository as the hub's cache lays it out: links to blobs."""
    home = cache / "models--owner--opus-mt-de-en"
    for part in ("blobs", "refs", f"snapshots/{commit}"):
        (home / part).mkdir(parents=True, exist_ok=True)
    (home / "refs" / "main").write_text(commit)
    for number, (name, content) in enumerate(files.items()):
        (home / "blobs" / f"{commit[:4]}{number}").write_text(content)
        link = home / "snapshots" / commit / name
        link.unlink(missing_ok=True)
        link.symlink_to(f"../../blobs/{commit[:4]}{number}")
    return home / "snapshots" / commit


class Asked(list[dict[str, Any]]):
    """What the fake hub was asked to download."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no network."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path


@pytest.fixture
def online(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """A hub that has the model with old weights, code and other frameworks' files beside."""
    asked = Asked()
    there = [*FILES, "pytorch_model.bin", "modeling.py", "tf_model.h5", "onnx/config.json"]

    def model_info(self: object, name: str, **how: Any) -> SimpleNamespace:
        size = SIZE if how["files_metadata"] else None
        return SimpleNamespace(
            sha=COMMIT,
            siblings=[
                SimpleNamespace(rfilename=file, size=size, blob_id=OTHER, lfs=None)
                for file in there
            ],
        )

    real = huggingface_hub.snapshot_download

    def download(name: str, **how: Any) -> str:
        if how.get("local_files_only"):
            return str(real(name, **how))
        asked.append({"name": name, **how})
        return str(cached(cache, {file: "" for file in how["allow_patterns"]}))

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    yield asked


def refusal(name: str) -> ModelError:
    with pytest.raises(ModelError) as error:
        hub.find_or_fetch(name)
    assert "\n" not in str(error.value)
    return error.value


def test_a_cached_copy_needs_no_network(cache: Path) -> None:
    folder = cached(cache, FILES)
    assert hub.find_or_fetch("owner/opus-mt-de-en") == folder


def test_a_revision_can_be_asked_for(cache: Path) -> None:
    cached(cache, FILES, OTHER)
    cached(cache, FILES)
    assert hub.find_or_fetch(f"owner/opus-mt-de-en@{OTHER}").name == OTHER
    assert hub.find_or_fetch("owner/opus-mt-de-en@main").name == COMMIT


def test_what_is_not_cached_is_fetched_once(online: Asked) -> None:
    first = hub.find_or_fetch("owner/opus-mt-de-en")
    assert [one["name"] for one in online] == ["owner/opus-mt-de-en"]
    assert online[0]["allow_patterns"] == sorted(FILES)
    assert hub.find_or_fetch("owner/opus-mt-de-en") == first
    assert len(online) == 1


def test_half_a_copy_is_fetched_again(online: Asked, cache: Path) -> None:
    cached(cache, {"config.json": "{}"}, OTHER)
    assert hub.find_or_fetch("owner/opus-mt-de-en").name == COMMIT
    assert len(online) == 1


SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
INDEX = {
    "model.safetensors.index.json": json.dumps(
        {"weight_map": {str(number): name for number, name in enumerate(SHARDS)}}
    )
}
REST = {"config.json": "{}", "source.spm": "spm"}


@pytest.mark.parametrize(
    "files",
    [
        {**REST, **INDEX},
        {**REST, SHARDS[0]: "weights"},
        {**REST, **INDEX, SHARDS[0]: "weights"},
        {"config.json": "{}", "model.safetensors": "weights"},
    ],
)
def test_an_interrupted_download_goes_on(online: Asked, cache: Path, files: dict[str, str]) -> None:
    cached(cache, files, OTHER)
    with pytest.raises(ModelError) as error:
        hub.find_copy("owner/opus-mt-de-en")
    assert error.value.code == "hub_not_here"
    hub.find_or_fetch("owner/opus-mt-de-en")
    assert len(online) == 1


def test_a_copy_in_shards_is_whole_with_the_last_of_them(cache: Path) -> None:
    shards = dict.fromkeys(SHARDS, "weights")
    folder = cached(cache, {**REST, **INDEX, **shards})
    assert hub.find_copy("owner/opus-mt-de-en") == folder


def test_a_damaged_index_is_left_to_whoever_reads_the_model(cache: Path) -> None:
    folder = cached(cache, {**REST, "model.safetensors.index.json": "["})
    assert hub.find_copy("owner/opus-mt-de-en") == folder


def test_what_is_too_large_is_not_fetched(online: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MOST_BYTES", len(FILES) * SIZE - 1)
    error = refusal("owner/opus-mt-de-en")
    assert error.code == "hub_large"
    assert "would take 3.0 GB" in str(error)
    assert not online
    monkeypatch.setattr(hub, "MOST_BYTES", len(FILES) * SIZE)
    hub.find_or_fetch("owner/opus-mt-de-en")
    assert len(online) == 1


def test_the_disk_has_to_have_room(
    online: Asked, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(free=2 * SIZE)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: free)
    assert "the limit is 2.0 GB" in str(refusal("owner/opus-mt-de-en"))
    assert not online
    cached(cache, REST)  # what is here already needs no room
    hub.find_or_fetch("owner/opus-mt-de-en")
    assert len(online) == 1


def test_no_network() -> None:
    error = refusal("owner/opus-mt-de-en")
    assert error.code == "hub_unreachable"
    assert "owner/opus-mt-de-en" in str(error)


def test_no_such_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    class RepositoryNotFoundError(OSError):
        """As theirs is called."""

    def model_info(self: object, name: str, **how: Any) -> None:
        raise RepositoryNotFoundError("401 Client\nError")

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)
    assert refusal("owner/opus-mt-de-en").code == "hub_unknown"


def test_a_repository_of_something_else(online: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def model_info(self: object, name: str, **how: Any) -> SimpleNamespace:
        return SimpleNamespace(siblings=[SimpleNamespace(rfilename="README.md")])

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)
    assert refusal("owner/opus-mt-de-en").code == "hub_unfit"
    assert not online


@pytest.mark.parametrize(
    "name",
    [
        "",
        "model",
        "a/b/c",
        "/a/b",
        "a/..",
        "../b",
        "./b",
        "a\\b",
        "a/b@",
        "a/b c",
        "ä/b",
        "a/b\x00",
    ],
)
def test_names_that_are_no_names(name: str) -> None:
    assert not hub.is_hub_name(name)
    assert refusal(name).code == "hub_unknown"
