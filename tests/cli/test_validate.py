"""``seqviz validate``: which evidence is measured, and what is refused."""

import tomllib
from pathlib import Path

import pytest

from seqviz.cli.validate_report import BEGIN, END
from seqviz.inspection.kept import known_here
from seqviz.inspection.marked import known_about
from seqviz.inspection.rules import known_of, read_rules
from seqviz.translator import load
from tests.cli.conftest import Run
from tests.fixtures.opus_folders import write_opus_folder
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
    assert found[4].startswith("| `judged.tsv` | 2 / 2 |") and len(found) == 5
    (one,) = run("validate", "--judged", str(judged_file), "--json").json()["judged"]
    assert (one["sentences"], one["joined"], one["surprisal"]["count"]) == (2, 2, 4)


README = f"""\
before
{BEGIN}
what stood here
{END}
after
"""


def test_planted_errors_spans_and_links_are_measured_and_rules_and_tables_written(
    run: Run, judged_file: Path, pairs_file: Path, tmp_path: Path
) -> None:
    spans, rules = tmp_path / "spans.tsv", tmp_path / "marks.toml"
    gold = tmp_path / "gold.tsv"
    gold.write_text("der hund\tthe dog\t0-0 1-1\n", encoding="utf-8")
    readmes = [tmp_path / name for name in ("A.md", "A.zh.md")]
    for readme in readmes:
        readme.write_text(README, encoding="utf-8")
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
        *("--spans", "de-en/dot", str(spans), "--gold", "de-en/dot", str(gold)),
        *("--into", str(readmes[0]), "--into", str(readmes[1])),
    ]
    for system in ("dot", "additive"):
        for option in ("--fit", "--planted"):
            arguments += [option, f"de-en/{system}", str(pairs_file)]
    outcome = run(*arguments)
    assert outcome.code == 0
    found = outcome.json()
    models = [one["model"] for one in found["planted"]]
    assert models == ["de-en/dot", "de-en/additive"]
    (family,) = found["families"]
    assert family["model"] == "de-en/dot, de-en/additive"
    kinds = {flag["planted"] for flag in found["planted"][0]["flags"]}
    assert {"all", "", "repeated", "dropped"} <= kinds
    assert {flag["planted"] for flag in found["own"][0]["flags"]} <= {"own"}
    (one,) = found["spans"]
    assert [flag["judgement"]["bad"] for flag in one["flags"] if flag["flag"] == "unsure"] == [1]
    raw = tomllib.loads(rules.read_text(encoding="utf-8"))
    assert {"dropped", "people"} <= raw["worth"]["rnn"]["worst3"].keys()
    assert raw["correlation"]["worst3"].keys() == {"judged.tsv"}
    assert {"margin_min", "agreement"} <= raw["own"]["rnn"].keys()
    assert (found["alignment"][0]["model"], found["alignment"][0]["pairs"]) == ("de-en/dot", 1)
    written = read_rules(raw)
    assert len(written["rnn"]["unsupported"]) == 2 and written["rnn"]["left_out"]
    english, chinese = (readme.read_text(encoding="utf-8") for readme in readmes)
    for text in (english, chinese):
        assert text.startswith(f"before\n{BEGIN}\n\n**") and text.endswith(f"|\n\n{END}\nafter\n")
        assert "what stood here" not in text and "| `margin_min` |" in text
    assert "| a clause left out |" in english and "| 漏译一个分句 |" in chinese
    assert len(english.splitlines()) == len(chinese.splitlines())


MARIAN = """\
Es war sehr kalt.\tIt was very cold.
wir gehen nach hause\twe are going home
wir gehen, es war sehr kalt\twe are going home, it was very cold
es war kalt\tit was cold
"""


def test_a_model_of_others_keeps_its_own_rules_and_what_they_are_worth(
    run: Run, tmp_path: Path
) -> None:
    folder, file = tmp_path / "opus-mt-de-en", tmp_path / "pairs.tsv"
    write_opus_folder(folder)
    file.write_text(MARIAN, encoding="utf-8")
    lent = known_about(load(str(folder), "cpu"))
    assert not lent.rules["left_out"] and lent.rules["repeated"][0].auroc is None
    measured = ("--fit", str(folder), str(file), "--planted", str(folder), str(file))
    found = run("validate", "--json", "--keep", "--sentences", "9", *measured)
    assert found.code == 0 and f"Kept in {folder / 'marks.json'}" in found.err
    (one,) = found.json()["families"]
    assert (one["family"], one["group"]) == ("foreign", "opus-mt-de-en")
    aurocs = {(flag["flag"], flag["planted"]): flag["judgement"]["auroc"] for flag in one["flags"]}
    translator = load(str(folder), "cpu")
    known = known_about(translator)
    (left_out,) = known.rules["left_out"]
    assert left_out.data == "own planted errors: dropped"
    assert left_out.auroc == aurocs["left_out", "all"]
    (unsure,) = known.rules["unsure"]
    assert unsure.data.startswith("own planted errors: ")
    assert unsure.auroc == aurocs["unsure", "all"] != lent.rules["unsure"][0].auroc
    assert known.rules["repeated"][0].auroc == 1 and known.worth["repetition"]["repeated"] == 1
    assert known_here(folder, "foreign", weights="others") == known_of("foreign")
    again = run("validate", "--json", "--sentences", "9", *measured[3:]).json()["families"]
    assert again == [one], "what was kept is what is measured later"


def test_without_evidence_there_is_nothing_to_say(
    run: Run, judged_file: Path, pairs_file: Path
) -> None:
    assert "Nothing to measure" in run("validate").refusal()
    refused = run("validate", "--judged", str(judged_file), "--write", "marks.toml").refusal()
    assert "--write needs --judged, --fit and --planted" in refused
    other = ("--planted", "de-en/transformer", str(pairs_file), "--sentences", "1")
    fitting = ("validate", "--fit", "de-en/dot", str(pairs_file), *other)
    assert "--planted of the same family: rnn" in run(*fitting).refusal()
    kept = run("validate", "--keep", "--judged", str(judged_file)).refusal()
    assert "--keep needs --fit and --planted" in kept
    assert "no column" in run("validate", "--judged", __file__).refusal()
    into = ("validate", "--judged", str(judged_file), "--into", str(judged_file))
    assert f"no line '{BEGIN}'" in run(*into).refusal()
