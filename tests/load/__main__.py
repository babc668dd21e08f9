"""Visitors of one server, at once and one after the other, each followed to the picture.

``python -m tests.load [--visitors N …] [--waves N] [--minutes N]``, or ``make measure-load``, to
which ``LOAD="--minutes 60"`` hands such options. A fresh server; every visitor has a sentence of
his own of 12 tokens, searched with a beam of 5, and opens the page by a link. What a browser
fetches and draws is not in the times. At the end, all that was shown is compared with what the
Translator itself answers. No test, for times depend on the machine.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from seqviz.translator import load
from tests.load.sentences import MODEL, crossed, sentences
from tests.load.server import Course, Server, heed_sigterm, served
from tests.load.visitor import Visit, visit

LOOK_SECONDS, HOUR_LOOK_SECONDS = 0.5, 10.0
SETTLE_SECONDS = 15.0
"""The server gives memory back every ten."""
FORGOTTEN_SECONDS = 120.0
"""After so many more, those who have left are forgotten."""
IN_A_WAVE = 50
PART_MINUTES = 5
HEAD = (
    *("", "visitors", "served", "told to wait", "refused", "lost"),
    *("p50 s", "p95 s", "max s", "MiB before", "most", "after", "processor s"),
)


async def at_once(
    server: Server, texts: Sequence[str], *, settle: float
) -> tuple[list[Visit], Course, float]:
    """All come at the same moment; with the server's counts, and MiB some seconds later."""
    async with server.watched(LOOK_SECONDS) as course:
        visits = await asyncio.gather(*(visit(server.port, text) for text in texts))
    await asyncio.sleep(settle)
    after = Course([await asyncio.to_thread(server.counts)]).memory()[0]
    return visits, course, after


async def in_turn(
    server: Server, texts: Sequence[str], *, a_second: float
) -> tuple[list[Visit], Course]:
    """They come one after the other, whether those before are served or not."""
    under_way = list[asyncio.Task[Visit]]()
    async with server.watched(HOUR_LOOK_SECONDS) as course:
        began = time.monotonic()
        for place, text in enumerate(texts):
            await asyncio.sleep(max(0.0, began + place / a_second - time.monotonic()))
            under_way.append(asyncio.create_task(visit(server.port, text)))
        return list(await asyncio.gather(*under_way)), course


def row(name: str, visits: Sequence[Visit], course: Course, after: float | None = None) -> str:
    """A line of the table."""
    seconds = sorted(one.seconds for one in visits if one.is_served)
    times = [np.quantile(seconds, q, method="higher") for q in (0.5, 0.95, 1.0) if seconds]
    memory = course.memory()
    most, last = max(memory), memory[-1] if after is None else after
    cells = [
        name,
        str(len(visits)),
        str(len(seconds)),
        *(str(sum(map(bool, one))) for one in zip(*map(_went, visits), strict=True)),
        *([f"{one:.1f}" for one in times] or [""] * 3),
        *(f"{one:,.0f}" for one in (memory[0], most, last)),
        f"{course.processor():,.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _went(one: Visit) -> tuple[object, ...]:
    return one.told, one.refused, one.lost


def said(visits: Sequence[Visit]) -> Iterator[str]:
    """One of the words of those who were told to wait, all of those who were refused or lost."""
    yield from (f"told: {one.told[0]}" for one in islice((v for v in visits if v.told), 1))
    yield from sorted({f"refused: {words}" for one in visits for words in one.refused})
    yield from sorted({f"lost: {one.lost}" for one in visits if one.lost})


def parts(visits: Sequence[Visit], course: Course, *, a_second: float) -> Iterator[str]:
    """Lines of the table, for every five minutes of visitors who came in turn."""
    size, looks = round(PART_MINUTES * 60 * a_second), round(PART_MINUTES * 60 / HOUR_LOOK_SECONDS)
    for part in range(-(-len(visits) // size)):
        counts = course.counts[part * looks :][: looks + 1]
        name = f"minute {part * PART_MINUTES}–{(part + 1) * PART_MINUTES}"
        yield row(name, visits[part * size :][:size], Course(counts or course.counts[-1:]))


def say(*lines: str) -> None:
    """Show lines at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


async def warm_up(server: Server, text: str) -> None:
    """A first visitor, who is not counted: the server prepares its lesson once somebody came."""
    await visit(server.port, text)
    await asyncio.sleep(SETTLE_SECONDS)


async def measure(server: Server, asked: argparse.Namespace, texts: Iterator[str]) -> list[Visit]:
    """Everything that is asked for, shown line by line; all visits."""
    all_visits = list[Visit]()
    await warm_up(server, next(texts))
    say(f"| {' | '.join(HEAD)} |", "| --- |" + " --: |" * (len(HEAD) - 1))

    async def crowd(name: str, count: int, settle: float = SETTLE_SECONDS) -> float:
        come = list(islice(texts, count))
        visits, course, after = await at_once(server, come, settle=settle)
        say(row(name, visits, course, after))
        all_visits.extend(visits)
        return after

    for count in asked.visitors:
        await crowd("at once", count)
    settle = FORGOTTEN_SECONDS + SETTLE_SECONDS
    memory = [await crowd(f"wave {wave}", IN_A_WAVE, settle) for wave in range(1, asked.waves + 1)]
    visits = list[Visit]()
    if asked.minutes:
        size = round(asked.minutes * 60 * asked.rate)
        visits, course = await in_turn(server, list(islice(texts, size)), a_second=asked.rate)
        say(*parts(visits, course, a_second=asked.rate), row("all minutes", visits, course))
    say("", *said(all_visits + visits))
    if asked.waves > 2:  # the first one fills what is kept
        slope = statistics.linear_regression(range(asked.waves - 1), memory[1:]).slope
        say(f"memory after a wave grows by {slope:.2f} MiB a wave, from the second on")
    return all_visits + visits


def main() -> None:
    """Start, measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, nargs="*", default=[1, 10, 50, 200])
    parser.add_argument("--waves", type=int, default=5, help=f"of {IN_A_WAVE} visitors each")
    parser.add_argument("--minutes", type=float, default=0, help="of visitors who come in turn")
    parser.add_argument("--rate", type=float, default=2, help="of them a second")
    asked = parser.parse_args()
    heed_sigterm()
    translator = load(MODEL)
    count = (
        1 + sum(asked.visitors) + asked.waves * IN_A_WAVE + round(asked.minutes * 60 * asked.rate)
    )
    texts = iter(sentences(count, translator))
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "log") as server:
        say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before", "")
        visits = asyncio.run(measure(server, asked, texts))
    shown = {one.text: (one.source, one.translation) for one in visits if one.is_served}
    wrong = crossed(shown, translator)
    say(f"crossed: {len(wrong)} of {len(shown)} that were served")
    say(*(f"crossed: {text!r} → {shown[text]!r}" for text in wrong))


if __name__ == "__main__":
    main()
