"""A backend, another machine or process that has the models: asked over HTTP, errors in its words.

Knows nothing about what a translation is.
"""

import json
import ssl
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, partial
from http import HTTPStatus
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
)
from typing import Any
from urllib.parse import urlsplit

from seqviz.catalog.pulse import Hold, Pulse
from seqviz.catalog.within import within
from seqviz.errors import InputError, ModelError, SeqVizError

CONNECT_SECONDS = 2.0
"""In which a backend that is there takes a call."""
ANSWER_SECONDS = 300.0
"""Of a backend that gives signs of life, which ``Pulse`` asks for."""
NEWS_SECONDS = 20.0
"""A stream has news every half second, unless its last and largest piece is being packed."""
LIFE = "/readyz"
STREAM = "application/x-ndjson"
BEFORE_TRACE = b', "trace": '
"""In the last line of a stream; what follows, but for the closing brace, is a trace file."""
MOST_BYTES = 2**30
"""Of one answer, unpacked."""
PIECE = 2**16
MOST_SAID = 300
"""Characters of what a backend says in words of its own."""
_REASONS: Mapping[type[Exception], str] = {
    HTTPException: "its answer is not whole",
    TimeoutError: "it takes too long",
    ConnectionRefusedError: "nobody listens there",
}
"""In words of their own; others go by the system's."""
_ERRORS: Mapping[str, type[SeqVizError]] = {"input": InputError, "model": ModelError}

OnNews = Callable[[Mapping[str, Any]], None]


