"""What if the translation had gone on otherwise: from any step, with any other token.

What was chosen is decoded as the page's own request is, with this start in place of the typed one.
"""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
import streamlit as st

from seqviz.analysis.compare import PrefixFate, greedy_prefix_fate
from seqviz.analysis.words import join_pieces
from seqviz.errors import InputError
from seqviz.figures import theme
from seqviz.trace import Trace
from seqviz.views.components import viewer
from seqviz.views.experiment import acts, next_token, starts
from seqviz.views.experiment.starts import Start
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.words.numbers import number

TREE = "whatif-tree"


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """One start of the translation, and the search that went on from it."""

    request: Request
    trace: Trace

    @property
    def start(self) -> Start:
        """The given tokens."""
        return self.request.options.prefix


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the present translation to choose from, and what was chosen beside the original.

    No fragment as a whole, so that Cancel can interrupt it.
    """
    st.caption(w("whatif.about"))
    place = st.container()
    chosen = starts.starts()
    found = _decode(chosen, request, w)
    is_complete = len(found) == len(chosen)
    present = found[-1].trace if found else trace
    if is_complete:
        with place:
            next_token.choose(present, w)
    if found:
        _compare(trace, found[-1], w)
    if chosen:
        starts.ways_back(w)
    if is_complete:
        _tree(present, (state.text("whatif"), state.integer("step")), w)
    if len(found) > 1:
        _steps(found, w)
    state.write_link()


@fragment
def _tree(trace: Trace, drawn: tuple[str, int], w: Words) -> None:
    """The search, to go on from any node of it; what changes here changes the whole screen."""
    if drawn != (state.text("whatif"), state.integer("step")):
        st.rerun()
    viewer.show(
        trace,
        w,
        key=TREE,
        layout=[["tree", "node"]],
        acts=viewer.Acts((acts.CONTINUE,), partial(acts.take, weakref.ref(trace))),
    )


def _decode(chosen: Sequence[Start], request: Request, w: Words) -> list[WhatIf]:
    """One after the other, as far as the visitor lets them run; what is kept comes at once."""
    found: list[WhatIf] = []
    for start in chosen:
        try:
            options = replace(request.options, prefix=start, prefix_text="")
            asked = replace(request, options=options)
        except InputError as error:
            decode.show_error(error, w)
            break
        trace = decode.trace_for(asked, w)
        if trace is None:
            break
        found.append(WhatIf(request=asked, trace=trace))
    return found


def _compare(trace: Trace, other: WhatIf, w: Words) -> None:
    name = w.markdown("whatif.given", {"start": _start_text(other)})
    side_by_side.render(
        _card("original", trace, name=w("whatif.original"), w=w),
        _card("whatif", other.trace, name=name, w=w),
        w,
    )
    fate = greedy_prefix_fate(other.trace, trace)
    code, facts = verdict(trace, other.trace, fate)
    icon = {"error": ":material/search_off:", "same": ":material/check:"}.get(code, "")
    with st.container(key="result-whatif"):
        st.info(w(f"whatif.{code}", facts), icon=icon or ":material/balance:")
    if code != "same" and trace.options.sampling is None:
        places = {"step": fate.step + 1, "rank": fate.rank, "place": (fate.hypothesis or 0) + 1}
        st.caption(w(f"whatif.fate.{fate.code}", places))


def _card(code: str, trace: Trace, *, name: str, w: Words) -> side_by_side.Card:
    unfinished = (w("whatif.unfinished"),) if trace.cut_off() else ()
    facts = side_by_side.sums(trace, w), *unfinished
    return side_by_side.Card(code, name, trace.translation, facts)


def verdict(original: Trace, other: Trace, fate: PrefixFate) -> tuple[str, dict[str, str]]:
    """Which of the two scores higher, and by how much.

    Args:
        original: the search without the what-if.
        other: the what-if.
        fate: of its translation in the original search.

    Returns:
        "same", "error" (the search lost a better finished translation), "better" or "worse", with
        the facts that the sentence needs.
    """
    if original.target() == other.target():
        return "same", {}
    scores = [float(trace.hypotheses.scores[0]) for trace in (original, other)]
    sums = [float(trace.hypotheses.log_probs[0]) for trace in (original, other)]
    facts = {
        "score": number(abs(scores[1] - scores[0]), ".3f"),
        "log_prob": number(sums[1] - sums[0], "+.2f"),
    }
    if scores[1] <= scores[0]:
        return "worse", facts
    given = original.options.prefix
    allowed = original.options.sampling is None and other.target()[: len(given)] == given
    lost = allowed and fate.code in ("pruned", "unseen") and other.hypotheses.finished[0]
    return "error" if lost else "better", facts


def _steps(found: Sequence[WhatIf], w: Words) -> None:
    """List the what-ifs so far."""
    best = [one.trace.hypotheses for one in found]
    table = {
        "№": range(1, len(found) + 1),
        w("whatif.start"): [_start_text(one) for one in found],
        w("figure.text"): [one.trace.translation for one in found],
        w("figure.cumulative"): [round(float(b.log_probs[0]), 3) for b in best],
        w("figure.score"): [round(float(b.scores[0]), 4) for b in best],
    }
    with st.expander(w("whatif.steps"), icon=":material/table_rows:"):
        chart.draw_table(pd.DataFrame(table), key="whatif-steps")


def _start_text(one: WhatIf) -> str:
    return _text(one.trace, one.start)


def _text(trace: Trace, tokens: Start) -> str:
    ended = "⏹" if trace.model.eos in tokens else ""
    pieces = [trace.vocabulary[token] for token in tokens if token != trace.model.eos]
    return theme.isolate(f"{join_pieces(pieces)} {ended}".strip())
