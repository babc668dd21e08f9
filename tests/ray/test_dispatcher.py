"""Who hands requests on, without a Ray: replicas are functions, of which some die."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from seqviz.api.limits import Limits
from seqviz.api.schema import openapi
from seqviz.api.shelf import Shelf
from seqviz.api.told import Told
from seqviz.errors import DecodingCancelled, ModelError
from seqviz.server.metrics import Metrics
from tests.fixtures.api_server import SECONDS, SYSTEM, shelf_of_dates

pytestmark = [
    pytest.mark.skipif(
        find_spec("ray") is None, reason="Ray is not installed: pip install 'seqviz[ray]'"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),  # of Ray
]
FOLDER = Path(__file__).parents[2] / "deploy" / "ray"


class Replicas:
    """The handle of a deployment, whose replicas die of a poisoned request with all they have."""

    def __init__(self, together: int = 1) -> None:
        self.model = self
        self.tried = list[str]()
        self._arrived = threading.Barrier(together)
        self._lock = threading.Lock()
        self.at_once = self.most_at_once = 0

    def remote(self, what: str) -> Any:
        with self._lock:
            self.tried.append(what)
            is_first = self.tried.count(what) == 1
        return _Response(lambda: self._answer(what, is_first=is_first))

    def _answer(self, what: str, *, is_first: bool) -> str:
        if is_first:  # all come to the same replica, which dies of one of them
            self._arrived.wait(SECONDS)
            raise import_module("ray.exceptions").RayActorError
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
        threading.Event().wait(0.05)
        with self._lock:
            self.at_once -= 1
        if what == "poison":
            raise import_module("ray.exceptions").RayActorError
        return what


class _Response:
    def __init__(self, answer: Callable[[], str]) -> None:
        self._answer = answer

    def result(self, timeout_s: float) -> str:
        return self._answer()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_of_dates(tmp_path)


@pytest.fixture
def ask(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Ask replicas for something through a dispatcher."""
    monkeypatch.syspath_prepend(str(FOLDER))
    made = import_module("seqviz_ray.dispatcher").Dispatcher

    def dispatcher(replicas: Replicas) -> Any:
        handles = {SYSTEM: replicas}
        return made(shelf, Limits(), Metrics(), handles=handles)

    return dispatcher


def test_whatever_is_posted_is_worked_on_by_a_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    made = import_module("seqviz_ray.dispatcher").Dispatcher
    paths = openapi(Limits())["paths"].items()
    posted = {path.removeprefix("/v1/") for path, methods in paths if "post" in methods}
    assert posted >= {"trace", "examine", "score"} and posted <= vars(made).keys()


def test_who_kills_two_replicas_is_refused_and_nobody_else(ask: Callable[..., Any]) -> None:
    wanted = ["a", "b", "poison", "c", "d"]
    replicas = Replicas(together=len(wanted))
    found = ask(replicas)

    def answered(what: str) -> str:
        try:
            return str(found._answered(replicas, (what,), Told()))
        except ModelError as error:
            return error.code

    with ThreadPoolExecutor(len(wanted)) as threads:
        answers = list(threads.map(answered, wanted))
    assert answers == ["a", "b", "server_failed", "c", "d"]
    assert sorted(replicas.tried) == sorted(2 * wanted), "each was handed on once"
    assert replicas.most_at_once == 1, "none beside another that may be the poison"


def test_who_leaves_while_others_are_handed_on_waits_no_longer(ask: Callable[..., Any]) -> None:
    replicas, told = Replicas(), Told()
    found = ask(replicas)
    told.leave()
    with found._suspected, pytest.raises(DecodingCancelled):
        found._answered(replicas, ("a",), told)
    assert replicas.tried == ["a"]
