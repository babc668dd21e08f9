"""Names that do not exist, spelled like those that do: too many to be learnt by heart."""

import random
from collections.abc import Mapping, Sequence
from functools import cache

from seqviz.tasks.task import Pair

SEEN = 2
"""Letters that decide what may come next."""
EDGE = " "
"""Before a name and behind it."""
SHORTEST, LONGEST = 3, 11
"""Letters of a name."""
ONE_SYLLABLE = 0.25
"""Of the Chinese given names, how many have one character; the others have two."""


def coin_alike(listed: Sequence[Pair], chance: random.Random) -> Pair | None:
    """A name that is written alike on both sides, drawn letter by letter as in those of a list.

    Args:
        listed: names of one kind, in the source and in English.
        chance: what draws.

    Returns:
        None: none of the list is written alike on both sides.
    """
    known = tuple(here for here, there in listed if here == there and here.isalpha())
    if not known:
        return None
    follows = _follows(known)
    while True:
        word = EDGE * SEEN
        while (letter := chance.choice(follows[word[-SEEN:]])) != EDGE:
            word += letter
        word = word.strip()
        if SHORTEST <= len(word) <= LONGEST:
            return word, word


def coin_given(syllables: Sequence[Pair], chance: random.Random) -> Pair:
    """A Chinese given name of one or two characters, and its pinyin.

    Args:
        syllables: characters and their pinyin, such as ("梅", "mei").
        chance: what draws.
    """
    drawn = chance.choices(syllables, k=1 if chance.random() < ONE_SYLLABLE else 2)
    here, there = ("".join(parts) for parts in zip(*drawn, strict=True))
    return here, there.capitalize()


@cache
def _follows(known: tuple[str, ...]) -> Mapping[str, str]:
    """By some letters, those that come next somewhere, each as often as it does."""
    follows: dict[str, str] = {}
    for name in known:
        spelled = f"{EDGE * SEEN}{name}{EDGE}"
        for at in range(SEEN, len(spelled)):
            before = spelled[at - SEEN : at]
            follows[before] = follows.get(before, "") + spelled[at]
    return follows
