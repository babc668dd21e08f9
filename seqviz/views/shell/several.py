"""The translations of a text's sentences in one, above the search of the one that is shown."""

from dataclasses import replace

import streamlit as st

from seqviz.translator.translation import joined_text
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode


def render(request: Request, w: Words) -> None:
    """Translate and record those that are not shown, too; what was edited is edited in one only."""
    options = replace(request.options, prefix=(), prefix_text="", interventions=())
    found = []
    for sentence in request.sentences:
        is_shown = sentence == request.text
        asked = request if is_shown else replace(request, text=sentence, options=options)
        trace = decode.trace_for(asked, w)
        if trace is None:
            return
        found.append(trace)
    st.caption(w("parts.joined"))
    texts = [trace.translation for trace in found]
    st.text(joined_text(texts, found[0].model.target_language))
