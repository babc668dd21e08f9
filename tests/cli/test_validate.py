"""``seqviz validate``: which evidence is measured, and what is refused."""

import tomllib
from pathlib import Path

import pytest

from seqviz.inspection.rules import read_rules
from tests.cli.conftest import Run
from tests.inspection.test_judged import GOOD, HEADER, OTHER
from tests.inspection.test_marot import row

PAIRS = [
    ("es war sehr kalt", "it was very cold"),
    ("ich habe eine katze gesehen", "i saw a cat"),
    ("der hund ist nicht hier", "the dog is not here"),
]


@pytest.fixture
def judged_file(tmp_path: Path) -> Path:
    path = tmp_path / "judged.tsv"
    path.write_text("\n".join((HEADER, GOOD, OTHER)), encoding="utf-8")
    return path


def test_judgements_alone_need_no_model(run: Run, judged_file: Path) -> None:
    found = run("validate", "--judged", str(judged_file)).out.splitlines()
    assert found[1].startswith("judged.tsv") and len(found) == 2
    (one,) = run("validate", "--judged", str(judged_file), "--json").json()["judged"]
    assert (one["sentences"], one["joined"], one["surprisal"]["count"]) == (2, 2, 4)


def test_planted_errors_and_spans_are_measured_and_rules_written(
    run: Run, judged_file: Path, pairs_file: Path, tmp_path: Path
) -> None:
    spans, rules = tmp_path / "spans.tsv", tmp_path / "marks.toml"
    rated = row("der hund", "the <v>cat</v>"), row("der hund", "the dog", "No-error", system="B")
    spans.write_text("\n".join(rated), encoding="utf-8")
    arguments = [
        *(
            "validate",
            "--json",
            "--sentences",
            "3",
            "--judged",
            str(judged_file),
            "--write",
            str(rules),
        ),
        *("--spans", "de-en/dot", str(spans)),
    ]
    for system in ("dot", "additive"):
        for option in ("--fit", "--planted"):
            arguments += [option, f"de-en/{system}", str(pairs_file)]
    outcome = run(*arguments)
    assert outcome.code == 0
    found = outcome.json()
    models = [one["model"] for one in found["planted"]]
    assert models == ["de-en/dot", "de-en/additive", "2 models: rnn"]
    kinds = {flag["planted"] for flag in found["planted"][0]["flags"]}
    assert {"all", "", "repeated", "dropped"} <= kinds
    assert {flag["planted"] for flag in found["own"][0]["flags"]} <= {"own"}
    (one,) = found["spans"]
    assert [flag["judgement"]["bad"] for flag in one["flags"] if flag["flag"] == "unsure"] == [1]
    raw = tomllib.loads(rules.read_text(encoding="utf-8"))
    assert {"dropped", "people"} <= raw["worth"]["rnn"]["worst3"].keys()
    assert raw["correlation"]["worst3"].keys() == {"judged.tsv"}
    written = read_rules(raw)
    assert len(written["rnn"]["unsupported"]) == 2 and written["rnn"]["left_out"]
    shown = run("validate", "--planted", "de-en/dot", str(pairs_file), "--sentences", "1").out
    assert "de-en/dot: planted errors" in shown and "flagged in own translations" in shown


def test_without_evidence_there_is_nothing_to_say(
    run: Run, judged_file: Path, pairs_file: Path
) -> None:
    assert "Nothing to measure" in run("validate").refusal()
    refused = run("validate", "--judged", str(judged_file), "--write", "marks.toml").refusal()
    assert "--write needs --judged, --fit and --planted" in refused
    other = ("--planted", "de-en/transformer", str(pairs_file), "--sentences", "1")
    fitting = ("validate", "--fit", "de-en/dot", str(pairs_file), *other)
    assert "--planted of the same family: rnn" in run(*fitting).refusal()
    assert "no column" in run("validate", "--judged", __file__).refusal()
