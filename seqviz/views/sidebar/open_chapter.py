"""A chapter of one's own: the field that opens its file, and what is wrong with it."""

from collections.abc import Sequence
from typing import cast

import streamlit as st
from streamlit.typing import UploadedFile

from seqviz.errors import InputError
from seqviz.lesson.opened import ENDINGS, MOST_BYTES
from seqviz.views.session import chapters, state
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words

FIELD = "chapter-file"
REFUSAL, WANTED = "chapter-refusal", "chapter-wanted"
"""Under them a session remembers what was wrong with the last file, and to which chapter and step
a link led that were not here."""
MOST_MEGABYTES = 2
MOST_TOLD = 5
MOST_SHOWN = 40
"""Characters of a chapter's id from a link."""


def offer(w: Words) -> None:
    """Draw the field behind a button; where strangers visit, there is none."""
    if is_public():
        return
    panel = st.popover(
        w("chapter.open"),
        icon=":material/folder_open:",
        key="open-chapter",
        on_change="rerun",
        width="content",
    )
    if panel.open:
        with panel:
            st.file_uploader(
                w("chapter.file"),
                type=list(ENDINGS),
                key=state.file_key(FIELD),
                max_upload_size=MOST_MEGABYTES,
                help=w("chapter.file.help"),
                on_change=_open,
            )
            say(refused(), w)


def _open() -> None:
    file = state.take_file(FIELD)
    if file is not None:
        take(file)


def take(file: UploadedFile) -> None:
    """Open a chapter and show it; one that is wrong leaves everything as it was."""
    name = file.name.replace("\\", "/").rpartition("/")[2]
    found, complaints = chapters.open_file(name, file.getvalue()[: MOST_BYTES + 1])
    state.remember(REFUSAL, complaints)
    if found is not None:
        wanted, at = cast(tuple[str, str], state.remembered(WANTED) or ("", ""))
        state.put("view", "lesson")
        state.put("chapter", found.chapter.id)
        state.put("at", at if wanted == found.chapter.id else "")
        state.resume()


def say_absent(there: Sequence[str], w: Words) -> None:
    """Say that the chapter of the link is not here, and show the first one."""
    wanted = state.text("chapter")
    if wanted and wanted not in there:
        key = "chapter.absent" if is_public() else "chapter.absent.open"
        told = w.markdown(key, {"chapter": wanted[:MOST_SHOWN]})
        st.info(told, icon=":material/link_off:")
        state.remember(WANTED, (wanted, state.text("at")))
        state.reset(["chapter", "at"])


def refused() -> Sequence[InputError]:
    """What was wrong with the last file."""
    return cast(Sequence[InputError], state.remembered(REFUSAL) or ())


def say(complaints: Sequence[InputError], w: Words) -> None:
    """Say what is wrong with a chapter, each mistake in one line; of many the first ones."""
    for error in complaints[:MOST_TOLD]:
        st.error(w.error(error), icon=":material/error:")
    if len(complaints) > MOST_TOLD:
        st.caption(w("chapter.more", {"number": len(complaints) - MOST_TOLD}))
