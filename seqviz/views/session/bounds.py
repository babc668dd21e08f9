"""What strangers may ask of a public server: bounds on the time and the memory of one search."""

from seqviz.errors import InputError
from seqviz.translator import Translator
from seqviz.views.session.access import is_public
from seqviz.views.session.request import Request

MEGABYTE = 10**6
MOST_PUBLIC_MEGABYTES = 250
"""Of one record; the store of all takes little more than two of them."""
MOST_PUBLIC_WORK = 2_700_000
"""``DecodeOptions.work`` of one search: a beam of 5 for the longest sentence that there may be, a
beam of 20 for one of 140 tokens; 12 s on one thread."""


def check_work(loaded: Translator, request: Request) -> None:
    """Refuse a search that strangers may not ask for, before anybody waits for it.

    Raises:
        InputError: ``too_much_work``; or the text cannot be read.
    """
    if is_public():
        source = loaded.read(request.text, request.options)
        work = request.options.work(len(source.ids))
        if work > MOST_PUBLIC_WORK:
            facts = {"found": f"{work:,}", "limit": f"{MOST_PUBLIC_WORK:,}"}
            raise InputError("too_much_work", facts)


def check_size(size: int) -> None:
    """Refuse a record that strangers may not ask for, before any time is spent on it.

    Raises:
        InputError: ``too_much_memory``.
    """
    most = most_bytes()
    if most is not None and size > most:
        facts = {"found": -(-size // MEGABYTE), "limit": most // MEGABYTE}
        raise InputError("too_much_memory", facts)


def most_bytes() -> int | None:
    """Of one record; None: as many as there may ever be."""
    return MOST_PUBLIC_MEGABYTES * MEGABYTE if is_public() else None
