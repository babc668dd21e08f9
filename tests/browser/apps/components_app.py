"""Both components with toy data; the query parameter ``case`` chooses it.

``step`` is where it starts, ``plain`` leaves the attention out, ``slow`` makes every run last long,
``late`` keeps the step that the scrubber returns instead of taking it before the page runs.
"""

import time

import numpy as np
import streamlit as st

from seqviz.trace import Floats
from seqviz.views.components import lines, stepper
from seqviz.words import table

HOSTILE = "<img src=x onerror=alert(1)>"
CASES = {
    "mixed": (["Das", "Haus", "ist", HOSTILE, "<b>", "</s>"], ["The", HOSTILE, "房子", "<b>", "."]),
    "arabic": (["البيت", "صغير", "جدا", "."], ["The", "house", "is", "very", "small", "."]),
    "short": (["Guten", "Tag", "."], ["你好", "。", "</s>"]),
    "long": (
        [f"Wort{'er' * (place % 5)}{place}" for place in range(60)],
        [f"{'long' * (place % 4)}word{place}" for place in range(60)],
    ),
    "huge": ([f"s{place}" for place in range(100)], [f"t{place}" for place in range(100)]),
    "single": (["ja"], ["yes"]),
}


def toy_attention(steps: int, source: int) -> Floats:
    """Weights (steps, source) that follow the diagonal."""
    places = np.arange(source) / max(source - 1, 1)
    at = np.arange(steps)[:, None] / max(steps - 1, 1)
    scores = np.exp(-(((places - at) * source) ** 2) / 2) + 0.001
    weights: Floats = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
    return weights


def toy_next(token: str, step: int, others: list[str]) -> tuple[list[tuple[str, float]], int]:
    """Next tokens of a step, and the index of the chosen one; at step 2 it comes eleventh."""
    share = 0.9 / (1 + step % 3)
    rest = [(f"{other}~{rank}", share / 2 ** (rank + 2)) for rank, other in enumerate(others)]
    if step == 2:
        return [("likely", 0.4), *rest[:9], (token, 0.0001)], 10
    return [(token, share), *rest[:9]], 0


st.set_page_config(layout="wide")
if "slow" in st.query_params:
    time.sleep(1)
st.session_state.setdefault("case", st.query_params.get("case", "mixed"))
case = st.session_state["case"]
source, target = CASES[case]
weights = toy_attention(len(target), len(source))
filler = [*target, *"abcdefghij"]
rows = [toy_next(token, step, filler) for step, token in enumerate(target)]


def keep_step() -> None:
    """Keep what the visitor chose, before the page runs."""
    st.session_state["step"] = st.session_state["stepper"]["step"]
    st.session_state["moves"] += 1


st.session_state.setdefault("step", int(st.query_params.get("step", 0)))
st.session_state.setdefault("moves", 0)
st.button("Python goes to step 2", on_click=lambda: st.session_state.update(step=2))
st.button("Another sentence", on_click=lambda: st.session_state.update(case="arabic", step=1))
step = stepper(
    key="stepper",
    tokens=target,
    source=source,
    attention=None if "plain" in st.query_params else weights,
    next_tokens=[row for row, _ in rows],
    chosen=[chosen for _, chosen in rows],
    entropies=[1.0 + step / 10 for step in range(len(target))],
    step=st.session_state["step"],
    words=table(),
    on_change=None if "late" in st.query_params else keep_step,
)
if step != st.session_state["step"]:
    st.session_state.update(step=step, moves=st.session_state["moves"] + 1)
st.text(f"Python knows step {step} after {st.session_state['moves']} moves")
lines(
    key="lines",
    source=source,
    target=target,
    weights=weights,
    words=table(),
    title="Word to word <i>attention</i>",
)
