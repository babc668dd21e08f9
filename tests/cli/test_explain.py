"""``seqviz explain``: a step of a trace file as text, as JSON and as a spreadsheet."""

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from seqviz.trace.file import read_trace
from tests.cli.conftest import Run


@pytest.fixture
def file(run: Run, tmp_path: Path) -> str:
    path = tmp_path / "cold.json"
    arguments = ("--model", "de-en/transformer", "--beam", "3", "--max-length", "6")
    assert run("trace", *arguments, "--out", str(path), "es war kalt").code == 0
    return str(path)


def test_a_step_is_told_in_two_tables(run: Run, file: str) -> None:
    done = run("explain", file, "--step", "1", "--layer", "2", "--head", "2")
    assert (done.code, done.err) == (0, "")
    assert "cross, layer 2, head 2" in done.out
    assert done.out.count("←") == 1 and "⟨eos⟩" in done.out
    trace = read_trace(file)
    assert trace.cross_attention is not None
    for weight in trace.cross_attention[1, 1, 0]:
        assert f"{weight:8.4f}  " in done.out
    assert "largest deviation from the record: " in done.out


def test_json_has_every_vector(run: Run, file: str) -> None:
    told = run("explain", file, "--step", "1", "--read", "encoder", "--json").json()
    keys, query = np.array(told["weighing"]["keys"]), np.array(told["weighing"]["query"])
    np.testing.assert_allclose(keys * query, told["weighing"]["products"])
    assert told["kind"] == "encoder" and told["prediction"] is None
    trace = read_trace(file)
    best = int(np.argmax(trace.search.candidate_fates[0] == 3)) + 1  # the first pruned one
    other = run("explain", file, "--step", "1", "--candidate", str(best), "--json").json()
    assert other["prediction"]["tokens"][other["prediction"]["chosen"]] == int(
        trace.search.candidate_tokens[0, best - 1]
    )


def test_a_spreadsheet_in_a_language(run: Run, file: str, tmp_path: Path) -> None:
    path = tmp_path / "cold.xlsx"
    done = run("explain", file, "--step", "1", "--out", str(path), "--language", "zh")
    assert done.code == 0 and str(path) in done.out
    assert openpyxl.load_workbook(path).sheetnames == [
        "得分与权重",
        "上下文向量",
        "合并各头",
        "预测",
    ]


def test_what_is_not_there_is_named_as_it_was_typed(run: Run, file: str) -> None:
    for option, found in {"--step": 60, "--layer": 4, "--head": 3, "--rank": 99}.items():
        words = {"--step": "1", option: str(found)}
        refused = run("explain", file, *(word for pair in words.items() for word in pair)).refusal()
        assert f"{option} is {found}, but must be between 1 and " in refused
    other = run("explain", file, "--step", "1", "--model", "de-en/dot").refusal()
    assert "de-en/transformer" in other and "de-en/dot" in other
