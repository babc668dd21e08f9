"""Above the views: the translation, how it was asked for, and the others."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from seqviz.figures import theme
from seqviz.trace import Trace
from seqviz.trace.notices import TRADITIONAL, languages_of
from seqviz.viewer.facts import Fact
from seqviz.viewer.facts import facts as recorded_facts
from seqviz.views.session import decoding, settings, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import take_away
from seqviz.views.shell.notice import show_notices
from seqviz.words import plural
from seqviz.words.numbers import number

FEW = 5
"""Other hypotheses shown at once; the rest can be opened."""


def render(trace: Trace, request: Request | None, w: Words, *, around: DeltaGenerator) -> None:
    """Draw the sentence and its translation as plain text; details and export wait for a click.

    Args:
        trace: what is shown.
        request: how it was asked for; None: it comes from a file, which says so itself.
        w: the page's words.
        around: the place of the buttons.
    """
    with around:
        with st.popover(w("header.details"), icon=":material/info:", key="details"):
            _numbers(trace, w)
            _facts(trace, w)
        take_away.render(trace, request, w)
    # Where both are watched, their words are the picture: the plain text is for screen readers.
    is_watched = settings.group_of(state.text("view")) == "watch"
    with st.container(gap="xxsmall", key="unseen" if is_watched else "result"):
        with st.container(key="source"):
            st.text(trace.source.text)
        with st.container(key="translation"):
            st.text(trace.translation or w("header.nothing"))
    if request is not None:
        _asked(request, w)
    _others(trace, w)
    _warn(trace, w, asked=request is not None)


def _asked(request: Request, w: Words) -> None:
    """Name the options that are not the usual ones, and offer to leave them."""
    unusual = decoding.unusual(request.options, w)
    if not unusual:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="asked"):
        st.caption(unusual, width="content")
        if request.options.sampling is not None:
            st.button(
                w("asked.draw"),
                key="draw-again",
                type="tertiary",
                icon=":material/casino:",
                help=w("asked.draw.help", {"seed": state.integer("seed") + 1}),
                on_click=decoding.draw_again,
            )
        offer_reset(w)


def offer_reset(w: Words) -> None:
    """Offer to return to the usual options."""
    st.button(
        w("asked.reset"),
        key="reset-options",
        type="tertiary",
        icon=":material/restart_alt:",
        on_click=decoding.reset,
    )


def _others(trace: Trace, w: Words) -> None:
    """List the hypotheses after the best: as many as were asked for, or all samples."""
    sampled = trace.options.sampling is not None
    count = len(trace.hypotheses) if sampled else trace.options.n_best
    lines = [_other(trace, rank, w) for rank in range(1, min(count, len(trace.hypotheses)))]
    if not lines:
        return
    with st.container(key="others", gap="xxsmall"):
        st.caption(w("header.others.samples" if sampled else "header.others"))
        for line in lines[:FEW]:
            st.text(line)
        if lines[FEW:]:
            with st.expander(w("header.others.more", {"count": len(lines) - FEW})):
                st.text("\n".join(lines[FEW:]))


def _other(trace: Trace, rank: int, w: Words) -> str:
    found = trace.hypotheses
    text = theme.isolate(found.texts[rank] or w("header.nothing"))
    return f"{rank + 1}. {text}  ({number(found.scores[rank], '.3f')})"


def _warn(trace: Trace, w: Words, *, asked: bool) -> None:
    show_notices(trace.notices, w, cures=asked)
    explained = any(code == TRADITIONAL or languages_of(code) for code in trace.notices)
    if trace.unknown and not explained:
        key = plural("header.unknown", len(trace.unknown))
        st.warning(w.markdown(key, {"pieces": " ".join(trace.unknown)}), icon=":material/help:")
    if trace.unknown_in_instruction:
        st.warning(w("header.unknown_instruction"), icon=":material/help:")
    if trace.model.unk in trace.options.prefix:
        st.warning(w("header.unknown_start"), icon=":material/help:")
    if trace.cut_off():
        st.warning(w("header.unfinished"), icon=":material/content_cut:")


def _numbers(trace: Trace, w: Words) -> None:
    facts = (
        ("log_prob", number(trace.hypotheses.log_probs[0])),
        ("tokens", f"{len(trace.source.ids)} → {trace.hypotheses.lengths[0]}"),
        ("milliseconds", _duration(trace.milliseconds)),
        ("device", trace.device.upper()),
    )
    for column, (name, value) in zip(st.columns(len(facts)), facts, strict=True):
        column.metric(w(f"header.{name}"), value, help=w(f"header.{name}.help"))


def _facts(trace: Trace, w: Words) -> None:
    """What was recorded of the model, the options and the run, as the offline page has it."""
    columns = st.columns(len(facts := recorded_facts(trace)), gap="medium")
    for column, (group, found) in zip(columns, facts.items(), strict=True):
        lines = [f"- {_named(fact, w)}" for fact in found]
        column.markdown("\n".join([f"**{w(f'viewer.group.{group}')}**\n", *lines]))


def _named(fact: Fact, w: Words) -> str:
    """A fact with its name, in Markdown; what has no words shows as its code."""
    name, value = fact
    if isinstance(value, str):
        said = value
    else:
        key = str(value[0])
        given = [one for part in value[1:] if isinstance(part, Mapping) for one in part.items()]
        facts = {code: w.table.get(str(one), one) for code, one in given}
        said = w(key, facts) if key in w.table else key.rpartition(".")[2]
    told = {"name": w.table.get(f"viewer.fact.{name}", name), "value": said}
    return w.markdown("figure.named", told)


def _duration(milliseconds: float) -> str:
    seconds = milliseconds / 1000
    return f"{milliseconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
