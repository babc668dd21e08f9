"""Models that are read through the library, taken over and asked by the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from seqviz.catalog import find_models
from seqviz.cli import main
from seqviz.translator import load
from tests.fixtures.transformers_folders import write_folder

Told = tuple[str, str]
Run = Callable[..., Told]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command that succeeds, in this process; what it wrote."""

    def run_command(*arguments: str) -> Told:
        capfd.readouterr()
        assert main(list(arguments)) == 0
        told = capfd.readouterr()
        return told.out, told.err

    return run_command


@pytest.mark.parametrize("tied", [True, False])
def test_a_pickle_is_taken_over(run: Run, tmp_path: Path, tied: bool) -> None:
    folder, models = tmp_path / "tiny-t5", tmp_path / "models"
    model = write_folder(folder, "t5", tied=tied)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    run("import", str(folder), "--models", str(models))
    assert [entry.name for entry in find_models(models).entries] == ["mul-mul/tiny-t5"]
    taken = models / "mul-mul/tiny-t5"
    assert load(taken).facts.fingerprint == load(folder).facts.fingerprint
    if tied:
        asked = ("translate", "--json", "--max-length", "4", "--model", str(taken), "kalt")
        assert run(*asked) != run(*asked, "--instruction", "translate:")


def test_what_is_unknown_of_an_instruction_is_said_once(run: Run, tmp_path: Path) -> None:
    write_folder(tmp_path / "t5", "t5")
    told = ("--model", str(tmp_path / "t5"), "--max-length", "4", "--instruction", "summarize:")
    out, err = run("translate", *told, "--json", "Es war", "Es", "war 😍")
    assert [json.loads(line)["unknown"] for line in out.splitlines()] == [[], [], ["😍"]]
    said = [line for line in err.splitlines() if "Unknown" in line]
    once = "Notice: Unknown to the model: z : (--instruction)."
    assert said == ["Notice: Unknown to the model: 😍 (line 3).", once]
    file = str(tmp_path / "x.json")
    said = run("trace", *told, "--out", file, "Es war")[1].splitlines()
    assert [line for line in said if "Unknown" in line] == [once]
    shown = run("show", file)[1]
    assert "z : (the instruction)" in shown and "the source" not in shown
