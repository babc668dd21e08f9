"""A folder keeps what somebody else put there, and loses what an earlier site left."""

import json
from pathlib import Path

import pytest

from seqviz.errors import InputError
from seqviz.export.gallery.folder import LIST, write_site

OLD = {"index.html": b"old", "traces/a.html": b"a", "traces/b.html": b"b"}
NEW = {"index.html": b"new", "traces/b.html": b"b", "traces/c.html": b"c"}


def content(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != LIST
    }


def test_a_new_site_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"
    write_site(folder, OLD)
    assert content(folder) == OLD
    (folder / "CNAME").write_text("example.org")
    write_site(folder, NEW)
    assert content(folder) == NEW | {"CNAME": b"example.org"}
    listed = json.loads((folder / LIST).read_text())["files"]
    assert listed.keys() == NEW.keys()


@pytest.mark.parametrize("path", ["index.html", "traces/c.html"])
def test_what_somebody_else_wrote_is_in_the_way(tmp_path: Path, path: str) -> None:
    write_site(tmp_path, OLD)
    (tmp_path / path).write_text("mine")
    before = content(tmp_path)
    with pytest.raises(InputError, match=r"is not as SeqViz wrote it, so it stays") as caught:
        write_site(tmp_path, NEW)
    assert str(tmp_path / path) in str(caught.value)
    assert content(tmp_path) == before


def test_a_page_that_is_not_needed_and_was_changed_stays(tmp_path: Path) -> None:
    write_site(tmp_path, OLD)
    (tmp_path / "traces/a.html").write_text("mine")
    write_site(tmp_path, NEW)
    assert content(tmp_path) == NEW | {"traces/a.html": b"mine"}


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(InputError, match=r"index\.html' is not as SeqViz wrote it"):
        write_site(tmp_path, NEW)


def test_who_was_killed_between_two_files_may_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_site(tmp_path, OLD)

    def killed(path: Path, content: bytes) -> None:
        path.write_bytes(content)
        if path.name == "index.html":
            raise KeyboardInterrupt

    monkeypatch.setattr("seqviz.export.gallery.folder.write_whole", killed)
    with pytest.raises(KeyboardInterrupt):
        write_site(tmp_path, NEW)
    monkeypatch.undo()
    assert content(tmp_path)["index.html"] == b"new"
    write_site(tmp_path, NEW)
    assert content(tmp_path) == NEW


@pytest.mark.parametrize(
    "listed",
    [
        "no JSON",
        "[" * 100_000,
        "[]",
        json.dumps({"format": 2, "files": {}}),
        json.dumps({"format": 1, "files": {"../../x.html": ["0" * 64]}}),
        json.dumps({"format": 1, "files": {"traces/../../x.html": ["0" * 64]}}),
        json.dumps({"format": 1, "files": {"index.html": "0" * 64}}),
        json.dumps({"format": 1, "files": {"index.html": [1]}}),
    ],
)
def test_a_list_that_was_not_written_here_is_in_the_way(tmp_path: Path, listed: str) -> None:
    (tmp_path / LIST).write_text(listed)
    with pytest.raises(InputError, match=r"gallery\.json' is not as SeqViz wrote it"):
        write_site(tmp_path, NEW)
    assert content(tmp_path) == {}


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("x")
    with pytest.raises(InputError, match="site"):
        write_site(tmp_path / "site", NEW)
