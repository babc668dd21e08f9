"""SeqViz: page set-up, sidebar, one of the views. Start it with ``make run``."""

from pathlib import Path

import streamlit as st

from seqviz.views import page
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.sidebar import sidebar

st.set_page_config(
    page_title="SeqViz",
    page_icon=str(Path(__file__).parent / "assets" / "icon.svg"),
    layout="wide",
    initial_sidebar_state="expanded",
)
state.begin()
words = Words(state.text("lang"))
page.render(sidebar.render(words), words)
state.write_link()
