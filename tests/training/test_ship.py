"""What was trained takes the place of what ships, where it is better."""

import gzip
from pathlib import Path

import pytest

from seqviz.catalog import FOLDER_VARIABLE, find_models
from seqviz.cli import main as train
from seqviz.records.training import FILE_NAME
from seqviz.training import ship
from seqviz.training.ship import REPORT, Scores, candidates, main, reason_to_stay
from seqviz.translator import Translator
from tests.fixtures.word_training import write_data

OLD = {"test": 50.0, "course": 30.0, "numbers": 60.0, "names": 40.0}
RISEN = {"course": 31.0, "numbers": 61.0, "names": 41.5}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data, and in "out" the model de-en/tiny, twice."""
    folder = tmp_path_factory.mktemp("shipped")
    config = write_data(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(folder / "none"))
        for out in ("out", "out/tuned"):
            words = ["--out", str(folder / out), "--work", str(folder / "work"), "--fresh"]
            assert train(["train", "--data", str(folder), *words, str(config)]) == 0
    test = (folder / "test.tsv").read_bytes()
    (folder / "de-en.test.tsv.gz").write_bytes(gzip.compress(test))
    return folder


@pytest.fixture
def asked(trained: Path, tmp_path: Path) -> list[str]:
    into = tmp_path / "pretrained"
    words = ["--data", str(trained), "--out", str(trained / "out"), "--into", str(into)]
    return [*words, "--device", "cpu", "--limit", "3"]


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ({"test": 49.7, **RISEN}, ""),
        ({"test": 49.6, **RISEN}, "test falls by 0.4"),
        ({"test": 60.0, **RISEN, "numbers": 60.9}, "does not rise by 1: numbers"),
        ({"test": 50.0, "course": 30.0, "numbers": 61.0, "names": 40.0}, "course, names"),
    ],
)
def test_a_better_model_loses_next_to_nothing_and_rises_clearly(new: Scores, reason: str) -> None:
    said = reason_to_stay(new, OLD)
    assert reason in said and bool(said) == bool(reason)
    assert reason_to_stay(new, None) == ""


def test_of_a_synthetic_task_exact_matches_decide() -> None:
    assert reason_to_stay({"test": 99.1}, {"test": 99.0}) == ""
    assert reason_to_stay({"test": 99.0}, {"test": 99.0})


def test_those_that_went_on_come_last(trained: Path) -> None:
    found = [
        folder.relative_to(trained / "out").as_posix() for folder in candidates(trained / "out")
    ]
    assert found == ["de-en/tiny", "tuned/de-en/tiny"]


def test_a_new_model_ships_whole_and_the_same_again_stays(
    trained: Path, tmp_path: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked) == 0
    into = tmp_path / "pretrained"
    catalogue = find_models(into)
    assert [entry.name for entry in catalogue.entries] == ["de-en/tiny"] and not catalogue.broken
    files = {file.name for file in (into / "de-en/tiny").iterdir()}
    assert files == {"model.safetensors", "settings.json", FILE_NAME, "README.md"}
    assert sorted(file.name for file in (into / "de-en").iterdir()) == [
        *("source.model", "target.model", "tiny")
    ]
    said = capsys.readouterr().out
    assert "de-en/tiny: new" in said and "de-en/tiny: stays: does not rise by 1: " in said
    report = (trained / "out" / REPORT).read_text(encoding="utf-8").splitlines()
    assert len(report) == 4 and report[2].count("– → ") == 4 and " → " in report[3]
    stamp = (into / "de-en/tiny/settings.json").stat().st_ino
    assert main(asked) == 0
    assert capsys.readouterr().out.count("stays: does not rise") == 4  # two, and in the table
    assert (into / "de-en/tiny/settings.json").stat().st_ino == stamp


def test_a_better_one_takes_the_place_with_its_record(
    trained: Path, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(asked) == 0
    folder = tmp_path / "pretrained/de-en/tiny"
    (folder / "lengths.json").write_text("{}")
    inode = (folder / FILE_NAME).stat().st_ino

    def measured(translator: Translator, *_: object) -> Scores:
        tuned = translator.entry.folder.is_relative_to(trained / "out/tuned")
        return {"test": 50.0, **RISEN} if tuned else OLD

    monkeypatch.setattr(ship, "measure", measured)
    assert main([*asked, "--only-say"]) == 0
    assert (folder / FILE_NAME).stat().st_ino == inode and (folder / "lengths.json").exists()
    assert main(asked) == 0
    assert not (folder / "lengths.json").exists()  # of the weights before
    assert (folder / FILE_NAME).stat().st_ino != inode
    report = (trained / "out" / REPORT).read_text(encoding="utf-8")
    assert "60.0 → 61.0" in report and "replaced" in report
    assert [file.name for file in folder.parent.glob(".*")] == []


def test_what_has_no_record_or_other_pieces_does_not_ship(
    trained: Path, tmp_path: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "pretrained"
    (into / "de-en").mkdir(parents=True)
    (into / "de-en/source.model").write_bytes(b"other")
    assert main(asked) == 1
    assert "other pieces" in capsys.readouterr().out
    assert not (into / "de-en/tiny").exists()
    record = trained / "out/de-en/tiny" / FILE_NAME
    kept = record.read_bytes()
    record.unlink()
    try:
        main(asked)
    finally:
        record.write_bytes(kept)
    assert "no record of the training of these weights" in capsys.readouterr().out


def test_what_is_missing_is_said(
    trained: Path, tmp_path: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*asked, "--out", str(tmp_path / "empty")]) == 1
    assert "holds no trained model" in capsys.readouterr().err
    assert main([*asked, "--data", str(tmp_path)]) == 1
    assert "de-en.test.tsv.gz" in capsys.readouterr().out
