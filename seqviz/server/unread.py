"""Who is answered before a large body of his has come need not send the rest of it.

Servers read the rest to keep the connection for another request: of a file that was refused, all of
it. An ASGI middleware.
"""

import asyncio
import contextlib
import math

from seqviz.server.gate import App, Message, Receive, Scope, Send

MOST_BYTES, MOST_SECONDS = 2**22, 5.0
"""Of the rest that is read, so that who sends all before reading finds the answer; nginx calls that
a lingering close, https://nginx.org/en/docs/http/ngx_http_core_module.html#lingering_close."""


class Unread:
    """Closes the connection after an answer that came before all of a large request."""

    def __init__(self, app: App) -> None:
        """Stand before ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have it answered."""
        if scope["type"] == "http" and _announced(scope) > MOST_BYTES:
            large = _Large(receive, send)
            await self._app(scope, large.receive, large.send)
        else:
            await self._app(scope, receive, send)


class _Large:
    """A request with a large body, and its answer."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._is_whole, self._closes = False, False

    async def receive(self) -> Message:
        message = await self._receive()
        self._is_whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self._is_whole:
            self._closes = True
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        elif self._closes and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._linger()
            message = {"type": message["type"], "body": b""}
        await self._send(message)

    async def _linger(self) -> None:
        read = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MOST_SECONDS):
                while read < MOST_BYTES and not self._is_whole:
                    read += len((await self.receive()).get("body", b""))


def _announced(scope: Scope) -> float:
    """Bytes of a body; any number of them where it comes in chunks."""
    told = dict(scope["headers"])
    if b"transfer-encoding" in told:
        return math.inf
    length = told.get(b"content-length", b"")
    return int(length) if length.isdigit() else 0
