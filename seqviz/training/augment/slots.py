"""Places of a pair where both sides say the same thing, and new pairs with other things."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from seqviz.tasks.task import Pair

Kind = Literal["number", "year", "date", "time", "price", "code", "person", "place", "string"]


@dataclass(frozen=True)
class Spot:
    """A part of one side, and how what comes there is spelled."""

    start: int
    end: int
    spell: Callable[[str], str] = str
    """From what was drawn to what is written, such as with a genitive's s."""

    def overlaps(self, other: "Spot") -> bool:
        """Whether a character is in both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Slot:
    """One thing, said at these spots."""

    kind: Kind
    sources: tuple[Spot, ...]
    targets: tuple[Spot, ...]
    draw: Callable[[random.Random], Pair]
    """Another one of its kind, in both languages."""


def apart(slots: Sequence[Slot]) -> list[Slot]:
    """Those that share no character with an earlier one."""
    kept: list[Slot] = []
    for slot in slots:
        if not any(_overlap(slot, other) for other in kept):
            kept.append(slot)
    return kept


def filled(pair: Pair, slots: Sequence[Slot], chance: random.Random) -> Pair:
    """The pair with something else at every slot."""
    sources: list[tuple[Spot, str]] = []
    targets: list[tuple[Spot, str]] = []
    for slot in slots:
        source, target = slot.draw(chance)
        sources += [(spot, source) for spot in slot.sources]
        targets += [(spot, target) for spot in slot.targets]
    return _replaced(pair[0], sources), _replaced(pair[1], targets)


def _replaced(text: str, parts: Sequence[tuple[Spot, str]]) -> str:
    for spot, said in sorted(parts, key=lambda part: part[0].start, reverse=True):
        text = text[: spot.start] + spot.spell(said) + text[spot.end :]
    return text


def _overlap(one: Slot, other: Slot) -> bool:
    return any(
        mine.overlaps(theirs)
        for side in ("sources", "targets")
        for mine in getattr(one, side)
        for theirs in getattr(other, side)
    )
