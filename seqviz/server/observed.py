"""What is asked of a server from outside: counted, logged, and not more often than it may be.

ASGI middleware, https://asgi.readthedocs.io/en/latest/specs/www.html, which knows no Streamlit.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Container

from seqviz.server.gate import App, Message, Receive, Scope, Send
from seqviz.server.log import tell
from seqviz.server.metrics import Metrics
from seqviz.server.rate import RateLimit, client_of

SWITCHED, REFUSED, FAILED, TOO_OFTEN = 101, 403, 500, 429
LATER = 1013
"""Why a websocket is closed, https://www.iana.org/assignments/websocket: try again later."""
DENIAL = "websocket.http.response"
"""The extension by which a websocket is refused with an answer of one's own."""
HERE = ("127.0.0.1", client_of("::1"), "")


class Observed:
    """Counts and logs every answer: its kind, status and time; neither addresses nor queries."""

    def __init__(
        self, app: App, *, counted: Metrics, kind_of: Callable[[str], str], quiet: Container[str]
    ) -> None:
        """Stand before ``app``.

        Args:
            app: what answers.
            counted: where answers are counted.
            kind_of: names the kind of a path, one of a few.
            quiet: kinds that are not logged, of which there are too many.
        """
        self._app, self._counted, self._kind_of, self._quiet = app, counted, kind_of, quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have it answered."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        began, is_told = time.monotonic(), False

        def told(status: int) -> None:
            nonlocal is_told
            if not is_told:
                is_told = True
                self._tell(self._kind_of(scope["path"]), status, time.monotonic() - began)

        async def answer(message: Message) -> None:
            status = _status(message)
            if status is not None:
                told(status)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except BaseException:
            told(FAILED)
            raise

    def _tell(self, kind: str, status: int, seconds: float) -> None:
        self._counted.answered(kind, status)
        if kind not in self._quiet:
            facts = {"kind": kind, "status": status, "seconds": round(seconds, 4)}
            tell("answered", facts)


def _status(message: Message) -> int | None:
    """Of the answer that a message begins; None: it begins none."""
    kind = message["type"]
    if kind in ("http.response.start", f"{DENIAL}.start"):
        return int(message["status"])
    return {"websocket.accept": SWITCHED, "websocket.close": REFUSED}.get(kind)


class Limited:
    """Refuses websockets to those who open them too often, or hold too many."""

    def __init__(self, app: App, *, rate: RateLimit, most_open: int, counted: Metrics) -> None:
        """Stand before ``app``.

        Args:
            app: what answers.
            rate: how often a client may open one.
            most_open: at once, for one client.
            counted: where refusals are counted.
        """
        self._app, self._rate, self._most_open, self._counted = app, rate, most_open, counted
        self._open = Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open a websocket or refuse it, with the seconds after which to come again."""
        client = limited_client((scope.get("client") or ("",))[0])
        if scope["type"] != "websocket" or not client:
            await self._app(scope, receive, send)
            return
        is_full = self._open[client] >= self._most_open
        seconds = 60.0 if is_full else self._rate.take(client)
        if seconds:
            self._counted.refused("too_often")
            await _refuse(scope, send, seconds)
            return
        self._open[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]


def limited_client(address: str) -> str:
    """Who an address stands for where limits count; "": this machine itself, which has none.

    Behind a proxy that does not say for whom it asks, everybody is this machine.
    """
    found = client_of(address)
    return "" if found in HERE else found


async def _refuse(scope: Scope, send: Send, seconds: float) -> None:
    if DENIAL not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": LATER})
        return
    body = b"You come more often than this server allows. Come back later."
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-length", b"%d" % len(body)),
        (b"retry-after", b"%d" % math.ceil(seconds)),
    ]
    await send({"type": f"{DENIAL}.start", "status": TOO_OFTEN, "headers": headers})
    await send({"type": f"{DENIAL}.body", "body": body})
