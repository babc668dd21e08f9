"""A backend that takes calls and answers none, as a stopped process does, is said to be away."""

import time
from collections.abc import Callable, Iterator

import pytest

from seqviz.catalog import mirror
from seqviz.catalog.mirror import mirror_at
from seqviz.catalog.remote import Backend
from seqviz.errors import ModelError
from seqviz.options import DecodeOptions
from seqviz.translator import Translator, load
from tests.fixtures.api_server import Process, process_serving, wait_until_back
from tests.fixtures.explained import OPTIONS, TEXT, tiny_translators

MOST_SECONDS = 2.0
BUSY_SECONDS = 2.0
"""This machine has other work, too."""
LONG = DecodeOptions(beam_size=10, max_length=500, min_length=499)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("models")
    tiny_translators(folder)
    with process_serving(folder) as found:
        yield found


@pytest.fixture
def there(process: Process) -> Iterator[Translator]:
    found = load(f"{process.address}/de-en/transformer")
    assert found.translate(TEXT, OPTIONS).translation
    yield found
    process.go_on()
    wait_until_back(process)


def seconds_until_said(work: Callable[[], object]) -> float:
    started = time.monotonic()
    with pytest.raises(ModelError) as error:
        work()
    assert error.value.code == "backend_away", error.value
    assert "it takes too long" in str(error.value)
    return time.monotonic() - started


@pytest.mark.parametrize(
    "work",
    [
        lambda found: found.translate(TEXT, OPTIONS),
        lambda found: found.translate_all([TEXT]),
        lambda found: found.force(TEXT, "it was"),
    ],
)
def test_one_that_is_stopped_is_said_to_be_away_and_used_again(
    there: Translator,
    process: Process,
    work: Callable[[Translator], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process.stop()
    assert seconds_until_said(lambda: work(there)) < MOST_SECONDS + BUSY_SECONDS
    with monkeypatch.context() as patch:
        patch.delattr(Backend, "_asked")  # it is known already, and nobody waits again
        seconds_until_said(lambda: work(there))
    process.go_on()
    wait_until_back(process)
    assert work(there)


def test_one_that_is_stopped_in_mid_answer_is_said_to_be_away(
    there: Translator, process: Process
) -> None:
    stopped = list[float]()

    def stop(step: int, limit: int) -> None:
        process.stop()
        stopped.append(time.monotonic())

    seconds_until_said(lambda: there.translate(TEXT, LONG, on_step=stop))
    assert time.monotonic() - stopped[0] < MOST_SECONDS + BUSY_SECONDS
    process.go_on()
    wait_until_back(process)
    assert there.translate(TEXT, OPTIONS).translation


def test_models_of_one_that_is_stopped_are_not_waited_for_twice(
    there: Translator, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "FRESH_SECONDS", 0.0)
    process.stop()
    started = time.monotonic()
    assert mirror_at(process.address).folder().is_dir(), "known from before"
    seconds_until_said(lambda: there.translate(TEXT, OPTIONS))
    assert time.monotonic() - started < MOST_SECONDS + BUSY_SECONDS


def test_a_first_call_to_one_that_is_stopped_is_not_waited_for(process: Process) -> None:
    process.stop()
    other_name = process.address.replace("127.0.0.1", "localhost")
    try:
        took = seconds_until_said(lambda: load(f"{other_name}/de-en/dot"))
    finally:
        process.go_on()
    assert took < MOST_SECONDS + BUSY_SECONDS
