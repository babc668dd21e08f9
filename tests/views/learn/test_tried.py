"""What a learner asked for on the spot: a word of one's own, learnt or refused in words."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from seqviz.errors import InputError
from seqviz.lesson import Asked, read_chapter
from seqviz.translator.gradient import GradientSteps
from seqviz.views.learn import tried
from seqviz.views.session import state
from tests.lesson.small import CHAPTER, SmallModels
from tests.views.pages import CHINESE


class Models(SmallModels):
    """Knows no "x"; steps that are too large lead nowhere."""

    def learn(self, asked: Asked, rates: tuple[float, ...]) -> GradientSteps:
        if "x" in asked.text:
            raise InputError("learn_unknown", {"pieces": "x"})
        self.asked.append(asked)
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
    assert {(one.text, one.reference) for one in models.asked} == {("der Hund", "the dog")}
    assert (found["before"]["target"], found["before"]["place"]) == ([4, 6], 1)
    assert (found["rates"], found["text"], found["losses"]) == ((), "der Hund", [0.0])
    found = answered(models, rates=[0.1])
    assert (models.asked[-1].text, "before" in found) == ("Die Katze", False)
    assert state.remembered(tried.LEARNT) == found


def test_what_comes_of_nothing_is_said_in_words(models: Models) -> None:
    refused = answered(models, text="x", right="y")
    assert refused["failed"] == "模型不认识：x。请换用别的字母或词。"
    assert answered(models, rates=[9.0])["failed"] == CHINESE("lesson.learn.failed")
    assert answered(models, rates=["soon"])["rates"] == (9.0,), "nonsense asks for nothing"
