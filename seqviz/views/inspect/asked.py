"""What one brings to be inspected, and what was inspected before."""

import io
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from seqviz.errors import InputError, SeqVizError
from seqviz.inspection.process import Asked, read_asked, write_asked
from seqviz.inspection.rated import check_rated
from seqviz.inspection.reading import Sentence, sentences_in, unpacked
from seqviz.inspection.run import INPUT, TABLE
from seqviz.translator.corpus import check_examined
from seqviz.views.session import bounds, cache, state
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words
from seqviz.views.session.inspections import inspections
from seqviz.views.session.request import Request
from seqviz.views.sidebar.open_trace import shortened
from seqviz.views.sidebar.systems_of import entry_of

FIELD, TYPED, SHARE, BROUGHT, REFUSAL = (
    "inspect-file",
    "inspect-text",
    "inspect-share",
    "inspect_brought",
    "inspect_refusal",
)
MOST_MEGABYTES = 200
MOST_PUBLIC_SENTENCES, MOST_PUBLIC_CHARACTERS = 100, 20_000
MOST_CHARACTERS = 1_000_000
"""That one may paste."""
ENDINGS = ("tsv", "txt", "gz", "parquet")
MOST_TITLE = 40
"""Characters of the first sentence that was pasted, by which the test set goes."""
MOST_LISTED = 50
FIRST_ORDER = "worst3"
"""What one came for: the worst sentences, by the feature that follows human judgements best."""


def render(request: Request, w: Words) -> None:
    """Let one bring a test set, or open one of before."""
    st.caption(w("inspect.about"))
    left, right = st.columns(2, gap="large")
    with left:
        _bring(request, w)
    if not is_public():
        with right:
            _open(w)


def _bring(request: Request, w: Words) -> None:
    st.subheader(w("inspect.new"), anchor=False)
    st.text_area(
        w("inspect.paste"),
        key=TYPED,
        height=180,
        max_chars=MOST_PUBLIC_CHARACTERS if is_public() else MOST_CHARACTERS,
        placeholder=w("inspect.paste.example"),
        help=w("inspect.paste.help"),
    )
    st.toggle(
        w("inspect.share"),
        key=SHARE,
        disabled=not _may_share(request),
        help=w("inspect.share.help"),
    )
    st.button(
        w("inspect.start", {"system": w.name("system", request.folder.name)}),
        key="inspect-start",
        type="primary",
        icon=":material/play_arrow:",
        on_click=_start_typed,
        args=(request, w("inspect.pasted")),
    )
    if not is_public():
        st.file_uploader(
            w("inspect.file"),
            type=list(ENDINGS),
            key=state.file_key(FIELD),
            max_upload_size=MOST_MEGABYTES,
            help=w("inspect.file.help"),
            on_change=_take,
            args=(request,),
        )
    if is_public():
        st.caption(w("inspect.public", {"most": MOST_PUBLIC_SENTENCES}))
    refusal = state.remembered(REFUSAL)
    if isinstance(refusal, SeqVizError):
        st.error(w.error(refusal), icon=":material/error:")


def _may_share(request: Request) -> bool:
    """Whether the source share can be computed: by Transformers alone."""
    return entry_of(request).kind != "rnn"


def _take(request: Request) -> None:
    """Start with the file that came; a table that is finished is opened."""
    file = state.take_file(FIELD)
    if file is not None:
        _start(file.getvalue(), shortened(file.name), request)


def _start_typed(request: Request, name: str) -> None:
    _start(str(state.choice(TYPED) or "").encode(), name, request, is_file=False)


def _start(content: bytes, name: str, request: Request, *, is_file: bool = True) -> None:
    """Put down what was brought, and let a process begin; or remember why not."""
    state.remember(REFUSAL, None)
    try:
        first, is_table = "", is_file and name.endswith(".parquet")
        if not is_table:
            check_examined(request.options)
            first = _check(content, name, request)
        _begin(content, name if is_file else _cut(first), request, is_table=is_table)
    except SeqVizError as error:
        state.remember(REFUSAL, error)
    except OSError as error:
        facts = {"file": name, "reason": error.strerror}
        state.remember(REFUSAL, InputError("file_unwritable", facts))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TITLE else f"{text[: MOST_TITLE - 1].rstrip()}…"


