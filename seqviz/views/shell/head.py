"""The first line of the page: its name, what it is, and how it is to be read."""

import streamlit as st

from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.words import LANGUAGES, table


def render(w: Words) -> None:
    """Draw the line; the browser does itself what its buttons say, see ``presenter.js``.

    It asks for the settings when they are opened for the first time.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="top"):
        st.title("SeqViz", anchor=False, width="content")
        st.markdown(w("page.about"))
        st.button(
            w("page.present"),
            key="present",
            icon=":material/slideshow:",
            type="tertiary",
            help=w("page.present.help"),
        )
        st.segmented_control(
            w("page.language"),
            LANGUAGES,
            key="lang",
            required=True,
            format_func=lambda language: table(language)["page.own_name"],
            label_visibility="collapsed",
        )
        st.button(
            w("sidebar.settings"),
            key="settings",
            icon=":material/tune:",
            on_click=state.remember,
            args=(state.OPENED, True),
        )
