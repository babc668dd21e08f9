"""Greedy against beam search: both texts, where they part, what became of greedy's prefix."""

from dataclasses import replace

import streamlit as st

from seqviz import figures
from seqviz.analysis.compare import Divergence, PrefixFate, first_difference, greedy_prefix_fate
from seqviz.analysis.words import display_piece
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.views.session import decoding, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.views.sidebar import own_model
from seqviz.views.sidebar.examples import EXAMPLES
from seqviz.words.numbers import number


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw greedy decoding beside the beam search of the same sentence.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    if request.options.sampling is not None:
        st.caption(w("compare.sampled"))
        request = decoding.beam_search_of(request)
        search = decode.trace_for(request, w)
        if search is None:
            return
        trace = search
    greedy, beam = _both(trace, request, w)
    if greedy is None or beam is None:
        return
    _texts(greedy, beam, w)
    difference = first_difference(greedy, beam)
    if difference is None:
        _agree(beam, w)
    else:
        fate = greedy_prefix_fate(greedy, beam)
        st.info(parting_text(difference, fate, w), icon=":material/call_split:")
        st.caption(fate_text(fate, beam, w))
    chart.draw(figures.cumulative_picture(greedy, beam, words=w.table), key="cumulative", w=w)
    state.write_link()


def _both(trace: Trace, request: Request, w: Words) -> tuple[Trace | None, Trace | None]:
    """Greedy and beam; the page's own trace is one of the two."""
    if trace.options.beam_size > 1:
        options = replace(request.options, beam_size=1)
        return decode.trace_for(replace(request, options=options), w), trace
    beam_size = DecodeOptions.beam_size
    st.caption(w("compare.beam_is_one", {"beam": beam_size}))
    options = replace(request.options, beam_size=beam_size)
    return trace, decode.trace_for(replace(request, options=options), w)


def _texts(greedy: Trace, beam: Trace, w: Words) -> None:
    names = w("compare.greedy"), w("compare.beam", {"beam": beam.options.beam_size})
    left, right = (
        side_by_side.Card(
            str(trace.options.beam_size), name, trace.translation, (side_by_side.sums(trace, w),)
        )
        for trace, name in zip((greedy, beam), names, strict=True)
    )
    side_by_side.render(left, right, w)


def _agree(beam: Trace, w: Words) -> None:
    st.success(w("compare.same"), icon=":material/check:")
    examples = () if own_model.name() else EXAMPLES.get(state.text("pair"), ())
    example = next((e for e in examples if e.code == "divergence"), None)
    if example is not None and example.source != beam.source.text:
        st.button(
            w("compare.offer"),
            icon=":material/lightbulb:",
            on_click=state.show_text,
            args=(example.source, example.reference),
        )


def parting_text(difference: Divergence, fate: PrefixFate, w: Words) -> str:
    """Say in words where they parted and what it was worth."""
    facts = {
        "step": difference.step + 1,
        "greedy": _piece(difference.greedy_piece),
        "greedy_prob": _percent(difference.greedy_prob),
        "beam": _piece(difference.beam_piece),
        "beam_prob": _percent(difference.beam_prob),
        "margin": number(abs(difference.log_prob_margin)),
        "score_margin": number(abs(difference.score_margin), ".3f"),
    }
    if difference.score_margin < 0:
        outcome = "compare.lost" if fate.code in ("pruned", "unseen") else "compare.behind"
    elif difference.log_prob_margin < 0:
        outcome = "compare.won_by_score"
    else:
        outcome = "compare.won"
    return w.markdown("compare.divergence", facts) + w.markdown(outcome, facts)


def _piece(piece: str | None) -> str:
    return "—" if piece is None else display_piece(piece).removeprefix("▁") or "␣"


def _percent(probability: float) -> str:
    return number(probability)


def fate_text(fate: PrefixFate, beam: Trace, w: Words) -> str:
    """Say in words what became of greedy's prefix in the beam."""
    facts = {
        "step": fate.step + 1,
        "rank": fate.rank,
        "beam": beam.options.beam_size,
        "place": None if fate.hypothesis is None else fate.hypothesis + 1,
    }
    return w.markdown(f"compare.fate.{fate.code}", facts)
