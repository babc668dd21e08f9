"""Models from elsewhere, taken over by the command line."""

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from seqviz.catalog import catalog, find_models, resolve
from seqviz.cli.import_model import check
from seqviz.errors import ModelError
from seqviz.foreign import importing
from seqviz.translator import load
from tests.cli.conftest import Run
from tests.fixtures.opus_folders import opus_settings, opus_weights, write_hub_folder

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="session")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the hub has them, with things in it that nobody needs."""
    folder = write_hub_folder(tmp_path_factory, card="---\nlicense: apache-2.0\n---\n")
    (folder / "modeling.py").write_text("raise SystemExit")
    (folder / "tf_model.h5").write_bytes(bytes(9))
    (folder / "onnx").mkdir()
    return folder


@pytest.fixture(scope="session")
def polyglot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a model that writes several languages."""
    return write_hub_folder(tmp_path_factory, tags=True)


@pytest.fixture
def spare(marian: Path, tmp_path: Path) -> Path:
    """One to be damaged."""
    return shutil.copytree(marian, tmp_path / "elsewhere" / "opus-mt-de-en")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def listed(models: Path) -> list[str]:
    """The names of the models, after a look that nothing else lies there."""
    assert [entry.name for entry in models.iterdir() if entry.name.startswith(".")] == []
    return [entry.name for entry in find_models(models).entries]


def test_a_folder_is_taken_over(run: Run, marian: Path, models: Path) -> None:
    outcome = run("import", str(marian), "--models", str(models))
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.startswith("de-en/opus-mt: marian, ")
    assert "licence apache-2.0" in outcome.out
    names = {file.name for file in (models / "de-en/opus-mt").iterdir()}
    unwanted = {"modeling.py", "tf_model.h5", "onnx"}
    assert names == {file.name for file in marian.iterdir()} - unwanted | {"origin.json"}
    assert listed(models) == ["de-en/opus-mt"]
    table = run("models", "--models", str(models)).out
    assert "de-en/opus-mt  de → en    transformer  multi-head" in table
    assert table.rstrip().endswith("apache-2.0")
    asked = ("--model", "de-en/opus-mt", "--models", str(models), "Es war kalt.")
    here = ("--model", str(marian), "Es war kalt.")
    assert run("translate", *asked).out == run("translate", *here).out != "\n"


def test_a_pickle_becomes_safetensors(run: Run, spare: Path, models: Path) -> None:
    from_pickle = pickled(spare)
    assert run("import", str(spare), "--models", str(models)).code == 0
    folder = models / "de-en/opus-mt"
    assert not list(folder.glob("*.bin"))
    assert (folder / "model.safetensors").stat().st_size < 1.1 * from_pickle
    assert load(folder).facts.fingerprint == load(spare).facts.fingerprint


