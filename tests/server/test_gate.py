"""What reaches the server: hosts, files, counts; and the headers of its answers."""

import asyncio
import base64
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from seqviz.server.gate import (
    MOST_UPLOADED_BYTES,
    Gate,
    Message,
    Receive,
    Rules,
    Scope,
    Send,
    headers,
    is_host_allowed,
    script_hashes,
)
from tests.fixtures import event_loop

OPEN = Rules(hosts=["localhost"], uploads=True, metrics=True, frames=[], scripts=[])
UPLOAD = "/_stcore/upload_file/session/file"
MEGABYTE = 2**20


class Server:
    """Stands behind the gate, and holds what it lets in."""

    def __init__(self, rules: Rules = OPEN) -> None:
        self.held = 0
        self.coming = asyncio.Event()
        self.gate = Gate(self.answer, rules=rules, held_bytes=lambda: self.held)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": [(b"a", b"b")]})
            self.held += int(dict(scope["headers"]).get(b"content-length", 0))

    def ask(
        self, path: str, *, method: str = "GET", host: str = "localhost:8501", size: int | None = 0
    ) -> tuple[int, dict[bytes, bytes]]:
        """Status and headers of the answer."""
        return event_loop.run(self._ask(path, method=method, host=host, size=size))

    async def _ask(
        self, path: str, *, method: str, host: str, size: int | None
    ) -> tuple[int, dict[bytes, bytes]]:
        sent: list[Message] = []
        length = [] if size is None else [(b"content-length", b"%d" % size)]
        scope: dict[str, Any] = {"type": "http", "path": path, "method": method}
        scope["headers"] = [(b"host", host.encode("latin-1")), *length]

        async def send(message: Message) -> None:
            sent.append(message)

        await self.gate(scope, _nothing, send)
        return sent[0]["status"], dict(sent[0]["headers"])


async def _nothing() -> Message:
    return {}


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost", True),
        ("LOCALHOST:8501", True),
        ("localhost.:8501", True),
        ("127.0.0.1:8501", True),
        ("[::1]:8501", True),
        ("a.example.org", True),
        ("example.org", False),
        ("evil-example.org", False),
        ("evil.test:8501", False),
        ("localhost.evil.test", False),
        ("127.0.0.1.evil.test", False),
        ("evil.test@localhost.x", False),
        ("", False),
        ("[::1", False),
        (":8501", False),
    ],
)
def test_a_host_is_one_of_those_allowed(host: str, allowed: bool) -> None:
    hosts = ["localhost", "127.0.0.1", "::1", "*.Example.org"]
    assert is_host_allowed(host, hosts) is allowed
    assert is_host_allowed(host, ["*"]) is (host not in ("", "[::1", ":8501"))


def test_a_foreign_host_reaches_nothing() -> None:
    for path in ("/", "/_stcore/health", "/static/js/x.js", "/media/x"):
        assert Server().ask(path, host="evil.test")[0] == 403
        assert Server().ask(path)[0] == 204


def test_no_file_reaches_a_server_that_takes_none() -> None:
    server = Server(replace(OPEN, uploads=False))
    for path in (UPLOAD, f"/base{UPLOAD}"):
        assert {server.ask(path, method=m, size=9)[0] for m in ("PUT", "POST")} == {403}
    assert server.held == 0


def test_all_files_together_are_bounded() -> None:
    server = Server()
    answers = [server.ask(UPLOAD, method="PUT", size=512 * MEGABYTE)[0] for _ in range(8)]
    assert answers == [204] * 6 + [507] * 2
    assert server.held == MOST_UPLOADED_BYTES
    assert server.ask(UPLOAD, method="DELETE")[0] == 204
    assert Server().ask(UPLOAD, method="PUT", size=None)[0] == 411


def test_files_on_their_way_count() -> None:
    server = Server()
    inner = list[int]()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if not inner:
            inner.append(0)
            status, _ = await server._ask(UPLOAD, method="PUT", host="localhost", size=2**31)
            inner[0] = status
        await send({"type": "http.response.start", "status": 204})

    server.gate = Gate(slow, rules=OPEN, held_bytes=lambda: 0)
    assert server.ask(UPLOAD, method="PUT", size=2**31)[0] == 204
    assert inner == [507]
    assert server.ask(UPLOAD, method="PUT", size=2**31)[0] == 204


def test_counts_are_for_those_who_switch_them_on() -> None:
    closed = Server(replace(OPEN, metrics=False))
    assert closed.ask("/_stcore/metrics")[0] == 404
    assert Server().ask("/_stcore/metrics")[0] == 204


@pytest.mark.parametrize("host", ["localhost", "evil.test"])
def test_every_answer_has_the_security_headers(host: str) -> None:
    _, found = Server().ask("/", host=host)
    assert found[b"x-content-type-options"] == b"nosniff"
    assert found[b"referrer-policy"] == b"same-origin"
    assert found[b"x-frame-options"] == b"SAMEORIGIN"
    assert found[b"content-security-policy"].startswith(b"default-src 'none'; ")
    assert b"frame-ancestors 'self'" in found[b"content-security-policy"]
    assert b"unsafe-eval" not in found[b"content-security-policy"]
    assert (b"a" in found) is (host == "localhost")


def test_pages_of_a_course_may_frame_it() -> None:
    found = dict(headers(replace(OPEN, frames=["https://a.test", "https://b.test"])))
    policy = found[b"content-security-policy"]
    assert policy.endswith(b"frame-ancestors 'self' https://a.test https://b.test")
    assert b"x-frame-options" not in found


def test_the_scripts_inside_streamlits_page_are_named_by_their_hash() -> None:
    text = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    (found,) = script_hashes(text)
    script = text[text.index("<script>") + 8 :].partition("</script>")[0]
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    assert found == f"'sha256-{base64.b64encode(digest).decode()}'"
    policy = dict(headers(replace(OPEN, scripts=[found])))[b"content-security-policy"]
    assert f"script-src 'self' blob: {found};".encode() in policy


@pytest.mark.parametrize(
    ("kind", "host", "passes"),
    [
        ("websocket", b"localhost:8501", True),
        ("websocket", b"evil.test", False),
        ("websocket", b"localhost.evil.test", False),
        ("lifespan", None, True),
    ],
)
def test_a_websocket_of_a_foreign_host_is_closed(
    kind: str, host: bytes | None, passes: bool
) -> None:
    sent, let_in = list[Message](), list[str]()

    async def send(message: Message) -> None:
        sent.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        let_in.append(scope["type"])

    headers = {} if host is None else {"headers": [(b"host", host)]}
    gate = Gate(app, rules=OPEN, held_bytes=lambda: 0)
    event_loop.run(gate({"type": kind, **headers}, _nothing, send))
    assert let_in == [kind] * passes
    assert [one["type"] for one in sent] == ["websocket.close"] * (not passes)
