"""Below a search: why it may have gone wrong, computed once somebody asks.

Marks, trust, norms, lenses and attributions of the hypothesis that is looked at; the browser puts
the marks and the strip on the words of the screen above.
"""

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from seqviz.errors import InputError, SeqVizError
from seqviz.inspection.marked import trace_marks
from seqviz.trace import Trace
from seqviz.translator import Translator
from seqviz.viewer.evidence import Gathered, packed_evidence
from seqviz.views.components import evidence
from seqviz.views.experiment.trust import MOST_TOKENS
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell.progress import Progress

CODE = "why"
"""Of the setting that says whether it is shown."""
Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class _Packed:
    """For the browser; and what the model does not give, with the reasons."""

    packed: dict[str, Any]
    missing: Mapping[str, InputError]


_known: "weakref.WeakKeyDictionary[Trace, dict[int, _Packed]]" = weakref.WeakKeyDictionary()
"""Of every hypothesis that somebody asked about, for as long as its trace is kept."""


def render(trace: Trace, request: Request, w: Words, *, key: str) -> None:
    """Draw the switch; and, where it is on, what is known of the hypothesis.

    Args:
        trace: the search that is shown.
        request: of which it came.
        w: the page's words.
        key: of the viewer that shows it.
    """
    st.toggle(w("evidence.ask"), key=CODE, help=w("evidence.ask_about"))
    if not state.flag(CODE):
        return
    rank = state.integer("hypothesis")
    if max(len(trace.source.ids), len(trace.target(rank))) > MOST_TOKENS:
        st.info(w("trust.long", {"most": MOST_TOKENS}), icon=":material/short_text:")
        return
    try:
        found = _found(trace, rank, request=request, w=w)
    except SeqVizError as error:
        st.info(w.error(error), icon=":material/troubleshoot:")
        return
    missing = {name: w(f"error.{one.code}", one.facts) for name, one in found.missing.items()}
    evidence.show(trace, found.packed | {"rank": rank, "missing": missing}, w, key=key)


def _found(trace: Trace, rank: int, *, request: Request, w: Words) -> _Packed:
    known = _known.setdefault(trace, {})
    if rank not in known:
        progress = Progress(w, CODE)
        try:
            with (
                st.spinner(w("evidence.coming")),
                cache.visits().turn(progress.wait, request.visitor),
            ):
                translator = cache.translator(str(request.folder), request.device)
                known[rank] = gathered(translator, trace, rank)
        finally:
            progress.clear()
    return known[rank]


def gathered(translator: Translator, trace: Trace, rank: int) -> _Packed:
    """Compute all; what the model does not give is left out, with the reason."""
    found, missing = translator.evidence(trace, rank), {}

    def if_any(name: str, ask: Callable[[], Found]) -> Found | None:
        try:
            return ask()
        except InputError as error:
            missing[name] = error
            return None

    packed = packed_evidence(
        Gathered(
            marks=trace_marks(translator, trace, rank),
            contrast=found.contrast(),
            contributions=if_any("share", found.contributions),
            norms=if_any("norms", found.norms),
            decoder_lens=if_any("decoder", found.decoder_lens),
            encoder_lens=if_any("encoder", found.encoder_lens),
            grids=found.grids(),
        )
    )
    return _Packed(packed, missing)
