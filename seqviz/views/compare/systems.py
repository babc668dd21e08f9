"""One sentence through all systems of a pair: a card each, and a table of all numbers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from seqviz import figures, kinds
from seqviz.analysis.systems import SystemRow, system_row
from seqviz.catalog import ModelEntry
from seqviz.errors import SeqVizError
from seqviz.tasks import TASKS, find_task
from seqviz.trace import Trace
from seqviz.views.compare import each_system, system_card
from seqviz.views.compare.each_system import Outcome
from seqviz.views.compare.two_systems import unlike
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.language_names import pair_name
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.views.shell import side_by_side
from seqviz.views.shell.guard import last_resort
from seqviz.views.sidebar.ask import open_pair
from seqviz.views.sidebar.reference_field import is_typed, reference_field
from seqviz.views.sidebar.systems_of import entry_of, is_listed, systems_of

REFERENCE = "_reference"
"""The reference as the base; no folder of a model begins so."""

# Static: two cards in a row, three on a wide page where they fill their rows better.
STYLE = """<style>
.st-key-systems-grid, .st-key-systems-grid-wide {
  display: grid; gap: 1rem; grid-template-columns: repeat(2, minmax(0, 1fr)); }
[class*="st-key-systems-grid"] > div, [class*="st-key-system-card"] { height: 100%; }
@media (max-width: 1000px) { .st-key-systems-grid, .st-key-systems-grid-wide {
  grid-template-columns: minmax(0, 1fr); } }
@media (min-width: 1700px) { .st-key-systems-grid-wide {
  grid-template-columns: repeat(3, minmax(0, 1fr)); } }
</style>"""


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw all systems of the pair of this request.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    found, broken = systems_of(request)
    entries, chosen = sorted(found, key=_age), entry_of(request).system
    st.html(STYLE + side_by_side.STYLE + system_card.STYLE)
    st.caption(w("systems.about"))
    if len(entries) + len(broken) == 1:
        _offer_more(request, w)
    reference = reference_field(trace.translation, w)
    _controls([entry.system for entry in entries], chosen, w)
    progress = st.container()
    cards = _places([*(entry.system for entry in entries), *broken])
    for system, error in broken.items():
        with cards[system]:
            system_card.render_name(system, w)
            st.error(w.error(error), icon=":material/error:")
    outcomes = _fill(
        cards, _base_first(entries), request, reference=reference, progress=progress, w=w
    )
    st.caption(" ".join([w("systems.heatmaps"), unlike(entries, w)]).strip())
    _numbers([outcome for outcome in outcomes if outcome.trace is not None], entries, w)
    state.write_link()


def _offer_more(request: Request, w: Words) -> None:
    """Say that there is nothing to compare with, and offer the languages with most systems."""
    alone = "systems.single" if is_listed(request) else "own.alone"
    st.info(w(alone), icon=":material/looks_one:")
    counts = Counter(entry.pair for entry in cache.models().entries if entry.pair not in TASKS)
    pair, count = counts.most_common(1)[0] if counts else ("", 0)
    if count > 1:
        facts = {"pair": pair_name(pair, w), "count": count}
        st.button(
            w("systems.more", facts),
            key="systems-more",
            icon=":material/compare_arrows:",
            on_click=open_pair,
            args=(pair,),
        )


def _age(entry: ModelEntry) -> tuple[int, str]:
    return kinds.age_of(entry.system), entry.system


def _controls(systems: Sequence[str], chosen: str, w: Words) -> None:
    offered = [*systems, *([REFERENCE] if is_typed() else [])]
    state.keep_choice("base", [chosen, *offered])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if len(offered) > 1:
            st.selectbox(
                w("systems.base"),
                offered,
                key="base",
                format_func=lambda code: _base_name(code, w),
                help=w("systems.base.help"),
                width=340,
            )
        st.toggle(w("attention.words"), key="words", help=w("attention.words.help"))


def _base_name(code: str, w: Words) -> str:
    return w("systems.base.reference") if code == REFERENCE else w.name("system", code)


def _places(systems: Sequence[str]) -> dict[str, DeltaGenerator]:
    """A framed place a system."""
    wide = len(systems) == 3 or len(systems) > 4  # noqa: PLR2004 - four fill two rows of two
    places = {}
    with st.container(key="systems-grid-wide" if wide else "systems-grid"):
        for system in systems:
            places[system] = st.container(
                border=True, height="stretch", gap="xsmall", key=f"system-card-{system}"
            )
    return places


def _base_first(entries: Sequence[ModelEntry]) -> list[ModelEntry]:
    """The order of work: the others are compared with the base."""
    return sorted(entries, key=lambda entry: entry.system != state.text("base"))


def _fill(
    cards: Mapping[str, DeltaGenerator],
    entries: Sequence[ModelEntry],
    request: Request,
    *,
    reference: str,
    progress: DeltaGenerator,
    w: Words,
) -> list[Outcome]:
    """Translate with one system after the other, each drawn as soon as it is there."""
    base = reference if state.text("base") == REFERENCE else None
    chosen, done = entry_of(request).system, list[Outcome]()
    work = each_system.work(request)
    try:
        for outcome in each_system.outcomes(entries, request, reference, progress=progress, w=w):
            own = outcome.entry.system
            if own == state.text("base") and outcome.trace is not None:
                base = outcome.trace.translation
            with cards[own]:
                system_card.render(outcome, base, chosen=own == chosen, w=w)
            done.append(outcome)
    except SeqVizError as error:
        with progress:
            decode.show_error(error, w, work=work)
        for entry in entries[len(done) :]:
            with cards[entry.system]:
                system_card.render_name(entry.system, w)
    if state.is_cancelled(work):
        with progress:
            decode.offer_again(work, w)
    return done


def _numbers(outcomes: Sequence[Outcome], entries: Sequence[ModelEntry], w: Words) -> None:
    if not outcomes:
        return
    places = {entry.system: place for place, entry in enumerate(entries)}
    rows = sorted(map(measured_row, outcomes), key=lambda row: places[row.system])
    names = [str(escape_markdown(w.name("system", row.system))) for row in rows]
    with st.expander(w("systems.numbers"), key="systems-data", icon=":material/table_rows:"):
        st.table(
            figures.systems_table(rows, names, words=w.table),
            hide_index=True,
            alt=w("systems.numbers.alt"),
        )
        st.caption(w("systems.numbers.about"))
        if not is_typed():
            st.caption(w("systems.numbers.no_reference"))


def measured_row(outcome: Outcome) -> SystemRow:
    """The numbers of a system, with BLEU on the test set, or for a task with exact match."""
    entry = outcome.entry
    trace = cast(Trace, outcome.trace)
    row = system_row(entry.system, trace, forced=outcome.forced, chrf=outcome.chrf)
    task = find_task(entry.source_language, entry.target_language)
    value = entry.scores.get("test", {}).get("bleu" if task is None else "exact_match")
    if value is None:
        return row
    return (
        replace(row, bleu=float(value)) if task is None else replace(row, exact_match=float(value))
    )
