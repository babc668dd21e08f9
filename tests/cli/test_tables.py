from pathlib import Path

import pytest

from seqviz.export.tables import attention_csv, hypotheses_csv, tree_csv
from seqviz.trace.file import read_trace, write_trace
from tests.cli.conftest import Run
from tests.fixtures.toy_traces import rnn_trace


def test_three_tables_in_a_new_folder(run: Run, tmp_path: Path) -> None:
    trace, out = tmp_path / "t.json", tmp_path / "new" / "tables"
    write_trace(rnn_trace(), trace)
    outcome = run("tables", str(trace), "--out", str(out))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.count("\n") == 3
    read = read_trace(trace)
    expected = {
        "attention.csv": attention_csv(read),
        "tree.csv": tree_csv(read),
        "hypotheses.csv": hypotheses_csv(read),
    }
    assert {path.name: path.read_bytes() for path in out.iterdir()} == expected
    assert all(f"{out / name} (" in outcome.out for name in expected)


def test_without_attention_there_is_no_table_of_it(run: Run, tmp_path: Path) -> None:
    write_trace(rnn_trace(attention=False), tmp_path / "t.json")
    run("tables", str(tmp_path / "t.json"), "--out", str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"t.json", "tree.csv", "hypotheses.csv"}


@pytest.mark.parametrize("place", ["t.json/tables", "t.json"])
def test_a_place_that_is_no_folder_is_refused(run: Run, tmp_path: Path, place: str) -> None:
    write_trace(rnn_trace(), tmp_path / "t.json")
    outcome = run("tables", str(tmp_path / "t.json"), "--out", str(tmp_path / place))
    assert place in outcome.refusal()
