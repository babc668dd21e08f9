"""Latencies and sizes of the page in a real browser, old beside new, as a table of Markdown.

``python -m tests.browser.measure [COMMIT] [--rounds N]``, or ``make measure-page AGAINST=COMMIT``;
with ``--only-inspect`` the view of a test set instead, ``--run DIR`` one that was really inspected;
with ``--only-viewer`` nothing but large traces in the viewer of the working tree.
No test, for times depend on the machine. A round starts a fresh server of one commit, but for a
test set, and does everything once; rounds of both take turns, each first in every other one, so
that both see the same machine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.browser.conftest import CHROMIUM_OPTIONS, CHROMIUMS
from tests.browser.measure import inspecting, viewer
from tests.browser.measure.pages import Act, probes
from tests.browser.measure.visit import Commit, Visit, served
from tests.fixtures.inspected import inspected, write_run

REPOSITORY = Path(__file__).parents[3]
SENTENCES = (  # 12 tokens each, EOS counted, in the Transformer of de-en; a word of its own in each
    ("Ich habe gestern in der Schule einen alten Freund getroffen.", "Schule"),
    ("Ich habe gestern in der Kirche einen alten Freund getroffen.", "Kirche"),
    ("Ich habe gestern in der Stadt einen alten Freund getroffen.", "Stadt"),
)
STEPS = NODES = 3
"""How often a round does it; its figure of the round is the median."""

WANTED = {
    "First page, fresh server": "≤ 3,500",
    "First page, warm server": "≤ 1,800",
    "Translate 12 tokens, beam 5": "≤ 400",
    "Step, ready to be painted": "≤ 16",
    "Step, painted": "",
    "Node of the tree → details": "≤ 50",
    "Other part of Watch": "≤ 50",
    "Other group": "≤ 700",
    "Other group, as soon as the page is drawn": "≤ 700",
    "Lesson, next step": "≤ 50",
    "Lesson, slowest step of a chapter": "≤ 50",
    "Inspect, filter": "≤ 300",
    "Inspect, sort": "≤ 300",
    "Inspect, row → sentence": "≤ 1,500",
    "Inspect, word → search": "≤ 1,500",
    "Inspect, search → table": "≤ 1,500",
    **viewer.WANTED,
}
INSPECTED = 10_000
"""Sentences of the test set, if none is named."""


def warm_up(commit: Commit, browser: Browser, folder: Path) -> None:
    """A first page that does not count: modules are compiled, and files are in memory."""
    with served(commit, folder) as server:
        visit = Visit(browser, commit)
        visit.open(server.address)
        visit.context.close()


def pages(
    commits: Sequence[Commit], chromium: BrowserType, program: Path, *, rounds: int, folder: Path
) -> None:
    """All but the view of a test set, every round on a fresh server."""
    for number in range(rounds + 1):
        for commit in commits if number % 2 else commits[::-1]:
            sys.stderr.write(f"round {number} of {rounds}: {commit.name}\n")
            with chromium.launch(executable_path=program, args=list(CHROMIUM_OPTIONS)) as browser:
                if not number:
                    warm_up(commit, browser, folder)
                    continue
                with served(commit, folder) as server:
                    page_of(commit, browser, server.address)


def page_of(commit: Commit, browser: Browser, address: str) -> None:
    """A round of the page."""
    for name in ("First page, fresh server", "First page, warm server"):
        visit = Visit(browser, commit)
        took, size = visit.open(address)
        commit.times[name].append(took)
        if name.endswith("fresh server"):
            visit.context.close()
    commit.sizes["Websocket, first page"].append(size)
    commit.sizes["Scripts and styles that the first page fetches, unpacked"].append(
        visit.page.evaluate("clock.fetched()")
    )
    acts(visit, commit)
    visit.context.close()
    visit = Visit(browser, commit)
    visit.open(address)
    turned = visit.do(commit.page.group)
    commit.times["Other group, as soon as the page is drawn"].append(turned["painted"])
    visit.context.close()
    if commit.page.lesson and commit.page.onward:
        visit = Visit(browser, commit)
        link, drawn = commit.page.lesson
        visit.open(f"{address}/?{link}", drawn)
        walk(visit, commit, commit.page.onward)
        visit.context.close()


def walk(visit: Visit, commit: Commit, onward: Act) -> None:
    """All steps and reveals of a chapter; some of them show the computation in numbers."""
    visit.page.wait_for_timeout(1000)
    on = visit.page.get_by_role("button", name="Go on", exact=True)
    steps = []
    while on.is_enabled():
        steps.append(visit.do(onward)["painted"])
    commit.times["Lesson, next step"].append(statistics.median(steps))
    commit.times["Lesson, slowest step of a chapter"].append(max(steps))


def acts(visit: Visit, commit: Commit) -> None:
    """What a visitor does once the page stands."""
    page = commit.page

    def keep(name: str, *results: dict[str, float], which: str = "painted") -> None:
        commit.times[name].append(statistics.median(result[which] for result in results))

    visit.page.wait_for_timeout(1000)
    keep("Translate 12 tokens, beam 5", *(visit.do(page.translate(*s)) for s in SENTENCES))
    commit.sizes["Websocket, a translation"].append(visit.taken())
    steps = [visit.do(page.step) for _ in range(STEPS)]
    commit.sizes["Websocket, a step"].append(visit.taken())
    keep("Step, ready to be painted", *steps, which="ready")
    keep("Step, painted", *steps)
    keep("Other part of Watch", visit.do(page.part))
    keep("Node of the tree → details", *(visit.do(page.node(n)) for n in range(NODES)))
    keep("Other group", visit.do(page.group))
    commit.sizes["Websocket, other group"].append(visit.taken())


def own_program(commit: Commit) -> int:
    """Bytes of SeqViz's own scripts and styles as they travel to the page."""
    told = subprocess.run(
        [sys.executable, "-c", f"{commit.page.program}\nprint(len(text.encode()))"],
        cwd=commit.tree,
        env={**os.environ, "PYTHONPATH": str(commit.tree)},
        check=True,
        capture_output=True,
        text=True,
    )
    return int(told.stdout)


