"""State: the link seeds it once, bad values fall back with a notice, codes survive everything."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.views.session.link import MAX_LINK_CHARACTERS
from seqviz.views.session.settings import SETTINGS


def script() -> None:
    import streamlit as st  # noqa: PLC0415 -- AppTest runs this function as a script of its own

    from seqviz.views.session import state  # noqa: PLC0415 -- the same

    state.begin()
    st.session_state["seen"] = state.refused()
    st.text_area("text", key="text")
    if st.session_state.get("show", True):
        st.slider("beam", 1, 20, key="beam")
    state.write_link()
    st.session_state["left_out"] = state.left_out()


def run(**link: str) -> AppTest:
    app = AppTest.from_function(script)
    for code, value in link.items():
        app.query_params[code] = value
    app.run()
    assert not app.exception
    return app


def test_without_a_link_everything_has_its_default() -> None:
    app = run()
    for code, setting in SETTINGS.items():
        assert app.session_state[code] == setting.default
    assert app.session_state["seen"] == []


def test_a_link_fills_the_session() -> None:
    app = run(text="你好", beam="7", norm="gnmt", alpha="0.6", words="1", view="tree", lang="zh")
    assert app.session_state["text"] == "你好"
    assert app.session_state["beam"] == 7
    assert app.session_state["norm"] == "gnmt"
    assert app.session_state["alpha"] == 0.6
    assert app.session_state["words"] is True
    assert app.session_state["view"] == "tree"
    assert app.session_state["lang"] == "zh"


def test_whatever_is_too_long_for_the_link_is_named() -> None:
    app = run(reference="x" * (MAX_LINK_CHARACTERS + 1), text="kalt")
    assert app.session_state["left_out"] == ["reference"]
    assert "reference" not in app.query_params
    assert app.query_params["text"] == "kalt"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("beam", "0"),
        ("beam", "21"),
        ("beam", "x"),
        ("beam", "1e3"),
        ("alpha", "nan"),
        ("alpha", "inf"),
        ("alpha", "-1"),
        ("view", "Tree"),
        ("lang", "xx"),
        ("words", "yes"),
        ("step", "-1"),
        ("layer", "9" * 5000),
    ],
)
def test_a_damaged_value_falls_back_with_a_notice(code: str, value: str) -> None:
    app = run(**{code: value})
    assert app.session_state[code] == SETTINGS[code].default
    assert app.session_state["seen"] == [code]


def test_the_link_follows_the_session_and_gives_it_back() -> None:
    app = run(text="Guten Tag & <b>")
    app.slider(key="beam").set_value(9).run()
    link = dict(app.query_params)
    assert link["beam"] == "9"
    assert link["words"] == "0"
    again = run(**link)
    for code in SETTINGS:
        assert again.session_state[code] == app.session_state[code]


def test_the_link_is_read_only_once() -> None:
    app = run(beam="7")
    app.slider(key="beam").set_value(3).run()
    assert app.session_state["beam"] == 3


def test_a_widget_that_is_not_drawn_keeps_its_value() -> None:
    app = run()
    app.slider(key="beam").set_value(9).run()
    app.session_state["show"] = False
    app.run()
    app.run()
    assert app.session_state["beam"] == 9


def test_a_very_long_text_stays_out_of_the_link() -> None:
    app = run()
    app.text_area(key="text").set_value("x" * (MAX_LINK_CHARACTERS + 1)).run()
    assert "text" not in app.query_params
