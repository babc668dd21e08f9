"""How well a system's attention agrees with links that people drew, the visitor's own too."""

import shlex
from pathlib import Path
from typing import cast

import streamlit as st

from seqviz import figures
from seqviz.analysis.gold import GoldPair, read_gold
from seqviz.errors import InputError, ModelError
from seqviz.inspection.alignment import alignment_study
from seqviz.records.alignment import ALIGNMENT_FILE, AlignmentStudy
from seqviz.trace import Trace
from seqviz.views.compare import heads
from seqviz.views.session import cache, state
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.views.sidebar.open_trace import shortened
from seqviz.views.sidebar.systems_of import is_listed

FIELD = "gold-file"
GOLD, REFUSAL, MEASURED = "gold", "gold-refusal", "gold-measured"
"""Under them a session remembers its links with the file's name, what was wrong with the last file,
and what was measured last with that and the weights it belongs to."""
MOST_MEGABYTES = 1
MOST_PAIRS = 300

Gold = tuple[str, tuple[GoldPair, ...]]


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw what was measured of these weights, and let a visitor bring links.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    st.subheader(w("alignment.heading"), anchor=False)
    st.caption(w("alignment.about"))
    if not trace.model.attends:
        st.info(w("alignment.none"), icon=":material/link_off:")
    else:
        _stored(trace, request, w)
        if not is_public():  # nobody may send files there, or ask for so much
            _own(trace, request, w)
            heads.render(trace, request, w)
    state.write_link()


def _stored(trace: Trace, request: Request, w: Words) -> None:
    study = _read(request.folder, w)
    if study is not None and study.fingerprint == trace.model.fingerprint:
        _draw(study, w, key="alignment")
        return
    if study is not None:
        st.caption(w("alignment.other_weights"))
    if is_listed(request):
        st.info(w("alignment.missing"), icon=":material/straighten:")
        name = f"{request.folder.parent.name}/{request.folder.name}"
        command = f"seqviz align --model {shlex.quote(name)} --gold GOLD.tsv --store"
        st.code(command, language=None, wrap_lines=True)


def _read(folder: Path, w: Words) -> AlignmentStudy | None:
    try:
        return ALIGNMENT_FILE.read(folder / ALIGNMENT_FILE.name)
    except ModelError as error:
        decode.show_error(error, w)
        return None


def _own(trace: Trace, request: Request, w: Words) -> None:
    """The field for a file of links, and what they say."""
    st.subheader(w("alignment.own"), anchor=False)
    st.caption(w("alignment.own.about"))
    st.file_uploader(
        w("alignment.own.file"),
        type=["tsv", "txt"],
        key=state.file_key(FIELD),
        max_upload_size=MOST_MEGABYTES,
        on_change=_open,
    )
    refusal = state.remembered(REFUSAL)
    if isinstance(refusal, InputError):
        st.error(w.error(refusal), icon=":material/error:")
    gold = cast(Gold | None, state.remembered(GOLD))
    if gold is None:
        return
    if len(gold[1]) > MOST_PAIRS:
        st.caption(w("alignment.own.many", {"found": len(gold[1]), "most": MOST_PAIRS}))
    study = _measured(gold, trace.model.fingerprint, request, w=w)
    if study is not None:
        _draw(study, w, key="own-alignment")


def _open() -> None:
    """Read the file that came; one that holds no links takes those before it away."""
    file = state.take_file(FIELD)
    if file is None:
        return
    name, refusal, gold = shortened(file.name), None, None
    try:
        gold = name, read_gold(_text(file.getvalue(), name).split("\n"), name)
    except InputError as error:
        refusal = error
    state.remember(REFUSAL, refusal)
    state.remember(GOLD, gold)
    state.resume()


def _text(content: bytes, name: str) -> str:
    if len(content) > MOST_MEGABYTES * 2**20:
        reason = f"it has more than {MOST_MEGABYTES} MB"
        raise InputError("file_unreadable", {"file": name, "reason": reason})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not_utf8", {"name": name, "position": error.start}) from error


def _measured(gold: Gold, fingerprint: str, request: Request, *, w: Words) -> AlignmentStudy | None:
    """The study of these links and weights: of now, or the one that is remembered."""
    last = cast(tuple[Gold, AlignmentStudy] | None, state.remembered(MEASURED))
    if last is not None and last[0] == gold and last[1].fingerprint == fingerprint:
        return last[1]
    name, pairs = gold

    def measure(progress: decode.Progress) -> AlignmentStudy:
        def say(done: int, count: int) -> None:
            words = w("alignment.own.progress", {"done": done, "count": count})
            progress.show(done / count, words)

        with cache.visits().turn(progress.wait, request.visitor):
            translator = cache.translator(str(request.folder), request.device)
            return alignment_study(translator, pairs[:MOST_PAIRS], name, on_progress=say)

    study = decode.shown(f"{MEASURED}-{fingerprint}", measure, w)
    if study is not None:
        state.remember(MEASURED, (gold, study))
    return study


def _draw(study: AlignmentStudy, w: Words, *, key: str) -> None:
    chosen = study.chosen()
    facts = {
        "gold": study.gold,
        "pairs": study.pairs,
        "sure": study.sure,
        "possible": study.possible - study.sure,
        "default": figures.reading_name(chosen, study, words=w.table),
        "rate": f"{100 * chosen.error_rate:.1f}",
    }
    st.caption(w.markdown("alignment.facts", facts))
    chart.draw(figures.alignment_picture(study, words=w.table), key=key, w=w)
    if len(study.mean_norms) > 1:
        guessed = dict[str, object]()
        for rule, layer in study.guessed().items():
            rate = 100 * study.plainest.error_rates[layer][0]
            guessed |= {rule: layer + 1, f"{rule}_rate": f"{rate:.1f}"}
        st.caption(w("alignment.guess", guessed))
