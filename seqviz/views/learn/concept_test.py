"""The ten-item test: answered before and after the lesson, taken along as a file, summed up.

Nothing is kept beyond the session; a lecturer collects the files.
"""

import time
from dataclasses import dataclass, field

import streamlit as st

from seqviz.errors import InputError
from seqviz.lesson import concept_test as test
from seqviz.views.session import state
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell.guard import last_resort
from seqviz.words.numbers import NONE, number

RUN = "concept-test"
"""Under it a session remembers its answers."""
MOST_MEGABYTES = 1
"""Of a file of answers."""
ALONE = "<style>.st-key-ask, .st-key-around { display: none; }</style>"


@dataclass
class Run:
    """Somebody's answers so far."""

    respondent: str
    form: test.Form
    since: float
    """When the present item was first shown."""
    answers: list[test.Answer] = field(default_factory=list)


@last_resort
def render(_: Request, w: Words) -> None:
    """Ask the next item, or show what was answered; below, what a class gained."""
    st.html(ALONE)
    st.markdown(w("concept_test.about"))
    run = state.remembered(RUN)
    if not isinstance(run, Run):
        _begin(w)
    elif len(run.answers) < len(test.items()):
        _ask(run, w)
    else:
        _end(run, w)
    if not is_public():  # nobody may send files there
        with st.expander(w("concept_test.class")):
            _class(w)
    state.write_link()


def _begin(w: Words) -> None:
    typed = st.text_input(w("concept_test.code"), max_chars=40, help=w("concept_test.code.help"))
    code = test.code_of(typed)
    with st.container(horizontal=True):
        for form in test.FORMS:
            st.button(
                w(f"concept_test.{form}"),
                key=f"concept-{form}",
                disabled=not code,
                on_click=_start,
                args=(code, form),
            )


def _start(respondent: str, form: test.Form) -> None:
    state.remember(RUN, Run(respondent, form, time.monotonic()))


def _ask(run: Run, w: Words) -> None:
    item = test.ordered(run.form)[len(run.answers)]
    places = {"place": len(run.answers) + 1, "count": len(test.items())}
    st.caption(w("concept_test.place", places))
    option = st.radio(
        f"**{item.ask[w.language]}**",
        range(1, len(item.options) + 1),
        index=None,
        format_func=lambda place: item.options[place - 1][w.language],
        key=f"concept-{run.form}-{item.id}",
    )
    st.button(
        w("concept_test.next"),
        key="concept-next",
        disabled=option is None,
        on_click=_answer,
        args=(run, item, option),
    )


def _answer(run: Run, item: test.Item, option: int) -> None:
    now = time.monotonic()
    seconds = now - run.since
    one = test.answered(run.respondent, run.form, item, option=option, seconds=seconds)
    run.answers.append(one)
    run.since = now


def _end(run: Run, w: Words) -> None:
    """Answers as a file; right ones after the lesson alone, so that the second time counts."""
    st.download_button(
        w("concept_test.save"),
        test.written(run.answers),
        f"seqviz-test-{run.form}.csv",
        "text/csv",
        key="concept-save",
        on_click="ignore",
    )
    if run.form == "after":
        right = {one.item for one in run.answers if one.right}
        st.markdown(w("concept_test.score", {"right": len(right), "count": len(run.answers)}))
        for item in test.ordered(run.form):
            sign = "✓" if item.id in right else "✗"
            answer = item.options[item.right - 1][w.language]
            st.markdown(f"{sign} **{item.ask[w.language]}** {answer}  \n{item.why[w.language]}")
    else:
        st.caption(w("concept_test.later"))
    st.button(w("concept_test.anew"), key="concept-anew", on_click=state.remember, args=(RUN, None))


def _class(w: Words) -> None:
    """What those gained whose files a lecturer opens."""
    opened = st.file_uploader(
        w("concept_test.open"),
        type="csv",
        accept_multiple_files=True,
        max_upload_size=MOST_MEGABYTES,
        key="concept-files",
    )
    answers: list[test.Answer] = []
    for file in opened:
        try:
            answers += test.read(file.getvalue()[: test.MOST_BYTES + 1], file.name)
        except InputError as error:
            st.error(w.error(error), icon=":material/error:")
    found = test.gains(answers)
    if answers and not found:
        st.caption(w("concept_test.nobody"))
    if not found:
        return
    st.caption(w("concept_test.respondents", {"count": test.respondents(answers)}))
    names = {item.id: item.concept[w.language] for item in test.items()}
    names[""] = w("concept_test.all")
    rows = [
        {
            w("concept_test.concept"): names[item],
            w("concept_test.before"): number(gain.before, ".0%"),
            w("concept_test.after"): number(gain.after, ".0%"),
            w("concept_test.gain"): NONE if gain.normalised is None else number(gain.normalised),
        }
        for item, gain in found.items()
    ]
    st.table(rows)
