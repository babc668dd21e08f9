import importlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from seqviz import cli
from seqviz.cli import COMMANDS, main
from seqviz.trace.file import write_trace
from tests.cli.conftest import Run
from tests.fixtures.toy_traces import rnn_trace

HEAVY = {
    *("torch", "pandas", "plotly", "sacrebleu", "streamlit", "sentencepiece"),
    "huggingface_hub.constants",
}
PYTHON = sys.executable


def test_help_lists_every_command_with_its_line(run: Run) -> None:
    outcome = run("--help")
    assert outcome.code == 0
    for name, line in COMMANDS.items():
        assert f"{name} " in outcome.out
        assert line in outcome.out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_teaches_by_examples(run: Run, name: str) -> None:
    outcome = run(name, "--help")
    assert outcome.code == 0
    assert f"\n    seqviz {name}" in outcome.out
    assert "Examples:" in outcome.out


def test_commands_that_compute_nothing_load_nothing_heavy(
    tiny_pretrained: Path, tmp_path: Path
) -> None:
    """Nor do the catalogue and a trace file, which they read."""
    file = tmp_path / "cat.json"
    write_trace(rnn_trace(), file)
    commands = [["--help"], ["models"], ["models", "--json"], ["show", str(file)]]
    commands += [["get", "--list"], ["get", "--list", "--json"]]
    code = (
        "import sys, seqviz, seqviz.catalog.hub; from seqviz.cli import main;"
        "seqviz.DecodeOptions;"
        f"codes = [main(one) for one in {commands!r}];"
        f"print(codes, sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    environment = os.environ | {"SEQVIZ_MODELS": str(tiny_pretrained)}
    done = subprocess.run(
        [PYTHON, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stderr.strip() == "[0, 0, 0, 0, 0, 0] []"
    listed = ("opus-mt-de-en ", '"opus-mt-de-en"')
    for words in ("translate", "de-en/dot", '"de-en/dot"', "output: the cat", *listed):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nope"], "No such command"),
        (["translate"], "--model"),
        (["translate", "--model", "de-en/dot", "--beam", "0", "kalt"], "--beam"),
        (["translate", "--model", "de-en/dot", "--beam", "99", "kalt"], "--beam"),
        (["translate", "--model", "de-en/dot", "--beam", "x", "kalt"], "--beam"),
        (["translate", "--model", "de-en/dot", "--alpha", "nan", "kalt"], "alpha"),
        (["translate", "--model", "de-en/dot", "--max-length", "513", "kalt"], "--max-length"),
        (["translate", "--model", "de-en/dot", "--length-normalisation", "x", "k"], "average"),
        (["translate", "--model", "de-en/dot", "--nope"], "--nope"),
        (["trace", "--model", "de-en/dot", "kalt"], "--out"),
        (["evaluate", "--model", "de-en/dot"], "FILE"),
        (["translate", "--model", "de-en/dott", "kalt"], "Did you mean 'de-en/dot'?"),
        (["translate", "--model", "de-en/dot", "--models", "nowhere", "kalt"], "'nowhere'"),
        (["translate", "--model", "a\nb\x1b[31m", "kalt"], "There is no model 'a b [31m'"),
    ],
)
def test_bad_usage_is_one_clear_line(run: Run, arguments: list[str], named: str) -> None:
    assert named in run(*arguments).refusal()


def test_bad_usage_points_to_the_help(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/seqviz"])
    assert "See 'seqviz translate --help'." in run("translate").refusal()


def test_without_a_command_help_is_shown(run: Run) -> None:
    outcome = run()
    assert outcome.code == 2
    assert "Commands:" in outcome.err + outcome.out


def test_a_device_that_is_not_there_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    line = run("translate", "--model", "de-en/dot", "--device", "cuda", "kalt").refusal()
    assert "'cuda'" in line


def test_both_ways_to_start_do_the_same() -> None:
    script = shutil.which("seqviz", path=str(Path(PYTHON).parent))
    module = subprocess.run(
        [PYTHON, "-m", "seqviz", "-h"], capture_output=True, text=True, check=True
    )
    assert module.stdout.startswith("Usage: python -m seqviz ")
    if script is None:
        pytest.skip("the package is not installed")
    installed = subprocess.run([script, "-h"], capture_output=True, text=True, check=True)
    assert installed.stdout == module.stdout.replace("python -m seqviz", "seqviz", 1)


def test_a_closed_pipe_ends_quietly(tiny_pretrained: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [PYTHON, "-m", "seqviz", "models"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        env=os.environ | {"SEQVIZ_MODELS": str(tiny_pretrained)},
        check=False,
    )
    os.close(write_end)
    assert done.returncode == 1
    assert done.stderr == b""


@pytest.mark.usefixtures("heeded_interrupts")
def test_interrupting_ends_quietly() -> None:
    process = subprocess.Popen(
        [PYTHON, "-m", "seqviz", "show", "/dev/stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(b" " * 500_000)  # returns once the command has begun to read
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 1
    assert out == b""
    assert err.strip() == b""


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqviz.cli.models.find_models", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["models"])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "too little memory"),
        (RuntimeError("std::bad_alloc"), "too little memory"),
        (RuntimeError("could not create a primitive"), "too little memory"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), "No module named 'torch'."),
        (ImportError("libtorch_cpu.so: failed to map segment\nmore"), "failed to map segment."),
        (
            OSError("libc10.so: cannot open shared object file"),
            "A library cannot be loaded: libc10",
        ),
        (PermissionError(13, "Permission denied", "/models"), "Permission denied ('/models')."),
        (OSError(28, "No space left on device"), "No space left on device."),
    ],
)
def test_what_the_system_refuses_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: Exception,
    said: str,
) -> None:
    def refuse(_: object) -> None:
        raise error

    monkeypatch.setattr("seqviz.cli.models.find_models", refuse)
    assert main(["models"]) == 1
    captured = capfd.readouterr()
    assert captured.err.startswith("Error: ") and captured.err.count("\n") == 1
    assert said in captured.err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("RuntimeError('CUDA driver initialization failed\\nmore')", "loaded: CUDA driver init"),
        ("ValueError('numpy.dtype size changed')", "cannot be loaded: numpy.dtype size changed."),
        ("RuntimeError('std::bad_alloc')", "too little memory"),
        (
            "ImportError('libtorch_cpu.so: failed to map')",
            "loaded: libtorch_cpu.so: failed to map.",
        ),
    ],
)
def test_a_library_that_cannot_be_loaded_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: str, said: str
) -> None:
    (tmp_path / "broken.py").write_text(f"raise {error}")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(cli, "import_module", lambda _: importlib.import_module("broken"))
    outcome = run("models")
    assert (outcome.code, outcome.err.count("\n")) == (1, 1)
    assert said in outcome.err


