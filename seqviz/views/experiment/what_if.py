"""What if the translation had gone on otherwise: from a chosen node, with a chosen next word.

A what-if is a start of the translation, in token ids; those before it are kept, to go back to. It
is decoded as the page's own request is, with this start in place of the typed one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from seqviz.analysis.compare import PrefixFate, greedy_prefix_fate
from seqviz.analysis.tokens import NextTokens, next_tokens
from seqviz.analysis.words import display_piece, join_pieces
from seqviz.errors import InputError
from seqviz.figures import theme
from seqviz.trace import Fate, Trace
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.session.settings import MAX_WHAT_IFS_CHARACTERS
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.words.numbers import number

MOST = 8
"""What-ifs that one can go back through."""
STEPS_BEFORE = 3
"""Of the tree, shown to the left of where a what-if begins."""

Start = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """One start of the translation, and the search that went on from it."""

    request: Request
    trace: Trace

    @property
    def start(self) -> Start:
        """The given tokens."""
        return self.request.options.prefix


def starts() -> tuple[Start, ...]:
    """The starts that were chosen, the present one last."""
    code = state.text("whatif")
    return tuple(
        tuple(int(token) for token in start.split(".")) for start in code.split("-") if code
    )


def keep_for(request: Request) -> None:
    """Forget what was chosen for another sentence, or for another language."""
    state.keep_for("whatif", f"{request.folder.parent}|{request.text}")


def render(trace: Trace, request: Request, w: Words) -> WhatIf | None:
    """Decode what was chosen and draw it beside the original; None: nothing was chosen.

    No part of a fragment, so that Cancel can interrupt it.
    """
    chosen = starts()
    if not chosen:
        return None
    st.subheader(w("whatif.heading"), anchor=False)
    found = _decode(chosen, request, w)
    if found:
        _compare(trace, found[-1], w)
        _steps(found, w)
    _ways_back(w)
    return found[-1] if len(found) == len(chosen) else None


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
    st.caption(w("whatif.steps"))
    chart.draw_table(pd.DataFrame(table), key="whatif-steps")


def _start_text(one: WhatIf) -> str:
    return _text(one.trace, one.start)


def _text(trace: Trace, tokens: Start) -> str:
    ended = "⏹" if trace.model.eos in tokens else ""
    pieces = [trace.vocabulary[token] for token in tokens if token != trace.model.eos]
    return theme.isolate(f"{join_pieces(pieces)} {ended}".strip())


def _ways_back(w: Words) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(w("whatif.undo"), key="whatif-undo", icon=":material/undo:", on_click=_undo)
        st.button(
            w("whatif.leave"),
            key="whatif-leave",
            icon=":material/close:",
            on_click=_put,
            args=((),),
        )


def offer(trace: Trace, node: tuple[int, int], w: Words) -> None:
    """At the chosen node: go on from it, or with another next word. For use in a fragment."""
    step, candidate = node
    _, path = trace.search.path(step, candidate)
    tokens = trace.search.candidate_tokens[np.arange(step + 1), path]
    start = tuple(int(token) for token in tokens)
    if trace.model.eos in start:
        st.caption(w("whatif.ended"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="whatif"):
        _button(w("whatif.go"), "whatif-go", start, help_text=w("whatif.go.help"), w=w)
        follow = _following(trace, node)
        if follow is not None:
            _offer_words(start, follow, banned=trace.options.banned, w=w)


def _following(trace: Trace, node: tuple[int, int]) -> NextTokens | None:
    """What may follow a node, where it was recorded: it was for those that lived on."""
    step, candidate = node
    slot = int(trace.search.candidate_slots[step, candidate])
    lives = trace.search.candidate_fates[step, candidate] == Fate.KEPT
    if not lives or step + 1 >= trace.search.steps:
        return None
    return next_tokens(trace, step + 1, slot=slot)


def _offer_words(start: Start, follow: NextTokens, *, banned: Start, w: Words) -> None:
    names = {
        int(token): f"{theme.isolate(display_piece(piece))} · {theme.probability(probability)}"
        for token, piece, probability in zip(
            follow.tokens, follow.pieces, follow.probs, strict=True
        )
        if token not in banned
    }
    if not names:
        return
    key = "whatif-next-" + "-".join(map(str, start))
    token = st.selectbox(
        w("whatif.next"), list(names), key=key, format_func=names.__getitem__, width=260
    )
    _button(w("whatif.go_with"), "whatif-go-with", (*start, token), help_text=None, w=w)


def _button(label: str, key: str, start: Start, *, help_text: str | None, w: Words) -> None:
    """A click in a fragment starts a run of the whole page, in which the what-if is decoded."""
    too_long = len(_code([start])) > MAX_WHAT_IFS_CHARACTERS
    if st.button(
        label,
        key=key,
        icon=":material/alt_route:",
        help=w("whatif.too_long") if too_long else help_text,
        disabled=too_long,
        on_click=_go,
        args=(start,),
    ):
        st.rerun()


def _go(start: Start) -> None:
    state.resume()
    _put((*starts(), start))


def _undo() -> None:
    _put(starts()[:-1])


def _put(chosen: Sequence[Start]) -> None:
    """Make these the what-ifs, as many of the last as a link holds, and look at the new node."""
    kept = list(chosen[-MOST:])
    while len(_code(kept)) > MAX_WHAT_IFS_CHARACTERS:
        kept.pop(0)
    state.put("whatif", _code(kept))
    last = len(kept[-1]) - 1 if kept else 0
    state.put("node", f"{last}.0" if kept else "")
    state.put("window", max(1, last + 1 - STEPS_BEFORE))


def _code(chosen: Sequence[Start]) -> str:
    return "-".join(".".join(map(str, start)) for start in chosen)
