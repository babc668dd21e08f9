"""How a model learnt."""

from seqviz.views.cache import Request
from seqviz.views.i18n import Words


def render(request: Request, w: Words) -> None:
    """Draw it."""
