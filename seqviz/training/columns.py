"""Lines of sentence pairs, parted by tabs: what their columns are, and where a tab is too many."""

from collections import Counter
from collections.abc import Mapping, Sequence

MOST_LISTED = 10
"""Lines that are named by their numbers."""


def read_columns(line: str) -> list[str]:
    """The columns of a line, without white space around them; none where nothing is in it."""
    columns = [column.strip() for column in line.split("\t")]
    while columns and not columns[-1]:
        columns.pop()
    return columns


def too_many(counts: Mapping[int, int], *, read: int) -> list[int]:
    """Numbers of the lines with more columns than are read, and more than most lines have.

    Args:
        counts: columns of every line, by its number.
        read: columns that are read.
    """
    usual = usual_count(counts)
    return [number for number, count in counts.items() if count > max(usual, read)]


def usual_count(counts: Mapping[int, int]) -> int:
    """How many columns most lines have; the fewest where as many lines have more."""
    lines = Counter(counts.values())
    return min(lines, key=lambda count: (-lines[count], count), default=0)


def line_numbers(numbers: Sequence[int]) -> str:
    """Such as "line 3" or "lines 3, 5"; of many only the first, and how many there are."""
    named = ", ".join(map(str, numbers[:MOST_LISTED]))
    if len(numbers) > MOST_LISTED:
        return f"lines {named}, … ({len(numbers)} in all)"
    return f"line{'s' * (len(numbers) > 1)} {named}"