@contextmanager
def trees(against: str | None, folder: Path) -> Iterator[list[Commit]]:
    """The working tree, and before it the other commit, in a tree that is gone afterwards."""
    new = Commit(name="new", tree=REPOSITORY, page=probes(REPOSITORY))
    if against is None:
        yield [new]
        return
    place = folder / "against"
    git = ("git", "-C", str(REPOSITORY), "worktree")
    subprocess.run([*git, "add", "--detach", str(place), against], check=True, capture_output=True)
    try:
        yield [Commit(name=f"old ({against})", tree=place, page=probes(place)), new]
    finally:
        subprocess.run([*git, "remove", "--force", str(place)], check=True)


def table(commits: list[Commit], rounds: int) -> str:
    """Medians and ranges, old beside new beside what is wanted."""
    names = [commit.name for commit in commits]
    lines = [
        f"Medians of {rounds} rounds, lowest to highest behind.",
        "",
        f"| milliseconds | {' | '.join(names)} | wanted |",
        "| --- | " + "--: | " * (len(names) + 1),
    ]
    measured = {name for commit in commits for name, times in commit.times.items() if times}
    for name, wanted in WANTED.items():
        if name not in measured:
            continue
        cells = [_cell(commit.times[name]) if commit.times[name] else "" for commit in commits]
        lines.append(f"| {name} | {' | '.join(cells)} | {wanted} |")
    if any(commit.processors for commit in commits):
        lines += ["", *inspecting.table(commits)]
    lines += ["", f"| kB | {' | '.join(names)} |", "| --- | " + "--: | " * len(names)]
    for name in commits[0].sizes:
        cells = [f"{statistics.median(commit.sizes[name]) / 1000:,.1f}" for commit in commits]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    own = [f"{own_program(commit) / 1000:,.1f}" for commit in commits]
    lines.append(f"| SeqViz’s own scripts and styles (wanted ≤ 120) | {' | '.join(own)} |")
    return "\n".join(lines) + "\n"


def _cell(times: list[float]) -> str:
    digits = 0 if statistics.median(times) >= 100 else 1
    low, middle, high = (
        f"{value:,.{digits}f}" for value in (min(times), statistics.median(times), max(times))
    )
    return f"**{middle}** ({low}–{high})"


def main() -> None:
    """Start, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("against", nargs="?", help="a commit to compare the working tree with")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--only-inspect", action="store_true", help="the view of a test set instead"
    )
    parser.add_argument("--only-viewer", action="store_true", help="large traces, no server")
    parser.add_argument("--run", type=Path, help="a folder of seqviz inspect; else a made-up one")
    asked = parser.parse_args()
    program = next(path for path in reversed(CHROMIUMS) if path.exists())
    with (
        tempfile.TemporaryDirectory() as name,
        trees(asked.against or None, Path(name)) as commits,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium
        if asked.only_inspect:
            run = asked.run or write_run(Path(name) / "inspected", inspected(INSPECTED))
            inspecting.measure(
                commits,
                chromium,
                (program, CHROMIUM_OPTIONS),
                run=run.resolve(),
                rounds=asked.rounds,
                folder=Path(name),
            )
        else:
            if not asked.only_viewer:
                pages(commits, chromium, program, rounds=asked.rounds, folder=Path(name))
            with chromium.launch(executable_path=program, args=list(CHROMIUM_OPTIONS)) as browser:
                commits[-1].times |= viewer.measure(browser, asked.rounds)
        sys.stdout.write(table(commits, asked.rounds))


if __name__ == "__main__":
    main()