class Backend:
    """One backend; threads share it, and each has a connection of its own while it asks."""

    def __init__(self, address: str, token: str = "") -> None:
        """Ask nothing yet.

        Args:
            address: such as "http://10.0.0.5:8600".
            token: what it wants to be shown; "": nothing.

        Raises:
            InputError: ``backend_address``.
        """
        self.address = address.rstrip("/")
        try:
            parts = urlsplit(self.address)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError as error:
            raise InputError("backend_address", {"found": address}) from error
        if parts.scheme not in ("http", "https") or not self._host:
            raise InputError("backend_address", {"found": address})
        self._kind: Callable[..., HTTPConnection] = HTTPConnection
        if parts.scheme == "https":
            self._kind = partial(HTTPSConnection, context=ssl.create_default_context())
        self._base = parts.path
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._idle: deque[HTTPConnection] = deque()
        self._pulse = Pulse(self._sign_of_life)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while (idle := self._taken()) is not None:
            idle.close()

    def get(self, path: str, *, wait: float = ANSWER_SECONDS) -> Any:
        """The JSON at a path, for which one waits so many seconds once the backend has the call.

        Raises:
            SeqVizError: the backend refused, is away, or is none.
        """
        return self._json("GET", path, None, wait=wait)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """The JSON that answers some JSON.

        Raises:
            SeqVizError: as ``get``.
        """
        return self._json("POST", path, body, wait=ANSWER_SECONDS)

    def stream(self, path: str, body: Mapping[str, object], on_news: OnNews) -> bytes:
        """The trace file that answers some JSON.

        Args:
            path: of the endpoint.
            body: what is asked.
            on_news: called with every line before; what it raises calls the work off.

        Raises:
            SeqVizError: as ``get``.
        """
        found = b""
        with self._answer("POST", path, body, accept=STREAM, wait=NEWS_SECONDS) as response:
            for line in self._lines(response):  # to its end: then the connection takes the next
                head, _, trace = line.partition(BEFORE_TRACE)
                if trace:
                    found = trace[:-1]
                else:
                    on_news(self._news(head))
            if not found:
                raise self._cut(HTTPException())
        return found

    def _news(self, line: bytes) -> Mapping[str, Any]:
        try:
            found = dict(json.loads(line))
            failed = found["event"] == "error"
        except (ValueError, KeyError, TypeError) as error:
            raise self._odd("a line is no news") from error
        if failed:
            raise self._refused(found)
        return found

    def _json(
        self, method: str, path: str, body: Mapping[str, object] | None, *, wait: float
    ) -> Any:
        with self._answer(method, path, body, accept="application/json", wait=wait) as response:
            content = b"".join(self._pieces(response))
        try:
            return json.loads(content)
        except ValueError as error:
            raise self._odd("its answer is no JSON") from error

    @contextmanager
    def _answer(
        self, method: str, path: str, body: object, *, accept: str, wait: float
    ) -> Iterator[HTTPResponse]:
        """The beginning of an answer that is none of refusal, of which the rest is read then.

        Raises:
            SeqVizError: as ``get``.
        """
        headers = {**self._headers, "accept": accept, "accept-encoding": "gzip"}
        content = None if body is None else json.dumps(body).encode("ascii")
        if content is not None:
            headers["content-type"] = "application/json"
        asked = (method, self._base + path, content, headers)
        if self._pulse.is_silent:
            raise self._cut(TimeoutError())
        with self._pulse.waiting() as hold:
            connection, response = self._asked(asked, wait, hold)
            try:
                yield response
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    def _asked(
        self, asked: tuple[Any, ...], wait: float, hold: Hold
    ) -> tuple[HTTPConnection, HTTPResponse]:
        while (idle := self._taken()) is not None:
            try:
                return idle, self._begun(idle, asked, wait=wait, hold=hold)
            except (OSError, HTTPException) as error:
                if isinstance(error, TimeoutError) or self._pulse.is_silent:
                    raise self._cut(error) from error
                continue  # the backend has closed it meanwhile
        fresh = self._fresh()
        try:
            return fresh, self._begun(fresh, asked, wait=wait, hold=hold)
        except (OSError, HTTPException) as error:
            raise self._cut(error) from error

    def _taken(self) -> HTTPConnection | None:
        """A connection that is still open; None: there is none."""
        while self._idle:
            with suppress(IndexError):  # another thread has taken it
                found = self._idle.pop()
                if found.sock is not None:
                    return found
        return None

    def _fresh(self) -> HTTPConnection:
        try:
            return self._connected(CONNECT_SECONDS)
        except (OSError, UnicodeError) as error:
            raise self._error_of("backend_away", error) from error

    def _connected(self, seconds: float) -> HTTPConnection:
        """A connection; the system's look-up of a name alone would take as long as it likes.

        Raises:
            OSError, UnicodeError: there is none within so many seconds.
        """
        found = self._kind(self._host, self._port, timeout=seconds)
        within(seconds, found.connect, found.close)
        return found

    def _sign_of_life(self, seconds: float) -> None:
        """Any answer will do.

        Raises:
            OSError, HTTPException: there is none.
        """
        connection = self._connected(seconds)
        try:
            connection.request("GET", self._base + LIFE)
            connection.getresponse()
        finally:
            connection.close()

    def _begun(
        self, connection: HTTPConnection, asked: tuple[Any, ...], *, wait: float, hold: Hold
    ) -> HTTPResponse:
        try:
            assert connection.sock is not None
            hold(connection.sock)
            connection.sock.settimeout(wait)
            method, path, content, headers = asked
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            self._pulse.hear()
            if response.status < HTTPStatus.BAD_REQUEST:
                return response
            refusal = b"".join(self._pieces(response))
        except BaseException:
            connection.close()
            raise
        connection.close()
        try:
            told = json.loads(refusal)
        except ValueError as error:
            raise self._odd(f"it answers with status {response.status}") from error
        raise self._refused(told)

    def _lines(self, response: HTTPResponse) -> Iterator[bytes]:
        rest: list[bytes] = []
        for piece in self._pieces(response):
            *whole, last = piece.split(b"\n")
            for line in whole:
                yield b"".join([*rest, line])
                rest = []
            rest.append(last)

    def _pieces(self, response: HTTPResponse) -> Iterator[bytes]:
        """What an answer holds, unpacked, as it comes."""
        packs = response.headers.get("content-encoding") == "gzip"
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packs else None
        left = MOST_BYTES
        try:
            while piece := response.read1(PIECE):
                self._pulse.hear()
                found = piece if unpack is None else unpack.decompress(piece, left)
                left -= len(found)
                if left <= 0:
                    raise self._odd(f"its answer has more than {MOST_BYTES // 2**20} MB")
                yield found
            if response.length:
                raise IncompleteRead(b"", response.length)
            response.close()  # ``read1`` does not, and the connection would take no other request
        except zlib.error as error:
            raise self._odd("its compression is damaged") from error
        except (OSError, HTTPException) as error:
            raise self._cut(error) from error

    def _refused(self, answer: Any) -> SeqVizError:
        """The error that a backend tells, in words of this program where it has them."""
        try:
            told = answer["error"]
            code, facts = str(told["code"]), dict(told["facts"])
            kind, message = _ERRORS[told["kind"]], str(told["message"])
        except (KeyError, TypeError, ValueError):
            return self._odd("its refusal is of another form")
        try:
            return kind(code, facts)
        except (KeyError, ValueError, IndexError):  # a code or fact of another version
            said = " ".join(message.split())[:MOST_SAID]
            return ModelError("backend_said", {"address": self.address, "message": said})

    def _cut(self, error: Exception) -> SeqVizError:
        if self._pulse.is_silent:
            return self._error_of("backend_away", TimeoutError())
        return self._error_of("backend_cut", error)

    def _error_of(self, code: str, error: Exception) -> SeqVizError:
        said = getattr(error, "strerror", None) or " ".join(str(error).split())
        for kind, words in _REASONS.items():
            if isinstance(error, kind):
                said = words
        reason = said[:MOST_SAID] or type(error).__name__
        return ModelError(code, {"address": self.address, "reason": reason})

    def _odd(self, reason: str) -> SeqVizError:
        return ModelError("backend_odd", {"address": self.address, "reason": reason})


@cache
def backend_at(address: str, token: str) -> Backend:
    """The backend at an address, once in this process.

    Raises:
        InputError: ``backend_address``.
    """
    return Backend(address, token)
