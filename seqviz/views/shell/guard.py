"""The last resort: what nobody foresaw is logged, and said in the page's language."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import TypeVarTuple

import streamlit as st

from seqviz.views.session.i18n import Words

Facts = TypeVarTuple("Facts")

_log = logging.getLogger(__name__)


def last_resort(render: Callable[[*Facts, Words], None]) -> Callable[[*Facts, Words], None]:
    """Let a defect in one view cost no more than that view.

    Streamlit's own signals (run again, stop) are no ``Exception`` and pass.
    """

    @wraps(render)
    def guarded(*facts: *tuple[*Facts, Words]) -> None:
        try:
            render(*facts)
        except Exception:
            _log.exception("a view could not be drawn")
            w = facts[-1]
            st.error(w("page.error"), icon=":material/error:")

    return guarded
