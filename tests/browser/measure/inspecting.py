"""The view of a test set, measured on one server and in one browser: no act needs a fresh one."""

import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserType

from tests.browser.measure.pages import Act, Inspected
from tests.browser.measure.visit import Commit, Server, Visit, browser_seconds, served

ROWS = 10
"""Of the table, that are seen without scrolling."""


@dataclass(frozen=True, kw_only=True)
class _Watched:
    """A visitor of the view, and those who work for it."""

    commit: Commit
    page: Inspected
    visit: Visit
    browser: Browser
    server: Server

    def processors(self) -> tuple[float, float]:
        """Seconds of the server's and of the browser's, until now."""
        return self.server.seconds(), browser_seconds(self.browser)

    def do(self, act: Act, name: str) -> None:
        """Do it, and keep what it took; without a name that does not count.

        What is kept: milliseconds until it was painted; of processors until then, and until all was
        at rest that it began, such as histograms.
        """
        before, moments = self.processors(), []
        painted = self.visit.do(act, lambda: moments.append(self.processors()))["painted"]
        moments.append(self.processors())
        if name:
            self.commit.times[name].append(painted)
            self.commit.sizes[f"Websocket, {name}"].append(self.visit.taken())
            for which, now in zip((name, f"{name}, and all after it"), moments, strict=True):
                server, browser = (1000 * (b - a) for a, b in zip(before, now, strict=True))
                self.commit.processors[which].append((server, browser))


def measure(
    commits: Sequence[Commit],
    chromium: BrowserType,
    options: tuple[Path, Sequence[str]],
    *,
    run: Path,
    rounds: int,
    folder: Path,
) -> None:
    """Let a visitor of each commit do everything once a round; the first round does not count.

    Args:
        commits: take turns.
        chromium: what starts a browser.
        options: its program, and its options.
        run: the test set.
        rounds: that count.
        folder: for what servers say.
    """
    program, flags = options
    with ExitStack() as stack:
        watched = []
        for commit in commits:
            if (page := commit.page.inspected) is None:
                continue
            server = stack.enter_context(served(commit, folder))
            browser = stack.enter_context(
                chromium.launch(executable_path=program, args=list(flags))
            )
            visit = Visit(browser, commit)
            link = urlencode({"view": "inspect", "run": str(run), "lang": "en"})
            visit.open(f"{server.address}/?{link}", page.drawn)
            watched.append(
                _Watched(commit=commit, page=page, visit=visit, browser=browser, server=server)
            )
        for number in range(rounds + 1):
            for one in watched:
                sys.stderr.write(f"round {number} of {rounds}: {one.commit.name}\n")
                for name, act in acts(one.page, number):
                    one.do(act, name if number else "")


def acts(page: Inspected, number: int) -> Iterator[tuple[str, Act]]:
    """What one does with a test set, each by its name; each round does it elsewhere."""
    yield "Inspect, sort", page.sort(number)
    yield "Inspect, filter", page.filter(number)
    yield "Inspect, row → sentence", page.row(number % ROWS)
    yield "Inspect, word → search", page.search
    yield "Inspect, search → table", page.back


def table(commits: Sequence[Commit]) -> Iterator[str]:
    """Medians of the processors' milliseconds, the server's and the browser's."""
    yield f"| processors, ms: server + browser | {' | '.join(one.name for one in commits)} |"
    yield "| --- | " + "--: | " * len(commits)
    for name in commits[-1].processors:
        cells = []
        for commit in commits:
            sides = zip(*commit.processors[name], strict=True)
            cells.append(" + ".join(f"{statistics.median(side):,.0f}" for side in sides))
        yield f"| {name} | {' | '.join(cells)} |"
