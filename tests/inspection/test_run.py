"""A run over a test set: killed at any moment, it goes on and ends as if it had not been."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from seqviz import files
from seqviz.errors import DecodingCancelled, InputError
from seqviz.inspection.features import NEWER, SCHEMA
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner
from seqviz.inspection.run import TABLE, Progress, inspect, read_run
from seqviz.options import DecodeOptions
from seqviz.translator import Translator
from tests.fixtures.tiny_models import SENTENCES

PART = 2
READ = [
    Sentence(number=number, source=text, reference="the cat" if number % 2 else "")
    for number, text in enumerate(SENTENCES * 2, start=1)
]
PARTS = 7


def sentences() -> Iterator[Sentence]:
    return iter(READ)


@pytest.fixture(scope="module")
def unbroken(examiner: Examiner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inspect(examiner, sentences, tmp_path_factory.mktemp("run"), part_size=PART)


def test_a_run_ends_in_one_table(unbroken: Path, examiner: Examiner) -> None:
    table = pq.read_table(unbroken)
    assert table.schema.equals(SCHEMA)
    assert table.column("number").to_pylist() == [one.number for one in READ]
    assert sorted(unbroken.parent.iterdir()) == sorted(
        unbroken.parent / name for name in ("parts", "run.json", "sentences.parquet")
    )
    pd.testing.assert_frame_equal(read_run(unbroken), read_run(unbroken.parent))


def killed_at(moment: int, work: Callable[[Callable[[object], None]], object]) -> None:
    """Let a process of its own do the work, and die by SIGKILL at that moment.

    Moments are counted where progress is told and where a file is flushed before it gets its name.
    """
    child = os.fork()
    if not child:
        try:
            left = moment
            flush = os.fsync

            def count(_: object) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            def flushed(place: int) -> None:
                count(place)
                flush(place)

            files.os.fsync = flushed  # type: ignore[attr-defined]  # of this process alone
            work(count)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def test_a_killed_run_goes_on(unbroken: Path, examiner: Examiner, tmp_path: Path) -> None:
    """Killed at five random moments, one after the other, within a part and between.

    Processes here are forks of one, and compute alike; tests/cli/test_inspect.py has others.
    """
    for moment in np.random.default_rng(3).integers(0, 13, 5).tolist():
        killed_at(
            moment,
            lambda told: inspect(examiner, sentences, tmp_path, part_size=PART, on_progress=told),
        )
    there = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "parts").glob("*.parquet")}
    assert 0 < len(there) < PARTS, "the moments should leave something to do"
    seen: list[Progress] = []
    file = inspect(examiner, sentences, tmp_path, part_size=PART, on_progress=seen.append)
    assert file.read_bytes() == unbroken.read_bytes()
    assert {name: (tmp_path / "parts" / name).stat().st_mtime_ns for name in there} == there
    assert seen[-1].new == len(READ) - PART * len(there)
    assert (seen[-1].done, seen[-1].total) == (len(READ), len(READ))


def test_a_finished_run_translates_nothing(
    unbroken: Path, examiner: Examiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Examiner, "rows", lambda *_: pytest.fail("translated again"))
    before = unbroken.read_bytes()
    assert inspect(examiner, sentences, unbroken.parent, part_size=PART).read_bytes() == before


def test_progress_tells_rate_and_time_left(examiner: Examiner, tmp_path: Path) -> None:
    def cancel(told: Progress) -> None:
        if told.done == PART:
            raise DecodingCancelled

    with pytest.raises(DecodingCancelled):
        inspect(examiner, sentences, tmp_path, part_size=PART, on_progress=cancel)
    assert len(list((tmp_path / "parts").iterdir())) <= 1
    told = Progress(done=30, total=100, new=20, seconds=4.0)
    assert (told.rate, told.seconds_left) == (5.0, 14.0)
    assert Progress(30, 100, 0, 4.0).seconds_left is None


def test_a_run_of_something_else_is_refused(
    unbroken: Path, examiner: Examiner, translator: Translator
) -> None:
    def refused(what: str, run: Callable[[], object]) -> None:
        with pytest.raises(InputError) as caught:
            run()
        assert f"another run, {what}: " in str(caught.value)

    folder, shorter = unbroken.parent, lambda: iter(READ[:-1])
    other = lambda: iter([replace(READ[0], reference="x"), *READ[1:]])  # noqa: E731 (a test set)
    wider = Examiner.of(translator, DecodeOptions(beam_size=2))
    refused("sentences", lambda: inspect(examiner, shorter, folder, part_size=PART))
    refused("input", lambda: inspect(examiner, other, folder, part_size=PART))
    refused("options", lambda: inspect(wider, sentences, folder, part_size=PART))
    refused("part", lambda: inspect(examiner, sentences, folder))


def test_a_folder_is_one_runs_alone(unbroken: Path, examiner: Examiner) -> None:
    with files.held(unbroken.parent, wait=False), pytest.raises(InputError, match="Another run"):
        inspect(examiner, sentences, unbroken.parent, part_size=PART)


def test_a_sentence_that_cannot_be_translated_is_told_before_all(
    examiner: Examiner, tmp_path: Path
) -> None:
    long = Sentence(number=9, source="die katze " * 300)
    with pytest.raises(InputError, match="Line 9"):
        inspect(examiner, lambda: iter([*READ, long]), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_table_of_before_lacks_what_is_newer(unbroken: Path, tmp_path: Path) -> None:
    older = pq.read_table(unbroken).drop_columns(list(NEWER))
    pq.write_table(older, tmp_path / TABLE)
    found = read_run(tmp_path)
    assert list(found.columns) == SCHEMA.names
    assert found[list(NEWER)].isna().all(axis=None)
    columns = [name for name in SCHEMA.names if name not in NEWER]
    pd.testing.assert_frame_equal(found[columns], read_run(unbroken)[columns])


def test_what_is_no_finished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not finished"):
        read_run(tmp_path)
    for name, content in (("none", None), ("text", b"abc"), ("empty", b"")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError):
            read_run(tmp_path / name)
    pd.DataFrame({"number": [1]}).to_parquet(tmp_path / "other")
    with pytest.raises(InputError, match="is not a table"):
        read_run(tmp_path / "other")
