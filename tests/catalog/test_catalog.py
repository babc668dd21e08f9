import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seqviz.catalog import FOLDER_VARIABLE, find_models, models_folder, resolve
from seqviz.errors import ModelError
from seqviz.records.alignment import ALIGNMENT_FILE
from seqviz.tasks import TASKS
from seqviz.training.keep_alignment import with_alignment
from tests.fixtures.tiny_models import SYSTEMS, write_tiny_models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_models(tmp_path / "models")


def test_every_model_is_described(folder: Path) -> None:
    catalogue = find_models(folder)
    assert [entry.name for entry in catalogue.entries] == sorted(f"de-en/{s}" for s in SYSTEMS)
    assert not catalogue.broken
    transformer = catalogue.entries[-1]
    assert (transformer.pair, transformer.system) == ("de-en", "transformer")
    assert (transformer.source_language, transformer.target_language) == ("de", "en")
    assert (transformer.kind, transformer.attention) == ("transformer", "multi-head")
    assert transformer.bytes == (folder / "de-en/transformer/model.safetensors").stat().st_size
    assert transformer.scores["test"]["bleu"] == 12.345
    assert transformer.licence == "None needed"
    assert transformer.parameters > 1000


def test_files_and_hidden_folders_are_no_models(folder: Path) -> None:
    (folder / "convert.py").write_text("")
    (folder / "__pycache__/transformer").mkdir(parents=True)
    (folder / ".git/objects").mkdir(parents=True)
    (folder / "de-en/.cache").mkdir()
    catalogue = find_models(folder)
    assert len(catalogue.entries) == len(SYSTEMS)
    assert not catalogue.broken


def test_a_folder_that_is_missing_has_no_models(tmp_path: Path) -> None:
    catalogue = find_models(tmp_path / "none")
    assert not catalogue.entries
    assert not catalogue.broken


def edited(key: str, value: Any) -> Callable[[Path], None]:
    def change(model: Path) -> None:
        settings = json.loads((model / "settings.json").read_text())
        settings[key] = value
        (model / "settings.json").write_text(json.dumps(settings))

    return change


def cut(model: Path) -> None:
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "settings missing": (lambda m: (m / "settings.json").unlink(), "file_missing"),
    "weights missing": (lambda m: (m / "model.safetensors").unlink(), "file_missing"),
    "tokenizer missing": (lambda m: (m.parent / "target.model").unlink(), "file_missing"),
    "weights cut off": (cut, "file_corrupt"),
    "weights empty": (lambda m: (m / "model.safetensors").write_bytes(b""), "file_corrupt"),
    "weights of text": (lambda m: (m / "model.safetensors").write_text("x" * 999), "file_corrupt"),
    "settings empty": (lambda m: (m / "settings.json").write_text(""), "settings_invalid"),
    "settings a list": (lambda m: (m / "settings.json").write_text("[]"), "settings_invalid"),
    "settings deep": (lambda m: (m / "settings.json").write_text("[" * 99_999), "settings_invalid"),
    "settings no text": (lambda m: (m / "settings.json").write_bytes(b"\xff"), "settings_invalid"),
    "later format": (edited("format", 99), "settings_invalid"),
    "kind a number": (edited("kind", 1), "settings_invalid"),
    "language missing": (edited("source_language", None), "settings_invalid"),
    "parameters a word": (edited("parameters", "many"), "settings_invalid"),
    "parameters true": (edited("parameters", True), "settings_invalid"),
    "scores a list": (edited("scores", []), "settings_invalid"),
    "scores of words": (edited("scores", {"test": "good"}), "settings_invalid"),
    "BLEU a word": (edited("scores", {"test": {"bleu": "high"}}), "settings_invalid"),
    "alignment a list": (edited("alignment", [1]), "settings_invalid"),
    "exact true": (edited("scores", {"test": {"exact_match": True}}), "settings_invalid"),
}


@pytest.mark.parametrize(("damage", "code"), BROKEN.values(), ids=BROKEN)
def test_a_broken_model_is_listed_with_its_error(
    folder: Path, damage: Callable[[Path], object], code: str
) -> None:
    damage(folder / "de-en/dot")
    catalogue = find_models(folder)
    error = catalogue.broken["de-en/dot"]
    assert error.code == code
    assert "de-en" in str(error)
    assert "de-en/dot" not in [entry.name for entry in catalogue.entries]
    with pytest.raises(ModelError) as caught:
        resolve("de-en/dot", folder)
    assert caught.value.code == code