def test_a_bug_in_a_command_that_is_loaded_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    bug = "raise RuntimeError('bug')"
    monkeypatch.setattr(
        cli, "import_module", lambda _: exec(bug, {"__name__": "seqviz.cli.models"})
    )
    with pytest.raises(RuntimeError, match="bug"):
        main(["models"])


@pytest.mark.parametrize("error", [RuntimeError("bug"), ImportError("x", name="seqviz.cli.x")])
def test_bugs_that_look_like_it_are_not_hidden(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(_: object) -> None:
        raise error

    monkeypatch.setattr("seqviz.cli.models.find_models", refuse)
    with pytest.raises(type(error)):
        main(["models"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize(("stream", "code"), [("stdout", 1), ("stderr", 2)])
def test_a_full_disk_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, stream: str, code: int
) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, stream, full)
        outcome = run("models" if stream == "stdout" else "nope")
        monkeypatch.undo()
    assert (outcome.code, outcome.out) == (code, "")
    expected = "Error: Input or output failed: No space left on device.\n"
    assert outcome.err == (expected if stream == "stdout" else "")


def test_closed_streams_lead_nowhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    outcomes = [run("translate", "--model", "de-en/dot"), run("models")]
    opened = [getattr(sys, name) for name in ("stdin", "stdout", "stderr")]
    monkeypatch.undo()
    for stream in opened:
        stream.close()
    assert [(one.code, one.out, one.err) for one in outcomes] == [(2, "", ""), (0, "", "")]


def test_nothing_is_printed_past_the_one_door() -> None:
    folder = Path(cli.__file__).parent
    past = {file.name for file in folder.glob("*.py") if "click.echo(" in file.read_text("utf-8")}
    assert past == {"printing.py", "bench.py"}  # which clears its own line of progress
