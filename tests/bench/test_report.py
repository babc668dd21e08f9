"""A made-up report: its numbers, its targets, and how it is shown."""

import json
import re
from typing import Any

import pytest

from seqviz.bench.output import as_json, as_text
from seqviz.bench.report import ratio
from seqviz.bench.targets import Target, targets_of
from tests.fixtures.bench_reports import made_up_report, timing

ATTENTIONS_OVER_OURS = "S = 30, beam 5: time of transformers, attentions over ours"


def test_median_spread_and_stalls_of_rounds() -> None:
    found = timing("a", 1.0, 2.5, 1.0, 2.1, 1.2)
    assert (found.median, found.fastest, found.slowest) == (1.2, 1.0, 2.5)
    assert found.stalled == (1,)
    assert timing("a", 3.0, 1.0, 9.0, 4.0).median == 3.5


def test_an_engine_counts_at_its_better_thread_count() -> None:
    slow = [timing("slow", 8.0), timing("slow", 6.0, threads=2)]
    timings = [*slow, timing("fast", 2.0), timing("fast", 9.0, threads=2)]
    assert ratio(timings, "slow", "fast") == 3.0
    assert ratio(timings, "slow", "none") is ratio(timings, "none", "fast") is None


def targets(differing: int = 0, device: str = "cpu") -> dict[str, Target]:
    report = made_up_report(differing=differing, device=device)
    return {target.name: target for target in targets_of(report)}


@pytest.mark.parametrize(
    ("name", "ratio", "reached"),
    [
        (ATTENTIONS_OVER_OURS, 3.0, True),
        ("S = 30, beam 5: time of ours over ctranslate2", 1.0, True),
        ("S = 300, beam 5: time of ours over ctranslate2", None, None),
        ("S ≤ 100, worst: time of ours over ours, unrecorded", 1.25, False),
        ("Peak memory less 20 MiB over size of the record, S = 300, beam 5", 1.0, True),
        ("Batches: time of ctranslate2 over ours", 0.5, False),
        ("Batches: time of transformers over ours", None, None),
        ("Recurrent models, S = 30, worst: time of ours over ours, unrecorded", 1.2, True),
    ],
)
def test_targets_are_met_missed_or_not_measured(
    name: str, ratio: float | None, reached: bool | None
) -> None:
    target = targets()[name]
    assert target.found == (None if ratio is None else pytest.approx(ratio, rel=0.01))
    assert target.reached is reached
    words = {True: "× reached", False: "× missed", None: ": not measured"}[reached]
    assert str(target).endswith(words)


def test_a_card_has_targets_of_its_own() -> None:
    found = targets(device="cuda")
    assert found[ATTENTIONS_OVER_OURS].bound == 8
    assert not any("ctranslate2" in name for name in found)


def test_other_results_make_a_comparison_void_and_it_is_marked_and_warned_of() -> None:
    found = targets(differing=2)
    assert found[ATTENTIONS_OVER_OURS].found is None
    assert found["S = 30, beam 5: time of ours over ctranslate2"].found == 1.0
    text, fine = as_text(made_up_report(differing=2)), as_text(made_up_report())
    assert "| ≠ 3.00 |" in text
    assert "- Warning: transformers, attentions, S = 30, beam 5: 2 of 3" in text
    assert "≠" not in fine
    assert "Warning" not in fine


def test_text_has_every_table_aligned_and_no_empty_column() -> None:
    text = as_text(made_up_report())
    assert "transformers is absent: no module of that name." in text
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("| ")]
    assert all(len({len(line) for line in table}) == 1 for table in tables)
    plain = [[re.sub(r" *\| *|-{3,}", "|", line)[1:-1] for line in table] for table in tables]
    peers, corpus, growth, shipped, start_ups = plain
    assert peers[0] == "Case|Engine|Threads|Median|Min|Max|× ours|Record MB|Extra MB|Stalled"
    assert set(re.sub(r"-|\|", "", peers[1])) == {":"}  # numbers stand at the right
    assert peers[2] == "S = 300, beam 5|ours|1|1000|1000|1000|1.00|100.0|121.0|0"
    assert peers[5] == "S = 30, beam 5|transformers, attentions|1|3000|2000|3000|3.00|–|–|0"
    assert peers[6] == "S = 30, beam 5|ctranslate2|1|1000|1000|5000|1.00|–|–|1"
    assert corpus[0] == "Case|Engine|Threads|Median|Min|Max|× ours|Stalled"
    assert corpus[3] == "20 sentences, beam 5|ctranslate2|1|50.0|50.0|50.0|0.50|0"
    assert growth[0] == "Case|Engine|Threads|Median|Min|Max|A step|× ours|Record MB|Stalled"
    assert growth[2] == "S = 30, beam 5|ours|1|1500|1500|1500|50.00|1.00|147.0|0"
    assert shipped[2].startswith("de-en/dot, first load|ours|1|250.0|200.0|300.0|")
    assert shipped[4] == "de-en/dot, S = 30, beam 5|ours, unrecorded|1|20.0|20.0|20.0|0.83|0"
    assert start_ups[2] == "seqviz --help|1|100.0|100.0|100.0|0"
    last = text.rpartition("**Targets**\n\n")[2].splitlines()
    assert all(line.startswith("- ") and ": target " in line for line in last)
    assert any(line.endswith("3.00× reached") for line in last)


def test_json_has_everything_raw_rounds_included() -> None:
    content: dict[str, Any] = json.loads(as_json(made_up_report()))
    assert " ".join(content) == ("format machine versions plan absent timings targets warnings")
    given = {"engine": "ctranslate2", "threads": 1, "differing": 0, "compared": 3}
    derived = {"median": 1.0, "fastest": 1.0, "slowest": 5.0, "stalled": [1]}
    peer, shipped = (content["timings"][number] for number in (4, 9))
    assert peer.items() >= {**given, **derived, "seconds": [1.0, 5.0, 1.0]}.items()
    case = peer["case"]
    assert (case["part"], case["length"], case["beam_size"]) == ("peers", 30, 5)
    assert content["plan"]["shape"]["width"] == 512
    assert shipped["case"]["model"] == "de-en/dot"
    assert {"name", "bound", "at_least", "found", "reached"} == content["targets"][0].keys()
