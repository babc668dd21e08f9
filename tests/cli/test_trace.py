from pathlib import Path

import pytest

from seqviz.trace.file import read_trace
from tests.cli.conftest import Run

ADDITIVE = ("trace", "--model", "de-en/additive")


@pytest.mark.parametrize("name", ["cold.json", "cold.json.gz"])
def test_the_whole_search_is_written(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    outcome = run(*ADDITIVE, "--beam", "3", "--out", str(path), "es war kalt")
    assert outcome.code == 0
    trace = read_trace(path)
    assert trace.options.beam_size == 3
    assert trace.model.name == "de-en/additive"
    assert trace.source.text == "es war kalt"
    assert trace.cross_attention is not None
    assert outcome.out.count("\n") == 1
    assert trace.translation in outcome.out
    assert f"{len(trace.hypotheses)} hypotheses" in outcome.out


def test_half_precision_makes_it_smaller(run: Run, tmp_path: Path) -> None:
    whole, half = tmp_path / "whole.json", tmp_path / "half.json"
    run(*ADDITIVE, "--out", str(whole), "es war kalt")
    run(*ADDITIVE, "--half-precision", "--out", str(half), "es war kalt")
    assert half.stat().st_size < whole.stat().st_size
    assert read_trace(half).translation == read_trace(whole).translation


@pytest.mark.parametrize("place", ["missing/cold.json", "."])
def test_a_file_that_cannot_be_written_is_named(run: Run, tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    assert str(path) in run(*ADDITIVE, "--out", str(path), "kalt").refusal()


@pytest.mark.parametrize("text", ["", " ", "kalt " * 2000])
def test_bad_text_writes_nothing(run: Run, tmp_path: Path, text: str) -> None:
    run(*ADDITIVE, "--out", str(tmp_path / "cold.json"), text).refusal()
    assert not list(tmp_path.iterdir())
