"""A visitor's browser, a fresh server of a commit, and what is measured of both."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.measure.pages import Act, Probes
from tests.browser.server import start, stop

CLOCK = (Path(__file__).parent / "clock.js").read_text()
WAIT = 120_000
SECONDS = 1 / os.sysconf("SC_CLK_TCK")
"""Of a processor, in the unit in which Linux counts them."""


@dataclass
class Commit:
    """One side of the table: its tree, its page, and what was measured of it, by name."""

    name: str
    tree: Path
    page: Probes
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    processors: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Milliseconds of the server's and of the browser's."""


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    address: str
    pid: int

    def seconds(self) -> float:
        """Of processors, until now, as Linux counts them (man 5 proc_pid_stat)."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return SECONDS * (int(after_name[11]) + int(after_name[12]))


class Visit:
    """A visitor whose browser has never seen the page."""

    def __init__(self, browser: Browser, commit: Commit) -> None:
        self.commit = commit
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce"
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.bytes = 0
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, frame: str | bytes) -> None:
        self.bytes += len(frame)

    def open(self, address: str, drawn: str = "") -> tuple[float, int]:
        """Open the page; milliseconds until it is drawn, and bytes of the websocket."""
        holds = drawn or self.commit.page.drawn
        self.page.add_init_script(f"{CLOCK}\nwindow.first = clock.sinceNavigation(() => {holds});")
        self.page.goto(address)
        return float(self.page.evaluate("() => first")["painted"]), self.taken()

    def taken(self) -> int:
        """Bytes since the last time."""
        taken, self.bytes = self.bytes, 0
        return taken

    def do(self, act: Act, then: Callable[[], None] = lambda: None) -> dict[str, float]:
        """Do it, and then something else, before the page has come to rest.

        Returns:
            milliseconds until it was ready, and until it was painted.
        """
        self.page.evaluate(
            f"() => {{ const was = {act.before}; clock.since('{act.event}', () => {act.holds}); }}"
        )
        self.taken()
        act.do(self.page)
        result: dict[str, float] = self.page.evaluate("() => clock.result")
        then()
        self.page.evaluate("() => clock.settled()")
        self.page.wait_for_timeout(500)  # what rests of it does not fall into the next one's time
        return result


def browser_seconds(browser: Browser) -> float:
    """Of processors, of all processes of a browser until now."""
    session = browser.new_browser_cdp_session()
    told = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(float(one["cpuTime"]) for one in told)


@contextmanager
def served(commit: Commit, folder: Path) -> Iterator[Server]:
    """A fresh server; Python keeps what it compiled, as it does for everybody."""
    server, address = start(
        commit.tree / "app.py",
        log=folder / "server.log",
        folder=commit.tree,
        env={"PYTHONDONTWRITEBYTECODE": ""},
    )
    try:
        yield Server(address, server.pid)
    finally:
        stop(server)
