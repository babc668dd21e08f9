"""Files whole or not at all, folders held by one process, errors that name the true reason."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from seqviz import files
from seqviz.errors import InputError
from seqviz.files import held, own_folder, unwritable, write_whole, writing


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        write_whole(tmp_path / "a", content)
        assert (tmp_path / "a").read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_a_disk_that_fails_leaves_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_whole(tmp_path / "a", b"one")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="No space left") as caught:
        write_whole(tmp_path / "a", b"two")
    assert caught.value.code == "file_unwritable"
    assert (tmp_path / "a").read_bytes() == b"one"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match="no regular file"):
        write_whole(tmp_path / "a", b"one")


def test_a_link_stays_one_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"one")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"two"


def test_processes_write_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def replace(part: Path, file: Path) -> None:
        seen.append(part.name)

    monkeypatch.setattr(os, "replace", replace)
    write_whole(tmp_path / "state", b"x")
    assert seen == [f"state.{os.getpid()}.part"]


def test_the_reason_is_that_of_the_system_however_it_is_wrapped() -> None:
    try:
        try:
            raise OSError(28, "No space left on device")
        finally:
            raise RuntimeError("[enforce fail at inline_container.cc:672]")
    except RuntimeError as error:
        found = unwritable(Path("a"), error)
    assert str(found) == "The file 'a' cannot be written: No space left on device."
    assert str(unwritable(Path("a"), ValueError())).endswith("written: ValueError.")


def test_the_file_that_was_refused_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none") as caught, writing(tmp_path):
        (tmp_path / "none" / "file").touch()
    assert caught.value.code == "file_unwritable"


def test_what_killed_processes_left_of_a_file_is_thrown_away(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = ended.pid
    old, now = time.time() - 2 * files.STALE_SECONDS, time.time()
    minutes = now - 2 * files.DEAD_SECONDS
    ages = {
        f"a[1].json.{dead}.part": minutes,  # gone
        "a[1].json.99999999999999999999.part": minutes,  # gone
        f"a[1].json.{os.getppid()}.part": old,  # gone: nobody works for two days at a file
        f"a[1].json.{os.getppid()}0.part": now,  # may be written on another machine
        "a[1].json.1.part": minutes,
        f"b.json.{dead}.part": minutes,
        "a[1].json.x.part": old,
    }
    for name, age in ages.items():
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (age, age))
    write_whole(tmp_path / "a[1].json", b"x")
    left = {file.name for file in tmp_path.iterdir()} - {"a[1].json"}
    assert left == set(list(ages)[3:])


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_a_folder_is_held_by_one_process_until_it_ends(tmp_path: Path) -> None:
    hold = "import sys, time\nfrom pathlib import Path\nfrom seqviz.files import held\n"
    hold += "with held(Path(sys.argv[1]), wait=False):\n    print('held', flush=True)\n"
    hold += "    time.sleep(60)"
    command = [sys.executable, "-c", hold, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(InputError) as caught, held(tmp_path, wait=False):
            pass
        assert caught.value.code == "training_running"
        process.kill()
        with held(tmp_path, wait=True):
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_locks_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "fcntl", None)
    with held(tmp_path, wait=False), held(tmp_path, wait=False):
        assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_what_a_killed_process_left_goes_and_what_one_holds_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    hold = "import time\nfrom seqviz.files import own_folder\n"
    hold += "print(own_folder('test'), flush=True)\ntime.sleep(600)"
    command, environment = [sys.executable, "-c", hold], {**os.environ, "TMPDIR": str(tmp_path)}
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, stdout=pipe, text=True, env=environment) as killed,
        subprocess.Popen(command, stdout=pipe, text=True, env=environment) as alive,
    ):
        assert killed.stdout is not None and alive.stdout is not None
        left, kept = (Path(one.readline().strip()) for one in (killed.stdout, alive.stdout))
        other, young = tmp_path / "seqviz-x-other", tmp_path / "seqviz-x-test"
        for folder in (other, young):
            folder.mkdir()
        (left / "file").touch()
        killed.kill()
        killed.wait()
        long_ago = time.time() - 2 * files.DEAD_SECONDS
        for folder in (left, kept, other):
            os.utime(folder, (long_ago, long_ago))
        own = own_folder("test")
        assert set(tmp_path.iterdir()) == {own, kept, other, young}
        os.utime(own, (long_ago, long_ago))
        again = own_folder("test")
        assert own.is_dir() and again != own, "one process may have several"
        alive.kill()
