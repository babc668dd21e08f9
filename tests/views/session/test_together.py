"""Visitors who wait at the same time are decoded together, each with a trace of his own."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seqviz.errors import DecodingCancelled, InputError
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.translator import Translator
from seqviz.translator.together import Wanted, translate_together
from seqviz.views.session import bounds, cache, together
from seqviz.views.session.access import VARIABLE
from seqviz.views.session.request import Request

SECONDS = 20
TEXTS = ("kalt", "kalte", "Katze", "kalte Katze")

Found = dict[str, Trace | BaseException]


class Signal(BaseException):
    """As Streamlit's own, with which a page ends."""


@pytest.fixture
def batches(tiny: None, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was decoded together."""
    made: list[list[str]] = []

    def counted(loaded: Translator, wanted: list[Wanted], *rest: object, **more: object) -> object:
        made.append([one.text for one in wanted])
        return translate_together(loaded, wanted, *rest, **more)  # type: ignore[arg-type] # passed on

    monkeypatch.setattr(together, "translate_together", counted)
    return made


def request_of(folder: Path, text: str, beam_size: int = 5) -> Request:
    return Request(
        folder=folder / "de-en" / "dot",
        text=text,
        options=DecodeOptions(beam_size=beam_size),
        device="cpu",
        visitor=text,
    )


@contextmanager
def all_waiting(
    requests: list[Request],
    found: Found,
    *,
    on_step: Callable[[str], None] = lambda _: None,
    on_wait: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """Until this ends, all wait in their order for the one place that there is."""
    cache.translator(str(requests[0].folder), "cpu")

    def ask(request: Request) -> None:
        try:
            found[request.text] = cache.find_or_decode(
                request, lambda *_: on_step(request.text), lambda _: on_wait(request.text)
            )
        except BaseException as error:
            found[request.text] = error

    threads = [threading.Thread(target=ask, args=(request,)) for request in requests]
    with cache.visits().turn(lambda _: None, "somebody"):
        for number, thread in enumerate(threads):
            thread.start()
            until = time.monotonic() + SECONDS
            while len(cache.visits()._decoders) <= number and time.monotonic() < until:
                time.sleep(0.001)
        yield
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


def test_who_waits_is_taken_along_and_has_what_he_would_have_alone(
    batches: list[list[str]], tiny_folder: Path
) -> None:
    requests = [
        *(request_of(tiny_folder, text) for text in TEXTS),
        request_of(tiny_folder, "warm", beam_size=2),
    ]
    found: Found = {}
    with all_waiting(requests, found):
        pass
    assert batches == [list(TEXTS)], "one batch; who asked with other options was alone"
    for request in requests:
        trace = found[request.text]
        assert isinstance(trace, Trace)
        alone = cache.translator(str(request.folder), "cpu").translate(
            request.text, request.options
        )
        assert trace.hypotheses.texts == alone.hypotheses.texts
        assert trace.source.text == request.text and cache.is_kept(request)


def test_who_leaves_or_is_refused_does_not_hurt_the_others(
    batches: list[list[str]], tiny_folder: Path
) -> None:
    def step(text: str) -> None:
        if text == TEXTS[0]:
            raise Signal

    gone = threading.Event()

    def wait(text: str) -> None:
        if text == TEXTS[1] and gone.is_set():
            raise DecodingCancelled

    found: Found = {}
    requests = [request_of(tiny_folder, text) for text in TEXTS]
    with all_waiting(requests, found, on_step=step, on_wait=wait):
        gone.set()
        until = time.monotonic() + SECONDS
        while TEXTS[1] not in found and time.monotonic() < until:
            time.sleep(0.01)
    assert isinstance(found[TEXTS[0]], Signal)
    assert isinstance(found[TEXTS[1]], DecodingCancelled)
    assert batches == [[TEXTS[0], *TEXTS[2:]]]
    for text in TEXTS[2:]:
        assert isinstance(found[text], Trace)


def test_a_public_server_refuses_each_record_that_is_too_large(
    batches: list[list[str]], tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: Found = {}
    requests = [request_of(tiny_folder, text) for text in TEXTS[:2]]
    with all_waiting(requests, found):
        monkeypatch.setenv(VARIABLE, "1")
        monkeypatch.setattr(bounds, "MEGABYTE", 1)
    for one in found.values():
        assert isinstance(one, InputError) and one.code == "too_much_memory"
    assert batches == [list(TEXTS[:2])]
