"""What a trace says about itself: how it came about otherwise than one would think."""

from collections.abc import Sequence

import streamlit as st

from seqviz.trace.notices import HALF_PRECISION, OUT_OF_MEMORY, told
from seqviz.views.session.i18n import Words

_ICONS = dict.fromkeys((OUT_OF_MEMORY, HALF_PRECISION), ":material/memory:")


def show_notices(codes: Sequence[str], w: Words) -> None:
    """The notices of a trace, each once."""
    for key, facts in told(codes):
        shown = w.markdown(f"notice.{key}", facts)
        if key == "unapplied":
            st.caption(shown)
        else:
            st.warning(shown, icon=_ICONS.get(key, ":material/translate:"))
