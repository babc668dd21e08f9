"""Taking a trace away: as a file, as tables, as a page that needs no server, as a link.

Nothing is computed before its button is pressed.
"""

import gzip
import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from seqviz.trace import Trace
from seqviz.tracefile import trace_to_bytes
from seqviz.views import cache, state
from seqviz.views.i18n import Words

STEM_CHARACTERS = 40
"""Of the sentence, in a file's name."""
COMPRESSION = 6
_UNSAFE = re.compile(r"[\W_]+")


def render(trace: Trace, request: cache.Request | None, w: Words) -> None:
    """Draw the button; the panel behind it is filled while it is open.

    Without a request, the trace comes from a file.
    """
    panel = st.popover(
        w("take"), icon=":material/download:", key="take-away", on_change="rerun", width="content"
    )
    if panel.open:
        with panel, st.container(gap="xsmall"):
            _trace_file(trace, w)
            _figures(w)
            _link(request, w)


def _trace_file(trace: Trace, w: Words) -> None:
    st.markdown(f"**{w('take.trace')}**")
    st.caption(w("take.trace.about"))
    with st.container(horizontal=True, gap="small"):
        packed, plain = partial(packed_trace, trace), partial(trace_to_bytes, trace)
        _button("trace-gz", file_name(trace, "json.gz"), packed, mime="application/gzip", w=w)
        _button("trace-json", file_name(trace, "json"), plain, mime="application/json", w=w)


def _button(code: str, name: str, make: Callable[[], bytes], *, mime: str, w: Words) -> None:
    """A button that makes its file once it is pressed."""
    st.download_button(
        w(f"take.{code}"),
        make,
        file_name=name,
        mime=mime,
        key=f"take-{code}",
        icon=":material/download:",
        on_click="ignore",
    )


def _figures(w: Words) -> None:
    st.markdown(f"**{w('take.figures')}**")
    st.caption(w("take.figures.about"))


def _link(request: cache.Request | None, w: Words) -> None:
    st.markdown(f"**{w('take.link')}**")
    st.caption(w("take.link.about" if request is not None else "take.link.file"))
    st.code(state.link(), language=None, wrap_lines=False)
    left_out = [w(f"setting.{code}") for code in state.left_out()]
    if left_out:
        st.caption(w("page.link_too_long", {"names": ", ".join(left_out)}))


def packed_trace(trace: Trace) -> bytes:
    """The trace file, compressed; the same trace gives the same bytes."""
    return gzip.compress(trace_to_bytes(trace), compresslevel=COMPRESSION, mtime=0)


def file_name(trace: Trace, ending: str, *, part: str = "") -> str:
    """A name that says model and sentence, and that every file system takes.

    Args:
        trace: names the model and begins with the sentence.
        ending: such as "json", without its dot.
        part: what of the trace is in the file; empty: all.
    """
    words = _safe(trace.source.text)[:STEM_CHARACTERS]
    if len(words) == STEM_CHARACTERS and "-" in words:  # the last word is cut
        words = words.rpartition("-")[0]
    parts = ["seqviz", _safe(trace.model.name)[:STEM_CHARACTERS], words, part]
    return "_".join(part.strip("-") for part in parts if part.strip("-")) + f".{ending}"


def _safe(text: str) -> str:
    """Letters and digits of any script, with dashes for all that stands between them."""
    return _UNSAFE.sub("-", text).strip("-")
