"""A page as a PDF, printed by an installed Chrome, Chromium or Edge, as Kaleido draws figures.

The page says in ``seqvizPrinted``, a promise, when all of it is drawn. It may ask no network.
"""

import asyncio
import base64
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import lazy_loader  # type: ignore[import-untyped]  # it ships no types

from seqviz.errors import InputError

choreographer = lazy_loader.load("choreographer", error_on_import=False)
kaleido = lazy_loader.load("kaleido", error_on_import=False)
"""Brings the package above, and its errors."""

LONGEST = 300
"""Seconds that a browser may take."""
PAPER = {"printBackground": True, "preferCSSPageSize": True}


def pdf(html: str, *, part: str = "print") -> bytes:
    """Print a page.

    Args:
        html: of the page.
        part: of its address, behind the "#": what tells it to lay itself out for paper.

    Raises:
        InputError: no kaleido, no browser, or it did not answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8", newline="")
        try:
            kaleido.Kaleido  # noqa: B018 (loads it)
            content = _run(f"{page.as_uri()}#{part}")
        except ModuleNotFoundError as error:
            raise InputError("figure_kaleido") from error
        except choreographer.errors.ChromeNotFoundError as error:
            raise InputError("figure_browser") from error
        except (RuntimeError, OSError, TimeoutError, KeyError) as error:
            raise InputError("figure_failed", {"reason": str(error) or "no answer"}) from error
    return base64.b64decode(content)


def _run(address: str) -> str:
    """Print it in a thread of its own: where this one has a loop already, none may be begun."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_printed(address))).result()


async def _printed(address: str) -> str:
    async with asyncio.timeout(LONGEST):
        return await _printed_in_time(address)


async def _printed_in_time(address: str) -> str:
    async with choreographer.Browser() as browser:
        tab = await browser.create_tab(address)
        await tab.send_command("Runtime.enable")
        ready = {"expression": _READY, "awaitPromise": True, "returnByValue": True}
        await tab.send_command("Runtime.evaluate", ready)
        answer: dict[str, Any] = await tab.send_command("Page.printToPDF", dict(PAPER))
        return str(answer["result"]["data"])


_READY = """new Promise((done) => {
  const look = () => globalThis.seqvizPrinted?.then(done) ?? setTimeout(look, 20);
  look();
})"""
