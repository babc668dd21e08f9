"""What the beam size changes: on this sentence, and as measured on a test set."""

import shlex
from pathlib import Path

import streamlit as st

from seqviz import figures
from seqviz.catalog import ModelEntry
from seqviz.errors import ModelError
from seqviz.records.beam_sizes import STUDY_FILE, BeamSizeStudy
from seqviz.trace import Trace
from seqviz.views.compare import sweep
from seqviz.views.compare.two_systems import unlike
from seqviz.views.session import cache, decoding, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.language_names import system_name
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.views.sidebar.systems_of import entry_of, is_listed, nearest


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the sweep over this sentence, and what was measured of this system.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    sweep.render(trace, decoding.beam_search_of(request), w)
    _measured(trace, request, w)
    state.write_link()


def _measured(trace: Trace, request: Request, w: Words) -> None:
    """Draw what was measured of these very weights, or of the nearest system that was."""
    st.subheader(w("beam_sizes.heading"), anchor=False)
    st.caption(w("beam_sizes.about"))
    study = _study(request.folder, w)
    if study is not None and study.fingerprint != trace.model.fingerprint:
        st.caption(w("beam_sizes.other_weights"))
        study = None
    if study is None:
        study = _instead(request, w)
    if study is not None:
        _draw(study, w)


def _instead(request: Request, w: Words) -> BeamSizeStudy | None:
    """The nearest study there is, and the command that makes one of this system."""

    def fits(entry: ModelEntry) -> bool:
        found = None if entry.folder == request.folder else _study(entry.folder, w)
        return found is not None and found.fingerprint == cache.fingerprint(
            entry.folder, request.device
        )

    entry = nearest(request, fits)
    if entry is not None:
        own, other = request.folder, entry.folder
        names = {
            own: w.name("system", own.name),
            other: system_name(entry.pair, entry.system, w),
        }
        facts = {"own": names[own], "other": names[other]}
        st.info(w.markdown("page.instead", facts), icon=":material/stacked_line_chart:")
        if said := unlike([entry_of(request), entry], w, lambda one: names[one.folder]):
            st.caption(said)
    if is_listed(request):
        with st.expander(w("beam_sizes.missing")):
            st.code(_command(request), language=None, wrap_lines=True)
    return None if entry is None else _study(entry.folder, w)


def _study(folder: Path, w: Words) -> BeamSizeStudy | None:
    try:
        return STUDY_FILE.read(folder / STUDY_FILE.name)
    except ModelError as error:
        decode.show_error(error, w)
        return None


def _command(request: Request) -> str:
    name = f"{request.folder.parent.name}/{request.folder.name}"
    # Where the folder of models lies is nobody's business.
    file = shlex.quote(f"{request.folder.parents[1].name}/{name}/{STUDY_FILE.name}")
    return f"seqviz beam-sizes --model {shlex.quote(name)} --out {file} TEST.tsv"


def _draw(study: BeamSizeStudy, w: Words) -> None:
    facts = {
        "sentences": study.sentences,
        "test_set": study.test_set,
        "seed": study.seed,
        "bleu": f"BLEU {study.bleu_signature}",
        "chrf": f"chrF {study.chrf_signature}",
    }
    notes = w.markdown("beam_sizes.facts", facts)
    chart.draw(figures.beam_sizes_picture(study, words=w.table), key="beam-sizes", w=w, notes=notes)
