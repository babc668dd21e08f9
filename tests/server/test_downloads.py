"""The process that fetches a model, with programs in its place that say what it may say."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqviz.errors import InputError
from seqviz.server.downloads import Download, Downloads

SAYS = """
import json, sys, time
for told in {lines!r}:
    print(json.dumps(told), flush=True)
{then}
"""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Downloads]]:
    made: list[Downloads] = []
    yield made
    for downloads in made:
        downloads.cancel()


def begin(started: list[Downloads], *lines: object, then: str = "") -> Downloads:
    downloads = Downloads(("-c", SAYS.format(lines=lines, then=then)))
    started.append(downloads)
    downloads.start("opus-mt-de-en", Path("models"))
    return downloads


def when(downloads: Downloads, *, alive: bool, done: int = 0) -> Download:
    """What is known once that is so."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        now = downloads.look()
        if now is not None and now.alive is alive and now.done >= done:
            return now
        time.sleep(0.01)
    raise AssertionError("it did not come to that")


def test_a_model_comes(started: list[Downloads]) -> None:
    assert Downloads().look() is None
    told = ({"stage": "fetch"}, {"done": 5, "size": 9}, {"model": "de-en/opus-mt", "folder": "x"})
    downloads = begin(started, *told)
    now = when(downloads, alive=False)
    assert (now.stage, now.done, now.size, now.model) == ("fetch", 5, 9, "de-en/opus-mt")
    assert now.error is None
    downloads.forget()
    assert downloads.look() is None


def test_why_no_model_came(started: list[Downloads]) -> None:
    facts = {"found": "x", "wait": "17"}
    now = when(
        begin(started, {"error": "hub_busy", "facts": facts}, then="sys.exit(2)"), alive=False
    )
    assert now.error is not None and "in 17 seconds" in str(now.error)
    now = when(begin(started, {"stage": "ask"}, then="sys.exit(1)"), alive=False)
    assert now.error is not None and now.error.code == "get_failed"


def test_one_at_a_time_and_cancelled(started: list[Downloads]) -> None:
    downloads = begin(started, {"done": 1, "size": 9}, then="time.sleep(60)")
    when(downloads, alive=True, done=1)
    downloads.start("opus-mt-de-en", Path("models"))  # it is that one already
    with pytest.raises(InputError) as caught:
        downloads.start("opus-mt-fr-en", Path("models"))
    assert caught.value.code == "get_busy"
    downloads.forget()  # it has not ended
    assert downloads.look() is not None
    began = time.monotonic()
    downloads.cancel()
    assert downloads.look() is None
    assert time.monotonic() - began < 10
