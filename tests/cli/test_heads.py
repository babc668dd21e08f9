"""What every head does on a test set, on the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

HEADS = ("heads", "--model", "de-en/transformer", "--max-length", "6")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test.tsv"
    path.write_text("es war kalt\tit was cold\n\nder hund\nes war sehr kalt\n", encoding="utf-8")
    return path


def test_a_line_a_head_with_the_numbers_of_the_record(run: Run, tmp_path: Path, file: Path) -> None:
    gold = tmp_path / "gold.tsv"
    gold.write_text("es war sehr kalt\tit was very cold\t0-0 1-1 2?2 3p3\n", encoding="utf-8")
    asked = (*HEADS, "--sentences", "2", "--ablate", "1", "--gold", str(gold), str(file))
    record = run(*asked, "--json").json()
    told = {name: record[name] for name in ("sentences", "forced", "ablated", "gold")}
    assert told == {"sentences": 2, "forced": 1, "ablated": 1, "gold": "gold.tsv"}
    assert [(one["layer"], one["head"]) for one in record["heads"]] == [
        (layer, head) for layer in range(3) for head in range(2)
    ]
    first, titles, *rows = run(*asked).out.splitlines()
    assert first.endswith(
        "2 sentences, 1 of them with a reference, heads switched off on 1, AER on gold.tsv"
    )
    assert len(rows) == 6 and "Δ log p" in titles
    names = ("entropy", "eos", "punctuation", "diagonality", "aer", "change")
    for row, one in zip(rows, record["heads"], strict=True):
        assert [float(cell) for cell in row.split()[2:8]] == pytest.approx(
            [one[name] for name in names], abs=6e-4
        )
        assert row.endswith(f"  {one['most_typical'][0]} | {one['least_typical'][0]}")
        assert {one["most_typical"][0], one["least_typical"][0]} == {1, 3}


def test_what_was_not_measured_has_no_column(run: Run, file: Path) -> None:
    out = run("heads", "--model", "de-en/dot", "--ablate", "0", str(file)).out
    assert len(out.splitlines()) == 3 and "AER" not in out and "log p" not in out


def test_without_attention_there_are_no_heads(run: Run, file: Path) -> None:
    assert "has no heads" in run("heads", "--model", "de-en/none-reversed", str(file)).refusal()
