import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.cli import main
from seqviz.options import DecodeOptions
from tests.fixtures.short import short_limit
from tests.fixtures.tiny_models import write_tiny_models


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def refusal(self) -> str:
        """The one line on stderr of a command that refused its input."""
        assert self.code == 2
        assert self.out == ""
        assert self.err.count("\n") == 1
        assert self.err.startswith("Error: ")
        return self.err


Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def tiny_pretrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_models(tmp_path_factory.mktemp("pretrained"))


@pytest.fixture
def run(
    tiny_pretrained: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run a command on the tiny models, in this process."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tiny_pretrained))
    monkeypatch.setattr(DecodeOptions, "length_limit", short_limit)

    def run_command(*arguments: str) -> Outcome:
        capfd.readouterr()  # what was written before, such as a progress bar, is not the command's
        code = main(list(arguments))
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run_command


@pytest.fixture
def pairs_file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The PAIRS of the module, source<TAB>reference in every line."""
    path = tmp_path / "test.tsv"
    lines = [f"{source}\t{reference}\n" for source, reference in request.module.PAIRS]
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a study may be written, in a folder that is empty."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "study.json"


@pytest.fixture
def heeded_interrupts() -> Iterator[None]:
    """SIGINT ends a new process, also where the tests run in the background and ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
