"""What the beam size changes: on this sentence, and as measured on a test set."""

import shlex

import streamlit as st

from seqviz import figures
from seqviz.errors import ModelError
from seqviz.records.beam_sizes import STUDY_FILE, BeamSizeStudy
from seqviz.trace import Trace
from seqviz.views.compare import sweep
from seqviz.views.session import decoding, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.views.sidebar.systems_of import is_listed


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the sweep over this sentence, and what was measured of this system.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    sweep.render(trace, decoding.beam_search_of(request), w)
    _measured(trace, request, w)
    state.write_link()


def _measured(trace: Trace, request: Request, w: Words) -> None:
    """Draw the stored result of these very weights, or say which command makes one."""
    st.subheader(w("beam_sizes.heading"), anchor=False)
    st.caption(w("beam_sizes.about"))
    try:
        study = STUDY_FILE.read(request.folder / STUDY_FILE.name)
    except ModelError as error:
        decode.show_error(error, w)
        return
    if study is None or study.fingerprint != trace.model.fingerprint:
        if not is_listed(request):
            st.caption(w("own.no_study"))
            return
        st.caption(w("beam_sizes.missing" if study is None else "beam_sizes.other_weights"))
        st.code(_command(request), language=None, wrap_lines=True)
        return
    _draw(study, w)


def _command(request: Request) -> str:
    name = f"{request.folder.parent.name}/{request.folder.name}"
    # Where the folder of models lies is nobody's business.
    file = shlex.quote(f"{request.folder.parents[1].name}/{name}/{STUDY_FILE.name}")
    return f"seqviz beam-sizes --model {shlex.quote(name)} --out {file} TEST.tsv"


def _draw(study: BeamSizeStudy, w: Words) -> None:
    chart.draw(figures.beam_sizes_picture(study, words=w.table), key="beam-sizes", w=w)
    facts = {
        "sentences": study.sentences,
        "test_set": study.test_set,
        "seed": study.seed,
        "bleu": f"BLEU {study.bleu_signature}",
        "chrf": f"chrF {study.chrf_signature}",
    }
    st.caption(w.markdown("beam_sizes.facts", facts))
