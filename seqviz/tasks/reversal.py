"""Words written backwards: "sleep" is "peels".

Reversing, not shifting: what is right can be seen at once and bet on without paper, the rows of the
attention run against the diagonal, where a picture of a translation runs along it, and the first
letter to write is the last one read, so that without attention the hard letters are those in the
middle and at the end. A shifted word would need the alphabet and show a diagonal.

Few letters and short words, so that models whose vectors have eight numbers learn it: all of a step
fits on a screen.
"""

from bisect import bisect_right
from itertools import accumulate
from random import Random

from seqviz.tasks.task import Pair, Task

LETTERS = "lpsarote"
"""Of which many words are words backwards, too. In this order the examples are in the test part."""
SHORTEST, LONGEST = 3, 6


_COUNTS = tuple(len(LETTERS) ** length for length in range(SHORTEST, LONGEST + 1))
_ENDS = tuple(accumulate(_COUNTS))
"""Of the words of every length: how many there are, and the first value that is none of them."""


def length_of(value: int) -> int:
    """Letters of the word."""
    return SHORTEST + bisect_right(_ENDS, value)


def word_of(value: int) -> str:
    """The words of these letters, all of one length before the longer ones, counted from 0."""
    length = length_of(value)
    value -= _ENDS[length - SHORTEST] - _COUNTS[length - SHORTEST]
    places = (value // len(LETTERS) ** place % len(LETTERS) for place in reversed(range(length)))
    return "".join(LETTERS[place] for place in places)


def _write(value: int, _: Random) -> Pair:
    word = word_of(value)
    return word, word[::-1]


WORD_REVERSED = Task(
    name="word-reversed",
    source_language="word",
    target_language="reversed",
    values=range(_ENDS[-1]),
    kind=length_of,
    write=_write,
    examples={
        "backwards": ("sleep", "peels"),
        "both_ways": ("star", "rats"),
        "short": ("pot", "top"),
        "palindrome": ("stats", "stats"),
        "double": ("steel", "leets"),
        "long": ("poster", "retsop"),
        "nonsense": ("lopet", "tepol"),
    },
)
"""Three to six of eight letters, most of them in no dictionary."""
