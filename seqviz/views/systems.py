"""One sentence through all systems of a pair."""

from seqviz.trace import Trace
from seqviz.views.cache import Request
from seqviz.views.i18n import Words


def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw it."""
