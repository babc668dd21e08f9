"""Processes behind inspected test sets: started once, bounded, stopped, and their remains gone."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seqviz.errors import InputError
from seqviz.server import inspections
from seqviz.server.inspections import FOLDER_VARIABLE, LOG, Inspections, kept_folder

SLEEPER = ("-c", "import sys, time; open(sys.argv[1] + '/here', 'w'); time.sleep(600)")
FAILER = ("-c", "raise SystemExit('nobody foresaw this')")
SECONDS = 120


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def strangers() -> Iterator[Inspections]:
    made = Inspections(places=1, program=SLEEPER)
    yield made
    made.end_all()
    assert not made.folder.exists()


def test_one_process_a_folder_and_no_more_than_there_are_places(
    strangers: Inspections, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = strangers.new_folder(), strangers.new_folder()
    strangers.start(first.name)
    strangers.start(first.name)
    until((first / "here").exists)
    assert strangers.is_alive(first.name) and not strangers.has_failed(first.name)
    with pytest.raises(InputError) as refused:
        strangers.start(second.name)
    assert refused.value.code == "inspections_busy"
    monkeypatch.setattr(inspections, "LEFT_SECONDS", 0.0)
    strangers.start(second.name)  # nobody looks at the first one any more
    assert not strangers.is_alive(first.name) and strangers.is_alive(second.name)
    strangers.stop(second.name)
    assert not strangers.is_alive(second.name) and not strangers.has_failed(second.name)


def test_at_home_what_was_done_stays_and_nobody_is_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspections, "LEFT_SECONDS", 0.0)
    own = Inspections(tmp_path / "sets", places=1, program=SLEEPER)
    first, second = own.new_folder(), own.new_folder()
    own.start(first.name)
    with pytest.raises(InputError):
        own.start(second.name)
    own.end_all()
    assert first.is_dir() and not own.is_alive(first.name)


def test_a_process_that_fails_leaves_its_last_words(tmp_path: Path) -> None:
    own = Inspections(tmp_path, places=1, program=FAILER)
    folder = own.new_folder()
    own.start(folder.name)
    until(lambda: own.has_failed(folder.name))
    assert "nobody foresaw this" in (folder / LOG).read_text()
    own.end_all()


def test_of_strangers_only_the_last_folders_stay(
    strangers: Inspections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspections, "MOST_FOLDERS", 2)
    made = [strangers.new_folder() for _ in range(2)]
    for age, folder in enumerate(made):
        os.utime(folder, (age, age))
    newest = strangers.new_folder()
    assert sorted(strangers.folder.iterdir()) == sorted([made[1], newest])


def test_the_folder_is_named_or_among_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert kept_folder() == Path("/data/seqviz/inspections")
    monkeypatch.setenv(FOLDER_VARIABLE, "/elsewhere")
    assert kept_folder() == Path("/elsewhere")
