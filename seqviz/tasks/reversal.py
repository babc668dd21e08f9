"""Words written backwards: "sleep" is "peels".

Reversing, not shifting: what is right can be seen at once and bet on without paper, the rows of the
attention run against the diagonal, where a picture of a translation runs along it, and the first
letter to write is the last one read, so that without attention the hard letters are those in the
middle and at the end. A shifted word would need the alphabet and show a diagonal.

Few letters and short words, so that models whose vectors have eight numbers learn it: all of a step
fits on a screen.
"""

from random import Random

from seqviz.tasks.task import Pair, Task

LETTERS = "lpsarote"
"""Of which many words are words backwards, too. In this order the examples are in the test part."""
SHORTEST, LONGEST = 3, 6


def word_of(value: int) -> str:
    """The words of these letters, all of one length before the longer ones, counted from 0."""
    length = SHORTEST
    while value >= len(LETTERS) ** length:
        value -= len(LETTERS) ** length
        length += 1
    places = (value // len(LETTERS) ** place % len(LETTERS) for place in reversed(range(length)))
    return "".join(LETTERS[place] for place in places)


def _write(value: int, _: Random) -> Pair:
    word = word_of(value)
    return word, word[::-1]


WORD_REVERSED = Task(
    name="word-reversed",
    source_language="word",
    target_language="reversed",
    values=range(sum(len(LETTERS) ** n for n in range(SHORTEST, LONGEST + 1))),
    kind=lambda value: len(word_of(value)),
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
