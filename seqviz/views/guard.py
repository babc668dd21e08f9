"""The last resort: what nobody foresaw is logged, and said in the page's language."""

import logging
from collections.abc import Callable
from functools import wraps

import streamlit as st

from seqviz.trace import Trace
from seqviz.views.cache import Request
from seqviz.views.i18n import Words

Render = Callable[[Trace, Request, Words], None]

_log = logging.getLogger(__name__)


def last_resort(render: Render) -> Render:
    """Let a defect in one view cost no more than that view.

    Streamlit's own signals (run again, stop) are no ``Exception`` and pass.
    """

    @wraps(render)
    def guarded(trace: Trace, request: Request, w: Words) -> None:
        try:
            render(trace, request, w)
        except Exception:
            _log.exception("a view could not be drawn")
            st.error(w("page.error"), icon=":material/error:")

    return guarded
