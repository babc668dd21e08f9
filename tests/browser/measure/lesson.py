"""From a key to the next picture of the lesson, in every chapter, and from an act to its answer.

``python -m tests.browser.measure.lesson`` or ``make measure-lesson``. No test, for times depend on
the machine: beside them stand the seconds of processor time that the server and the page's main
thread took, and the machine's load.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from seqviz.lesson import shipped_chapters
from tests.browser.conftest import CHROMIUM_OPTIONS, CHROMIUMS
from tests.browser.measure.__main__ import REPOSITORY
from tests.browser.measure.pages import VIEWER, Act
from tests.browser.measure.visit import Commit, Visit
from tests.browser.server import start, stop

TIMES = 5
TICKS = os.sysconf("SC_CLK_TCK")
_LESSON = "clock.look('.lesson[data-step]')[0]"
_ANSWERED = "!clock.look('.acted .pending').length"
_DONE = f"clock.look('.acted li').length && {_ANSWERED}"
_CHOSEN = "clock.look('.acted input:checked')[0]?.value"
_STEPS = "clock.text('.learning [role=status]')"
_NUMBERS = "clock.text('.calc .heading h3')"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What is done at a step of the lesson, each time to something else.

    Attributes:
        name: of the line.
        place: chapter and step.
        act: by its number.
        undo: what is done after it, of which nobody waits.
    """

    name: str
    place: tuple[str, str]
    act: Callable[[int], Act]
    undo: Callable[[Page], None] = lambda page: None


def _click(selector: str, number: int) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).nth(number).click()


def _in_turn(*acts: Callable[[Page], None]) -> Callable[[Page], None]:
    def do(page: Page) -> None:
        for act in acts:
            act(page)

    return do


def _button(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).click()


def _take_back(page: Page) -> None:
    page.locator(".acted .ask button").first.click()


def _paint(number: int) -> Callable[[Page], None]:
    def do(page: Page) -> None:
        field = page.locator(".heatmap .field").first  # behind it waits the next step
        field.focus()
        for key in ("Enter", *(["ArrowRight"] * (number % 3))):
            page.keyboard.press(key)
        page.get_by_role("button", name="Paint the row").click()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Translate with this row").press("Enter")

    return do


TRIED = (
    Tried(
        name="numbers of another token (explained anew)",
        place=("attention", "real"),
        act=lambda number: Act(
            event="click",
            do=_click(".words.output .chip", number),
            holds=f"{_NUMBERS} !== was && clock.look('.calc .cell').length",
            before=_NUMBERS,
        ),
    ),
    Tried(
        name="a gradient step",
        place=("training", "one-step"),
        act=lambda number: Act(
            event="click",
            do=_button("One step"),
            holds=f"{_STEPS} !== was && !clock.look('.learning.pending').length",
            before=_STEPS,
        ),
    ),
    Tried(
        name="another beam size",
        place=("beam-search", "width"),
        act=lambda number: Act(
            event="click",
            do=_click(".acted .choices label", (2 * number + 1) % 10),
            holds=f"{_DONE} && {_CHOSEN} !== was",
            before=_CHOSEN,
        ),
        undo=_take_back,
    ),
    Tried(
        name="a branch continued",
        place=("beam-search", "experiment"),
        act=lambda number: Act(
            event="click",
            do=_in_turn(
                _click("[data-part=tree] g.node:not(.is-best)", number + 1),
                _click(".node-card .go", 0),
            ),
            holds=_DONE,
        ),
        undo=_take_back,
    ),
    Tried(
        name="a head switched off",
        place=("transformer", "ablate"),
        act=lambda number: Act(
            event="click",
            do=_in_turn(_click(".thumb", number + 1), _button("Switch off head")),
            holds=_DONE,
        ),
        undo=_take_back,
    ),
    Tried(
        name="a word muted",
        place=("generations", "mute"),
        act=lambda number: Act(
            event="click",
            do=_in_turn(_click(".words.source .chip", number), _button("Mute")),
            holds=_DONE,
        ),
        undo=_take_back,
    ),
    Tried(
        name="a row painted",
        place=("generations", "paint"),
        act=lambda number: Act(event="keyup", do=_paint(number), holds=_DONE),
        undo=_take_back,
    ),
)


