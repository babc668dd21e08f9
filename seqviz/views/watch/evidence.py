"""Below a search: why it may have gone wrong, computed once somebody asks.

Marks, trust, norms, lenses and attributions of the hypothesis that is looked at; the browser puts
the marks and the strip on the words of the screen above.
"""

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from seqviz.errors import InputError
from seqviz.inspection.marked import known_about, trace_marks, unmarked_source
from seqviz.server.bounds import MOST_EVIDENCE_TOKENS
from seqviz.trace import Trace
from seqviz.translator import Translator
from seqviz.translator.trust import trust_in
from seqviz.viewer.evidence import packed_evidence
from seqviz.views.components import evidence
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode

CODE = "why"
"""Of the setting that says whether it is shown."""


@dataclass(frozen=True, eq=False)
class _Packed:
    """For the browser; and what the model does not give, with the reasons."""

    packed: dict[str, Any]
    missing: Mapping[str, InputError]


_known: "weakref.WeakKeyDictionary[Trace, dict[int, _Packed]]" = weakref.WeakKeyDictionary()
"""Of every hypothesis that somebody asked about, for as long as its trace is kept."""


def wanted(trace: Trace) -> int | None:
    """The rank of the hypothesis about which somebody asked and nothing is known; None: none."""
    rank = state.integer("hypothesis")
    is_known = rank in _known.get(trace, {})
    return rank if state.flag(CODE) and not (is_known or _is_long(trace, rank)) else None


def compute(trace: Trace, request: Request, w: Words, *, rank: int) -> None:
    """Find what is wanted, unless it is cancelled or refused, which the page then says.

    No part of a fragment, so that Cancel can interrupt it.
    """

    def make(progress: decode.Progress) -> _Packed:
        with cache.visits().turn(progress.wait, request.visitor):
            translator = cache.translator(str(request.folder), request.device)
            return gathered(translator, trace, rank, on_part=progress.poll)

    found = decode.shown(f"{CODE}-{request.code}-{rank}", make, w)
    if found is not None:
        _known.setdefault(trace, {})[rank] = found
        st.rerun()


def render(trace: Trace, w: Words, *, key: str) -> None:
    """Draw the switch; and, where it is on, what is known of the hypothesis.

    Args:
        trace: the search that is shown.
        w: the page's words.
        key: of the viewer that shows it.
    """
    st.toggle(w("evidence.ask"), key=CODE, help=w("evidence.ask_about"))
    rank = state.integer("hypothesis")
    if not state.flag(CODE):
        st.caption(w("evidence.ask_where"))
        return
    if _is_long(trace, rank):
        st.info(w("evidence.long", {"most": MOST_EVIDENCE_TOKENS}), icon=":material/short_text:")
    elif (found := _known.get(trace, {}).get(rank)) is not None:
        missing = {name: w(f"error.{one.code}", one.facts) for name, one in found.missing.items()}
        evidence.show(trace, found.packed | {"rank": rank, "missing": missing}, w, key=key)


def _is_long(trace: Trace, rank: int) -> bool:
    return max(len(trace.source.ids), len(trace.target(rank))) > MOST_EVIDENCE_TOKENS


def gathered(
    translator: Translator, trace: Trace, rank: int, *, on_part: Callable[[], None] = lambda: None
) -> _Packed:
    """Compute all; what the model does not give is left out, with the reason."""
    found = trust_in(translator.evidence(trace, rank), on_part=on_part)
    missing = {str(part): reason for part, reason in found.missing.items()}
    attends = trace.cross_attention_of(rank) is not None
    rules, model = known_about(translator).rules, trace.model.name
    if (reason := unmarked_source(rules, attends=attends, model=model)) is not None:
        missing["left_out"] = reason
    return _Packed(packed_evidence(found, trace_marks(translator, trace, rank)), missing)
