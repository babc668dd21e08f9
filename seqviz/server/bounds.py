"""How much strangers may ask of a server at once: the work and the memory of one search."""

from seqviz.errors import InputError

MEGABYTE = 10**6
MOST_PUBLIC_MEGABYTES = 250
"""Of one record; the store of all takes little more than two of them."""
MOST_PUBLIC_WORK = 2_700_000
"""``DecodeOptions.work`` of one search: a beam of 5 for the longest sentence that there may be, a
beam of 20 for one of 140 tokens; 12 s on one thread."""

MOST_EVIDENCE_TOKENS = 100
"""Of a sentence, and of a translation, about whose words evidence is gathered: the work grows
faster than with their product."""


def check_work(work: int, most: int | None) -> None:
    """Refuse a search before anybody waits for it; None: any may be asked for.

    Raises:
        InputError: ``too_much_work``.
    """
    if most is not None and work > most:
        raise InputError("too_much_work", {"found": f"{work:,}", "limit": f"{most:,}"})


def check_size(size: int, most: int | None) -> None:
    """Refuse a record of so many bytes before any time is spent on it; None: any may be made.

    Raises:
        InputError: ``too_much_memory``.
    """
    if most is not None and size > most:
        facts = {"found": -(-size // MEGABYTE), "limit": most // MEGABYTE}
        raise InputError("too_much_memory", facts)
