"""Training a small model while one watches, in a process of its own."""

import streamlit as st

from seqviz import figures
from seqviz.analysis.attention import attention_matrix, missing_attention
from seqviz.analysis.compare import character_differences
from seqviz.errors import InputError
from seqviz.kinds import LEARNT_LIVE
from seqviz.records.live import (
    MOST_TYPED,
    TASKS,
    CurvePoint,
    LiveJob,
    LiveState,
)
from seqviz.server.live_process import LiveView
from seqviz.tasks import TASKS as GENERATORS
from seqviz.trace import Trace
from seqviz.views.components import live as browser
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.words.numbers import number

LOOK_SECONDS = 1.0
TRY = "live-try"
# What is a second old is not stale: without this, a busy server makes the page fade and flicker.
STYLE = """<style>
[data-testid="stMain"] [data-stale="true"] { opacity: 1 !important; transition: none !important; }
</style>"""


@last_resort
def render(request: Request, w: Words) -> None:
    """Draw the controls, and below them the training as it goes on."""
    st.html(side_by_side.STYLE + STYLE)
    browser.load_program()
    st.caption(w("live.about"))
    view = cache.live_processes().look(state.visitor())
    _controls(view, w)
    if view is None:
        st.info(w("live.empty"), icon=":material/model_training:")
    else:
        every = LOOK_SECONDS if view.alive else None
        st.fragment(_watch, run_every=every)(_phase(view), w)
    state.write_link()


def _controls(view: LiveView | None, w: Words) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            w("live.task"),
            TASKS,
            key="live_task",
            format_func=lambda task: _task_name(task, w),
            width=260,
        )
        st.selectbox(
            w("live.system"),
            LEARNT_LIVE,
            key="live_system",
            format_func=lambda system: w.name("system", system),
            width=260,
        )
        start = w("live.start" if view is None else "live.again")
        icon = ":material/play_arrow:" if view is None else ":material/restart_alt:"
        pressed = st.button(start, key="live-start", icon=icon)
        _pause(view, w)
    job = LiveJob(task=state.text("live_task"), system=state.text("live_system"))
    facts = {"train": round(job.train_seconds), "life": round(job.life_seconds / 60)}
    st.caption(w("live.bounds", facts))
    if pressed:
        _start(job, w)


def _pause(view: LiveView | None, w: Words) -> None:
    """The button that stops, or goes on, where there is something to stop."""
    phase = _phase(view) if view is not None else ""
    if phase == "training":
        st.button(w("live.stop"), icon=":material/pause:", on_click=_tell, args=("stop",))
    elif phase == "stopped":
        st.button(
            w("live.continue"), icon=":material/play_arrow:", on_click=_tell, args=("continue",)
        )


def _start(job: LiveJob, w: Words) -> None:
    try:
        cache.live_processes().start(state.visitor(), job)
    except InputError as error:
        decode.show_error(error, w)
    except OSError:
        st.error(w("live.no_process"), icon=":material/error:")
    else:
        _try()
        st.rerun()


def _tell(command: str) -> None:
    cache.live_processes().tell(state.visitor(), command)


def _try() -> None:
    """Let the model translate what is typed."""
    typed = state.choice(TRY)
    if typed:
        cache.live_processes().tell(state.visitor(), "try", str(typed))


def _phase(view: LiveView) -> str:
    """What is going on: "starting", "ended", "crashed", or a phase of the process."""
    if not view.alive:
        return "crashed" if view.crashed else "ended"
    return "starting" if view.state is None else view.state.phase


@last_resort
def _watch(drawn: str, w: Words) -> None:
    """Draw the newest state; once a second, as long as the process lives."""
    view = cache.live_processes().look(state.visitor())
    if view is None or _phase(view) != drawn:
        st.rerun()  # other buttons belong to another phase
    _say_phase(view, w)
    if view.state is None:
        return
    _numbers(view.state, view.job, w)
    left, right = st.columns(2, gap="large")
    with left:
        _curves(view.state, w)
    with right:
        _example(view, w)
    _typed(view, w)
    _cases(view.state, w)