def _check(content: bytes, name: str, request: Request) -> str:
    """Refuse what is no test set, or, where strangers visit, too large a one.

    Returns:
        the first sentence.

    Raises:
        InputError: it is.
        ModelError: of strangers: the model cannot be loaded.
    """
    with _unpacked(content, name) as stream:
        check_rated(stream, name)
    with _unpacked(content, name) as stream:
        read = sentences_in(stream, name)
        few = list(islice(read, MOST_PUBLIC_SENTENCES))
        more = sum(1 for _ in read)
    if is_public():
        _check_public(few, more, name=name, request=request)
    return few[0].source


def _unpacked(content: bytes, name: str) -> AbstractContextManager[BinaryIO]:
    return unpacked(io.BufferedReader(io.BytesIO(content)), name)


def _check_public(few: Sequence[Sentence], more: int, *, name: str, request: Request) -> None:
    """Refuse what strangers may not ask for.

    Args:
        few: the first sentences.
        more: how many follow.
        name: of what was brought.
        request: the model, and how it decodes.
    """
    if more:
        raise InputError("sentences_many", {"name": name, "limit": MOST_PUBLIC_SENTENCES})
    loaded = cache.translator(str(request.folder), request.device)
    sources = (loaded.read(one.source, request.options) for one in few)
    work = sum(request.options.work(len(source.ids)) for source in sources)
    if work > bounds.MOST_PUBLIC_WORK:
        facts = {"found": f"{work:,}", "limit": f"{bounds.MOST_PUBLIC_WORK:,}"}
        raise InputError("too_much_work", facts)


def _begin(content: bytes, title: str, request: Request, *, is_table: bool) -> None:
    folder = inspections().new_folder()
    asked = Asked(
        file=TABLE if is_table else INPUT,
        model=entry_of(request).loads_by,
        name=f"{request.folder.parent.name}/{request.folder.name}",
        device=request.device,
        options=request.options,
        title=title,
        contributions=bool(state.choice(SHARE)) and _may_share(request),
    )
    (folder / asked.file).write_bytes(content)
    write_asked(asked, folder)
    if not is_table:
        inspections().start(folder.name)
    state.put("order", FIRST_ORDER)
    state.put("run", folder.name)


def _open(w: Words) -> None:
    """Offer what was inspected on this machine, here or by ``seqviz inspect``."""
    st.subheader(w("inspect.earlier"), anchor=False)
    found = _listed()
    if found:
        st.selectbox(
            w("inspect.here"),
            [folder.name for folder in found],
            key="inspect-listed",
            index=None,
            format_func=lambda name: _told(inspections().folder / name, w),
            on_change=_choose,
            args=("inspect-listed",),
        )
    st.text_input(
        w("inspect.folder"),
        key="inspect-folder",
        help=w("inspect.folder.help"),
        on_change=_choose,
        args=("inspect-folder",),
    )


def _choose(widget: str) -> None:
    state.reset(["filter", "marked", "row"])
    state.put("order", FIRST_ORDER)
    state.put("run", str(state.choice(widget) or "").strip())


def _listed() -> Sequence[Path]:
    """Folders of this server, the newest first."""
    home = inspections().folder
    folders = [one for one in home.iterdir() if one.is_dir()] if home.is_dir() else []
    folders.sort(key=lambda one: one.stat().st_mtime, reverse=True)
    return folders[:MOST_LISTED]


def _told(folder: Path, w: Words) -> str:
    """What a folder holds, in a line."""
    asked = read_asked(folder)
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(folder.stat().st_mtime))
    title = folder.name if asked is None else f"{asked.title} · {asked.name} · {made}"
    return title if (folder / TABLE).is_file() else w("inspect.unfinished", {"name": title})


def close() -> None:
    """Leave the test set; for use in a callback."""
    state.reset(["run", "filter", "order", "marked", "row"])
    state.remember(REFUSAL, None)
