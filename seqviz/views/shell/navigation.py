"""Where one is on the page: six groups of screens, and the screens of one."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from seqviz.views.session import settings, state
from seqviz.views.session.i18n import Words

GROUP = "group"
ICONS = {
    "watch": ":material/visibility:",
    "compare": ":material/compare_arrows:",
    "experiment": ":material/science:",
    "train": ":material/model_training:",
    "learn": ":material/school:",
    "inspect": ":material/fact_check:",
}


def render(w: Words) -> DeltaGenerator:
    """Draw both; a group opens on the screen of it that was seen last.

    Returns:
        the place at the end of the row, for what can be done with the trace that is shown.
    """
    view = state.text("view")
    group = settings.group_of(view)
    state.remember(_last(group), view)
    state.put_choice(GROUP, group)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="navigation"):
        st.segmented_control(
            w("page.group"),
            settings.GROUPS,
            key=GROUP,
            required=True,
            format_func=lambda code: f"{ICONS[code]} {w(f'group.{code}')}",
            label_visibility="collapsed",
            on_change=_turn,
        )
        if group != "watch" and len(settings.GROUPS[group]) > 1:  # its views turn in the browser
            st.segmented_control(
                w("page.view"),
                settings.GROUPS[group],
                key="view",
                required=True,
                format_func=lambda code: w(f"view.{code}"),
                label_visibility="collapsed",
            )
        around = st.container(horizontal=True, gap="small", width="content", key="around")
    with st.container(key="unseen-title"):  # for screen readers: what stands below it
        st.header(w(f"group.{group}"), anchor=False)
    return around


def _turn() -> None:
    group = str(state.choice(GROUP))
    state.put("view", str(state.remembered(_last(group)) or settings.GROUPS[group][0]))


def _last(group: str) -> str:
    return f"last_{group}"
