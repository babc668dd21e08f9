"""Who may do what on this page: strangers may not bring files, nor ask without end."""

import logging
import os

from seqviz.server.kept import kept
from seqviz.server.rate import RateLimit

VARIABLE, RATE = "SEQVIZ_PUBLIC", "SEQVIZ_RATE"
"""Environment variables: whether strangers visit; decodings a minute for one address."""
PUBLIC_RATE = 120
"""Unless said otherwise: twice what one thread does, and a view of ten systems at once."""
AT_ONCE = 0.5
"""Of what a minute allows."""


def is_public() -> bool:
    """Whether strangers visit this server, as ``SEQVIZ_PUBLIC=1`` says; read at every call."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


def decodings_a_minute() -> int:
    """For one address, as ``SEQVIZ_RATE`` says; 0: any number."""
    usual = PUBLIC_RATE if is_public() else 0
    said = os.environ.get(RATE, "").strip()
    if said.isascii() and said.isdigit():
        return int(said)
    if said:
        logging.getLogger(__name__).warning("%s is no number: %r", RATE, said)
    return usual


def made_limit() -> RateLimit:
    """A limit by the environment; nobody has asked yet."""
    a_minute = decodings_a_minute()
    return RateLimit(a_minute=a_minute, at_once=max(1.0, AT_ONCE * a_minute))


@kept()
def pages_limit() -> RateLimit:
    """How often one address may open a page: each is a websocket."""
    return made_limit()
