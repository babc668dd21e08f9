"""Live re-ranking: the recorded hypotheses under another α, β and normalisation, at once."""

from dataclasses import replace
from functools import partial
from math import isclose
from typing import cast

import streamlit as st

from seqviz import figures
from seqviz.analysis.attention import missing_attention
from seqviz.analysis.rerank import Ranking, behind, coverage_penalties, rerank, rerank_as_searched
from seqviz.analysis.score_curves import Over, score_curves
from seqviz.figures.rerank import MOST_LINES, NAMES
from seqviz.options import DecodeOptions, LengthNormalisation
from seqviz.trace import Trace
from seqviz.views.session import settings, state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.words.numbers import number

STEP = 0.05
CODES = {"norm": "rerank_norm", "alpha": "rerank_alpha", "beta": "rerank_beta"}
"""The sidebar's setting to the one of this view, which is empty for the search's own value."""
COLUMN_WIDTHS = (30, 80, 72, 62, 104, 118, 72, 74, 112)
"""Pixels of all columns but the last, the texts, which takes what is left: 160 at 1280 or more."""


@last_resort
def render(trace: Trace, request: Request | None, w: Words) -> None:
    """Draw the hypotheses of the search, or, where it was greedy, those of a beam search.

    Without a request, the trace comes from a file, and there is nothing to search again.
    """
    st.caption(w(_of(trace, "rerank.about")))
    if request is not None and trace.options.sampling is None and trace.options.beam_size == 1:
        beam_size = DecodeOptions.beam_size
        st.info(w("rerank.greedy", {"beam": beam_size}), icon=":material/account_tree:")
        request = replace(request, options=replace(request.options, beam_size=beam_size))
        found = decode.trace_for(request, w)
        if found is None:
            return
        trace = found
    _explore(trace, request, w)


@fragment
def _explore(trace: Trace, request: Request | None, w: Words) -> None:
    """Draw the controls, the winner, who wins where, and the table."""
    ranking = _controls(trace, w)
    _winner(trace, ranking, w)
    if request is None:
        st.caption(w("open.needs.again"))
    else:
        _search_again(trace, ranking, w)
    _charts(trace, ranking, w)
    table = figures.rerank_table(trace, ranking, words=w.table)
    widths = dict(zip(table.columns, COLUMN_WIDTHS, strict=False))
    if not ranking.coverage_terms.any():
        table = table.drop(columns=w("figure.rerank.coverage"))
    shown = {name: widths[name] for name in table.columns if name in widths}
    name = w(_of(trace, "rerank.table"), {"count": len(table)})
    with st.expander(name, key="rerank-data", icon=":material/table_rows:"):
        chart.draw_table(table, key="rerank-table", widths=shown)
    if behind(trace).any():
        st.caption(w(_of(trace, "rerank.caveat.unfinished")))
    state.write_link()


def _of(trace: Trace, key: str) -> str:
    """The key of the words for a search, or for samples, which nothing searched for."""
    return key if trace.options.sampling is None else f"{key}.sample"


def _controls(trace: Trace, w: Words) -> Ranking:
    """Draw the controls; return the ranking that they ask for."""
    own = rerank_as_searched(trace)
    reason = _no_coverage(trace)
    norm = cast(LengthNormalisation, state.text(CODES["norm"]) or own.normalisation)
    alpha = _value("alpha", own.alpha)
    beta = 0.0 if reason else _value("beta", own.beta)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        state.put("rerank-norm", norm)
        st.selectbox(
            w("rerank.norm"),
            settings.NORMALISATIONS,
            key="rerank-norm",
            format_func=lambda code: w(f"norm.{code}"),
            on_change=_keep_norm,
        )
        _slider("alpha", alpha, high=_high(trace, "alpha"), disabled=norm == "none", w=w)
        if reason is None:
            _slider("beta", beta, high=_high(trace, "beta"), disabled=False, w=w)
        st.button(
            w("rerank.reset"),
            key="rerank-reset",
            icon=":material/restart_alt:",
            help=w(_of(trace, "rerank.reset.help")),
            disabled=(norm, alpha, beta) == (own.normalisation, own.alpha, own.beta),
            on_click=_reset,
        )
    if reason is not None:
        st.caption(w(f"rerank.beta.{reason}"))
    return rerank(trace, normalisation=norm, alpha=alpha, beta=beta)


def _no_coverage(trace: Trace) -> str | None:
    """Why there is no coverage term, as a code; None where there is one."""
    return None if coverage_penalties(trace) is not None else missing_attention(trace)


def _value(name: Over, own: float) -> float:
    asked = state.text(CODES[name])
    return float(asked) if asked else own


def _high(trace: Trace, over: Over) -> float:
    """The greatest value of a slider; a search from elsewhere may have gone beyond the page's."""
    if over == "alpha":
        return max(settings.MAX_PAGE_ALPHA, trace.options.alpha)
    return max(settings.MAX_PAGE_BETA, trace.options.beta)


