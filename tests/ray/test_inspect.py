"""``--engine ray`` on a real Ray of this machine, with two workers; ``make ray-tests`` runs it."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest

from seqviz.errors import InputError, ModelError
from seqviz.inspection.on_ray import OnRay, Recipe
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner, OnProgress
from seqviz.inspection.run import PART, inspect
from seqviz.options import DecodeOptions
from seqviz.translator import load
from tests.fixtures.tiny_models import SENTENCES, write_tiny_models

pytestmark = [
    pytest.mark.skipif(
        find_spec("ray") is None, reason="Ray is not installed: pip install 'seqviz[ray]'"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Ray's own settings
]
PARTS = 8
READ = [
    Sentence(number=number, source=SENTENCES[number % len(SENTENCES)])
    for number in range(1, PARTS * PART + 1)
]
FAILS = READ[-3].number
"""In the last part."""
SECONDS = 300
"""For what takes ten on a machine with nothing else to do."""


class Failing(Examiner):
    """Fails at one sentence."""

    def rows(
        self, sentences: Sequence[Sentence], on_progress: OnProgress | None = None
    ) -> pa.Table:
        if any(one.number == FAILS for one in sentences):
            raise ModelError("no_prediction")
        return super().rows(sentences, on_progress)


class FailingRecipe(Recipe):
    def examiner(self) -> Examiner:
        return Failing(**vars(super().examiner()))


def test_killed_and_gone_on_it_leaves_what_the_embedded_engine_leaves(tmp_path: Path) -> None:
    models = write_tiny_models(tmp_path / "models")
    file, out, own = tmp_path / "test.txt", tmp_path / "run", tmp_path / "own"
    file.write_text("\n".join(one.source for one in READ), "utf-8")
    options = ("--model", "de-en/dot", "--models", str(models), "--max-length", "8")
    killed_at_the_first_part(out, *options, "--engine", "ray", "--out", str(out), str(file))
    before = {part.name: part.stat().st_mtime_ns for part in out.glob("parts/*.parquet")}
    assert 0 < len(before) < PARTS

    translator = load("de-en/dot", "cpu", models)
    examiner = Failing(**vars(Examiner.of(translator, DecodeOptions(max_length=8))))
    recipe = Recipe.of(examiner, "de-en/dot", models=models, device="cpu")
    on_ray = OnRay(FailingRecipe(**asdict(recipe) | {"options": examiner.options}), cores=2)
    refusals = []
    for folder, engine in ((own, None), (out, on_ray)):
        with pytest.raises(InputError, match=f"Lines {FAILS} of") as caught:
            inspect(examiner, lambda: iter(READ), folder, engine=engine)
        refusals.append(str(caught.value))
    assert refusals[0] == refusals[1]
    ours, theirs = (sorted(folder.glob("parts/*.parquet")) for folder in (own, out))
    assert len(theirs) == PARTS - 1
    assert [part.read_bytes() for part in theirs] == [part.read_bytes() for part in ours]
    after = {part.name: part.stat().st_mtime_ns for part in theirs if part.name in before}
    assert after == before, "nothing is translated twice"


def killed_at_the_first_part(out: Path, *arguments: str) -> None:
    """Begin the command, and end it by SIGKILL as soon as a part lies in its folder."""
    command = [sys.executable, "-m", "seqviz", "inspect", *arguments]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as child:
        deadline = time.monotonic() + SECONDS
        while not list(out.glob("parts/*.parquet")):
            assert child.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
