"""The shared store of traces: bounded in number and bytes, last used stays."""

import threading

import pytest

from seqviz.views import cache
from tests import toy


def test_a_stored_trace_comes_back() -> None:
    store, trace = cache.TraceStore(), toy.rnn_trace()
    store.put("a", trace)
    assert store.get("a") is trace
    assert store.get("b") is None


def test_the_one_unused_for_longest_goes_first() -> None:
    store, trace = cache.TraceStore(most=2), toy.rnn_trace()
    store.put("a", trace)
    store.put("b", trace)
    store.get("a")
    store.put("c", trace)
    assert store.get("b") is None
    assert store.get("a") is trace
    assert store.get("c") is trace


def test_bytes_are_bounded_but_the_newest_stays() -> None:
    trace = toy.rnn_trace()
    store = cache.TraceStore(most_bytes=cache.trace_bytes(trace) * 2)
    for key in "abc":
        store.put(key, trace)
    assert store.get("a") is None
    assert store.get("b") is trace
    small = cache.TraceStore(most_bytes=1)
    small.put("a", trace)
    assert small.get("a") is trace


def test_putting_twice_counts_once() -> None:
    trace = toy.rnn_trace()
    store = cache.TraceStore(most_bytes=cache.trace_bytes(trace) * 2)
    for key in "aab":
        store.put(key, trace)
    assert store.get("a") is trace


def test_trace_bytes_counts_the_arrays() -> None:
    trace = toy.rnn_trace()
    assert (
        cache.trace_bytes(trace) >= trace.search.entropies.nbytes + trace.hypotheses.scores.nbytes
    )


def test_a_turn_waits_for_a_free_decoder_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(cache, "_turns", lambda: turns)
    waited = threading.Event()
    entered = threading.Event()

    def second() -> None:
        with cache.turn(waited.set):
            entered.set()

    with cache.turn(lambda: None):
        thread = threading.Thread(target=second)
        thread.start()
        assert waited.wait(10)
        assert not entered.is_set()
    thread.join(10)
    assert entered.is_set()


def test_a_turn_is_given_back_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(cache, "_turns", lambda: turns)
    with pytest.raises(ZeroDivisionError), cache.turn(lambda: None):
        raise ZeroDivisionError
    assert turns.acquire(blocking=False)
