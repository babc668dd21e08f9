"""Additional training pairs: those with numbers or names, with others in their place.

All depends on the seed and the pairs alone, so that a run that goes on has the very pairs that it
began with.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from seqviz.tasks.task import Pair
from seqviz.training.augment.language import find_language
from seqviz.training.augment.names import name_slots, read_names
from seqviz.training.augment.numbers import number_slots
from seqviz.training.augment.slots import Kind, Slot, apart, filled
from seqviz.training.settings import AugmentSettings

WEIGHTS: Mapping[Kind, float] = {
    "number": 6,
    "year": 2,
    "date": 1.5,
    "time": 1.5,
    "price": 2,
    "code": 0.5,
    "person": 8,
    "place": 3,
    "string": 1,
}
"""How often a kind decides which pair is taken, where there are enough pairs of it."""
NAMES: tuple[Kind, ...] = ("person", "place")
MOST_USES = 20
"""Of a pair for a kind, so that few pairs of a rare kind do not come again and again."""
LONGEST = 120
"""Characters of a side; longer pairs have too much else to learn."""


@dataclass(frozen=True)
class Augmented:
    """What was drawn."""

    pairs: tuple[Pair, ...]
    kinds: Mapping[Kind, int]
    """Pairs that were taken for a kind; other kinds in them were replaced, too."""


def augmented(
    pairs: Sequence[Pair], settings: AugmentSettings, *, languages: str, seed: int
) -> Augmented:
    """Draw additional pairs.

    Args:
        pairs: of the training.
        settings: how many.
        languages: of the pairs, such as "de-en".
        seed: of the run.
    """
    if not settings.share:
        return Augmented((), {})
    chance = random.Random(f"augment {seed}")
    find = find_slots(languages, coined=settings.coined)
    frames: dict[Kind, list[tuple[Pair, list[Slot]]]] = {kind: [] for kind in WEIGHTS}
    for pair in pairs:
        slots = find(pair) if max(map(len, pair)) <= LONGEST else []
        for kind in sorted({slot.kind for slot in slots}):
            frames[kind].append((pair, slots))
    wanted = round(len(pairs) * settings.share / (1 - settings.share))
    weights = {
        kind: weight * (settings.names if kind in NAMES else 1) for kind, weight in WEIGHTS.items()
    }
    counts = _counts({kind: len(found) for kind, found in frames.items()}, weights, wanted)
    drawn = [
        filled(pair, slots, chance)
        for kind, count in counts.items()
        for pair, slots in chance.choices(frames[kind], k=count)
    ]
    return Augmented(tuple(drawn), counts)


def find_slots(languages: str, *, coined: float = 0.0) -> Callable[[Pair], list[Slot]]:
    """What finds the slots of a pair, none of which share a character, in two languages.

    Args:
        languages: such as "de-en".
        coined: share of the names to draw that are in no list.
    """
    source, target = (find_language(code) for code in languages.split("-", 1))
    names = read_names(languages)

    def find(pair: Pair) -> list[Slot]:
        if source is None or target is None:
            return []
        return apart(
            [*number_slots(pair, source, target), *name_slots(pair, source, names, coined=coined)]
        )

    return find


def _counts(
    frames: Mapping[Kind, int], weights: Mapping[Kind, float], wanted: int
) -> dict[Kind, int]:
    """Pairs to draw of every kind: by weight, never more than ``MOST_USES`` a frame."""
    counts: Counter[Kind] = Counter()
    open_kinds = [kind for kind, found in frames.items() if found]
    while open_kinds and (left := wanted - counts.total()) > 0:
        total = sum(weights[kind] for kind in open_kinds)
        for kind in list(open_kinds):
            room = MOST_USES * frames[kind] - counts[kind]
            more = min(room, max(1, round(left * weights[kind] / total)))
            counts[kind] += min(more, wanted - counts.total())
            if counts[kind] >= MOST_USES * frames[kind]:
                open_kinds.remove(kind)
    return {kind: counts[kind] for kind in frames if counts[kind]}
