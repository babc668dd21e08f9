"""Taking a trace away: as a file, as tables, as a page that needs no server, as a link.

Nothing is computed before its button is pressed, and no button holds on to the trace until then.
"""

import gzip
import re
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from seqviz.errors import InputError, SeqVizError
from seqviz.export.offline import offline_page
from seqviz.export.tables import attention_csv, hypotheses_csv, tree_csv
from seqviz.trace import Trace
from seqviz.trace.file import trace_to_bytes
from seqviz.views.session import cache, state
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import serving

STEM_CHARACTERS = 40
"""Of the sentence, and of the model, in a file's name."""
STEM_BYTES = 108
"""Of each of them in UTF-8: file systems take names of 255 bytes, and a browser adds to them."""
COMPRESSION = 6
MOST_PUBLIC_MEGABYTES = 512
"""Of the files that a public server has made and not yet forgotten: it makes no further one."""
_making = threading.Lock()
"""One file at a time: while it is made, it takes several times its size."""
_UNSAFE = re.compile(r"[\W_]+")


def render(trace: Trace, request: Request | None, w: Words) -> None:
    """Draw the button; the panel behind it is filled while it is open.

    Without a request, the trace comes from a file.
    """
    panel = st.popover(
        w("take.button"),
        icon=":material/download:",
        key="take-away",
        on_change="rerun",
        width="content",
    )
    if panel.open:
        with panel, st.container(gap="xsmall"):
            _link(request, w)
            _trace_file(trace, request, w)
            _page(trace, request, w)
            _tables(trace, request, w)
            _figures(w)


def _trace_file(trace: Trace, request: Request | None, w: Words) -> None:
    packed, plain = (later(make, trace, request) for make in (packed_trace, trace_to_bytes))
    with _part("trace", w):
        _button("trace-gz", file_name(trace, "json.gz"), packed, mime="application/gzip", w=w)
        _button("trace-json", file_name(trace, "json"), plain, mime="application/json", w=w)


def _page(trace: Trace, request: Request | None, w: Words) -> None:
    with _part("page", w):
        page = partial(page_without_server, request=request, language=w.language)
        make = later(page, trace, request)
        _button("page-html", file_name(trace, "html"), make, mime="text/html", w=w)


def _tables(trace: Trace, request: Request | None, w: Words) -> None:
    tables = {"attention": attention_csv, "tree": tree_csv, "hypotheses": hypotheses_csv}
    if trace.search.cross_attention is None:
        del tables["attention"]
    with _part("tables", w):
        for code, table in tables.items():
            name, make = file_name(trace, "csv", part=code), later(table, trace, request)
            _button(f"table-{code}", name, make, mime="text/csv", w=w)


def _part(code: str, w: Words) -> DeltaGenerator:
    """A heading, what it is about, and a row for its buttons."""
    st.markdown(f"**{w(f'take.{code}')}**")
    st.caption(w(f"take.{code}.about"))
    return st.container(horizontal=True, gap="small")


def later(
    make: Callable[[Trace], bytes], trace: Trace, request: Request | None
) -> Callable[[], bytes]:
    """What makes the file: Streamlit keeps it as long as the tab is open, so not with the trace.

    What the store of traces has let go of is decoded again; the session itself holds that of a
    file.
    """
    found = weakref.ref(trace)

    def made() -> bytes:
        present = found()
        if present is None:
            assert request is not None
            present = cache.find_or_decode(request, _say_nothing, _say_nothing)
        return made_alone(lambda: make(present))

    return made


def made_alone(make: Callable[[], bytes]) -> bytes:
    """A file, made while no other one is.

    Raises:
        InputError: as ``check_room``.
    """
    with _making:
        check_room()
        return make()


def check_room() -> None:
    """Refuse another file where visitors of a public server have made too many.

    Raises:
        InputError: they have.
    """
    found = serving.made_bytes() // 10**6 if is_public() else 0
    if found > MOST_PUBLIC_MEGABYTES:
        raise InputError("files_full", {"found": found, "limit": MOST_PUBLIC_MEGABYTES})


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


def _link(request: Request | None, w: Words) -> None:
    st.markdown(f"**{w('take.link')}**")
    st.caption(w("take.link.about" if request is not None else "take.link.file"))
    st.code(state.address(), language=None, wrap_lines=False)
    left_out = [w(f"setting.{code}") for code in state.left_out()]
    if left_out:
        st.caption(w("page.link_too_long", {"names": ", ".join(left_out)}))


def packed_trace(trace: Trace) -> bytes:
    """The trace file, compressed; the same trace gives the same bytes."""
    return gzip.compress(trace_to_bytes(trace), compresslevel=COMPRESSION, mtime=0)


def page_without_server(trace: Trace, request: Request | None, *, language: str) -> bytes:
    """The page that needs no server, with greedy decoding to compare with where it can be had.

    Runs beside the page's own script, whose words it must not ask for.
    """
    greedy = None if request is None else _greedy(trace, request)
    return offline_page(trace, greedy=greedy, language=language).encode("utf-8")


def _greedy(trace: Trace, request: Request) -> Trace | None:
    if trace.options.beam_size == 1 or trace.options.sampling is not None:
        return None
    asked = replace(request, options=replace(request.options, beam_size=1))
    try:
        return cache.find_or_decode(asked, _say_nothing, _say_nothing)
    except SeqVizError:
        return None


def _say_nothing(*_: int) -> None:
    """Nobody looks at how far it is."""


def file_name(trace: Trace, ending: str, *, part: str = "") -> str:
    """A name that says model and sentence, and that every file system takes.

    Args:
        trace: names the model and begins with the sentence.
        ending: such as "json", without its dot.
        part: what of the trace is in the file; empty: all.
    """
    words, text = _cut(_safe(trace.source.text)), trace.source.text
    if words != _safe(text) and "-" in words:  # the last word is cut
        words = words.rpartition("-")[0]
    parts = ["seqviz", _cut(_safe(trace.model.name)), words, part]
    return "_".join(part.strip("-") for part in parts if part.strip("-")) + f".{ending}"


def _cut(text: str) -> str:
    """The start of it, of whole characters."""
    start = text[:STEM_CHARACTERS].encode("utf-8")[:STEM_BYTES]
    return start.decode("utf-8", errors="ignore")


def _safe(text: str) -> str:
    """Letters and digits of any script, with dashes for all that stands between them."""
    return _UNSAFE.sub("-", text).strip("-")
