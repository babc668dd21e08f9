"""The server around the page: what it reads from its surroundings, what it frees and leaves."""

import asyncio
import gc
import sys
import weakref
from collections.abc import Iterator
from itertools import count
from typing import Any
from unittest.mock import Mock

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.session_manager import SessionClient
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from seqviz.errors import InputError
from seqviz.server import memory
from seqviz.server.gate import Gate, Rules
from seqviz.server.metrics import Metrics
from seqviz.server.observed import Limited
from seqviz.server.rate import RateLimit
from seqviz.server.visits import Visits
from seqviz.views.session import access, cache, offered
from seqviz.views.shell import serving
from tests.fixtures import event_loop
from tests.server.test_metrics import values
from tests.views.pages import APP


class Browser(SessionClient):
    """Shows nothing."""

    def write_forward_msg(self, msg: object) -> None: ...

    @property
    def client_context(self) -> Any:
        return None


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """The runtime of a server that nobody has asked yet; it forgets a session at once."""
    monkeypatch.setattr(Runtime, "_instance", None)
    monkeypatch.setattr("streamlit.config._main_script_path", None)
    runtime = st.App(APP)._create_runtime()
    sessions: Any = runtime._session_mgr
    monkeypatch.setattr(sessions._session_storage._cache, "_ttl", 0)
    yield runtime


