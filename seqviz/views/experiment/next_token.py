"""The present translation token by token, and at each what the model could have said instead."""

import streamlit as st

from seqviz.analysis.tokens import next_tokens_on_path
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.trace import Trace
from seqviz.views.experiment import starts
from seqviz.views.session import state
from seqviz.views.session.i18n import Words

MOST = 9
"""Other tokens offered at a step."""
STEP = "whatif-step"
JOINER = "\u2060"
"""Has no width."""


def choose(trace: Trace, w: Words) -> None:
    """Draw the tokens to choose a step from, and the other tokens to go on with from there."""
    pieces = trace.target_pieces()
    _open(trace)
    state.clamp("step", high=len(pieces) - 1)
    state.put_choice(STEP, state.integer("step"))
    names = _names(trace)
    st.pills(
        w("whatif.step"),
        range(len(pieces)),
        key=STEP,
        format_func=names.__getitem__,
        required=True,
        on_change=_pick,
    )
    _others(trace, state.integer("step"), w)


def _open(trace: Trace) -> None:
    """Open a sentence where the system was least sure, unless a step is chosen already."""
    opened = trace.source.text, trace.model.fingerprint
    if state.remembered("hesitated") != opened and not state.integer("step"):
        state.put("step", int(trace.log_probs().argmin()))
    state.remember("hesitated", opened)


def _names(trace: Trace) -> list[str]:
    """The tokens, those of the given start with a pin; each once, for Streamlit tells by names."""
    given, names = len(trace.options.prefix), list[str]()
    for step, piece in enumerate(trace.target_pieces()):
        name = (starts.PIN if step < given else "") + piece_label(piece)
        while name in names:
            name += JOINER
        names.append(name)
    return names


def _pick() -> None:
    state.put("step", int(state.choice(STEP) or 0))


def _others(trace: Trace, step: int, w: Words) -> None:
    found = next_tokens_on_path(trace, step)
    path = tuple(int(token) for token in trace.target())
    taken = theme.probability(float(found.probs[found.chosen_index or 0]))
    facts = {"piece": piece_label(trace.target_pieces()[step]), "prob": taken}
    st.markdown(w.markdown("whatif.instead", facts))
    with st.container(horizontal=True, gap="small", key="whatif-others"):
        shown = 0
        for token, piece, probability in zip(found.tokens, found.pieces, found.probs, strict=True):
            if shown == MOST or int(token) in (path[step], *trace.options.banned):
                continue
            shown += 1
            label = f"{theme.isolate(piece_label(piece))} · {theme.probability(float(probability))}"
            start = (*path[:step], int(token))
            starts.button(label, f"whatif-{step}-{token}", start, w=w)
