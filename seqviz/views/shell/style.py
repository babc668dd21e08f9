"""Styling beyond the theme that every view shares. Static: nothing that anybody typed is in it."""

import streamlit as st

# The translation reads from the last row; the ten views stand in one row where there is room, clear
# of Streamlit's header (60 pixels, opaque once the sidebar is closed); what a narrow field says
# while one types stands below it, not on what is typed; what only speaks to the browser takes no
# room.
STYLE = """<style>
.st-key-source [data-testid="stText"], .st-key-translation [data-testid="stText"],
.st-key-others [data-testid="stText"] {
  font-family: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
.st-key-source [data-testid="stText"] { font-size: 1.05rem; opacity: .85; }
.st-key-translation [data-testid="stText"] {
  font-size: 1.75rem; line-height: 1.35; font-weight: 600; }
[data-testid="stMetricValue"] { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
[data-testid="stMainBlockContainer"] { padding: 4.25rem 3rem 2.5rem; }
[data-testid="stMain"] { scroll-padding-top: 4rem; }
.st-key-browser { position: absolute; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding-inline: 1rem; } }
.st-key-view button { padding-inline: .55rem; }
.st-key-view button p { font-size: .875rem; }
[data-testid="stSidebar"] [data-testid="stTextInput"] { padding-bottom: 1.25rem; }
</style>"""


def apply() -> None:
    """Add the styles to the page."""
    st.html(STYLE)
