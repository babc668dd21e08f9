"""One system's card: its translation beside a base, its numbers, and where it looked."""

import streamlit as st

from seqviz import figures
from seqviz.analysis.attention import missing_attention
from seqviz.analysis.systems import difference, system_row
from seqviz.trace import Trace
from seqviz.trace.notices import is_doubt, is_of_translation
from seqviz.views.compare.each_system import Outcome
from seqviz.views.components import viewer
from seqviz.views.session import state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell.notice import show_notices
from seqviz.views.sidebar import own_model
from seqviz.words.numbers import number

VIEWS = {"attention": ":material/grid_on:", "tree": ":material/account_tree:"}
"""Where a card leads."""
BETWEEN = " · "

STYLE = """<style>
[class*="st-key-marked-system"] p { font-size: 1.3rem; line-height: 1.4; font-weight: 500;
  overflow-wrap: anywhere; }
[class*="st-key-marked-system"] strong { font-weight: 700; }
[class*="st-key-system-card"] [data-testid="stMetricValue"] { font-size: 1.1rem; }
[class*="st-key-numbers-of-system"] { row-gap: .2rem; }
[class*="st-key-name-of-system"] { row-gap: 0; }
[class*="st-key-system-card"] > :last-child:has([data-testid="stButton"]) {
  margin-top: auto; }
</style>"""


def render(outcome: Outcome, base: str | None, *, chosen: bool, w: Words) -> None:
    """Draw the card below its name.

    Args:
        outcome: what became of the sentence.
        base: the translation to compare with; None: there is none.
        chosen: it is the system of the sidebar.
        w: the page's words.
    """
    _name(outcome.entry.system, chosen=chosen, w=w)
    if outcome.trace is not None:
        _text(outcome.trace, outcome.entry.system, base, w=w)
        _numbers(outcome, w)
    if outcome.error:
        st.error(outcome.error, icon=":material/error:")
    elif outcome.trace is None:
        st.caption(w("systems.not_yet"))
    if outcome.trace is not None:
        _notes(outcome.trace, w)
        picture(outcome.trace, outcome.entry.system, w)
        _links(outcome.entry.system, w)


def render_name(system: str, w: Words) -> None:
    """The head of a card that has nothing else to say about its system."""
    _name(system, chosen=False, w=w)


def _name(system: str, *, chosen: bool, w: Words) -> None:
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        key=f"name-of-system-{system}",
    ):
        name = str(escape_markdown(w.name("system", system)))
        st.subheader(name, anchor=False, width="content")
        if chosen:
            st.caption(f":material/check: {w('systems.chosen')}", width="content")


def _text(trace: Trace, system: str, base: str | None, *, w: Words) -> None:
    found = difference(trace.translation if base is None else base, trace.translation)
    with st.container(key=f"marked-system-{system}"):
        st.markdown(side_by_side.marked(found.words) or w("header.nothing"))
    if base is None:
        return
    said = []
    if system == state.text("base"):
        said.append(w("systems.is_base"))
    elif found.same:
        said.append(w("systems.same"))
    if found.differing:
        said.append(w("systems.differs", {"count": found.differing}))
    if found.missing:
        words = BETWEEN.join(str(escape_markdown(run)) for run in found.missing)
        said.append(w("systems.missing", {"words": words}))
    st.caption(" ".join(said))


def _numbers(outcome: Outcome, w: Words) -> None:
    assert outcome.trace is not None
    row = system_row(outcome.entry.system, outcome.trace, forced=outcome.forced, chrf=outcome.chrf)
    shown = {
        "score": number(row.score, ".3f"),
        "milliseconds": number(row.milliseconds, ".0f"),
        "parameters": w.count(row.parameters),
    }
    if row.chrf is not None:
        shown["chrf"] = number(row.chrf, ".1f")
    with st.container(horizontal=True, gap="medium", key=f"numbers-of-system-{row.system}"):
        for name, value in shown.items():
            st.metric(w(f"figure.systems.{name}"), value, width="content")


def _notes(trace: Trace, w: Words) -> None:
    """What went otherwise than asked, or than one would think."""
    if not trace.model.attends and state.real("beta"):
        st.caption(w("systems.no_coverage"))
    if trace.cut_off():
        st.warning(w("header.unfinished"), icon=":material/content_cut:")
    # What the sentence has against it stands above, once.
    elsewhere = [c for c in trace.notices if is_doubt(c) and not is_of_translation(c)]
    show_notices([code for code in trace.notices if code not in elsewhere], w)


def picture(trace: Trace, system: str, w: Words) -> None:
    """Draw where a system looked, or the one vector that it has instead."""
    if missing_attention(trace) is None:
        viewer.show(trace, w, key=f"system-{system}", layout=["heatmap"])
        return
    backwards = ".reversed" if trace.model.reverses_source else ""
    st.caption(w(f"systems.vector{backwards}"))
    drawn = figures.one_vector_picture(trace, words_level=state.flag("words"), words=w.table)
    chart.draw(drawn, key=f"system-{system}", w=w)


def _links(system: str, w: Words) -> None:
    with st.container(horizontal=True, gap="small"):
        for view, icon in VIEWS.items():
            st.button(
                w(f"view.{view}"),
                key=f"{view}-of-{system}",
                icon=icon,
                on_click=_turn_to,
                args=(system, view),
                width="stretch",
            )


def _turn_to(system: str, view: str) -> None:
    state.resume()
    if not own_model.name():
        state.put("system", system)
    state.put("view", view)
