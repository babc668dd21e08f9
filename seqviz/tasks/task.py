"""A synthetic task: values, how each is written, and which of them are never trained on.

Every value belongs to one part for ever, whatever seed and however many pairs are asked for; so a
model that was trained on one seed has not seen the test cases of another one either.
"""

from array import array
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Literal

from seqviz.errors import InputError

Part = Literal["train", "dev", "test"]
Pair = tuple[str, str]
"""Source and target."""

TEST_PAIRS = 2_000
TEST_SEED = 1
"""The test set by which models of a task are compared."""

TRAIN_REPEATS = 20
"""How often a value may be trained on, so that rare kinds are not drowned by common ones."""

_GOLDEN = 0x9E3779B1
"""2³² divided by the golden ratio: its multiples modulo 2³² lie evenly (Knuth, TAOCP 3, 6.4)."""
_RANGE = 2**32
_DEV_FROM, _TEST_FROM = 0.85, 0.90


@dataclass(frozen=True, kw_only=True)
class TaskPairs:
    """Generated cases; no value, and so no source, is in two of the three."""

    train: tuple[Pair, ...]
    dev: tuple[Pair, ...]
    test: tuple[Pair, ...]


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to learn from generated cases."""

    name: str
    """Of the task and of its pair, such as "date-iso"."""
    source_language: str
    target_language: str
    values: range
    """All of them, none below 0."""
    kind: Callable[[int], Hashable]
    """Of a value: every kind is drawn equally often as far as it reaches, which is up to
    ``TRAIN_REPEATS`` times for the training, once for the rest."""
    write: Callable[[int, Random], Pair]
    """A value's source, one of those that it may have, and its target."""
    examples: Mapping[str, Pair]
    """To be tried first, by a code that says what each shows; of values kept for the test."""

    def pairs(self, *, train: int, dev: int, test: int, seed: int) -> TaskPairs:
        """Generate cases: the same ones in every process.

        Args:
            train: how many, as for ``dev`` and ``test``, which do not depend on the other two.
            dev: of values that are never in ``train``.
            test: of values that are in neither of them.
            seed: of the choice of values and of how they are written.

        Raises:
            InputError: ``option_out_of_range``: there are not as many values.
        """
        return TaskPairs(
            train=self._drawn("train", train, seed),
            dev=self._drawn("dev", dev, seed),
            test=self._drawn("test", test, seed),
        )

    def _drawn(self, part: Part, count: int, seed: int) -> tuple[Pair, ...]:
        if count == 0:
            return ()
        kinds = _by_kind(self.values, self.kind)[part]
        repeats = TRAIN_REPEATS if part == "train" else 1
        most = repeats * sum(map(len, kinds))
        if not 0 <= count <= most:
            facts = {"option": f"{part} pairs of {self.name}", "found": count}
            raise InputError("option_out_of_range", facts | {"low": 0, "high": most})
        random = Random(f"{self.name} {part} {seed}")
        shares = _shares(kinds, count, repeats=repeats, random=random)
        values = [value for share in shares for value in share]
        random.shuffle(values)
        return tuple(self.write(value, random) for value in values)


def part_of(value: int) -> Part:
    """Where a value belongs: 85 % are for training, 5 % for development, 10 % for the test."""
    share = value * _GOLDEN % _RANGE / _RANGE
    if share < _DEV_FROM:
        return "train"
    return "dev" if share < _TEST_FROM else "test"


@cache
def _by_kind(
    values: range, kind: Callable[[int], Hashable]
) -> Mapping[Part, tuple["array[int]", ...]]:
    """The values of every part, the rarest kind first; kept, for a million take a while."""
    found: dict[Part, dict[Hashable, array[int]]] = {"train": {}, "dev": {}, "test": {}}
    for value in values:
        kinds, name = found[part_of(value)], kind(value)
        if name not in kinds:
            kinds[name] = array("I")
        kinds[name].append(value)
    return {part: tuple(sorted(kinds.values(), key=len)) for part, kinds in found.items()}


def _shares(
    kinds: Sequence["array[int]"], count: int, *, repeats: int, random: Random
) -> Iterator[list[int]]:
    """Equally many of each, or all so often where there are fewer, ``count`` together."""
    for place, values in enumerate(kinds):
        share = min(repeats * len(values), count // (len(kinds) - place))
        count -= share
        rounds, rest = divmod(share, len(values))
        chosen = random.sample(range(len(values)), rest)
        yield [*values] * rounds + [values[found] for found in chosen]
