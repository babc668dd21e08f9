"""The API as a Starlette application, to be served by itself or mounted in another one."""

import asyncio
import contextlib
import hmac
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from seqviz.api import answers, bodies
from seqviz.api.answers import TraceFile, Work
from seqviz.api.desk import Desk
from seqviz.api.folders import listing, records
from seqviz.api.limits import Limits
from seqviz.api.schema import docs_page, openapi
from seqviz.api.sending import Room
from seqviz.api.shelf import Translators
from seqviz.api.told import Told
from seqviz.catalog.remote import STREAM
from seqviz.errors import InputError, SeqVizError
from seqviz.options import DecodeOptions
from seqviz.server.gate import is_host_allowed
from seqviz.server.metrics import CONTENT_TYPE, Metrics
from seqviz.server.rate import RateLimit, client_of
from seqviz.server.unread import Unread
from seqviz.trace.packed import packed

BODY_SECONDS = 30.0
"""In which a request has to have come."""
THREADS_BESIDE = 8
"""Beside those that wait and decode: for what is kept already."""
TRIAL = DecodeOptions(beam_size=1, max_length=2)
SMALLEST_PACKED = 1000
"""Bytes from which an answer is compressed."""

Answer = Callable[[Request], Awaitable[Response]]
_log = logging.getLogger(__name__)


def create_api(
    translators: Translators,
    limits: Limits,
    metrics: Metrics | None = None,
    *,
    desk: Desk | None = None,
) -> Starlette:
    """The API over some models.

    Args:
        translators: the models.
        limits: how much may be asked.
        metrics: what is counted; None: of this application alone.
        desk: where requests are worked on; None: here.
    """
    counts = metrics or Metrics()
    api = _Api(translators, limits, counts, desk=desk or Desk(translators, limits, counts))
    return Starlette(
        routes=api.routes(),
        middleware=[
            Middleware(Unread),
            Middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED),
        ],
        lifespan=api.lifespan,
    )


