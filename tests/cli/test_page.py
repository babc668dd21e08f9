from pathlib import Path

import pytest

from seqviz.trace.file import write_trace
from tests.cli.conftest import Run
from tests.fixtures.toy_traces import greedy_trace, rnn_trace


@pytest.fixture
def traces(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "beam.json.gz", tmp_path / "greedy.json"
    for trace, path in zip((rnn_trace(), greedy_trace()), paths, strict=True):
        write_trace(trace, path)
    return paths


def test_a_trace_becomes_a_page(run: Run, tmp_path: Path, traces: tuple[Path, Path]) -> None:
    out = tmp_path / "cat.html"
    beam, greedy = map(str, traces)
    outcome = run("page", beam, "--with", greedy, "--language", "zh", "--out", str(out))
    assert (outcome.code, outcome.err) == (0, "")
    page = out.read_text("utf-8")
    assert page.startswith('<!doctype html>\n<html lang="zh">')
    assert '"pieces":["▁a","▁the"]' in page
    assert outcome.out == f"{out} ({out.stat().st_size / 1000:.0f} kB)\n"


def test_what_is_no_trace_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    refusal = run("page", str(path), "--out", str(tmp_path / "x.html")).refusal()
    assert "not a SeqViz trace file" in refusal
    assert not (tmp_path / "x.html").exists()


def test_a_page_that_cannot_be_written_is_named(
    run: Run, tmp_path: Path, traces: tuple[Path, Path]
) -> None:
    out = tmp_path / "missing" / "cat.html"
    assert str(out) in run("page", str(traces[0]), "--out", str(out)).refusal()
