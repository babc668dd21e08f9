"""What a learner asked for on the spot: a word, learnt or refused in words; a search, cancelled."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from seqviz.errors import InputError
from seqviz.lesson import Asked, read_chapter
from seqviz.trace import Trace
from seqviz.translator.gradient import GradientSteps
from seqviz.views.learn import tried
from seqviz.views.session import state
from seqviz.views.shell import progress
from tests.fixtures.toy_traces import greedy_trace, rnn_trace
from tests.lesson.small import CHAPTER, SmallModels
from tests.views.pages import CHINESE, ENGLISH


class Models(SmallModels):
    """Knows no "x"; steps that are too large lead nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.learnt: list[Asked] = []

    def learn(self, asked: Asked, rates: tuple[float, ...]) -> GradientSteps:
        if "x" in asked.text:
            raise InputError("learn_unknown", {"pieces": "x"})
        self.learnt.append(asked)
        found = super().learn(asked, rates)
        return replace(found, losses=found.losses + np.nan) if rates == (9.0,) else found


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Models:
    """In a session without a page."""
    monkeypatch.setattr("streamlit.session_state", {})
    return Models()


def answered(models: Models, **facts: Any) -> Any:
    chapter = read_chapter(CHAPTER, "small.yaml")
    trace = chapter.steps[0].asked["en"].key
    tried.ask_to_learn({"trace": trace, **facts})
    request: Any = type("Request", (), {"visitor": "me"})
    return tried.learning(chapter, "en", request=request, models_of=lambda *_: models, w=CHINESE)


def test_a_word_of_ones_own_comes_with_what_it_is_before_the_first_step(models: Models) -> None:
    found = answered(models, text="der Hund", right="the dog")
    assert {(one.text, one.reference) for one in models.learnt} == {("der Hund", "the dog")}
    assert found["before"]["facts"] == {
        **{"right_token": "cat", "right_before": "20%", "right_after_one": "25%"},
        **{"right_after_ten": "70%", "right_after_far": "30%"},
    }
    assert (found["before"]["target"], found["before"]["place"]) == ([4, 6], 1)
    assert (found["rates"], found["text"], found["losses"]) == ((), "der Hund", [0.0])
    found = answered(models, rates=[0.1])
    assert (models.learnt[-1].text, "before" in found) == ("Die Katze", False)
    assert state.remembered(tried.LEARNT) == found


def test_what_comes_of_nothing_is_said_in_words(models: Models) -> None:
    refused = answered(models, text="x", right="y")
    assert refused["failed"] == "模型不认识：x。请换用别的字母或词。"
    assert answered(models, rates=[9.0])["failed"] == CHINESE("lesson.learn.failed")
    assert answered(models, rates=["soon"])["rates"] == (9.0,), "nonsense asks for nothing"


class Searching(SmallModels):
    """Both ways of decoding part on the second sentence; where Cancel ends the run at first."""

    is_cancelled = True

    def decode(self, asked: Asked) -> Trace:
        self.asked.append(asked)
        tried_before = {one.text for one in self.asked} - {asked.text}
        if tried_before and self.is_cancelled:
            st.stop()  # as Streamlit does once a button is pressed
        return rnn_trace() if tried_before and asked.options.beam_size > 1 else greedy_trace()


def search_page() -> None:
    import streamlit as st  # noqa: PLC0415 - the body of this function is a script

    from seqviz.lesson import read_chapter  # noqa: PLC0415 - as above
    from seqviz.views.learn import tried  # noqa: PLC0415 - as above
    from seqviz.views.session.i18n import Words  # noqa: PLC0415 - as above
    from tests.lesson.small import CHAPTER  # noqa: PLC0415 - as above

    chapter, models = read_chapter(CHAPTER, "small.yaml"), st.session_state["models"]
    st.caption(str(tried.found()["searching"]))
    tried.search(chapter, "", models_of=lambda *_: models, w=Words("en"))


def test_a_search_that_is_cancelled_opens_nothing_and_can_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("QUIET_SECONDS", "UPDATE_SECONDS"):
        monkeypatch.setattr(progress, name, 0.0)
    monkeypatch.setattr(progress.Progress, "clear", lambda _: None)
    app, models = AppTest.from_function(search_page), Searching()
    session = {"models": models, "sentence": "", "at": "look", f"_{tried.SEARCH}": "look"}
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    (bar,), (cancel,) = app.progress, app.button
    assert (bar.text.partition(" of ")[0], len(models.asked)) == ("Sentence 2", 3)
    assert app.caption[0].value == "True"
    cancel.click().run()
    assert [told.value for told in app.info] == [ENGLISH("progress.cancelled")]
    assert (app.session_state["sentence"], len(models.asked)) == ("", 3)
    assert app.caption[0].value == "False", "the lesson no longer says that it looks"
    models.is_cancelled = False
    (again,) = app.button
    again.click().run()
    assert app.session_state["sentence"] == models.asked[-1].text