class _Api:
    """The endpoints."""

    def __init__(
        self, translators: Translators, limits: Limits, metrics: Metrics, *, desk: Desk
    ) -> None:
        self._translators, self._limits, self._metrics = translators, limits, metrics
        self._desk = desk
        self._rate = RateLimit(a_minute=limits.a_minute, at_once=limits.at_once)
        self._room = Room(limits.sent_bytes)
        most = limits.waiting + limits.decoders + THREADS_BESIDE
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="seqviz-api")

    def routes(self) -> list[Route]:
        """All addresses."""
        posts: dict[str, Answer] = {
            "translate": partial(self._ask, bodies.Translate, self._translate),
            "examine": partial(self._ask, bodies.Examine, _listed("examined", self._desk.examine)),
            "score": partial(self._ask, bodies.Pairs, _listed("scored", self._desk.score)),
            "trace": partial(self._trace, bodies.Decode, self._desk.trace),
            "force": partial(self._trace, bodies.Force, self._desk.force),
            "shift": partial(self._ask, bodies.Shift, _plain(self._desk.shift)),
            "explain": partial(self._ask, bodies.Explain, _plain(self._desk.explain)),
            "evidence": partial(self._ask, bodies.Evidence, _plain(self._desk.evidence)),
        }
        gets: dict[str, tuple[str, Answer]] = {
            "/v1/models": ("models", self._models),
            "/v1/models/{pair}/{system}": ("model", self._model),
            "/v1/records": ("records", self._records),
            "/metrics": ("metrics", self._counts),
        }
        return [
            *(
                Route(f"/v1/{name}", self._guarded(name, one), methods=["POST"])
                for name, one in posts.items()
            ),
            *(Route(path, self._guarded(*one)) for path, one in gets.items()),
            Route("/readyz", self._ready),
            Route("/openapi.json", self._openapi),
            Route("/docs", self._docs),
        ]

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Decode once, so that the first who asks finds a model ready."""
        warming = asyncio.get_running_loop().run_in_executor(self._threads, self._warm_up)
        try:
            yield
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)
            with contextlib.suppress(asyncio.CancelledError):
                await warming

    def _warm_up(self) -> None:
        try:
            first = next(iter(self._translators.catalogue().entries), None)
            if first is not None:
                self._desk.trace(bodies.Decode(model=first.name, text="1"), TRIAL, Told())
        except SeqVizError as error:  # who asks is told
            _log.warning(str(error))

    def _guarded(self, kind: str, answer: Answer) -> Answer:
        """An endpoint behind the token and the limit of requests, with its errors told."""

        async def answered(request: Request) -> Response:
            try:
                self._let_in(request)
                found = await answer(request)
            except Exception as error:
                known = answers.known_error(error)
                self._metrics.refused(known.code)
                found = answers.refusal(known)
            found.headers["x-content-type-options"] = "nosniff"
            self._metrics.answered(kind, found.status_code)
            return found

        return answered

    def _let_in(self, request: Request) -> None:
        host = request.headers.get("host", "")
        if not is_host_allowed(host, self._limits.hosts):
            raise InputError("host_refused", {"found": f"{host:.80}"})
        shown = request.headers.get("authorization", "").encode()
        if self._limits.token and not hmac.compare_digest(
            shown, f"Bearer {self._limits.token}".encode()
        ):
            raise InputError("token_wrong")
        client = client_of(request.client.host) if request.client else ""
        seconds = self._rate.take(client)
        if seconds:
            raise InputError("server_often", {"seconds": math.ceil(seconds)})

    async def _body(self, request: Request) -> bytes:
        """The JSON of a request, no longer than it may be."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise InputError("request_kind", {"found": f"{kind:.40}"})
        found, most = bytearray(), self._limits.body_bytes
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in request.stream():
                    found += chunk
                    if len(found) > most:
                        raise InputError("request_large", {"limit": most})
        except TimeoutError as error:
            raise InputError("request_slow", {"limit": round(BODY_SECONDS)}) from error
        return bytes(found)

    async def _ask(self, kind: type[Any], work: Callable[..., Any], request: Request) -> Response:
        """An answer that is one JSON object."""
        content = await self._body(request)
        return await self._worked(
            lambda told: JSONResponse(work(*bodies.read_body(kind, content), told)), request
        )

    async def _worked(self, answer: Callable[[Told], Response], request: Request) -> Response:
        found = await answers.result_of(Work(answer, self._threads), request)
        assert isinstance(found, Response)
        return found

    def _translate(self, body: bodies.Translate, options: DecodeOptions, told: Told) -> Any:
        found = packed(self._desk.translate(body, options, told))
        if body.text is None:
            return {"model": body.model, "translations": found}
        return {"model": body.model, "translation": found[0]}

    async def _trace(self, kind: type[Any], work: Callable[..., Any], request: Request) -> Response:
        """An answer that is a trace file, or a stream that ends with one."""
        content = await self._body(request)

        def ask(told: Told) -> Any:
            return work(*bodies.read_body(kind, content), told)

        if STREAM in request.headers.get("accept", ""):
            return await self._stream(ask, request)
        return await self._worked(
            lambda told: TraceFile.of(ask(told), self._room).answer(request), request
        )

    async def _stream(self, ask: Callable[[Told], Any], request: Request) -> Response:
        """What is refused before anything was said has a status of its own."""
        work = Work(ask, self._threads)
        first = await work.news()
        if first is None:
            work.result()
        packs = answers.takes_gzip(request)
        headers = {"vary": answers.VARY, "cache-control": "no-store"}
        if packs:
            headers["content-encoding"] = "gzip"
        lines = answers.streamed(work, first, self._room, packs=packs)
        return StreamingResponse(lines, headers=headers, media_type=STREAM)

    async def _in_thread(self, make: Callable[[], Any]) -> Response:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: JSONResponse(make()))

    async def _models(self, _: Request) -> Response:
        return await self._in_thread(lambda: listing(self._translators))

    async def _model(self, request: Request) -> Response:
        name = "{pair}/{system}".format_map(request.path_params)
        return await self._in_thread(lambda: self._desk.model(name))

    async def _records(self, _: Request) -> Response:
        return await self._in_thread(lambda: records(self._translators))

    async def _counts(self, _: Request) -> Response:
        return Response(self._metrics.text(), media_type=CONTENT_TYPE)

    async def _ready(self, _: Request) -> Response:
        is_ready = self._metrics.is_ready
        return JSONResponse({"ready": is_ready}, 200 if is_ready else 503)

    async def _openapi(self, _: Request) -> Response:
        return JSONResponse(openapi(self._limits))

    async def _docs(self, _: Request) -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        return HTMLResponse(docs_page(self._limits), headers={"content-security-policy": policy})


def _listed(name: str, work: Callable[..., object]) -> Callable[..., Any]:
    """Answers for many sentences, beside the model that gave them."""
    return lambda body, options, told: {
        "model": body.model,
        name: packed(work(body, options, told)),
    }


def _plain(work: Callable[..., object]) -> Callable[..., Any]:
    """As JSON has it."""
    return lambda body, options, told: packed(work(body, options, told))
