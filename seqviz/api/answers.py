"""Answers of the API: errors with their code, traces as files, and streams with news."""

import asyncio
import gzip
import hashlib
import json
import logging
import math
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from seqviz.api.sending import InPieces, Place, Room, cut
from seqviz.api.told import Told
from seqviz.catalog.remote import BEFORE_TRACE
from seqviz.errors import (
    DecodingCancelled,
    InputError,
    ModelError,
    SeqVizError,
    message_of,
    without_places,
)
from seqviz.server.store import trace_bytes
from seqviz.trace import Trace
from seqviz.trace.file import MAX_BYTES, trace_to_bytes

LEVEL = 6
"""Of compression; that of a trace file on disk."""
TIMES_SENT = 3
"""A file in base64, and compressed, has some three times the bytes of its arrays."""
VARY = "Accept, Accept-Encoding"
LOOK_SECONDS = 0.5
"""After so many without news, a stream says that there are none; it is asked who still waits."""
STATUS = {
    "request_no_json": 400,
    "token_wrong": 401,
    "host_refused": 403,
    "model_not_served": 404,
    "request_slow": 408,
    "request_large": 413,
    "request_kind": 415,
    "server_busy": 429,
    "server_often": 429,
    "cancelled": 499,
    "out_of_memory": 503,
}
"""HTTP status of an error's code; others: 422 for what was asked, 500 for a model."""

_log = logging.getLogger(__name__)


def error_json(error: SeqVizError) -> dict[str, Any]:
    """An error as JSON: its code, its words in English, and the facts in them."""
    kind = "model" if isinstance(error, ModelError) else "input"
    shown = without_places(error.facts)
    message, facts = message_of(error.code, shown), {name: _fact(shown[name]) for name in shown}
    return {"error": {"code": error.code, "kind": kind, "message": _fact(message), "facts": facts}}


def _fact(value: object) -> int | float | str:
    """As JSON can hold it: no number is infinite, no text has half a character."""
    if isinstance(value, int | float) and math.isfinite(value):
        return value
    return str(value).encode("utf-8", "replace").decode("utf-8")


def status_of(error: SeqVizError) -> int:
    """The HTTP status that goes with an error."""
    return STATUS.get(error.code, 500 if isinstance(error, ModelError) else 422)


def refusal(error: SeqVizError) -> Response:
    """The answer to what is refused."""
    headers = {}
    if "seconds" in error.facts:
        headers["retry-after"] = str(error.facts["seconds"])
    if error.code == "token_wrong":
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(error_json(error), status_of(error), headers)


def known_error(error: Exception) -> SeqVizError:
    """An error that can be told; what nobody foresaw is logged."""
    if isinstance(error, SeqVizError):
        return error
    if isinstance(error, ClientDisconnect):
        return DecodingCancelled()
    _log.error("a request failed", exc_info=error)
    return ModelError("server_failed")


@dataclass(frozen=True)
class TraceFile:
    """A trace as a file on disk holds it, and compressed as in a file that ends in ".gz"."""

    plain: bytes
    etag: str
    place: Place

    @classmethod
    def of(cls, trace: Trace, room: Room) -> "TraceFile":
        """Write a trace.

        Raises:
            InputError: ``too_much_memory``, no file may be so large; ``server_busy``.
        """
        place = room.take(TIMES_SENT * trace_bytes(trace))
        content = trace_to_bytes(trace)
        if len(content) > MAX_BYTES:
            facts = {"found": len(content) // 2**20, "limit": MAX_BYTES // 2**20}
            raise InputError("too_much_memory", facts)
        return cls(content, hashlib.sha256(content).hexdigest(), place)

    def answer(self, request: Request) -> Response:
        """The file; nothing but its tag where the client has it already.

        Then the status is that of RFC 9110, section 13.1.2, for a POST: 304 is for GET alone.
        """
        packs = takes_gzip(request)
        headers = {"etag": f'"{self.etag}{"-gzip" * packs}"', "vary": VARY}
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=412, headers=headers)
        if not packs:
            return InPieces(self.plain, headers, self.place)
        body = gzip.compress(self.plain, compresslevel=LEVEL, mtime=0)
        return InPieces(body, headers | {"content-encoding": "gzip"}, self.place)

    def line(self) -> Iterator[bytes]:
        """The last one of a stream, in pieces."""
        head = json.dumps({"event": "trace", "etag": self.etag}).encode("ascii")
        yield head[:-1] + BEFORE_TRACE
        yield from cut(self.plain)
        yield b"}\n"


