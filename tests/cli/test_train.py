import io
import re
import signal
import sys
from pathlib import Path

import pytest

from seqviz.catalog import FOLDER_VARIABLE, find_models
from seqviz.cli import main
from seqviz.cli import train as train_command
from seqviz.cli.train_report import LOG_FILE, Report, duration
from seqviz.errors import InputError
from seqviz.training import produce as way
from seqviz.training.checkpoints import STATE_FILE
from seqviz.training.events import Averaged, Progress, Resumed
from seqviz.training.job import Job, Note, Scoring, Tell
from seqviz.training.loop import Update
from tests.cli.conftest import Outcome, Run
from tests.fixtures.word_training import CONFIG, write_data


@pytest.fixture
def train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """``seqviz train`` in an empty folder, on the tiny data."""
    write_data(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "shipped"))

    def run_command(*arguments: str) -> Outcome:
        code = main(["train", "--device", "cpu", "--threads", "1", *arguments])
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run_command


def test_a_model_is_trained_and_its_scores_are_told(train: Run, tmp_path: Path) -> None:
    outcome = train("tiny.toml")
    assert outcome.code == 0
    assert outcome.out.startswith(f"{Path('trained', 'de-en', 'tiny')}: ")
    assert re.search(r"minutes of training; \d+ s of processor time", outcome.out)
    assert "test: BLEU " in outcome.out
    assert "step 6, " in outcome.err
    assert "\r" not in outcome.err
    assert [entry.name for entry in find_models(tmp_path / "trained").entries] == ["de-en/tiny"]
    log = (tmp_path / "runs/de-en/tiny" / LOG_FILE).read_text("utf-8")
    for line in outcome.err.splitlines():
        assert line in log
    again = train("tiny.toml").refusal()
    assert "holds a trained model already" in again
    assert "--fresh" in again


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("steps = 6", 'steps = "x"', "optimiser.steps is 'x'"),
        ("steps = 6", "stesp = 6", "did you mean 'optimiser.steps'?"),
        ("seed = 3", "seed = ", "no TOML: Invalid value (at line 3"),
        ("train.tsv", "none.tsv", "The data file 'none.tsv' is not in"),
        ("dev.tsv", "tiny.toml", "tiny.toml is empty"),
        ("max_tokens = 40", 'corpora = ["x"]', "names 'x'"),
        ("size = 40", "size = 9", "9 pieces are fewer than its characters"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    train: Run, tmp_path: Path, old: str, new: str, named: str
) -> None:
    (tmp_path / "tiny.toml").write_text(CONFIG.replace(old, new, 1), encoding="utf-8")
    outcome = train("tiny.toml")
    assert outcome.code == 2
    assert named in outcome.err.splitlines()[-1]
    assert outcome.err.splitlines()[-1].startswith("Error: ")
    assert not (tmp_path / "trained/de-en").exists()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nope/x"], "There is no config 'nope/x'"),
        (["de-en/dot"], "is not in"),
        (["tiny.toml", "--data", "elsewhere"], "not in 'elsewhere'. Name the folder"),
        (["tiny.toml", "--threads", "0"], "--threads"),
        (["tiny.toml", "--storage", "int4"], "--storage"),
        ([], "CONFIG"),
    ],
)
def test_bad_usage_is_refused(train: Run, arguments: list[str], named: str) -> None:
    outcome = train(*arguments)
    assert outcome.code == 2
    assert named in outcome.err.splitlines()[-1]


