"""What other programs ask of a server: whether it is ready, and its counts."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from seqviz.server.metrics import CONTENT_TYPE, Metrics

READY, COUNTS = "readyz", "metrics"
"""Names below the base of the server's addresses."""
_FRESH = {"cache-control": "no-store"}


def probe_routes(base: str, counted: Metrics, *, shows_counts: bool) -> list[Route]:
    """Whether a decoding has succeeded (200, else 503), and the counts for Prometheus.

    Args:
        base: where the server's addresses begin, such as "/".
        counted: what both tell.
        shows_counts: to everybody who asks; else there are none (404).
    """

    async def ready(_: Request) -> Response:
        if counted.is_ready:
            return PlainTextResponse("ready", headers=_FRESH)
        return PlainTextResponse("not yet", 503, headers=_FRESH | {"retry-after": "1"})

    async def counts(_: Request) -> Response:
        if not shows_counts:
            return PlainTextResponse("Not found.", 404)
        return Response(counted.text(), headers=_FRESH, media_type=CONTENT_TYPE)

    return [Route(f"{base}{READY}", ready), Route(f"{base}{COUNTS}", counts)]
