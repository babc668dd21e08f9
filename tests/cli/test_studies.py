"""What ``seqviz beam-sizes`` and ``seqviz lengths`` refuse alike, and leave behind."""

from pathlib import Path
from typing import Any

import pytest

from seqviz.translator import Translator
from tests.cli.conftest import Run

PAIRS = [("es war kalt", "it was cold"), ("der hund", "the dog"), ("katze", "cat")]
STUDIES = {"beam-sizes": ("--beams", "1,2", "--sentences", "1"), "lengths": ("--beam", "1")}
SEARCHES = {"beam-sizes": 3, "lengths": 1}
"""At which of the searches a study is interrupted."""


@pytest.fixture(params=STUDIES)
def study(request: pytest.FixtureRequest) -> str:
    """One of the commands."""
    name: str = request.param
    return name


@pytest.fixture
def command(study: str, pairs_file: Path, out: Path) -> tuple[str, ...]:
    """All words of it."""
    return (study, "--model", "de-en/dot", "--out", str(out), *STUDIES[study], str(pairs_file))


def test_an_interrupted_run_leaves_nothing_half_written(
    run: Run, study: str, command: tuple[str, ...], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out.write_text("the result of another day", encoding="utf-8")
    calls = []
    translate_all = Translator.translate_all

    def interrupted(self: Translator, *texts: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == SEARCHES[study]:
            raise KeyboardInterrupt
        return translate_all(self, *texts, **named)

    monkeypatch.setattr(Translator, "translate_all", interrupted)
    assert run(*command).code == 1
    assert len(calls) == SEARCHES[study]
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    assert out.read_text(encoding="utf-8") == "the result of another day"


def test_a_folder_that_is_not_there_is_said_before_the_work(
    run: Run, command: tuple[str, ...], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Translator, "translate_all", None)
    out.parent.rmdir()
    assert "there is no such folder" in run(*command).refusal()


def test_a_bad_line_is_named_by_its_place_in_the_file(
    run: Run, command: tuple[str, ...], pairs_file: Path, out: Path
) -> None:
    pairs_file.write_text(f"a\tb\nb\tc\n{'kalt ' * 2000}\tcold\n", encoding="utf-8")
    assert "Line 3 of" in run(*command).refusal()
    assert not out.exists()