def _say_phase(view: LiveView, w: Words) -> None:
    phase = _phase(view)
    if view.state is not None and phase == "finished":
        phase = f"finished.{view.state.reason}"
    facts = {
        "task": _task_name(view.job.task, w),
        "system": w.name("system", view.job.system),
        "pairs": f"{view.job.pairs:,}",
        "train": round(view.job.train_seconds),
        "idle": round(view.job.idle_seconds),
        "life": round(view.job.life_seconds / 60),
    }
    if view.state is not None:
        numbers = ("parameters", "step", "steps")
        facts |= {name: f"{getattr(view.state, name):,}" for name in numbers}
    words = w(f"live.{phase}", facts)
    if phase in ("crashed", "finished.diverged"):
        st.error(words, icon=":material/error:")
    elif phase == "ended":
        st.info(words, icon=":material/timer_off:")
    else:
        icons = {"starting": "hourglass_top", "training": "model_training", "stopped": "pause"}
        st.markdown(f":material/{icons.get(phase, 'check_circle')}: {words}")


def _numbers(now: LiveState, job: LiveJob, w: Words) -> None:
    values = {
        "step": (f"{now.step:,} / {now.steps:,}", None),
        "loss": (_last(now.losses, "{:.3f}"), w("live.metric.loss.help")),
        "score": (_last(now.scores, "{:.0f} %"), w("live.metric.score.help", {"dev": job.dev})),
        "rate": (number(now.pairs_per_second, ",.0f"), None),
        "left": (f"{now.seconds_left:.0f} s", None),
    }
    for column, (name, (value, about)) in zip(st.columns(5), values.items(), strict=True):
        column.metric(w(f"live.metric.{name}"), value, help=about)


def _last(points: tuple[CurvePoint, ...], form: str) -> str:
    return form.format(points[-1].value) if points else "–"


def _curves(now: LiveState, w: Words) -> None:
    st.subheader(w("live.curves"), anchor=False)
    browser.curves(now, w, key="live-curves")


def _cases(now: LiveState, w: Words) -> None:
    st.subheader(w("live.cases"), anchor=False)
    table = figures.live_cases_table(now.cases, words=w.table)
    chart.draw_table(table, key="live-cases")


def _example(view: LiveView, w: Words) -> None:
    st.subheader(w("live.example"), anchor=False)
    trace, now = view.example, view.state
    if trace is None or now is None:
        return
    with st.container(key="source"):
        st.text(trace.source.text)
    output, reference = character_differences(trace.translation, now.reference)
    cards = {"live.output": output, "live.reference": reference}
    for column, (name, text) in zip(st.columns(2), cards.items(), strict=True):
        with column, st.container(border=True, key=f"marked-{name}"):
            mark = ""
            if name == "live.output":
                mark = " ✓" if trace.translation == now.reference else " ✗"
            st.caption(w(name) + mark)
            st.markdown(side_by_side.marked(text) or w("header.nothing"))
    st.caption(w("live.marked"))
    _heatmap(trace, "live-example", w)


def _heatmap(trace: Trace, key: str, w: Words) -> None:
    """Draw where the output looked; one picture stays, and changes in place."""
    if missing_attention(trace):
        st.caption(w("live.no_attention"))
        return
    st.caption(w.markdown("live.attention", {"source": trace.source.text}))
    browser.matrix(attention_matrix(trace), w, key=key)


def _typed(view: LiveView, w: Words) -> None:
    st.subheader(w("live.try.heading"), anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        st.text_input(
            w("live.try"),
            key=TRY,
            max_chars=MOST_TYPED,
            placeholder=_placeholder(view.job.task),
            help=w("live.try.help", {"most": MOST_TYPED}),
            disabled=not view.alive,
            on_change=_try,
        )
        found = _answer(view, w)
    if found is not None:
        with right:
            _heatmap(found, "live-typed", w)


def _answer(view: LiveView, w: Words) -> Trace | None:
    """What the newest weights make of the typed text; None: nothing is typed, or not yet."""
    typed = str(state.choice(TRY) or "").strip()
    if not typed or view.state is None:
        return None
    if view.state.typed.strip() != typed:
        st.caption(w("live.try.waiting" if view.alive else "live.try.ended"))
        return None
    if view.typed is None:
        st.caption(w("live.try.nothing"))
        return None
    with st.container(key="translation"):
        st.text(view.typed.translation or w("header.nothing"))
    return view.typed


def _placeholder(task: str) -> str:
    return next(iter(GENERATORS[task].examples.values()), ("",))[0]


def _task_name(task: str, w: Words) -> str:
    return " → ".join(w.name("language", code) for code in task.split("-"))
