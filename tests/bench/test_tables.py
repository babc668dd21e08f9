import json
from typing import Any

from seqviz.bench.jsonform import as_json
from seqviz.bench.tables import as_markdown, as_text
from tests.fixtures.bench_reports import made_up_report


def line_of(text: str, start: str) -> str:
    (line,) = (line for line in text.splitlines() if line.startswith(start))
    return line


def test_columns_are_aligned() -> None:
    lines = as_text(made_up_report()).splitlines()
    heading = next(line for line in lines if line.startswith("CASE "))
    rows = [line for line in lines if line.startswith("S = 30, beam 5  ")]
    assert len(rows) == 4
    for row in rows:
        assert len(row) == len(heading)
        assert row[heading.index("ENGINE") - 1] == " " != row[heading.index("ENGINE")]


def test_rows_say_median_spread_ratio_and_stalls() -> None:
    text = as_text(made_up_report())
    row = line_of(text, "S = 30, beam 5  ctranslate2")
    assert row.split()[-5:] == ["1000", "1000", "5000", "1.00", "1"]
    attentions = line_of(text, "S = 30, beam 5  transformers, attentions")
    assert attentions.split()[-5:] == ["3000", "2000", "3000", "3.00", "0"]


def test_what_is_missing_is_said() -> None:
    text = as_text(made_up_report())
    assert "transformers is absent: not installed." in text
    assert "refused" in line_of(text, "S = 300, beam 64")
    assert line_of(text, "S = 300, beam 5  ctranslate2").split()[-2:] == ["–", "–"]


def test_a_void_comparison_is_marked_and_warned_of() -> None:
    text = as_text(made_up_report(differing=2))
    assert "≠ 3.00" in line_of(text, "S = 30, beam 5  transformers, attentions")
    assert line_of(text, "Warning: transformers, attentions, S = 30, beam 5: 2 of 3")
    assert "≠" not in as_text(made_up_report())


def test_rates_are_sentences_per_second() -> None:
    text = as_text(made_up_report())
    assert line_of(text, "ctranslate2 ").split()[2:] == ["20.00", "20.00", "20.00", "2.00", "0"]


def test_shipped_models_have_a_row_each() -> None:
    assert line_of(as_text(made_up_report()), "de-en/dot").split()[1:] == [
        "250.0",
        "24.0",
        "20.0",
        "1.20",
    ]


def test_targets_come_last() -> None:
    last = as_text(made_up_report()).rpartition("Targets\n")[2].splitlines()
    assert all(": target " in line for line in last)
    assert any(line.endswith("3.00× reached") for line in last)


def test_markdown_has_whole_tables() -> None:
    lines = as_markdown(made_up_report()).splitlines()
    tables = [line for line in lines if line.startswith("|")]
    assert "| Case | Engine | Threads | Median | Min | Max | × ours | Stalled |" in tables
    assert "| --- | --- | --: | --: | --: | --: | --: | --: |" in tables
    assert "| S = 30, beam 5 | ctranslate2 | 1 | 1000 | 1000 | 5000 | 1.00 | 1 |" in tables
    assert sum(line.startswith("- ") and "target" in line for line in lines) > 5


def test_json_has_everything_raw_rounds_included() -> None:
    content: dict[str, Any] = json.loads(as_json(made_up_report()))
    assert list(content) == [
        "format",
        "machine",
        "versions",
        "settings",
        "rounds",
        "absent",
        "peers",
        "memory",
        "corpus",
        "growth",
        "shipped",
        "start_ups",
        "targets",
        "warnings",
    ]
    assert content["absent"] == {"transformers": "not installed"}
    timings = {timing["engine"]: timing for timing in content["peers"][0]["timings"]}
    assert timings["ctranslate2"] == {
        "engine": "ctranslate2",
        "threads": 1,
        "seconds": [1.0, 5.0, 1.0],
        "differing": 0,
        "compared": 3,
        "median": 1.0,
        "fastest": 1.0,
        "slowest": 5.0,
        "stalled": [1],
    }
    assert content["growth"][1] == {
        "length": 300,
        "beam_size": 64,
        "timing": None,
        "record_bytes": 0,
        "refused": "too large",
    }
    assert content["settings"]["shape"]["width"] == 512
    assert {"name", "bound", "at_least", "found", "reached"} == content["targets"][0].keys()
