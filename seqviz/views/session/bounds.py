"""What strangers may ask of a public server: bounds on the time and the memory of one search."""

from seqviz.server import bounds
from seqviz.translator import Translator
from seqviz.views.session.access import is_public
from seqviz.views.session.request import Request

MEGABYTE, MOST_PUBLIC_MEGABYTES = bounds.MEGABYTE, bounds.MOST_PUBLIC_MEGABYTES
MOST_PUBLIC_WORK = bounds.MOST_PUBLIC_WORK


def check_work(loaded: Translator, request: Request) -> None:
    """Refuse a search that strangers may not ask for, before anybody waits for it.

    Raises:
        InputError: ``too_much_work``; or the text cannot be read.
    """
    if is_public():
        source = loaded.read(request.text, request.options)
        bounds.check_work(request.options.work(len(source.ids)), MOST_PUBLIC_WORK)


def check_size(size: int) -> None:
    """Refuse a record that strangers may not ask for, before any time is spent on it.

    Raises:
        InputError: ``too_much_memory``.
    """
    bounds.check_size(size, most_bytes())


def most_bytes() -> int | None:
    """Of one record; None: as many as there may ever be."""
    return MOST_PUBLIC_MEGABYTES * MEGABYTE if is_public() else None