def test_why_a_training_failed_is_the_last_line(
    train: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def diverge(*_: object, **__: object) -> None:
        raise InputError("training_diverged", {"step": 7, "rate": "0.01"})

    monkeypatch.setattr(way, "train", diverge)
    outcome = train("tiny.toml")
    assert outcome.code == 2
    assert outcome.err.splitlines()[-1].startswith("Error: The training diverged: at step 7")
    log = (tmp_path / "runs/de-en/tiny" / LOG_FILE).read_text("utf-8")
    assert "ended: The training diverged" in log


def test_too_little_memory_is_told(train: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(way, "train", run_out)
    outcome = train("tiny.toml")
    assert outcome.code == 2
    assert "Lower optimiser.batch_tokens" in outcome.err.splitlines()[-1]


class Interrupting(io.StringIO):
    """What is written to it; Ctrl+C is pressed as soon as a checkpoint is."""

    def write(self, text: str) -> int:
        if "checkpoint written" in text and not self.pressed:
            self.pressed = True
            signal.raise_signal(signal.SIGINT)
        return super().write(text)

    pressed = False


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.usefixtures("heeded_interrupts")
def test_an_interrupted_training_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_data(tmp_path)
    config = tmp_path / "tiny.toml"
    config.write_text(CONFIG.replace("steps = 6", "steps = 100000"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "shipped"))
    err = Interrupting()
    monkeypatch.setattr(sys, "stderr", err)
    assert main(["train", "tiny.toml", "--device", "cpu", "--threads", "1"]) == 1
    assert err.pressed
    assert "Interrupted. Give the same command again to go on from step " in err.getvalue()
    assert "Traceback" not in err.getvalue()


@pytest.mark.parametrize(
    ("arguments", "told", "words"),
    [
        ([], [Resumed(4)], "Give the same command again to go on from step 4."),
        (["--fresh"], [Resumed(4)], "command again, without --fresh, to go on from step 4."),
        ([], [], "Give the same command again to go on from its last checkpoint."),
        (["--fresh"], [], "Give the same command again to begin anew, for nothing of it is kept"),
    ],
)
def test_what_the_same_command_does_is_told(
    train: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    told: list[Resumed],
    words: str,
) -> None:
    def interrupted(_: Job, tell: Tell) -> None:
        for event in told:
            tell(event)
        raise KeyboardInterrupt

    work = tmp_path / "runs/de-en/tiny"
    work.mkdir(parents=True)
    (work / STATE_FILE).touch()
    monkeypatch.setattr(train_command, "produce", interrupted)
    assert words in train("tiny.toml", *arguments).err
    if not arguments and not told:
        (work / STATE_FILE).unlink()
        assert "to begin anew, for nothing of it is kept" in train("tiny.toml").err


# The report


def progress(step: int) -> Progress:
    update = Update(step=step, epoch=1.5, loss=2.3456, learning_rate=1e-3, tokens=90, seconds=0.1)
    return Progress(update, 1000, 1234.5, 3700.0)


def test_the_live_line_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    seconds = iter([0.0, 0.1, 0.5, 40.0])
    with Report(tmp_path, watched=True, clock=lambda: next(seconds)) as report:
        for step in (1, 2, 3, 4):
            report(progress(step))
        report(Averaged((1, 2), 30.0, 29.0))
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert (
        "\repoch 1.50 · step 1/1,000 · 1,234 tokens/s · loss 2.346 · learning rate 1.00e-03 · "
        "1 h 02 min left"
    ) in shown
    assert "step 2/" not in shown
    assert "step 3/" in shown
    assert shown.endswith("mean of the last 2 checkpoints: score 30.00; best single one: 29.00\n")
    log = (tmp_path / LOG_FILE).read_text("utf-8").splitlines()
    assert [line.split("· ")[1].split("/")[0] for line in log[:-1]] == ["step 1", "step 4"]


def test_the_live_line_fits_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    with Report(tmp_path, watched=True) as report:
        report(progress(1))
    assert max(map(len, capsys.readouterr().err.split("\r"))) < 30


def test_nobody_watching_gets_a_line_now_and_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 20.0, 31.0, 32.0])
    with Report(tmp_path, watched=False, clock=lambda: next(seconds)) as report:
        for step in (1, 2, 3):
            report(progress(step))
        report(Scoring(1, 8))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("· ")[1].split("/")[0] for line in lines] == ["step 1", "step 3"]


def test_a_log_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    (tmp_path / LOG_FILE).mkdir()
    with pytest.raises(InputError) as caught, Report(tmp_path, watched=False):
        pass
    assert caught.value.code == "file_unwritable"


def test_a_log_goes_on(tmp_path: Path) -> None:
    for step in (4, 8):
        with Report(tmp_path, watched=False) as report:
            report(Note("begun"))
            report(Resumed(step))
            assert report.checkpoint == step
    assert len((tmp_path / LOG_FILE).read_text("utf-8").splitlines()) == 4


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (61, "1 min"), (3600, "1 h 00 min"), (9000, "2 h 30 min")],
)
def test_durations_are_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
