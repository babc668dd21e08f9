"""The server around the page: what it lets in, and what it frees while nobody asks.

The one module that looks into Streamlit's runtime.
"""

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit import runtime

from seqviz.server import descriptors
from seqviz.server.first_page import Programs, preloading
from seqviz.server.gate import Gate, Rules, script_hashes
from seqviz.views.session import cache, offered
from seqviz.views.session.access import is_public
from seqviz.views.session.inspections import inspections
from seqviz.views.session.stronger import downloads

FRAMES, METRICS = "SEQVIZ_FRAMES", "SEQVIZ_METRICS"
"""Environment variables: sites that may show the page inside theirs; whether counts are shown."""
TIDY_SECONDS = 10.0
REST_SECONDS = 1.0
PAGE = Path(st.__file__).parent / "static" / "index.html"
FIRST = (
    *("BidiComponent", "Html", "Button", "ButtonGroup", "TextArea", "Selectbox"),
    *("WidgetLabelHelpIcon", "WidgetLabelHelpIconInline"),
)
"""Streamlit's names of what the first screen is made of."""

_log = logging.getLogger(__name__)


def middleware() -> list[Middleware]:
    """What stands before Streamlit, by the settings and the environment of this process."""
    rules = Rules(
        hosts=st.get_option("server.allowedHosts") or ["*"],
        uploads=not is_public(),
        metrics=os.environ.get(METRICS, "") not in ("", "0"),
        frames=os.environ.get(FRAMES, "").split(),
        scripts=script_hashes(PAGE),
    )
    gate = Middleware(Gate, rules=rules, held_bytes=uploaded_bytes)
    return [gate, Middleware(Programs, page=PAGE, base=_base())]


def routes() -> list[Route]:
    """The page's HTML, in place of Streamlit's own."""
    page = HTMLResponse(preloading(PAGE, FIRST), headers={"cache-control": "no-cache"})

    async def answer(_: Request) -> HTMLResponse:
        return page

    return [Route(_base(), answer)]


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
    descriptors.prepare()
    gc.freeze()  # what was imported stays: looking through it held everybody up for 0.15 s
    tidying = asyncio.create_task(_tidy())
    warming = asyncio.create_task(_warm_up(prepare))
    try:
        yield
    finally:
        tidying.cancel()
        gc.unfreeze()
        cache.close()
        inspections().end_all()
        downloads().cancel()
        warming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await warming


async def _warm_up(prepare: Callable[[], None]) -> None:
    await asyncio.to_thread(offered.warm_up)
    while cache.visits().rested() < REST_SECONDS:
        await asyncio.sleep(REST_SECONDS / 4)
    await asyncio.to_thread(prepare)


async def _tidy() -> None:
    """Look every few seconds; where nobody came or went since, there is nothing to free."""
    before = (0, 0)
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        try:
            now = (forget_sessions(), cache.kept_bytes())
            if now != before:
                await asyncio.to_thread(give_back)
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


def give_back() -> None:
    """Return freed memory to the system, which the C library does not do by itself."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library than GNU's
            ctypes.CDLL(None).malloc_trim(0)
