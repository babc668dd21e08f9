"""Teacher forcing step by step: what training on one sentence and its reference would see."""

from dataclasses import replace
from functools import partial

import streamlit as st

from seqviz import figures
from seqviz.analysis.teacher_forcing import SentenceLoss, TeacherStep, sentence_loss, teacher_step
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.views.shell.progress import Progress
from seqviz.views.sidebar.reference_field import is_typed, reference_field
from seqviz.words.numbers import number

BARS = "teacher-losses"
LOSS = r"\displaystyle \mathcal{L} = -\frac{1}{T}\sum_{t=1}^{T} \log p(y_t \mid y_{<t}, x)"
GRADIENT = r"\displaystyle \frac{\partial\,(-\log p_{y})}{\partial z_k} = p_k - y_k"
OPTIONS = DecodeOptions(record_attention=False)
"""Those of the search do not matter."""


@last_resort
def render(request: Request, w: Words) -> None:
    """Draw the field for the reference, and the loss of its every token.

    No fragment as a whole: Streamlit lets only a run of the whole page interrupt one, and Cancel
    must.
    """
    st.caption(w("teacher.about"))
    own = "" if is_typed() else _own(request, w)
    text = None if own is None else reference_field(own, w)
    if text:
        _teach(request, text, w)
    state.write_link()


def _own(request: Request, w: Words) -> str | None:
    """The system's own translation; None: it was cancelled or refused."""
    found = decode.trace_for(request, w)
    return None if found is None else found.translation


def _teach(request: Request, text: str, w: Words) -> None:
    asked = replace(request, options=OPTIONS)

    def force(progress: Progress) -> Trace:
        return cache.find_or_force(asked, text, on_step=progress.step, on_wait=progress.wait)

    forced = decode.shown(f"teach-{asked.code}", force, w)
    if forced is not None:
        _forced(forced, w)


@fragment
def _forced(forced: Trace, w: Words) -> None:
    loss = sentence_loss(forced)
    count = len(loss.pieces)
    state.clamp("teacher_step", high=count)
    _sums(loss, w)
    key = state.fresh(BARS)
    step = state.integer("teacher_step") - 1
    picture = figures.token_losses_picture(loss, step, words=w.table)
    chart.draw(picture, key=key, w=w, on_select=partial(_choose, key))
    if count > 1:
        st.slider(w("teacher.step"), 1, count, key="teacher_step", help=w("teacher.step.help"))
    _step(forced, loss, step, w=w)
    state.write_link()


def _choose(key: str) -> None:
    step = state.clicked_point(key)
    if step is not None:
        state.put("teacher_step", step + 1)


def _sums(loss: SentenceLoss, w: Words) -> None:
    numbers = {
        "total": number(loss.total),
        "mean": number(loss.mean, ".3f"),
        "perplexity": number(loss.perplexity, ",.2f"),
        "tokens": str(len(loss.pieces)),
    }
    for column, (name, value) in zip(st.columns(len(numbers)), numbers.items(), strict=True):
        column.metric(
            w(f"teacher.{name}"), value.replace("inf", "∞"), help=w(f"teacher.{name}.help")
        )
    st.markdown(f"${LOSS}$")


def _step(forced: Trace, loss: SentenceLoss, step: int, *, w: Words) -> None:
    shown = teacher_step(forced, step)
    with st.container(key="result-step"):
        st.markdown(w.markdown("teacher.words", _facts(shown, loss, step)))
    chart.draw(figures.teacher_step_picture(shown, step, words=w.table), key="teacher-step", w=w)
    st.caption(w("teacher.gradient"))
    st.markdown(f"${GRADIENT}$")


def _facts(shown: TeacherStep, loss: SentenceLoss, step: int) -> dict[str, object]:
    fed = [piece_label(piece) for piece in ("<s>", *shown.fed)]
    prob = theme.probability(float(shown.p[shown.target]))
    return {
        "step": step + 1,
        "count": len(loss.pieces),
        "fed": " ".join(fed),
        "target": piece_label(shown.pieces[shown.target]),
        "prob": f"< {prob[1:]}" if prob.startswith("<") else f"= {prob}",
        "loss": number(loss.losses[step], ".3f"),
        "entropy": number(shown.entropy),
    }
