"""Answers are counted and logged, and websockets are refused to those who open too many."""

import asyncio
from typing import Any

import pytest

from seqviz.server import observed
from seqviz.server.gate import App, Message, Receive, Scope, Send
from seqviz.server.metrics import Metrics
from seqviz.server.observed import Limited, Observed, limited_client
from seqviz.server.rate import RateLimit
from tests.fixtures import event_loop
from tests.server.test_metrics import values

Answers = list[Message]


async def _nothing() -> Message:
    return {}


async def ask(app: App, kind: str = "http", **more: Any) -> Answers:
    """What is sent to somebody who asks."""
    sent: Answers = []

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": kind, "path": "/x?", **more}, _nothing, send)
    return sent


def saying(*messages: Message) -> App:
    """An application that answers so."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


@pytest.mark.parametrize(
    ("kind", "messages", "status"),
    [
        (
            "http",
            [{"type": "http.response.start", "status": 404}, {"type": "http.response.body"}],
            404,
        ),
        ("websocket", [{"type": "websocket.accept"}, {"type": "websocket.close"}], 101),
        ("websocket", [{"type": "websocket.close"}], 403),
        ("websocket", [{"type": "websocket.http.response.start", "status": 429}], 429),
    ],
)
def test_every_answer_is_counted_once(
    kind: str, messages: Answers, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, object]] = []
    monkeypatch.setattr(observed, "tell", lambda event, facts: told.append(facts))
    counted = Metrics()
    for quiet in ("y", "x"):
        app = Observed(
            saying(*messages), counted=counted, kind_of=lambda path: path[1], quiet=quiet
        )
        assert event_loop.run(ask(app, kind)) == messages
    assert values(counted)[f"seqviz_requests_total:x:{status}"] == 2
    (facts,) = told
    assert (facts["kind"], facts["status"]) == ("x", status)


def test_a_failure_is_counted_and_what_is_no_request_passes() -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    counted = Metrics()
    app = Observed(fails, counted=counted, kind_of=lambda _: "x", quiet="")
    for kind in ("http", "lifespan"):
        with pytest.raises(RuntimeError):
            event_loop.run(ask(app, kind))
    assert values(counted)["seqviz_requests_total:x:500"] == 1


OPENED = {"type": "websocket.accept"}


def test_who_opens_too_many_pages_is_told_when_to_come_back() -> None:
    counted = Metrics()
    slow = RateLimit(a_minute=6, at_once=2, clock=lambda: 0.0)
    app = Limited(saying(OPENED), rate=slow, most_open=9, counted=counted)

    def come(address: str, *extensions: str) -> Message:
        client = (address, 5)
        asked = ask(app, "websocket", client=client, extensions=dict.fromkeys(extensions))
        return event_loop.run(asked)[0]

    assert [come("192.0.2.7") for _ in range(2)] == [OPENED] * 2
    assert come("192.0.2.7") == {"type": "websocket.close", "code": 1013}
    refusal = come("192.0.2.7", observed.DENIAL)
    assert refusal["status"] == 429 and (b"retry-after", b"10") in refusal["headers"]
    assert come("192.0.2.8") == OPENED
    assert [come("127.0.0.1") for _ in range(9)] == [OPENED] * 9
    assert values(counted)["seqviz_refusals_total:too_often"] == 2
    assert event_loop.run(ask(app, client=("192.0.2.7", 5))) == [OPENED], "a file is no page"


def test_who_holds_many_pages_opens_another_after_closing_one() -> None:
    leave = asyncio.Event()

    async def stays(scope: Scope, receive: Receive, send: Send) -> None:
        await send(OPENED)
        await leave.wait()

    free = RateLimit(a_minute=0, at_once=1)
    app = Limited(stays, rate=free, most_open=2, counted=Metrics())

    async def visit() -> None:
        def come() -> asyncio.Task[Answers]:
            return asyncio.create_task(ask(app, "websocket", client=("2001:db8::1", 5)))

        held = [come(), come()]
        await asyncio.sleep(0)
        assert (await come())[0]["type"] == "websocket.close"
        leave.set()
        assert [(await one)[0] for one in held] == [OPENED] * 2
        assert (await come()) == [OPENED] and not app._open

    event_loop.run(visit())


def test_this_machine_has_no_limit() -> None:
    assert {limited_client(one) for one in ("", "127.0.0.1", "::1", "::ffff:127.0.0.1")} == {""}
    assert limited_client("2001:db8::9") == "2001:db8::/64"
