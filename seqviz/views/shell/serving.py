"""The server around the page: what it lets in, and what it frees while nobody asks.

The one module that looks into Streamlit's runtime.
"""

import asyncio
import contextlib
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from seqviz.server import descriptors, memory
from seqviz.server.first_page import Programs, preloading
from seqviz.server.gate import Gate, Rules, script_hashes
from seqviz.server.log import tell, use_json
from seqviz.server.metrics import metrics
from seqviz.server.observed import Limited, Observed
from seqviz.server.probes import COUNTS, READY, probe_routes
from seqviz.server.unread import Unread
from seqviz.views.components.parts import read
from seqviz.views.session import cache as kept
from seqviz.views.session import offered
from seqviz.views.session.access import decodings_a_minute, is_public, pages_limit
from seqviz.views.session.inspections import inspections
from seqviz.views.session.stronger import downloads

FRAMES, METRICS, LOG = "SEQVIZ_FRAMES", "SEQVIZ_METRICS", "SEQVIZ_LOG"
"""Environment variables: sites that may show the page inside theirs; whether counts are shown to
all; whether the log is lines of JSON."""
MOST_OPEN = 200
"""Websockets at once for one address, where there is a limit."""
KINDS = {
    "/static/": "static",
    "/component": "static",
    "/_stcore/stream": "socket",
    "/_stcore/upload_file/": "upload",
    "/_stcore/health": "probe",
    "/_stcore/host-config": "static",
    "/media/": "download",
}
"""What is asked for, by a part of its address."""
QUIET = ("static", "probe")
"""Of these, none is logged: a page has a hundred, and some ask every second."""
TIDY_SECONDS = 10.0
REST_SECONDS = 1.0
AGAIN_SECONDS = 5.0
"""After which a backend that was away is asked once more."""
PAGE = Path(st.__file__).parent / "static" / "index.html"
FIRST = (
    *("BidiComponent", "Html", "Button", "ButtonGroup", "TextArea", "Selectbox"),
    *("Checkbox", "WidgetLabelHelpIcon", "WidgetLabelHelpIconInline"),
)
"""Streamlit's names of what the first screen is made of."""

_log = logging.getLogger(__name__)


def middleware() -> list[Middleware]:
    """What stands before Streamlit, by the settings and the environment of this process."""
    rules = Rules(
        hosts=st.get_option("server.allowedHosts") or ["*"],
        uploads=not is_public(),
        metrics=_is_on(METRICS),
        frames=os.environ.get(FRAMES, "").split(),
        scripts=script_hashes(_page()),
    )
    limit, most = pages_limit(), MOST_OPEN if decodings_a_minute() else sys.maxsize
    return [
        Middleware(Observed, counted=metrics(), kind_of=kind_of, quiet=QUIET),
        Middleware(Unread),
        Middleware(Gate, rules=rules, held_bytes=uploaded_bytes),
        Middleware(Limited, rate=limit, most_open=most, counted=metrics()),
        Middleware(Programs, page=PAGE, base=_base()),
    ]


def kind_of(path: str) -> str:
    """What somebody asks for, in one of a few words."""
    if path in (_base(), *(f"{_base()}{name}" for name in (READY, COUNTS))):
        return "page" if path == _base() else "probe"
    return next((kind for part, kind in KINDS.items() if part in path), "other")


@cache
def _page() -> str:
    """Streamlit's page, with what must be there before any of its programs."""
    return preloading(PAGE, FIRST, script=read("early.js"))


def _is_on(variable: str) -> bool:
    return os.environ.get(variable, "") not in ("", "0")


def routes() -> list[Route]:
    """The page's HTML, in place of Streamlit's own; whether the server is ready; its counts."""
    page = HTMLResponse(_page(), headers={"cache-control": "no-cache"})

    async def answer(_: Request) -> HTMLResponse:
        return page

    shows = _is_on(METRICS) or not is_public()
    return [Route(_base(), answer), *probe_routes(_base(), metrics(), shows_counts=shows)]


def watch() -> None:
    """Let the counts tell who is there, who waits, and what is held for them."""
    counted, visits = metrics(), kept.visits()
    counted.watch("sessions", "Open pages.", open_pages)
    counted.watch("inside", "Visitors who are served or wait for a decoding.", visits.inside)
    counted.watch("outside", "Visitors for whom there is no room yet.", visits.door.outside)
    counted.watch("queue_length", "Visitors who wait for a decoding.", visits.waiting)
    counted.watch("trace_bytes", "Of all traces that are kept.", kept.kept_bytes)
    counted.watch("upload_bytes", "Of all files that visitors have sent.", uploaded_bytes)


def open_pages() -> int:
    """How many sessions have a browser."""
    manager: Any = runtime.get_instance()._session_mgr  # untyped
    return len(manager.list_active_sessions())


def presence() -> Callable[[], bool]:
    """What tells, whenever and in whatever thread it is asked, whether this session has a browser.

    To be called while its page is drawn.
    """
    context = get_script_run_ctx()
    session = "" if context is None else context.session_id
    return lambda: runtime.exists() and runtime.get_instance().is_active_session(session)


def _base() -> str:
    """Where the server's addresses begin."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/" if base else "/"


def uploaded_bytes() -> int:
    """Of all files that visitors have sent and that the server holds."""
    files: Any = runtime.get_instance().uploaded_file_mgr  # typed without its counts
    return sum(stat.byte_length for stats in files.get_stats().values() for stat in stats)


def made_bytes() -> int:
    """Of all files that were made for visitors and that the server still holds."""
    storage: Any = runtime.get_instance().media_file_mgr._storage
    return sum(stat.byte_length for stats in storage.get_stats().values() for stat in stats)


@contextlib.asynccontextmanager
async def lifespan(_: object, *, prepare: Callable[[], None]) -> AsyncIterator[None]:
    """Take many connections, free what nobody needs meanwhile, and leave nothing behind.

    Args:
        prepare: called in a thread once the first visitors look at what was drawn for them.
    """
    if _is_on(LOG):
        use_json(sys.stderr)
    tell("started", {"public": is_public()})
    watch()
    descriptors.prepare()
    memory.prepare()
    gc.freeze()  # what was imported stays: looking through it held everybody up for 0.15 s
    tidying = asyncio.create_task(_tidy())
    warming = asyncio.create_task(_warm_up(prepare))
    try:
        yield
    finally:
        tidying.cancel()
        gc.unfreeze()
        kept.close()
        inspections().end_all()
        downloads().cancel()
        warming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await warming
        tell("stopped", {})


async def _warm_up(prepare: Callable[[], None]) -> None:
    while not (await asyncio.to_thread(offered.warm_up) or metrics().is_ready):
        await asyncio.sleep(AGAIN_SECONDS)
    while kept.visits().rested() < REST_SECONDS:
        await asyncio.sleep(REST_SECONDS / 4)
    await asyncio.to_thread(prepare)


async def _tidy() -> None:
    """Look every few seconds; where nobody came or went since, there is nothing to free."""
    before = (0, 0)
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        try:
            now = (forget_sessions(), kept.kept_bytes())
            if now != before:
                await asyncio.to_thread(memory.give_back)
            before = now
        except Exception:
            _log.exception("memory could not be freed")


def forget_sessions() -> int:
    """Let go of sessions that were left: Streamlit waits for another visitor before it does.

    Returns:
        how many there are still.
    """
    manager: Any = runtime.get_instance()._session_mgr
    manager._session_storage._cache.expire()
    return len(manager.list_sessions())
