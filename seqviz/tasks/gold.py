"""Which part of a source answers which part of its target: a task knows, nobody has to draw it.

``python -m seqviz.tasks.gold data/alignment`` writes TASK.tsv of every task, as that folder has
them. Knows no model.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from seqviz.tasks import TASKS, TEST_PAIRS, TEST_SEED, Task
from seqviz.tasks.dates import MONTHS
from seqviz.tasks.task import Pair

PAIRS = 80
"""Of a task."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A case in parts, and which parts of the source answer each part of the target."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: tuple[tuple[int, ...], ...]
    """By part of the target."""
    possible: tuple[tuple[int, ...], ...]
    """Beside the sure ones."""

    def line(self) -> str:
        """As the files have it."""
        links = [(i, "-", j) for j, places in enumerate(self.sure) for i in places]
        links += [(i, "?", j) for j, places in enumerate(self.possible) for i in places]
        ordered = sorted(links, key=lambda link: (link[0], link[2]))
        written = " ".join(f"{i}{mark}{j}" for i, mark, j in ordered)
        return "\t".join((" ".join(self.source), " ".join(self.target), written))


def answered_date(pair: Pair) -> Answered | None:
    """Words, and the parts between hyphens; None: a date in figures, or a year in words."""
    source = tuple(re.findall(r"\w+|[^\w\s]", pair[0]))
    target = tuple(re.findall(r"\d+|-", pair[1]))
    year, _, month, _, day = target
    name = MONTHS[int(month) - 1].lower()
    wanted = (year, rf"{name}|{name[:3]}", rf"0?{int(day)}(?:st|nd|rd|th)?")
    found = [
        [at for at, word in enumerate(source) if re.fullmatch(form, word.lower())]
        for form in wanted
    ]
    if any(len(places) != 1 for places in found) or set(source) & set("-./"):
        return None
    sure = tuple(tuple(found[at // 2]) if at % 2 == 0 else () for at in range(len(target)))
    return Answered(source=source, target=target, sure=sure, possible=((),) * len(target))


def answered_number(pair: Pair) -> Answered | None:
    """Figures, and words: a figure answers the one that says it, perhaps "hundred" and "thousand".

    None: of zero alone no figure is counted.
    """
    source, target = tuple(pair[0]), tuple(pair[1].split())
    places = [at for at, sign in enumerate(source) if sign.isdigit()]
    sure, possible = list[tuple[int, ...]](), list[tuple[int, ...]]()

    def add(*, surely: tuple[int, ...] = (), perhaps: tuple[int, ...] = ()) -> None:
        sure.append(surely)
        possible.append(perhaps)

    for group in (places[:-3], places[-3:]):
        said = tuple(at for at in group if source[at] != "0")
        tail = tuple(at for at in group[-2:] if at in said)
        if len(group) > 1 and source[group[-2]] == "1":
            tail = tuple(group[-2:])  # ten, eleven, …: one word for both figures
        if len(group) > 2 and group[0] in said:  # noqa: PLR2004 - hundreds
            add(surely=(group[0],))
            add(perhaps=(group[0],))
        if tail:
            add(surely=tail)
        if said and group[-1] != places[-1]:
            add(perhaps=said)
    if len(sure) != len(target):
        return None
    return Answered(source=source, target=target, sure=tuple(sure), possible=tuple(possible))


def answered_word(pair: Pair) -> Answered:
    """Letters, each at its place from the other end."""
    source, target = map(tuple, pair)
    places = tuple((at,) for at in reversed(range(len(source))))
    return Answered(source=source, target=target, sure=places, possible=((),) * len(target))


ANSWERED: Mapping[str, Callable[[Pair], Answered | None]] = {
    "date-iso": answered_date,
    "number-words": answered_number,
    "word-reversed": answered_word,
}
"""By task; None: the parts of a case do not answer each other one by one."""


def gold(task: Task) -> Iterator[Answered]:
    """The first ``PAIRS`` cases of the test set that have such parts."""
    cases = task.pairs(train=0, dev=0, test=TEST_PAIRS, seed=TEST_SEED).test
    found = (ANSWERED[task.name](pair) for pair in cases)
    return islice((one for one in found if one is not None), PAIRS)


def write(folder: Path) -> None:
    """Write TASK.tsv for every task."""
    for name, task in TASKS.items():
        lines = "".join(f"{one.line()}\n" for one in gold(task))
        (folder / f"{name}.tsv").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
