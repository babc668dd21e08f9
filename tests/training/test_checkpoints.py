import io
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from seqviz.errors import InputError
from seqviz.training.checkpoints import Checkpoints, mean_weights


def test_there_is_no_state_at_first(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path / "work", "key").read() is None


def test_a_state_comes_back_and_the_next_one_replaces_it(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "key")
    for step in (1, 2):
        checkpoints.write({"step": step, "weights": {"a": torch.full((2,), float(step))}})
    found = Checkpoints(tmp_path, "key").read()
    assert found is not None
    assert found["step"] == 2
    assert found["weights"]["a"].tolist() == [2.0, 2.0]


def test_a_state_of_other_settings_is_refused(tmp_path: Path) -> None:
    Checkpoints(tmp_path, "key").write({"step": 1})
    with pytest.raises(InputError, match="--fresh") as caught:
        Checkpoints(tmp_path, "other").read()
    assert caught.value.code == "checkpoint_other"


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04" + b"\0" * 40])
def test_a_damaged_state_is_one_clear_error(content: bytes, tmp_path: Path) -> None:
    Checkpoints(tmp_path, "key").write({"step": 1})
    (tmp_path / "state.pt").write_bytes(content)
    with pytest.raises(InputError) as caught:
        Checkpoints(tmp_path, "key").read()
    assert caught.value.code == "checkpoint_corrupt"


class Trap:
    """Calls a function when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.file,)  # type: ignore[return-value]  # what pickle calls


def test_a_hostile_state_is_not_run(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "key")
    torch.save({"key": "key", "state": Trap(tmp_path / "harm")}, tmp_path / "state.pt")
    with pytest.raises(InputError, match="cannot be read"):
        checkpoints.read()
    assert not (tmp_path / "harm").exists()


def test_a_write_that_is_killed_leaves_the_state_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints = Checkpoints(tmp_path, "key")
    checkpoints.write({"step": 1})

    def killed(source: object, target: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoints.write({"step": 2})
    monkeypatch.undo()
    assert checkpoints.read() == {"step": 1}


class FullDisk(io.FileIO):
    """A file on a disk that has room for a hundred bytes."""

    def write(self, content: Any, /) -> int:
        if self.tell() + len(content) > 100:
            raise OSError(28, "No space left on device")
        return super().write(content)


def test_a_full_disk_is_one_clear_error_and_leaves_the_state_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints = Checkpoints(tmp_path, "key")
    checkpoints.write({"step": 1})

    def opened(file: Path, mode: str) -> FullDisk:
        return FullDisk(file, mode)

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(InputError, match="written: No space left on device") as caught:
        checkpoints.write({"step": 2, "weights": torch.zeros(5_000)})
    assert caught.value.code == "file_unwritable"
    monkeypatch.undo()
    assert checkpoints.read() == {"step": 1}
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["state.pt"]


def test_only_the_wanted_weights_stay(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "key")
    for step in (1, 2, 3):
        checkpoints.write_weights(step, {"a": torch.tensor([float(step)])})
    (tmp_path / "weights" / "4.pt.part").write_bytes(b"half")
    checkpoints.keep_only({1, 3})
    assert sorted(file.name for file in (tmp_path / "weights").iterdir()) == ["1.pt", "3.pt"]
    assert checkpoints.read_weights(3)["a"].tolist() == [3.0]


def test_a_cleared_run_is_forgotten(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "key")
    checkpoints.write({"step": 1})
    checkpoints.write_weights(1, {})
    (tmp_path / "state.pt.77.part").write_bytes(b"half")
    checkpoints.clear()
    assert [file.name for file in tmp_path.iterdir()] == ["weights"]
    assert Checkpoints(tmp_path, "other").read() is None
    assert not list((tmp_path / "weights").iterdir())


def test_the_mean_of_weights() -> None:
    found = mean_weights([{"a": torch.tensor([1.0, 4.0])}, {"a": torch.tensor([3.0, 0.0])}])
    assert found["a"].tolist() == [2.0, 2.0]
    assert found["a"].dtype == torch.float32
