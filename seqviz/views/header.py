"""Above the views: the translation and what it cost."""

import streamlit as st

from seqviz.trace import Trace
from seqviz.views.i18n import Words

# Static: the only styling beyond the theme, so that the translation reads from the last row.
STYLE = """<style>
.st-key-source [data-testid="stText"], .st-key-translation [data-testid="stText"] {
  font-family: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
.st-key-source [data-testid="stText"] { font-size: 1.05rem; opacity: .85; }
.st-key-translation [data-testid="stText"] {
  font-size: 1.75rem; line-height: 1.35; font-weight: 600; }
[data-testid="stMetricValue"] { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
[data-testid="stMainBlockContainer"] { padding-top: 2.5rem; }
</style>"""


def render(trace: Trace, w: Words) -> None:
    """Draw the sentence, its translation as plain text, and the numbers of this decoding."""
    st.html(STYLE)
    words, numbers = st.columns([3, 2], vertical_alignment="center", gap="medium")
    with words:
        with st.container(key="source"):
            st.text(trace.source.text)
        with st.container(key="translation"):
            st.text(trace.translation or w("header.nothing"))
    with numbers:
        _numbers(trace, w)
    unknown = [
        piece
        for piece, token in zip(trace.source.pieces, trace.source.ids, strict=True)
        if token == trace.model.unk
    ]
    if unknown:
        shown = [piece.strip("▁") for piece in dict.fromkeys(unknown)]
        key = "header.unknown" if len(shown) > 1 else "header.unknown.one"
        st.warning(w.markdown(key, {"pieces": " ".join(shown)}), icon=":material/help:")
    if not trace.hypotheses.finished[0]:
        st.warning(w("header.unfinished"), icon=":material/content_cut:")


def _numbers(trace: Trace, w: Words) -> None:
    facts = (
        ("log_prob", f"{trace.hypotheses.log_probs[0]:.2f}"),
        ("tokens", f"{len(trace.source.ids)} → {trace.hypotheses.lengths[0]}"),
        ("milliseconds", _duration(trace.milliseconds)),
        ("device", trace.device.upper()),
    )
    for column, (name, value) in zip(st.columns(len(facts)), facts, strict=True):
        column.metric(w(f"header.{name}"), value, help=w(f"header.{name}.help"))


def _duration(milliseconds: float) -> str:
    seconds = milliseconds / 1000
    return f"{milliseconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