def pickled(folder: Path) -> int:
    """Store the weights of a folder the old way, tied ones as one; how many bytes that takes."""
    torch.save(weights_of(folder), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    return (folder / "pytorch_model.bin").stat().st_size


def weights_of(folder: Path) -> dict[str, torch.Tensor]:
    """As a pickle has them: tied ones twice."""
    return opus_weights(opus_settings(len(json.loads((folder / "vocab.json").read_bytes()))))


def test_an_archive_is_taken_over(run: Run, marian: Path, models: Path, tmp_path: Path) -> None:
    archive = tmp_path / "opus-mt-de-en.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        for file in marian.iterdir():
            if file.is_file():
                writer.write(file, f"top/{file.name}")
    assert run("import", str(archive), "--models", str(models)).code == 0
    assert listed(models) == ["de-en/opus-mt"]
    origin = json.loads((models / "de-en/opus-mt/origin.json").read_bytes())
    assert origin == {"from": "opus-mt-de-en.zip", "revision": ""}


def test_the_languages_of_an_archive_come_from_its_name(
    run: Run, spare: Path, models: Path, tmp_path: Path
) -> None:
    (spare / "tokenizer_config.json").unlink()
    name = shutil.make_archive(str(tmp_path / "opus-mt-fi-et"), "zip", spare)
    assert run("import", name, "--models", str(models)).code == 0
    assert listed(models) == ["fi-et/opus-mt"]
    assert resolve("fi-et/opus-mt", models).source_language == "fi"


def test_a_model_of_the_hub_keeps_its_commit(
    run: Run, marian: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models--Helsinki-NLP--opus-mt-de-en" / "snapshots" / COMMIT
    shutil.copytree(marian, folder)
    fetched: list[str] = []

    def find_or_fetch(name: str) -> Path:
        fetched.append(name)
        return folder

    monkeypatch.setattr(catalog, "find_or_fetch", find_or_fetch)
    name = "Helsinki-NLP/opus-mt-de-en"
    assert load(name).facts.revision == COMMIT
    outcome = run("import", name, "--models", str(models))
    assert f"revision {COMMIT[:12]}" in outcome.out
    assert fetched == [name, name]
    assert listed(models) == ["de-en/opus-mt"]
    assert load("de-en/opus-mt", models=models).facts.revision == COMMIT
    origin = json.loads((models / "de-en/opus-mt/origin.json").read_bytes())
    assert origin == {"from": name, "revision": COMMIT}


def test_a_slip_of_the_pen_does_not_reach_the_hub(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "find_or_fetch", None)
    for name in ("de-en/transfomer", "fr-en/dot", "De_en/dot", "transformer"):
        assert "'de-en/" in run("translate", "--model", name, "a").refusal()
    assert "no folder of that name" in run("translate", "--model", "tests/dot", "a").refusal()


def test_a_name_is_not_given_twice(run: Run, marian: Path, models: Path) -> None:
    command = ("import", str(marian), "--models", str(models))
    assert run(*command).code == 0
    assert "--fresh" in run(*command).refusal()
    mark = models / "de-en/opus-mt/mark"
    mark.write_text("")
    assert run(*command, "--fresh").code == 0
    assert not mark.exists()
    assert run(*command, "--name", "de-en/again").code == 0
    assert listed(models) == ["de-en/again", "de-en/opus-mt"]


@pytest.mark.parametrize("name", ["opus", "a/b/c", "../x", "a/../b", "/a/b", ".a/b", "a/", "ä/b"])
def test_names_that_lead_elsewhere(run: Run, marian: Path, models: Path, name: str) -> None:
    refusal = run("import", str(marian), "--name", name, "--models", str(models)).refusal()
    assert "PAIR/SYSTEM" in refusal
    assert listed(models) == []


def test_what_is_no_model(run: Run, models: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no archive")
    to = ("--models", str(models))
    assert "no model in" in run("import", str(tmp_path / "empty"), *to).refusal()
    assert "no zip archive" in run("import", str(tmp_path / "text.zip"), *to).refusal()
    assert "SeqViz already" in run("import", "de-en/dot").refusal()
    assert listed(models) == []


class Bomb:
    """Runs code when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def test_hostile_weights_leave_nothing_behind(run: Run, spare: Path, models: Path) -> None:
    (spare / "model.safetensors").unlink()
    mark = spare / "mark"
    torch.save({"model.shared.weight": Bomb(mark)}, spare / "pytorch_model.bin")
    assert "pytorch_model.bin" in run("import", str(spare), "--models", str(models)).refusal()
    assert not mark.exists()
    assert listed(models) == []


@pytest.mark.parametrize(
    "stray",
    [
        lambda: {"x": torch.zeros(2, dtype=torch.complex32)},
        lambda: {"x": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.quint8)},
        lambda: {"x": torch.zeros(2, dtype=torch.uint8).view(torch.bits8)},
        lambda: {"\ud800": torch.zeros(2)},
    ],
    ids=["complex32", "quint8", "bits8", "surrogate"],
)
@pytest.mark.filterwarnings("ignore")
def test_a_pickle_that_safetensors_cannot_hold(
    run: Run, spare: Path, models: Path, stray: Callable[[], dict[str, torch.Tensor]]
) -> None:
    torch.save(weights_of(spare) | stray(), spare / "pytorch_model.bin")
    (spare / "model.safetensors").unlink()
    refusal = run("import", str(spare), "--models", str(models)).refusal()
    assert f"'{spare / 'pytorch_model.bin'}' cannot be read" in refusal
    assert listed(models) == []


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["source.spm", "config.json"])
def test_a_damaged_file_is_named_where_it_came_from(
    run: Run, spare: Path, models: Path, packed: bool, name: str
) -> None:
    (spare / name).write_text("[]")
    made = shutil.make_archive(str(spare), "zip", spare) if packed else str(spare)
    refusal = run("import", made, "--models", str(models)).refusal()
    assert f"'{Path(made, name)}'" in refusal
    assert importing.STAGE not in refusal


def test_a_model_is_kept_when_its_successor_cannot_be_named(
    marian: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing.import_model(str(marian), models, check=check)
    mark = models / "de-en/opus-mt/mark"
    mark.write_text("")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.parent.parent.name == "models" and self.parent.parent != models:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(ModelError) as caught:
        importing.import_model(str(marian), models, check=check, fresh=True)
    assert f"'{mark.parent}' cannot be written: No space left on device." in str(caught.value)
    assert mark.exists()
    assert listed(models) == ["de-en/opus-mt"]


def test_a_link_out_of_the_folder_is_not_copied(
    run: Run, spare: Path, models: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("{}")
    (spare / "generation_config.json").unlink()
    (spare / "generation_config.json").symlink_to(secret)
    assert "generation_config.json" in run("import", str(spare), "--models", str(models)).refusal()
    assert listed(models) == []


def test_an_import_that_ends_early_leaves_no_model(marian: Path, models: Path) -> None:
    def interrupt(*_: object) -> None:
        assert list(models.rglob("source.spm"))
        assert not find_models(models).entries
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.import_model(str(marian), models, check=interrupt)
    assert listed(models) == []


def test_what_a_killed_import_left_is_thrown_away(marian: Path, models: Path) -> None:
    for name, changed in (("old", 0), ("new", None)):
        folder = models / f"{importing.STAGE}{name}"
        folder.mkdir(parents=True)
        if changed is not None:
            os.utime(folder, (changed, changed))
    importing.import_model(str(marian), models, check=check)
    assert [entry.name for entry in models.glob(".*")] == [f"{importing.STAGE}new"]


def test_a_folder_where_nothing_can_be_written(
    run: Run, marian: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    refusal = run("import", str(marian), "--models", str(tmp_path / "file")).refusal()
    assert "cannot be written" in refusal

    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    refusal = run("import", str(marian), "--models", str(tmp_path)).refusal()
    assert f"'{tmp_path}' cannot be written: Permission denied." in refusal


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_language_is_chosen(run: Run, polyglot: Path, side: str) -> None:
    model = ("translate", "--model", str(polyglot), "--max-length", "20")
    asked = (*model, f"--{side}-language", "fra", "Es war kalt.")
    if side == "source":
        assert "no choice for 'source_language'" in run(*asked).refusal()
        return
    plain = run(*model, asked[-1])
    assert run(*asked).out != plain.out
    assert "cmn_Hans, fra" in run(*asked[:-2], "xxx", "Es war kalt.").refusal()
    assert "no instruction" in run(*model, "--instruction", "Do:", "a").refusal()


def test_many_languages_make_a_name_of_their_own(polyglot: Path, models: Path) -> None:
    entry = importing.import_model(str(polyglot), models, check=check)
    assert entry.name == "de-mul/opus-mt-de-many"
    assert entry.target_languages == ("cmn_Hans", "fra")


def test_a_damaged_origin_is_said(run: Run, marian: Path, models: Path) -> None:
    run("import", str(marian), "--models", str(models))
    origin = models / "de-en/opus-mt/origin.json"
    for text, revision in (('{"revision": 1}', ""), (f'{{"revision": "{COMMIT}"}}', COMMIT)):
        origin.write_text(text)
        assert resolve("de-en/opus-mt", models).revision == revision
    origin.write_text("[")
    with pytest.raises(ModelError):
        resolve("de-en/opus-mt", models)


def test_json_says_what_a_model_asks_for(run: Run, marian: Path, models: Path) -> None:
    run("import", str(marian), "--models", str(models))
    (one,) = run("models", "--json", "--models", str(models)).json()
    assert (one["format"], one["family"], one["licence"]) == ("marian", "marian", "apache-2.0")
    assert one["target_languages"] == []