def _slider(name: Over, value: float, *, high: float, disabled: bool, w: Words) -> None:
    stands = cast(float | None, state.choice(f"rerank-{name}"))
    if stands is None or not isclose(stands, value, abs_tol=STEP / 2):
        state.put(f"rerank-{name}", value)  # told so again, it would undo the next key pressed
    st.slider(
        w(f"rerank.{name}"),
        0.0,
        high,
        step=STEP,
        key=f"rerank-{name}",
        help=w("rerank.alpha.none" if disabled else f"rerank.{name}.help"),
        disabled=disabled,
        on_change=partial(_keep_number, name),
    )


def _keep_norm() -> None:
    state.put(CODES["norm"], state.text("rerank-norm"))


def _keep_number(name: Over) -> None:
    state.put(CODES[name], f"{state.real(f'rerank-{name}'):.4g}")


def _reset() -> None:
    state.reset(tuple(CODES.values()))


def _winner(trace: Trace, ranking: Ranking, w: Words) -> None:
    """The best hypothesis, beside the one that the search chose where that is another."""
    winner, texts = ranking.winner, trace.hypotheses.texts
    ranks = {"rank": winner + 1}, {"rank": int(ranking.ranks[0])}
    if winner != 0:
        side_by_side.render(
            side_by_side.Card(
                "rerank",
                w(_of(trace, "rerank.winner"), ranks[0]),
                texts[winner],
                (
                    _parts(trace, ranking, winner, w=w),
                    _ahead(ranking, 0, _of(trace, "rerank.ahead"), w=w),
                ),
            ),
            side_by_side.Card(
                "searched",
                w(_of(trace, "rerank.searched"), ranks[1]),
                texts[0],
                (_parts(trace, ranking, 0, w=w),),
            ),
            w,
        )
        return
    with st.container(border=True, key="marked-rerank"):
        st.caption(w(_of(trace, "rerank.winner.same")))
        st.markdown(str(escape_markdown(texts[0])) or w("header.nothing"))
        st.caption(_parts(trace, ranking, 0, w=w))
        if len(texts) > 1 and not behind(trace)[ranking.order[1]]:
            st.caption(_ahead(ranking, int(ranking.order[1]), "rerank.ahead.second", w=w))


def _parts(trace: Trace, ranking: Ranking, place: int, *, w: Words) -> str:
    """A score taken apart."""
    facts = {
        "sum": number(trace.hypotheses.log_probs[place], ".3f"),
        "normaliser": number(ranking.normalisers[place], ".3f"),
        "coverage": number(ranking.coverage_terms[place], ".3f"),
        "score": number(ranking.scores[place], ".3f"),
    }
    coverage = ".coverage" if ranking.beta else ""
    return w(f"rerank.score{coverage}", facts)


def _ahead(ranking: Ranking, other: int, key: str, *, w: Words) -> str:
    return w(key, {"margin": number(ranking.scores[ranking.winner] - ranking.scores[other], ".3f")})


def _search_again(trace: Trace, ranking: Ranking, w: Words) -> None:
    """What re-ranking cannot show, and the button for the search that can."""
    own = trace.options
    asked = (ranking.normalisation, ranking.alpha, ranking.beta)
    words, button = st.columns([3, 2], vertical_alignment="center", gap="medium")
    words.caption(w(_of(trace, "rerank.caveat")))
    if button.button(
        w(_of(trace, "rerank.again")),
        key="rerank-again",
        icon=":material/search:",
        help=w(_of(trace, "rerank.again.help")),
        disabled=asked == (own.length_normalisation, own.alpha, own.beta),
        on_click=_ask_search,
        args=(ranking,),
        width="stretch",
    ):
        st.rerun()


def _ask_search(ranking: Ranking) -> None:
    state.resume()
    state.put("norm", ranking.normalisation)
    state.put("alpha", ranking.alpha)
    state.put("beta", ranking.beta)
    _reset()


def _charts(trace: Trace, ranking: Ranking, w: Words) -> None:
    """Who wins at which α, and at which β where there is coverage to score."""
    st.toggle(w("rerank.scores"), key="rerank-scores", help=w("rerank.scores.help"))
    drawn: list[Over] = []
    if ranking.normalisation != "none":
        drawn.append("alpha")
    else:
        st.caption(w("rerank.alpha.none"))
    if _no_coverage(trace) is None:
        drawn.append("beta")
    for column, over in zip(st.columns(max(1, len(drawn)), gap="large"), drawn, strict=False):
        with column:
            _chart(trace, ranking, over, w=w)
    count = len(trace.hypotheses)
    if drawn and count > MOST_LINES:
        st.caption(w("rerank.lines.most", {"shown": MOST_LINES, "count": count}))


def _chart(trace: Trace, ranking: Ranking, over: Over, *, w: Words) -> None:
    curves = score_curves(trace, ranking, over, high=_high(trace, over))
    relative = not state.flag("rerank-scores")
    picture = figures.rerank_picture(trace, ranking, curves, relative=relative, words=w.table)
    chart.draw(picture, key=f"rerank-{over}-lines", w=w)
    values = ", ".join(number(change.value) for change in curves.changes)
    facts = {"name": NAMES[over], "values": values, "high": number(curves.values[-1], "g")}
    st.caption(w("rerank.changes" if values else "rerank.steady", facts))