def test_one_broken_model_does_not_hide_the_others(folder: Path) -> None:
    cut(folder / "de-en/dot")
    assert len(find_models(folder).entries) == len(SYSTEMS) - 1
    assert resolve("de-en/transformer", folder).system == "transformer"


def test_a_model_is_found_by_name_or_by_its_own_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resolve("de-en/dot", folder).folder == folder / "de-en/dot"
    assert resolve(str(folder / "de-en/dot")).name == "de-en/dot"
    monkeypatch.chdir(folder / "de-en/dot")
    assert resolve(".").name == "de-en/dot"


@pytest.mark.parametrize("name", ["de-en/transfomer", "transformer", "de_en/Transformer"])
def test_the_nearest_name_is_suggested(folder: Path, name: str) -> None:
    with pytest.raises(ModelError) as caught:
        resolve(name, folder)
    assert caught.value.facts == {"found": name, "nearest": "de-en/transformer"}


def test_a_name_that_is_like_none_still_gets_one_clear_error(folder: Path) -> None:
    for name in ("", "☃", "../../no-such-folder", "\x00", "9" * 400, f"{'a' * 400}/b"):
        with pytest.raises(ModelError) as caught:
            resolve(name, folder)
        assert caught.value.code == "path_missing"


@pytest.mark.parametrize(
    "name", ["/no/such/folder", "./de-en/dott", "~/models/opus", "tests/opus-mt-de-en", "opus/"]
)
def test_a_path_that_leads_nowhere_is_no_slip_of_the_pen(folder: Path, name: str) -> None:
    with pytest.raises(ModelError) as caught:
        resolve(name, folder)
    assert caught.value.code == "path_missing" and "de-en/dot'" not in str(caught.value)


def test_a_file_is_no_folder(folder: Path) -> None:
    with pytest.raises(ModelError, match="is a file") as caught:
        resolve(str(folder / "de-en/source.model"))
    assert caught.value.code == "path_is_file"


def test_no_models_at_all_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        resolve("de-en/dot", tmp_path)
    assert caught.value.code == "no_models"
    assert str(tmp_path) in str(caught.value)


def test_the_environment_names_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    assert models_folder() == folder
    assert len(find_models().entries) == len(SYSTEMS)
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert models_folder() == Path(__file__).parents[2] / "pretrained"


BAD = {"date-iso/none-reversed", "de-en/none-small", "de-en/none-reversed-small"}
"""Those that are there to be so."""


def test_the_shipped_models_are_whole() -> None:
    catalogue = find_models(Path(__file__).parents[2] / "pretrained")
    assert not catalogue.broken
    shipped = {"de-en/transformer", "de-en/additive", "de-en/dot", "de-en/none-reversed"}
    shipped |= {"zh-en/transformer", "zh-en/additive", "zh-en/dot", "zh-en/none-reversed"}
    shipped |= {"fr-en/transformer"}
    assert shipped <= {entry.name for entry in catalogue.entries}
    for entry in catalogue.entries:
        assert entry.licence
        least = 10 if entry.name in BAD else 20
        assert entry.scores["test"]["exact_match" if entry.pair in TASKS else "bleu"] > least
        assert (entry.folder / "README.md").is_file()
        assert entry.bytes <= 25e6


def test_every_shipped_system_is_read_as_its_gold_agrees_best() -> None:
    """Acceptance: the default is the best choice on the gold, or within .02 of it."""
    entries = find_models(Path(__file__).parents[2] / "pretrained").entries
    measured = [entry for entry in entries if entry.attends]
    assert len(measured) >= 18
    for entry in measured:
        study = ALIGNMENT_FILE.read(entry.folder / ALIGNMENT_FILE.name)
        assert study is not None and entry.alignment == study.chosen(), entry.name
        lowest = min(one.error_rate for one in study.choices())
        assert entry.alignment.error_rate <= lowest + 0.02
        card = (entry.folder / "README.md").read_text(encoding="utf-8")
        assert with_alignment(card, study) == card, entry.name