def takes_gzip(request: Request) -> bool:
    """Whether a client can read what is compressed."""
    return "gzip" in request.headers.get("accept-encoding", "")


def top_of(trace: Trace) -> dict[str, Any]:
    """What a reader wants first: texts and scores of the hypotheses, and the pieces of the best.

    A given translation may be impossible: its numbers are None, for JSON has no infinite ones.
    """
    found = trace.hypotheses
    return {
        "source_pieces": list(trace.source.pieces),
        "target_pieces": list(trace.target_pieces()),
        "hypotheses": [
            {
                "text": text,
                "log_prob": _finite(found.log_probs[rank]),
                "score": _finite(found.scores[rank]),
                "tokens": int(found.lengths[rank]),
            }
            for rank, text in enumerate(found.texts)
        ],
        "notices": list(trace.notices),
    }


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


class Work:
    """Something that a thread does for a request, and what it says meanwhile."""

    def __init__(self, work: Callable[[Told], Any], threads: Executor) -> None:
        """Begin; to be called where an event loop runs."""
        loop = asyncio.get_running_loop()
        self._news: asyncio.Queue[dict[str, int] | None] = asyncio.Queue()

        def tell(news: dict[str, int]) -> None:
            loop.call_soon_threadsafe(self._news.put_nowait, news)

        self.told = Told(tell)
        self._future = loop.run_in_executor(threads, work, self.told)
        self._future.add_done_callback(self._end)

    async def news(self) -> dict[str, int] | None:
        """The newest; {} where there is none for a while; None once the work is done."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                found = await self._news.get()
        except TimeoutError:
            return {}
        while found is not None and not self._news.empty():
            found = self._news.get_nowait()
        return found

    def _end(self, future: "asyncio.Future[Any]") -> None:
        future.exception()  # nobody may wait for it any more, which is no fault
        self._news.put_nowait(None)

    def result(self) -> Any:
        """What the work came to, once it is done; raises what it raised."""
        return self._future.result()


async def result_of(work: Work, request: Request) -> Any:
    """Wait for the end of the work, which is called off if nobody waits for it any more."""
    try:
        while await work.news() is not None:
            if await request.is_disconnected():
                raise DecodingCancelled
        return work.result()
    finally:
        work.told.leave()


async def streamed(
    work: Work, first: dict[str, int] | None, room: Room, *, packs: bool
) -> AsyncIterator[bytes]:
    """Lines of JSON: how far it is, the texts that were found, then the trace file in a line.

    Args:
        work: comes to a trace.
        first: its first news.
        room: for the file.
        packs: compress, in a way that each line can be read once it has come.
    """
    pack = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16) if packs else None
    try:
        news = first
        while news is not None:
            yield _sent(pack, _line({"event": "progress", **news}))
            news = await work.news()
        try:
            trace = work.result()
            yield _sent(pack, _line({"event": "result", **top_of(trace)}))
            file = await asyncio.to_thread(TraceFile.of, trace, room)
            try:
                for piece in file.line() if pack is None else cut(await _packed(pack, file)):
                    yield piece
            finally:
                file.place.leave()
        except Exception as error:
            yield _sent(pack, _line({"event": "error", **error_json(known_error(error))}))
        if pack is not None:
            yield pack.flush()
    finally:
        work.told.leave()


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode("ascii") + b"\n"


async def _packed(pack: Any, file: TraceFile) -> bytes:
    return await asyncio.to_thread(
        lambda: b"".join([*map(pack.compress, file.line()), pack.flush(zlib.Z_SYNC_FLUSH)])
    )


def _sent(pack: Any, line: bytes) -> bytes:
    found: bytes = line if pack is None else pack.compress(line) + pack.flush(zlib.Z_SYNC_FLUSH)
    return found
