"""A large body is not read to its end where the answer came before it."""

import asyncio
from collections.abc import Sequence

import pytest

from seqviz.server import unread
from seqviz.server.gate import App, Message, Receive, Scope, Send
from seqviz.server.unread import MOST_BYTES, Unread
from tests.fixtures import event_loop

BLOCK = 2**20
GIGABYTE = 2**30
CHUNKED = [(b"transfer-encoding", b"chunked")]


class Client:
    """Sends a body block by block, and hears the answer."""

    def __init__(self, blocks: float) -> None:
        self.blocks, self.read = blocks, 0
        self.answer: list[Message] = []

    async def receive(self) -> Message:
        self.read += 1
        return {"type": "http.request", "body": bytes(BLOCK), "more_body": self.read < self.blocks}

    async def send(self, message: Message) -> None:
        self.answer.append(dict(message))

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.answer[0]["headers"])

    def asks(self, app: App, headers: Sequence[tuple[bytes, bytes]]) -> "Client":
        scope: Scope = {"type": "http", "headers": list(headers)}
        event_loop.run(Unread(app)(scope, self.receive, self.send))
        return self


def length(size: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", b"%d" % size)]


async def refuses(_: Scope, receive: Receive, send: Send) -> None:
    """Answer at once."""
    await send({"type": "http.response.start", "status": 403, "headers": [(b"x", b"y")]})
    await send({"type": "http.response.body", "body": b"no"})


async def reads(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer when all has come."""
    while (await receive())["more_body"]:
        pass
    await refuses(scope, receive, send)


@pytest.mark.parametrize("headers", [length(GIGABYTE), CHUNKED])
def test_a_refused_body_is_cut_off(headers: list[tuple[bytes, bytes]]) -> None:
    client = Client(GIGABYTE / BLOCK).asks(refuses, headers)
    assert client.read == MOST_BYTES / BLOCK
    assert client.headers == {b"x": b"y", b"connection": b"close"}
    start, body, last = client.answer
    assert (start["status"], body["body"], last["body"]) == (403, b"no", b"")
    assert body["more_body"] and not last.get("more_body", False)


def test_what_was_read_or_is_small_keeps_its_connection() -> None:
    whole = Client(8).asks(reads, length(8 * BLOCK))
    small = Client(2).asks(refuses, length(2 * BLOCK))
    without = Client(0).asks(refuses, [])
    assert [len(one.answer) for one in (whole, small, without)] == [2, 2, 2]
    assert all(b"connection" not in one.headers for one in (whole, small, without))
    assert (whole.read, small.read, without.read) == (8, 0, 0)


def test_the_answer_is_there_before_the_rest_is_read() -> None:
    client = Client(GIGABYTE / BLOCK)
    heard = list[int]()

    async def receive() -> Message:
        heard.append(len(client.answer))
        return await client.receive()

    event_loop.run(Unread(refuses)({"type": "http", "headers": CHUNKED}, receive, client.send))
    assert set(heard) == {2}


def test_nobody_waits_long_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "MOST_SECONDS", 0.01)
    client = Client(1)

    async def never() -> Message:
        await asyncio.Event().wait()
        return {}

    event_loop.run(Unread(refuses)({"type": "http", "headers": CHUNKED}, never, client.send))
    assert client.answer[-1] == {"type": "http.response.body", "body": b""}