def surround(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment hold these of the page's variables only."""
    for name in (access.VARIABLE, access.RATE, serving.FRAMES, serving.METRICS, serving.LOG):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def rules_of(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Rules:
    surround(variables, monkeypatch)
    kinds: dict[object, Any] = {one.cls: one.kwargs for one in serving.middleware()}
    rules = kinds[Gate]["rules"]
    assert isinstance(rules, Rules)
    return rules


def test_the_rules_stand_in_settings_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    private = rules_of({}, monkeypatch)
    assert (private.uploads, private.metrics, private.frames) == (True, False, [])
    assert len(private.scripts) == 2, "Streamlit's, and that which remembers a key pressed early"
    public = rules_of(
        {
            access.VARIABLE: "1",
            serving.METRICS: "1",
            serving.FRAMES: " https://a.test  https://b.test",
        },
        monkeypatch,
    )
    assert (public.uploads, public.metrics) == (False, True)
    assert public.frames == ["https://a.test", "https://b.test"]


def test_the_page_is_asked_by_its_own_names_only(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert 'allowedHosts = ["localhost", "127.0.0.1", "::1"]' in lines
    monkeypatch.setattr(st, "get_option", {"server.allowedHosts": ["a.test"]}.get)
    assert rules_of({}, monkeypatch).hosts == ["a.test"]
    monkeypatch.setattr(st, "get_option", {"server.allowedHosts": []}.get)
    assert rules_of({}, monkeypatch).hosts == ["*"]


def test_files_of_both_ways_are_counted(runtime: Runtime) -> None:
    assert (serving.uploaded_bytes(), serving.made_bytes()) == (0, 0)
    runtime.media_file_mgr._storage.load_and_get_id(b"123", "text/plain", MediaFileKind.MEDIA)
    assert serving.made_bytes() == 3
    for name in "ab":
        file = UploadedFileRec(file_id=name, name=name, type="", data=b"12345")
        runtime.uploaded_file_mgr.add_file("session", file)  # type: ignore[attr-defined]  # in memory
    assert serving.uploaded_bytes() == 10


def test_a_session_that_was_left_is_forgotten_without_another_visitor(runtime: Runtime) -> None:
    async def visit() -> weakref.ref[AppSession]:
        sessions = runtime._session_mgr
        name = sessions.connect_session(Browser(), ScriptData(str(APP), is_hello=False), {})
        found = sessions.get_session_info(name)
        assert found is not None
        assert serving.forget_sessions() == 1
        sessions.disconnect_session(name)
        return weakref.ref(found.session)

    left = event_loop.run(visit())
    gc.collect()
    assert left() is not None
    assert serving.forget_sessions() == 0
    memory.give_back()
    assert left() is None


def test_who_closes_the_page_is_not_present(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def visit() -> None:
        sessions = runtime._session_mgr
        name = sessions.connect_session(Browser(), ScriptData(str(APP), is_hello=False), {})
        monkeypatch.setattr(serving, "get_script_run_ctx", lambda: Mock(session_id=name))
        is_here = serving.presence()
        assert is_here()
        sessions.disconnect_session(name)
        assert not is_here()

    event_loop.run(visit())


def test_the_server_frees_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    done, warmed, logged = list[str](), list[str](), list[str]()

    def warm_up() -> bool:
        warmed.append("model")
        return True

    surround({serving.LOG: "1"}, monkeypatch)
    monkeypatch.setattr(serving, "use_json", lambda _: logged.append("json"))
    monkeypatch.setattr(serving, "tell", lambda event, _: logged.append(event))
    monkeypatch.setattr(serving, "TIDY_SECONDS", 0.0)
    sessions = iter([0, 1, 1, 0])
    monkeypatch.setattr(serving, "forget_sessions", lambda: next(sessions, 0))
    monkeypatch.setattr(cache, "kept_bytes", lambda: 0)
    monkeypatch.setattr(memory, "give_back", lambda: done.append("memory"))
    monkeypatch.setattr(cache, "close", lambda: done.append("closed"))
    monkeypatch.setattr(offered, "warm_up", warm_up)
    rests = iter([-1.0, 0.0, 2.0])
    monkeypatch.setattr(Visits, "rested", lambda _: next(rests))
    monkeypatch.setattr(serving, "REST_SECONDS", 0.001)

    async def serve() -> None:
        async with serving.lifespan(None, prepare=lambda: warmed.append("lesson")):
            while next(looks) < 1000 and (len(done) < 2 or len(warmed) < 2):
                await asyncio.sleep(0.001)

    looks = count()
    event_loop.run(serve())
    assert warmed == ["model", "lesson"]
    assert next(rests, None) is None  # nobody was there, somebody was drawn, and looks
    assert done == ["memory", "memory", "closed"]  # somebody came, nothing, they went
    assert logged == ["json", "started", "stopped"]


def test_a_model_that_comes_later_is_warmed_up_then(monkeypatch: pytest.MonkeyPatch) -> None:
    comes, warmed = iter([False, False, True]), list[str]()
    monkeypatch.setattr(serving, "metrics", Metrics)
    monkeypatch.setattr(serving, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(offered, "warm_up", lambda: next(comes))
    monkeypatch.setattr(Visits, "rested", lambda _: serving.REST_SECONDS)
    event_loop.run(serving._warm_up(lambda: warmed.append("lesson")))
    assert (list(comes), warmed) == ([], ["lesson"])


def limit_of(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[bool]]:
    """Most open pages of one address, and which of very many at once may be opened."""
    surround(variables, monkeypatch)
    access.pages_limit.clear()
    one = next(one for one in serving.middleware() if one.cls is Limited)  # type: ignore[comparison-overlap] # starlette's type
    rate = one.kwargs["rate"]
    assert isinstance(rate, RateLimit)
    most = one.kwargs["most_open"]
    assert isinstance(most, int)
    return most, [not rate.take("192.0.2.7") for _ in range(61)]


def test_strangers_open_only_so_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit_of({access.VARIABLE: "1"}, monkeypatch) == (200, [*[True] * 60, False])
    for variables in ({}, {access.VARIABLE: "1", access.RATE: "0"}):
        assert limit_of(variables, monkeypatch) == (sys.maxsize, [True] * 61)
    access.pages_limit.clear()


def test_what_is_asked_for_has_a_kind() -> None:
    kinds = {
        "/": "page",
        "/readyz": "probe",
        "/metrics": "probe",
        "/_stcore/health": "probe",
        "/_stcore/stream": "socket",
        "/static/js/index.js": "static",
        "/base/_stcore/upload_file/session/file": "upload",
        "/media/x.svg": "download",
        "/readyz/der hund ist kalt": "other",
    }
    assert {path: serving.kind_of(path) for path in kinds} == kinds


def test_strangers_see_no_counts_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "metrics", Metrics)

    def status(variables: dict[str, str]) -> int:
        surround(variables, monkeypatch)
        found = TestClient(Starlette(routes=serving.routes())).get("/metrics").status_code
        return int(found)

    assert status({}) == 200
    assert status({access.VARIABLE: "1"}) == 404
    assert status({access.VARIABLE: "1", serving.METRICS: "1"}) == 200


def test_the_counts_tell_who_is_there(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    visits = Visits(decoders=1, most_inside=1)
    monkeypatch.setattr(cache, "visits", lambda: visits)
    counted = Metrics()
    monkeypatch.setattr(serving, "metrics", lambda: counted)
    visits.door.enter("a")
    with pytest.raises(InputError):
        visits.door.enter("b")

    async def visit() -> dict[str, float]:
        data = ScriptData(str(APP), is_hello=False)
        runtime._session_mgr.connect_session(Browser(), data, {})
        serving.watch()
        return values(counted)

    found = event_loop.run(visit())
    names = ("sessions", "inside", "outside", "queue_length", "upload_bytes")
    assert [found[f"seqviz_{name}"] for name in names] == [1, 1, 1, 0, 0]
    assert found["seqviz_trace_bytes"] == cache.kept_bytes()


def test_the_page_names_the_programs_of_its_first_screen() -> None:
    route, *_ = serving.routes()
    assert route.path == "/"
    page = event_loop.run(route.endpoint(None)).body.decode("utf-8")
    for name in serving.FIRST:
        assert f'<link rel="modulepreload" crossorigin href="./static/js/{name}.' in page, name
