"""What visitors share: bounded in number and bytes, last used stays, and nobody empties it."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from seqviz.errors import InputError
from seqviz.options import MAX_SOURCE_TOKENS, DecodeOptions
from seqviz.server.store import (
    BYTES_A_WEIGHT,
    MAX_WEIGHT_BYTES,
    Store,
    TraceStore,
    trace_bytes,
)
from seqviz.server.visits import Visits
from seqviz.trace import Source, Trace
from seqviz.translator import Translator
from seqviz.views.session import bounds, cache
from seqviz.views.session.access import VARIABLE
from seqviz.views.session.request import Request
from tests.fixtures import event_loop
from tests.fixtures import toy_traces as toy
from tests.fixtures.short import MOST_STEPS


def test_a_stored_trace_comes_back() -> None:
    store, trace = TraceStore(), toy.rnn_trace()
    store.put("a", trace)
    assert store.get("a") is trace
    assert store.get("b") is None


def test_the_one_unused_for_longest_goes_first() -> None:
    store, trace = TraceStore(most=2), toy.rnn_trace()
    store.put("a", trace)
    store.put("b", trace)
    store.get("a")
    store.put("c", trace)
    assert store.get("b") is None
    assert store.get("a") is trace
    assert store.get("c") is trace


def test_bytes_are_bounded_but_the_newest_stays() -> None:
    trace = toy.rnn_trace()
    store = TraceStore(most_bytes=trace_bytes(trace) * 2)
    for key in "abc":
        store.put(key, trace)
    assert store.get("a") is None
    assert store.get("b") is trace
    small = TraceStore(most_bytes=1)
    small.put("a", trace)
    assert small.get("a") is trace


def test_putting_twice_counts_once() -> None:
    trace = toy.rnn_trace()
    store = TraceStore(most_bytes=trace_bytes(trace) * 2)
    for key in "aab":
        store.put(key, trace)
    assert store.get("a") is trace


def test_another_under_the_same_key_counts_instead_of_the_first() -> None:
    store = Store[bytes](len, most=9, most_bytes=10)
    for key, one in (("a", b"12345"), ("a", b"123456789"), ("b", b"1"), ("c", b"1")):
        store.put(key, one)
    assert (store.get("a"), store.get("b"), store.get("c")) == (None, b"1", b"1")


def test_those_who_ask_at_once_make_it_once_and_a_failure_stops_nobody() -> None:
    store, made = Store[str](len, most=2, most_bytes=9), list[int]()
    together = threading.Barrier(4)

    def ask() -> str:
        together.wait()
        return store.find_or_make("a", lambda: make(made))

    with pytest.raises(ValueError, match="none"):
        store.find_or_make("a", lambda: make(made, fails=True))
    with ThreadPoolExecutor(4) as visitors:
        found = [visitors.submit(ask) for _ in range(4)]
    assert [one.result() for one in found] == ["made"] * 4
    assert len(made) == 1


def make(made: list[int], *, fails: bool = False) -> str:
    if fails:
        raise ValueError("none")
    time.sleep(0.05)
    made.append(1)
    return "made"


def test_a_model_that_comes_is_listed_within_two_seconds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    versions, now = ["without it"], [1000.0]
    monkeypatch.setattr(cache, "listed_folder", lambda: tmp_path)
    monkeypatch.setattr(cache, "models_version", lambda _: versions[-1])
    monkeypatch.setattr(cache, "find_models", lambda _: versions[-1])
    monkeypatch.setattr("seqviz.server.kept.time", SimpleNamespace(monotonic=lambda: now[-1]))
    assert seen() == {"without it"}
    versions.append("with it")
    assert seen() == {"without it"}  # the folder is not read anew for every visitor
    now.append(1002.0)
    assert seen() == {"with it"}


def seen() -> set[object]:
    return {cache.models(), cache.version()}


def stand_in(parameters: int, *, device: str = "cpu") -> SimpleNamespace:
    """For a translator of this machine, of so many parameters."""
    here = SimpleNamespace(remote="")
    return SimpleNamespace(entry=here, facts=SimpleNamespace(parameters=parameters), device=device)


def test_a_large_model_makes_others_go(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"small": 1, "large": MAX_WEIGHT_BYTES // BYTES_A_WEIGHT}
    loads = list[str]()

    def load(folder: str, *, device: str) -> SimpleNamespace:
        loads.append(folder)
        return stand_in(sizes[folder], device=device)

    monkeypatch.setattr(cache, "load", load)
    for folder in ("small", "small", "large", "large", "small"):
        assert cache.translator(folder, "cpu").device == "cpu"
    assert loads == ["small", "large", "small"]


def test_others_are_drawn_while_a_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    visits = Visits(decoders=1, most_inside=9)

    def draw() -> None:
        with visits.visit("b", lambda _: None, knocks=False):
            pass

    def load(folder: str, *, device: str) -> SimpleNamespace:
        other = threading.Thread(target=draw)
        other.start()
        other.join(10)
        assert not other.is_alive()
        return stand_in(1)

    monkeypatch.setattr(cache, "visits", lambda: visits)
    monkeypatch.setattr(cache, "load", load)
    with visits.visit("a", lambda _: None, knocks=False):
        assert cache.translator("loaded aside", "cpu") is cache.translator("loaded aside", "cpu")


def test_trace_bytes_counts_the_arrays() -> None:
    trace = toy.rnn_trace()
    assert trace_bytes(trace) >= trace.search.entropies.nbytes + trace.hypotheses.scores.nbytes


class SlowTranslator:
    """Counts what it is asked for, and waits until it is let go."""

    def __init__(self) -> None:
        self.asked = 0
        self.started, self.go = threading.Event(), threading.Event()

    def translate(
        self, text: str, options: DecodeOptions, *, on_size: Callable[[int], None], **more: object
    ) -> Trace:
        self.asked += 1
        on_size(7)
        self.started.set()
        assert self.go.wait(10)
        return toy.rnn_trace()


def test_visitors_who_ask_for_the_same_decode_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, store = SlowTranslator(), TraceStore()
    visits = Visits(decoders=1, most_inside=9)
    monkeypatch.setattr(cache, "translator", lambda folder, device: slow)
    monkeypatch.setattr(cache, "_store", lambda: store)
    monkeypatch.setattr(cache, "visits", lambda: visits)
    request = Request(folder=Path("x"), text="y", options=DecodeOptions(), device="cpu")
    found: list[Trace] = []
    sizes: list[int] = []

    def ask() -> None:
        found.append(
            cache.find_or_decode(request, lambda *_: None, lambda _: None, on_size=sizes.append)
        )

    visitors = [threading.Thread(target=ask) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    assert slow.started.wait(10)
    slow.go.set()
    for visitor in visitors:
        visitor.join(10)
    assert slow.asked == 1
    assert sizes == [7]
    assert len(found) == 3
    assert found[0] is found[1] is found[2]
    assert cache.is_kept(request)


async def send_clear_cache() -> None:
    """What any visitor's browser, or program, may send to a session of Streamlit's."""
    session = AppSession(
        ScriptData("app.py", is_hello=False),
        MemoryUploadedFileManager(""),
        ScriptCache(),
        message_enqueued_callback=None,
        user_info={},
    )
    session.handle_backmsg(BackMsg.FromString(BackMsg(clear_cache=True).SerializeToString()))


@pytest.mark.usefixtures("tiny")
def test_no_visitor_empties_what_all_share(tiny_folder: Path) -> None:
    folder = str(tiny_folder / "de-en" / "dot")
    shared: list[Callable[[], object]] = [
        cache.visits,
        cache._store,
        cache.live_processes,
        cache.uploaded_models,
        cache.models,
        partial(cache.own_entry, folder),
        partial(cache.translator, folder, "cpu"),
    ]
    before = [one() for one in shared]
    event_loop.run(send_clear_cache())
    assert [one() is found for one, found in zip(shared, before, strict=True)] == [True] * 7


@pytest.mark.parametrize(
    ("public", "size", "refused"),
    [("1", 250_000_001, True), ("1", 250_000_000, False), ("0", 10**12, False)],
)
def test_a_record_is_bounded_where_strangers_visit(
    public: str, size: int, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = list[str]()

    class Large:
        def read(self, *_: object) -> Source:
            return toy.rnn_trace().source

        def translate(self, *_: object, on_size: Callable[[int], None], **more: object) -> Trace:
            on_size(size)
            steps.append("time is spent")
            return toy.rnn_trace()

        force = translate

    monkeypatch.setenv(VARIABLE, public)
    monkeypatch.setattr(cache, "translator", lambda folder, device: Large())
    monkeypatch.setattr(cache, "_store", TraceStore)
    request = Request(folder=Path("x"), text="y", options=DecodeOptions(), device="cpu")
    finds = list[Callable[..., Trace]](
        (cache.find_or_decode, partial(cache.find_or_force, text="z"))
    )
    for find in finds:
        ask = partial(find, request, on_step=lambda *_: None, on_wait=lambda _: None)
        if refused:
            with pytest.raises(InputError) as caught:
                ask()
            assert caught.value.code == "too_much_memory"
            assert caught.value.facts == {"found": 251, "limit": 250}
        else:
            ask()
    assert len(steps) == (0 if refused else 2)


@pytest.mark.parametrize("loaded", [True, False])
def test_a_search_is_bounded_where_strangers_visit(
    loaded: bool, tiny: None, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    monkeypatch.setattr(bounds, "MOST_PUBLIC_WORK", 5 * (4 + MOST_STEPS) * MOST_STEPS)
    folder = tiny_folder / "de-en" / "dot"
    request = Request(folder=folder, text="kalt", options=DecodeOptions(), device="cpu")
    ask = partial(cache.find_or_decode, on_step=lambda *_: None, on_wait=lambda _: None)
    if loaded:
        assert len(ask(request).source.ids) == 4  # just within the bound
        monkeypatch.setattr(Visits, "turn", lambda *_: pytest.fail("waits in vain"))
    for options in (DecodeOptions(beam_size=6), DecodeOptions(max_length=MOST_STEPS + 1)):
        with pytest.raises(InputError) as caught:
            ask(replace(request, options=options))
        assert caught.value.code == "too_much_work" and caught.value.facts["limit"] == "480"
        monkeypatch.setattr(Translator, "translate", lambda *_: pytest.fail("takes time"))
    if loaded:
        assert ask(request).source.text == "kalt", "what is kept costs nothing"


def test_the_usual_search_is_within_the_bound_whatever_the_sentence() -> None:
    longest = DecodeOptions().work(MAX_SOURCE_TOKENS)
    assert longest <= bounds.MOST_PUBLIC_WORK < DecodeOptions(beam_size=20).work(MAX_SOURCE_TOKENS)
    assert DecodeOptions(beam_size=20, max_length=512).work(4) > bounds.MOST_PUBLIC_WORK


def test_requests_have_codes_of_their_own() -> None:
    request = Request(folder=Path("x"), text="y", options=DecodeOptions(), device="cpu")
    others = (
        replace(request, text="z"),
        replace(request, folder=Path("w")),
        replace(request, device="cuda"),
        replace(request, options=DecodeOptions(beam_size=2)),
        replace(request, text="\ud800"),
        replace(request, options=DecodeOptions(prefix_text="a")),
        replace(request, options=DecodeOptions(banned_words=("a",))),
    )
    assert len({request.code, *(other.code for other in others)}) == len(others) + 1
