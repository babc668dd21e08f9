"""A text of several sentences on the page."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.views.pages import ENGLISH, checked, link, open_app, source, submit

FIRST, SECOND = "Es war kalt.", "Der Hund ist hier!"
TEXT = f"{FIRST} {SECOND}"

pytestmark = pytest.mark.usefixtures("tiny")


def whole(app: AppTest) -> str:
    (text,) = app.container(key="whole").text
    return str(text.value)


def test_a_page_says_how_many_sentences_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqviz.views.session.parts.MOST", 2)
    given = {"text": f"{TEXT} {FIRST}", "system": "dot", "max_length": "8"}
    app = open_app(given, settings=False)
    said = ENGLISH("parts.many", {"first": 2, "count": 3})
    assert said in [c.value for c in app.caption]
    app.text_area(key="text").set_value(TEXT)
    assert said not in [c.value for c in submit(app).caption]


def test_each_sentence_is_translated_and_one_is_shown() -> None:
    app = open_app({"text": TEXT, "system": "dot", "max_length": "8"}, settings=False)
    assert source(app) == FIRST and ENGLISH("parts.joined") in [c.value for c in app.caption]
    joined = whole(app)
    checked(app.segmented_control(key="part").set_value(2).run())
    assert source(app) == SECOND and whole(app) == joined and link(app)["part"] == "2"
    checked(app.segmented_control(key="part").set_value(0).run())
    assert source(app) == TEXT

    app.text_area(key="text").set_value(FIRST)
    assert source(submit(app)) == FIRST and not app.get("whole")
    assert "part" not in [one.key for one in app.segmented_control]
