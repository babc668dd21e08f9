"""A test set examined by a model that computes elsewhere: the same table, kept as it goes."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqviz.api.limits import Limits
from seqviz.api.shelf import Shelf
from seqviz.catalog.remote import Backend
from seqviz.errors import InputError, ModelError
from seqviz.inspection.planted import plant
from seqviz.inspection.process import main, read_state, write_asked
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner
from seqviz.inspection.run import Progress, inspect, read_run
from seqviz.inspection.validation import observe
from seqviz.options import DecodeOptions
from seqviz.translator import Translator, load
from tests.fixtures.api_server import serving
from tests.fixtures.explained import KINDS
from tests.fixtures.tiny_models import SENTENCES
from tests.inspection.conftest import OPTIONS
from tests.inspection.test_process import asked

COUNT = 30
READ = [
    Sentence(
        number=number,
        source=SENTENCES[number % len(SENTENCES)],
        reference="it was very cold" if number % 2 else "",
        baseline="the cat" if number % 3 else "",
    )
    for number in range(1, COUNT + 1)
]
PAIRS = [("es war sehr kalt", "it was very cold"), ("der hund ist hier", "the dog is here")]


def sentences() -> Iterator[Sentence]:
    return iter(READ)


@pytest.fixture(scope="module")
def address(models: Path) -> Iterator[str]:
    with serving(Shelf(models, device="cpu", threads=1)) as found:
        yield found


@pytest.fixture
def paths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of what a backend is asked by JSON, in order."""
    found, posted = list[str](), Backend.post

    def post(self: Backend, path: str, body: Any) -> Any:
        found.append(path)
        return posted(self, path, body)

    monkeypatch.setattr(Backend, "post", post)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_is_that_of_a_model_that_is_here(
    translators: dict[str, Translator], address: str, tmp_path: Path, paths: list[str], kind: str
) -> None:
    there, shares = load(f"{address}/de-en/{kind}"), kind == "transformer"
    here, other = (
        inspect(Examiner.of(one, OPTIONS, contributions=shares), sentences, tmp_path / name)
        for name, one in (("here", translators[kind]), ("there", there))
    )
    assert other.read_bytes() == here.read_bytes()
    rows = read_run(other)
    assert len(rows) == COUNT
    assert rows["baseline_lost"].gt(0).any(), "the search there is asked about the other system's"
    assert paths == ["/v1/examine"]


@pytest.mark.parametrize("kind", KINDS)
def test_given_translations_are_observed_as_here(
    translators: dict[str, Translator], address: str, paths: list[str], kind: str
) -> None:
    planted = plant(PAIRS * 5, seed=1, most=9)
    shares = kind == "transformer"
    there = load(f"{address}/de-en/{kind}")
    found, expected = (
        observe(one, planted, contributions=shares) for one in (there, translators[kind])
    )
    assert paths and set(paths) == {"/v1/score"}
    assert found.sentences.features.keys() == expected.sentences.features.keys()
    for name, values in expected.sentences.features.items():
        np.testing.assert_array_equal(found.sentences.features[name], values)
    for side, table in expected.words.items():
        assert found.words[side].signals.keys() == table.signals.keys()
        for name, values in table.signals.items():
            np.testing.assert_array_equal(found.words[side].signals[name], values)


def test_a_run_that_lost_its_backend_goes_on(
    models: Path, translators: dict[str, Translator], tmp_path: Path
) -> None:
    expected = inspect(Examiner.of(translators["dot"], OPTIONS), sentences, tmp_path / "here")
    shelf, port = Shelf(models, device="cpu", threads=1), 0
    with ExitStack() as server:
        address = server.enter_context(serving(shelf))
        port = int(address.rpartition(":")[2])
        examiner = Examiner.of(load(f"{address}/de-en/dot"), OPTIONS)

        def stop_amid(now: Progress) -> None:
            if now.done >= COUNT // 2:
                server.close()

        with pytest.raises(ModelError) as caught:
            inspect(examiner, sentences, tmp_path / "run", part_size=5, on_progress=stop_amid)
    assert caught.value.code in ("backend_away", "backend_cut")
    kept = {file: file.read_bytes() for file in (tmp_path / "run" / "parts").iterdir()}
    assert len(kept) == COUNT // 2 // 5
    began: list[int] = []
    with serving(shelf, port=port):
        found = inspect(
            examiner,
            sentences,
            tmp_path / "run",
            part_size=5,
            on_progress=lambda now: began.append(now.new),
        )
    assert all(file.read_bytes() == content for file, content in kept.items())
    assert max(began) == COUNT - COUNT // 2
    texts = read_run(found)["translation"].tolist()
    assert texts == read_run(expected)["translation"].tolist()


def test_a_process_says_that_the_backend_is_away(models: Path, tmp_path: Path) -> None:
    with serving(Shelf(models, device="cpu", threads=1)) as address:
        wanted = asked(models, model=f"{address}/de-en/dot")
    write_asked(wanted, tmp_path)
    (tmp_path / "input.tsv").write_text("der hund\n", "utf-8")
    assert main(tmp_path) == 1
    error = read_state(tmp_path).error
    assert error is not None and error.code == "backend_away"


def test_a_busy_backend_is_asked_again_and_progress_told_meanwhile(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examiner = Examiner.of(load(f"{address}/de-en/dot"), OPTIONS)
    posted, refusals = Backend.post, ["server_busy", "server_often"]

    def post(self: Backend, path: str, body: Any) -> Any:
        if refusals:
            raise InputError(refusals.pop(0), {"seconds": 1})
        return posted(self, path, body)

    monkeypatch.setattr(Backend, "post", post)
    told: list[int] = []
    inspect(examiner, sentences, tmp_path, on_progress=lambda now: told.append(now.done))
    assert told.count(0) >= 2 and told[-1] == COUNT


LIMITED = {
    "texts_many": Limits(texts=COUNT - 1),
    "too_much_work": Limits(work=10),
    "too_much_memory": Limits(record_bytes=100),
    "evidence_long": Limits(evidence_tokens=1),
}


@pytest.mark.parametrize("code", LIMITED)
def test_a_backend_keeps_to_its_limits(models: Path, code: str) -> None:
    shelf = Shelf(models, device="cpu", threads=1)
    with serving(shelf, LIMITED[code]) as address:
        there = load(f"{address}/de-en/transformer")
        examiner = Examiner.of(there, OPTIONS, contributions=True)
        with pytest.raises(InputError) as searched:
            examiner.rows(READ)
        with pytest.raises(InputError) as scored:
            observe(there, plant(PAIRS * COUNT, seed=1, most=COUNT), contributions=True)
    assert (searched.value.code, scored.value.code) == (code, code)


def test_options_that_no_batch_serves_are_refused_there_too(address: str) -> None:
    there = load(f"{address}/de-en/dot")
    with pytest.raises(InputError) as caught:
        Examiner.of(there, DecodeOptions(beta=0.2))
    assert caught.value.code == "inspect_options"
    examiner = replace(Examiner.of(there, OPTIONS), options=DecodeOptions(beta=0.2))
    with pytest.raises(InputError) as searched:
        examiner.rows(READ)
    assert searched.value.code == "inspect_options"
