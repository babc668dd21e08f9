"""A trace from a file: the field that opens it, what stands above it, and what it cannot give.

Nothing of it asks a model, so that a trace opens where its model is not; only a view that cannot be
drawn from the file looks whether that model is here.
"""

import streamlit as st

from seqviz.catalog import ModelEntry
from seqviz.errors import InputError, SeqVizError
from seqviz.figures import theme
from seqviz.lesson.opened import ENDINGS
from seqviz.trace import Trace
from seqviz.trace.file import trace_from_bytes
from seqviz.views.session import cache, decoding, parts, state
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words
from seqviz.views.sidebar import open_chapter, own_model

MOST_MEGABYTES = 32
"""Of a file as it comes."""
MOST_BYTES = 128 * 2**20
"""Of its JSON, unpacked."""
FIELD = "trace-file"
NAME_CHARACTERS = 60
FINGERPRINT_CHARACTERS = 12


def offer(w: Words) -> None:
    """Draw the field, closed at first; where strangers visit, there is none."""
    if is_public():
        return
    with st.expander(w("open.title"), key="open-trace", icon=":material/folder_open:"):
        st.file_uploader(
            w("open.file"),
            type=["json", "gz", *ENDINGS],
            key=state.file_key(FIELD),
            max_upload_size=MOST_MEGABYTES,
            help=w("open.file.help"),
            on_change=_open,
        )
        refusal = state.remembered(state.TRACE_REFUSAL)
        if isinstance(refusal, InputError):
            st.error(w.error(refusal), icon=":material/error:")
        open_chapter.say(open_chapter.refused(), w)


def _open() -> None:
    """Read the file that came; one that is no trace leaves everything as it was."""
    file = state.take_file(FIELD)
    if file is None:
        return
    state.remember(state.TRACE_REFUSAL, None)
    if file.name.lower().endswith(ENDINGS):
        open_chapter.take(file)
        return
    name = shortened(file.name)
    try:
        if file.size > MOST_MEGABYTES * 2**20:
            reason = f"it has more than {MOST_MEGABYTES} MB"
            raise InputError("trace_invalid", {"file": name, "reason": reason})
        trace = trace_from_bytes(file.getvalue(), name=name, most_bytes=MOST_BYTES)
    except InputError as error:
        state.remember(state.TRACE_REFUSAL, error)
    else:
        state.open_trace(name, trace)


def shortened(name: str) -> str:
    """A name from a file, without a path, and no longer than a line."""
    short = name.replace("\\", "/").rpartition("/")[2]
    return short if len(short) <= NAME_CHARACTERS else short[: NAME_CHARACTERS - 1] + "…"


def say(name: str, trace: Trace, w: Words) -> None:
    """Say that this is no translation of now but a file, of which model, and offer to close it."""
    facts = {
        "model": theme.isolate(trace.model.name[:NAME_CHARACTERS]),
        "fingerprint": trace.model.fingerprint[:FINGERPRINT_CHARACTERS],
    }
    options = decoding.unusual_of(trace, w) or w("open.usual")
    with st.container(
        horizontal=True, vertical_alignment="center", border=True, key="opened", gap="small"
    ):
        with st.container(gap="xxsmall"):
            st.markdown(w.markdown("open.notice", {"name": theme.isolate(name)}))
            st.caption(f"{w.markdown('open.facts', facts)} · {options}")
        st.button(
            w("open.close"),
            key="close-trace",
            icon=":material/close:",
            help=w("open.close.help"),
            on_click=state.close_trace,
        )


def say_need(view: str, trace: Trace, w: Words) -> None:
    """Say what a view would have to ask the model, and offer to ask it where it is here."""
    st.info(w(f"open.needs.{view}"), icon=":material/deployed_code:")
    entries = {entry.name: entry for entry in cache.models().entries}
    entry = entries.get(trace.model.name)
    if entry is None:
        facts = {"model": theme.isolate(trace.model.name[:NAME_CHARACTERS])}
        st.caption(w.markdown("open.missing", facts))
        return
    try:
        with st.spinner(w("progress.working")):
            found = cache.fingerprint(entry.folder, state.text("device"))
    except SeqVizError as error:
        st.error(w.error(error), icon=":material/error:")
        return
    st.caption(w("open.same" if found == trace.model.fingerprint else "open.other"))
    st.button(
        w("open.again"),
        key="translate-again",
        icon=":material/translate:",
        on_click=_translate_again,
        args=(trace, entry),
    )


def _translate_again(trace: Trace, entry: ModelEntry) -> None:
    """Close the file, and ask the model that is here for the same."""
    state.close_trace()
    own_model.leave()
    state.put("pair", entry.pair)
    state.put("system", entry.system)
    state.show_text(trace.source.text, "")
    parts.keep_whole(trace.source.text)
    decoding.ask_as_recorded(trace)
