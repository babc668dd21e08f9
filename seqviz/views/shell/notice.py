"""What a trace says about itself: how it came about otherwise than one would think."""

from collections.abc import Sequence

import streamlit as st

from seqviz.trace.notices import HALF_PRECISION, OUT_OF_MEMORY, unapplied_settings
from seqviz.views.session.i18n import Words


def show_notices(codes: Sequence[str], w: Words) -> None:
    """The notices of a trace, each once."""
    if OUT_OF_MEMORY in codes:
        st.warning(w("notice.out_of_memory"), icon=":material/memory:")
    if HALF_PRECISION in codes:
        st.warning(w("notice.half_precision"), icon=":material/memory:")
    settings = unapplied_settings(codes)
    if settings:
        shown = w.markdown("notice.unapplied", {"settings": ", ".join(settings)})
        st.caption(shown)
