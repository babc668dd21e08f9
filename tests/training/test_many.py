"""Many trainings with one command: their order, a rehearsal, and the parts of what comes out."""

import subprocess
from pathlib import Path
from typing import ClassVar

import pytest

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.cli import main as cli
from seqviz.training.config import read_config, shipped_configs
from seqviz.training.many import main, order, tiny
from seqviz.training.parts import LIST_FILE, cut, join
from tests.fixtures.word_training import CONFIG, write_data


def test_transformers_come_first_and_what_goes_on_last() -> None:
    anew, *further = order([read_config(name) for name in shipped_configs()])
    systems = [config.settings.name.partition("/")[2] for config in anew]
    assert systems.index("additive") == systems.count("transformer")
    assert not any(config.settings.start_from for config in anew)
    for stage, configs in zip(("tuned", "named"), further, strict=True):
        own = [one for one in configs if one.settings.start_from == one.settings.name]
        assert own and all(config.called.endswith(f".{stage}") for config in own)
    others = [one.called for one in further[0] if one.settings.start_from != one.settings.name]
    assert others == ["zh-en/general"]  # begins as another system


def test_names_are_learnt_on_top_of_what_was_tuned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Process, "environments", [])
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "none"))
    monkeypatch.setattr(subprocess, "Popen", Process)
    first = write_data(tmp_path)
    pieces = CONFIG[CONFIG.index("[source_vocabulary]") : CONFIG.index("[optimiser]")]
    further = CONFIG.replace(pieces, "").replace("seed = 3", 'start_from = "de-en/tiny"')
    configs = [tmp_path / f"tiny.{stage}.toml" for stage in ("named", "tuned")]
    for config in configs:
        config.write_text(further, encoding="utf-8")
    out = tmp_path / "out"
    asked = ["--data", str(tmp_path), "--out", str(out), "--device", "cpu", "--at-once", "1"]
    asked += ["--work", str(tmp_path / "work"), "--tiny", *map(str, [*configs, first])]
    assert main(asked) == 0
    assert [Path(env[FOLDER_VARIABLE]) for env in Process.environments] == [
        *(tmp_path / "none", out.resolve(), out.resolve() / "tuned")
    ]
    assert (out / "named/de-en/tiny/README.md").is_file()


@pytest.mark.parametrize("name", shipped_configs())
def test_every_shipped_config_can_be_rehearsed(name: str, tmp_path: Path) -> None:
    found = tiny(read_config(name), tmp_path).settings
    assert (found.optimiser.steps, found.optimiser.precision) == (4, "float32")
    assert found.report.dev_sentences == 2
    assert not found.data.test
    assert not found.data.task or found.data.task_test == 4
    assert found.model == read_config(name).settings.model


class Process:
    """A child that works in this process, and remembers its environment."""

    environments: ClassVar[list[dict[str, str]]] = []

    def __init__(self, words: list[str], *, env: dict[str, str], **_: object) -> None:
        self.environments.append(env)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(FOLDER_VARIABLE, env[FOLDER_VARIABLE])
            self._code = cli(words[words.index("train") :])

    def wait(self, _: float) -> int:
        return self._code


def test_a_rehearsal_trains_what_is_missing_while_there_is_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "none"))
    monkeypatch.setattr(subprocess, "Popen", Process)
    first = write_data(tmp_path)
    second = tmp_path / "tiny.tuned.toml"
    pieces = CONFIG[CONFIG.index("[source_vocabulary]") : CONFIG.index("[optimiser]")]
    further = CONFIG.replace(pieces, "").replace("seed = 3", 'start_from = "de-en/tiny"')
    second.write_text(further, encoding="utf-8")
    out = tmp_path / "out"
    asked = ["--data", str(tmp_path), "--out", str(out), "--device", "cpu", "--at-once", "1"]
    asked += ["--work", str(tmp_path / "work"), "--tiny", str(second), str(first)]
    assert main([*asked, "--minutes", "0"]) == 1
    assert capsys.readouterr().out.count("no time left") == 2
    assert main(asked) == 0
    assert capsys.readouterr().out.count(": done in") == 2
    assert [env[FOLDER_VARIABLE] for env in Process.environments] == [
        str(tmp_path / "none"),
        str(out.resolve()),
    ]
    card = (out / "tuned/de-en/tiny/README.md").read_text(encoding="utf-8")
    assert "Went on from `de-en/tiny`" in card
    assert "4 of 4 steps" in card
    assert main(asked) == 0
    assert capsys.readouterr().out.count("there already") == 2


def test_parts_are_small_and_give_the_folder_again(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    (folder / "de-en").mkdir(parents=True)
    (folder / "de-en" / "weights").write_bytes(bytes(range(256)) * 200)
    (folder / "empty").touch()
    parts = cut(folder, tmp_path / "parts", most_bytes=10_000)
    assert len(parts) > 5 and all(part.stat().st_size <= 10_000 for part in parts)
    join(tmp_path / "parts", tmp_path / "again")
    again = {file.relative_to(tmp_path / "again") for file in (tmp_path / "again").rglob("*")}
    assert again == {file.relative_to(folder) for file in folder.rglob("*")}
    assert (tmp_path / "again/de-en/weights").read_bytes() == bytes(range(256)) * 200
    with pytest.raises(FileExistsError):
        cut(folder, tmp_path / "parts")
    parts[0].write_bytes(b"x" + parts[0].read_bytes()[1:])
    with pytest.raises(ValueError, match="part-000 is damaged"):
        join(tmp_path / "parts", tmp_path / "other")
    parts[0].unlink()
    with pytest.raises(FileNotFoundError):
        join(tmp_path / "parts", tmp_path / "other")
    assert parts[-1].name == LIST_FILE
