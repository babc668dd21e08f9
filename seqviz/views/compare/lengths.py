"""What becomes of long sentences: curves measured on a test set, and this sentence repeated."""

import streamlit as st

from seqviz.trace import Trace
from seqviz.views.compare import length_curves, longer, two_systems
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell.guard import last_resort
from seqviz.views.sidebar.systems_of import is_listed


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the curves of the pair, then let two of its systems translate the sentence repeated.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    entries = two_systems.of_pair(request)
    if is_listed(request):
        length = len(trace.source.ids) - 1
        length_curves.render(entries, request.folder.name, length, w=w)
        if said := two_systems.unlike(entries, w):
            st.caption(said)
    else:
        st.info(w("own.no_study"), icon=":material/info:")
    longer.render(entries, request, w)
    state.write_link()