class Spent:
    """Milliseconds of processor time: of the server, and of the page's main thread."""

    def __init__(self, server: int, visit: Visit) -> None:
        self._stat = Path(f"/proc/{server}/stat")
        self._session: CDPSession = visit.context.new_cdp_session(visit.page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def now(self) -> tuple[float, float]:
        fields = self._stat.read_text().rpartition(")")[2].split()
        found = self._session.send("Performance.getMetrics")["metrics"]
        (page,) = (one["value"] for one in found if one["name"] == "TaskDuration")
        return 1000 * sum(map(int, fields[11:13])) / TICKS, 1000 * page


@dataclass
class Line:
    """What was measured of one chapter or act: milliseconds, each time."""

    name: str
    waited: list[float]
    server: list[float]
    page: list[float]

    def __str__(self) -> str:
        """Medians, and the longest wait."""
        middle, most = statistics.median(self.waited), max(self.waited)
        server, page = (statistics.median(one) for one in (self.server, self.page))
        return (
            f"| {self.name} | {len(self.waited)} | {middle:,.0f} | {most:,.0f} "
            f"| {server:,.0f} | {page:,.0f} |"
        )


class Lecture:
    """A visitor who walks and tries, on one page after the other; what each wait took."""

    def __init__(self, server: int, address: str, visit: Visit) -> None:
        self._address = address
        self._visit = visit
        visit.open(f"{address}/?view=lesson", f"{_LESSON} && clock.isSettled()")
        self._spent = Spent(server, visit)

    def open(self, chapter: str, at: str = "") -> None:
        """Stand at a step, once all is drawn."""
        link = urlencode({"view": "lesson", "chapter": chapter, "at": at, "lang": "en"})
        self._visit.page.goto(f"{self._address}/?{link}")
        self._visit.page.evaluate("() => first")  # as at the first page
        self._visit.page.wait_for_timeout(1000)

    def timed(self, line: Line, act: Act) -> None:
        """Do it once."""
        before = self._spent.now()
        line.waited.append(self._visit.do(act)["painted"])
        server, page = (now - was for now, was in zip(self._spent.now(), before, strict=True))
        line.server.append(server)
        line.page.append(page)

    def walk(self, chapter: str) -> Line:
        """All steps and reveals; what grows is led to its end at once."""
        line, page = Line(chapter, [], [], []), self._visit.page
        on = page.get_by_role("button", name="Go on", exact=True)
        assert VIEWER.onward
        while on.is_enabled():
            if "Space lets it grow" in page.locator(".lesson-hint").inner_text():
                page.keyboard.press("s")
            self.timed(line, VIEWER.onward)
        return line

    def tries(self, tried: Tried) -> Line:
        """The first time loads the model, and does not count."""
        line = Line(tried.name, [], [], [])
        for number in range(TIMES + 1):
            first = Line("", [], [], [])
            self.timed(line if number else first, tried.act(number))
            tried.undo(self._visit.page)
            self._visit.page.evaluate("() => clock.settled()")
        return line


def lines(commit: Commit, browser: Browser, folder: Path, wanted: str) -> Iterator[Line]:
    """Every chapter that is walked, then every act."""
    server, address = start(REPOSITORY / "app.py", log=folder / "server.log", folder=REPOSITORY)
    try:
        lecture = Lecture(server.pid, address, Visit(browser, commit))
        for chapter in shipped_chapters():
            if wanted in chapter.id:
                lecture.open(chapter.id)
                yield lecture.walk(f"{chapter.id}: space → next picture")
        for tried in TRIED:
            if wanted in tried.place[0]:
                lecture.open(*tried.place)
                yield lecture.tries(tried)
    finally:
        stop(server)


def main() -> None:
    """Start, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="chapters whose name has this in it")
    asked = parser.parse_args()
    chromium = next(path for path in reversed(CHROMIUMS) if path.exists())
    commit = Commit(name="new", tree=REPOSITORY, page=VIEWER)
    sys.stdout.write(
        f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores. Milliseconds; processor time is "
        "the server’s, and that of the page’s main thread, half a second after it included.\n\n"
        "| chapter or act | times | median (wanted ≤ 50, acts ≤ 400) | longest | server | page |\n"
        "| --- | --: | --: | --: | --: | --: |\n"
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_OPTIONS))
        for line in lines(commit, browser, Path(folder), asked.only):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        browser.close()
    sys.stdout.write(f"\nLoad in the end: {os.getloadavg()[0]:.1f}.\n")


if __name__ == "__main__":
    main()
