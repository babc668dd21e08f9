"""A model that a visitor brings: a folder, a name of the hub, or an archive. Not in public mode.

Which one it is stands in the setting ``own``; a model from an archive is known to the session only.
"""

import re
from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.typing import UploadedFile

from seqviz.catalog import ModelEntry
from seqviz.catalog.curated import Offer
from seqviz.errors import ModelError, SeqVizError
from seqviz.views.session import cache, state, stronger
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.language_names import pair_name

MOST_MEGABYTES = 1_024
"""Of an archive; the server's own limit may be lower."""
MOST_CHARACTERS = 500
MOST_SHOWN = 60
SETTING = "own"
FIELD, CHOSEN = "own-archive", "stronger-chosen"
UPLOADED, REFUSAL = "own_uploaded", "own_refusal"
"""What the session remembers: the folder of an archive, and why the last one was refused."""
_ELSEWHERE = re.compile(r"(https?:)?[\\/]{2}")


def name() -> str:
    """The model that is asked for: its folder or its name; empty: one of those listed."""
    return "" if is_public() else str(state.remembered(UPLOADED) or state.text(SETTING).strip())


def leave() -> None:
    """Go back to the models that are listed."""
    state.put(SETTING, "")
    state.remember(UPLOADED, None)
    state.remember(REFUSAL, None)


def render(w: Words) -> ModelEntry | SeqVizError | None:
    """Say which own model is in use, and offer to leave it; None: none is asked for."""
    if is_public() and state.text(SETTING):
        state.refuse(SETTING)
        state.put(SETTING, "")
    asked = name()
    if not asked:
        return None
    found = _found(asked)
    if isinstance(found, SeqVizError) and found.code != "hub_not_here" and _is_from_a_link():
        state.put(SETTING, "")
        return None
    with st.container(border=True, key="own-model-card", gap="xsmall"):
        shown = found.name if isinstance(found, ModelEntry) else asked
        st.markdown(f"**{escape_markdown(shown)}**")
        if isinstance(found, ModelEntry):
            if state.remembered(UPLOADED):
                st.caption(w("own.session"))
        elif isinstance(found, ModelError) and found.code == "hub_not_here":
            st.caption(w("own.not_here"))
            st.button(
                w("own.fetch"),
                key="own-fetch",
                icon=":material/download:",
                disabled=stronger.present() is not None,
                on_click=stronger.start,
                args=(asked,),
            )
        st.button(w("own.leave"), key="own-leave", icon=":material/arrow_back:", on_click=leave)
    return found


def _is_from_a_link() -> bool:
    """Whether the link opened just now names the model; if so, the page says it was refused."""
    state.refuse(SETTING)
    return SETTING in state.refused()


def _found(asked: str) -> ModelEntry | SeqVizError:
    # A visitor or a link would have this machine ask a stranger's: Windows at "//host/share".
    if _ELSEWHERE.match(asked) or "\0" in asked:
        return ModelError("no_model_there", {"folder": asked})
    try:
        return cache.own_entry(str(Path(asked).expanduser()) if asked[:1] == "~" else asked)
    except (ModelError, RuntimeError) as error:
        if isinstance(error, ModelError):
            return error
        return ModelError("no_model_there", {"folder": asked})  # nobody has such a home


def offer(w: Words) -> None:
    """Draw the fields, closed at first; where strangers visit, there are none."""
    if is_public():
        return
    _offer_stronger(w)
    with st.expander(w("own.title"), key="own-model", icon=":material/deployed_code:"):
        st.text_input(
            w("own.field"),
            key=SETTING,
            max_chars=MOST_CHARACTERS,
            placeholder="Helsinki-NLP/opus-mt-de-en",
            help=w("own.field.help"),
            on_change=_typed,
        )
        limit = min(MOST_MEGABYTES, int(st.get_option("server.maxUploadSize")))
        file = st.file_uploader(
            w("own.zip"),
            type=["zip"],
            key=state.file_key(FIELD),
            max_upload_size=limit,
            help=w("own.zip.help", {"limit": limit}),
        )
        if file is not None:
            _take(file, limit, w)
        if not name():
            _say_refusal(w)


def _offer_stronger(w: Words) -> None:
    """A list of models that are not here, those of the present languages first."""
    found = sorted(stronger.listed(), key=lambda offer: offer.pair != state.text("pair"))
    if not found:
        return
    labels = {offer.label: offer for offer in found}
    with st.expander(w("stronger.title"), key="stronger-models", icon=":material/download:"):
        chosen = st.selectbox(
            w("stronger.model"),
            labels,
            key=CHOSEN,
            format_func=lambda label: _line(labels[label], w),
        )
        facts = {"name": labels[chosen].repository, "licence": labels[chosen].licence}
        st.caption(w.markdown("stronger.about", facts))
        st.button(
            w("stronger.get"),
            key="stronger-fetch",
            icon=":material/download:",
            disabled=stronger.present() is not None,
            on_click=stronger.start,
            args=(chosen,),
        )


def _line(offer: Offer, w: Words) -> str:
    """Languages and size of a model that is offered."""
    return f"{pair_name(offer.pair, w)} · {offer.megabytes} MB"


def _typed() -> None:
    state.close_trace()
    state.remember(UPLOADED, None)
    state.remember(REFUSAL, None)


def _take(file: UploadedFile, limit: int, w: Words) -> None:
    """Unpack an archive and use the model in it; one that is refused leaves all as it was."""
    state.take_file(FIELD)
    state.remember(REFUSAL, None)
    bar = st.progress(0.0, text=w("own.unpacking"))
    try:
        if file.size > limit * 2**20:
            reason = f"it has more than {limit} MB"
            raise ModelError("archive_refused", {"file": file.name, "reason": reason})
        with cache.visits().aside():
            folder = cache.uploaded_models().add(file, _called(file.name), _teller(bar, w))
        cache.own_entry(str(folder))
    except ModelError as error:
        state.remember(REFUSAL, error)
    else:
        state.close_trace()
        state.remember(UPLOADED, str(folder))
    st.rerun()


def _called(file: str) -> str:
    """The name of a model by that of its archive: no path, nothing odd."""
    stem = file.replace("\\", "/").rpartition("/")[2].removesuffix(".zip")
    return re.sub(r"[^\w.-]+", "-", stem).strip(".-_")[:MOST_SHOWN] or "model"


def _teller(bar: DeltaGenerator, w: Words) -> Callable[[int, int], None]:
    def tell(done: int, announced: int) -> None:
        bar.progress(min(done / max(announced, 1), 1.0), text=w("own.unpacking"))

    return tell


def _say_refusal(w: Words) -> None:
    refusal = state.remembered(REFUSAL)
    if isinstance(refusal, ModelError):
        st.error(w.error(refusal), icon=":material/error:")
