import json
import shutil
from pathlib import Path

from tests.cli.conftest import Run
from tests.fixtures.tiny_models import SYSTEMS


def test_the_table_is_aligned(run: Run) -> None:
    outcome = run("models")
    assert outcome.code == 0
    assert outcome.err == ""
    heading, *rows = outcome.out.splitlines()
    assert len(rows) == len(SYSTEMS)
    for row in rows:
        assert row[heading.index("LANGUAGES") :].startswith("de → en")
        assert row[heading.index("LICENCE") :] == "None needed"
    assert "  BLEU 12.3  " in next(row for row in rows if row.startswith("de-en/transformer"))


def test_json_has_everything(run: Run) -> None:
    models = {model["name"]: model for model in run("models", "--json").json()}
    assert models.keys() == {f"de-en/{system}" for system in SYSTEMS}
    transformer = models["de-en/transformer"]
    assert transformer["scores"]["test"]["bleu"] == 12.345
    assert transformer["licence"] == "None needed"
    assert transformer["bytes"] > 1000


def test_a_broken_model_is_named_and_the_others_are_listed(
    run: Run, tiny_pretrained: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_pretrained, tmp_path / "models")
    weights = folder / "de-en/dot/model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    outcome = run("models", "--models", str(folder))
    assert outcome.code == 0
    assert "de-en/transformer" in outcome.out
    assert "de-en/dot" not in outcome.out
    assert outcome.err.startswith("de-en/dot cannot be used: ")
    assert outcome.err.count("\n") == 1


def test_no_models_at_all_is_said(run: Run, tmp_path: Path) -> None:
    assert str(tmp_path) in run("models", "--models", str(tmp_path)).refusal()


def test_a_model_of_a_task_shows_its_exact_matches(
    run: Run, tiny_pretrained: Path, tmp_path: Path
) -> None:
    models = shutil.copytree(tiny_pretrained, tmp_path / "models")
    settings = models / "de-en" / "transformer" / "settings.json"
    text = settings.read_text(encoding="utf-8")
    exact = text.replace('"bleu": 12.345', '"exact_match": 99.75, "bleu": 12.345')
    settings.write_text(exact, encoding="utf-8")
    assert "  BLEU 12.3  " in run("models", "--models", str(models)).out
    task = exact.replace('"de"', '"date"').replace('"en"', '"iso"')
    settings.write_text(task, encoding="utf-8")
    assert "  99.75 % exact  " in run("models", "--models", str(models)).out


def test_what_a_folder_says_cannot_write_on_the_terminal(
    run: Run, tiny_pretrained: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_pretrained, tmp_path / "models")
    settings = folder / "de-en/dot/settings.json"
    told = json.loads(settings.read_text()) | {"source_language": "\x1b[2Jd\u202ee\x9b1m"}
    settings.write_text(json.dumps(told))
    (folder / "de-en/odd").mkdir()
    (folder / "de-en/odd/config.json").write_text(json.dumps({"model_type": "\x1b]0;x\x07"}))
    outcome = run("models", "--models", str(folder))
    assert "odd cannot be used" in outcome.err
    for line in (outcome.out + outcome.err).splitlines():
        assert line.isprintable()
