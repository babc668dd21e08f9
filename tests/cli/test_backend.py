"""Commands over a backend: studies are measured there, and what cannot be kept is said at once."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqviz.api.shelf import Shelf
from seqviz.catalog.mirror import BACKEND_VARIABLE
from seqviz.catalog.remote import Backend
from seqviz.inspection.run import read_run
from tests.cli.conftest import Run
from tests.cli.test_lengths import MODEL, PAIRS, study_of
from tests.fixtures.api_server import serving

__all__ = ["PAIRS"]

TIMES = re.compile(
    r'"(?:seconds|sentences_per_second|device|machine)": [^,}]*|[\d.]+ sentences a second'
)
"""What differs from run to run."""


@pytest.fixture
def backend(run: Run, tiny_pretrained: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with serving(Shelf(tiny_pretrained, device="cpu", threads=1)) as address:
        monkeypatch.setenv(BACKEND_VARIABLE, address)
        yield address


@pytest.mark.usefixtures("backend")
def test_a_test_set_is_inspected(run: Run, pairs_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert run("inspect", "--model", MODEL, "--out", str(folder), str(pairs_file)).code == 0
    assert read_run(folder)["source"].tolist() == [source for source, _ in PAIRS]
    assert (folder / "report.html").is_file()


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize(
    "asked",
    [
        "translate --model {model} --json kalt",
        "translate --model {model} --beam 1 --prefix es kalt",
        "trust --model {model} kalt",
        "score --model {model} kalt cold",
        "evaluate --model {model} --json {pairs}",
        "align --model {model} {pairs}",
        "align --model {model} --gold {gold}",
        "heads --model {model} --sentences 2 {gold}",
    ],
)
def test_commands_say_over_a_backend_what_they_say_here(
    run: Run, pairs_file: Path, tmp_path: Path, tiny_pretrained: Path, asked: str
) -> None:
    gold = tmp_path / "gold.tsv"
    gold.write_text("es war\tit was\t0-0 1-1\n", "utf-8")
    words = [word.format(model=MODEL, pairs=pairs_file, gold=gold) for word in asked.split()]
    there, here = run(*words), run(*words, "--models", str(tiny_pretrained))
    assert (there.code, here.code) == (0, 0), there.err + here.err
    assert there.out and TIMES.sub("", there.out) == TIMES.sub("", here.out)


def test_a_backend_that_is_away_is_one_line(run: Run, pairs_file: Path, tmp_path: Path) -> None:
    found = run(
        *("inspect", "--model", f"http://127.0.0.1:1/{MODEL}"),
        *("--out", str(tmp_path / "run"), str(pairs_file)),
    )
    assert "127.0.0.1:1" in found.refusal()


@pytest.mark.usefixtures("backend")
def test_a_study_of_lengths_knows_the_weights_that_are_there(
    run: Run, pairs_file: Path, out: Path, tiny_pretrained: Path
) -> None:
    asked = ("lengths", "--model", MODEL, "--least", "2", "--beam", "1", "--resamples", "100")
    there = run(*asked, "--out", str(out), str(pairs_file))
    assert there.code == 0, there.err
    other = out.with_name("here.json")
    assert (
        run(*asked, "--models", str(tiny_pretrained), "--out", str(other), str(pairs_file)).code
        == 0
    )
    assert study_of(out).weights == study_of(other).weights != ""


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("command", ["align", "validate", "confidence"])
def test_what_cannot_be_kept_is_said_before_anything_is_measured(
    run: Run, pairs_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    gold = tmp_path / "gold.tsv"
    gold.write_text("es war\tit was\t0-0 1-1\n", "utf-8")
    given = (MODEL, str(pairs_file))
    asked = {
        "align": ("--model", MODEL, "--gold", str(gold), "--store"),
        "validate": ("--keep", "--fit", *given, "--planted", *given),
        "confidence": ("--model", *given),
    }

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it was asked for work")

    for name in ("post", "stream"):
        monkeypatch.setattr(Backend, name, refuse)
    assert "needs the model's weights" in run(command, *asked[command]).refusal()
