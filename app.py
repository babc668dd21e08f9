"""SeqViz: the server, and in it the page: set-up and one screen. Start it with ``make run``.

Streamlit reads this file twice: once for the server, then for the page at every visit.
"""

from functools import partial
from pathlib import Path

import streamlit as st
from streamlit import runtime

from seqviz.views import page
from seqviz.views.learn import lesson
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.shell import entrance, serving


def draw(words: Words) -> None:
    """Draw the page, and write what it shows into the link."""
    page.render(words)
    state.write_link()


if runtime.exists():
    st.set_page_config(
        page_title="SeqViz",
        page_icon=str(Path(__file__).parent / "assets" / "icon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    state.begin()
    entrance.let_in(draw, Words(state.text("lang")))
else:
    app = st.App(
        __file__,
        lifespan=partial(serving.lifespan, prepare=lesson.warm_up),
        middleware=serving.middleware(),
        routes=serving.routes(),
    )
