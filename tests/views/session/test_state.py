"""State: the link seeds it once, bad values fall back with a notice, codes survive everything."""

from collections.abc import Callable, Sequence
from unittest.mock import Mock

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.views.session import state
from seqviz.views.session.link import (
    MAX_LINK_CHARACTERS,
    MOST_KEPT_CHARACTERS,
    MOST_WRITTEN,
    WrittenLinks,
)
from seqviz.views.session.settings import SETTINGS

Back = Callable[[AppTest, dict[str, str]], AppTest]


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
    app = run(reference="x" * (MAX_LINK_CHARACTERS + 1))
    app.text_area(key="text").set_value("kalt").run()
    assert app.session_state["left_out"] == ["reference"]
    assert "reference" not in app.query_params
    assert app.query_params["text"] == "kalt"


DAMAGED: Sequence[dict[str, str]] = (
    {"beam": "0", "alpha": "nan", "view": "Tree", "lang": "xx", "words": "yes", "step": "-1"},
    {"beam": "21", "alpha": "inf", "layer": "9" * 5000},
    {"beam": "x", "alpha": "-1"},
    {"beam": "1e3"},
)


@pytest.mark.parametrize("link", DAMAGED)
def test_damaged_values_fall_back_with_a_notice(link: dict[str, str]) -> None:
    app = run(**link)
    for code in link:
        assert app.session_state[code] == SETTINGS[code].default, code
    assert sorted(app.session_state["seen"]) == sorted(link)


def test_the_link_follows_the_session_and_gives_it_back() -> None:
    app = run(text="Guten Tag & <b>")
    app.slider(key="beam").set_value(9).run()
    link = dict(app.query_params)
    assert link["beam"] == "9"
    assert link.keys() == {"beam", "text"}, "only what differs from the defaults"
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


@pytest.fixture
def back(monkeypatch: pytest.MonkeyPatch) -> Back:
    """What the browser's Back or Forward asks for: a run with another link of its history."""

    def go(app: AppTest, link: dict[str, str]) -> AppTest:
        app.query_params.clear()
        app.query_params.update(link)
        with monkeypatch.context() as patch:
            patch.setattr(state, "get_script_run_ctx", lambda: Mock(is_history_navigation=True))
            app.run()
        assert not app.exception
        return app

    return go


def link_of(app: AppTest) -> dict[str, str]:
    return {code: "".join(value) for code, value in app.query_params.items()}


def test_an_opened_link_stays_until_a_setting_changes() -> None:
    app = run(beam="7", old="1")
    assert link_of(app) == {"beam": "7", "old": "1"}
    app.run()
    assert link_of(app) == {"beam": "7", "old": "1"}
    app.slider(key="beam").set_value(3).run()
    assert link_of(app) == {"beam": "3"}


def test_back_and_forward_restore_what_was_there(back: Back) -> None:
    app = run(beam="7", lang="zh")
    links = [link_of(app)]
    app.slider(key="beam").set_value(3).run()
    links.append(link_of(app))
    app.text_area(key="text").set_value("kalt").run()
    app.session_state["lang"] = "en"
    links.append(link_of(app.run()))
    seen = [(7, "zh", ""), (3, "zh", ""), (3, "en", "kalt")]
    for place in (1, 0, 1, 2, 0):
        back(app, links[place])
        shown = tuple(app.session_state[code] for code in ("beam", "lang", "text"))
        assert shown == seen[place]
        assert link_of(app) == links[place]
    app.slider(key="beam").set_value(5).run()
    assert link_of(app) == {"lang": "zh"}, "5 is the default"


def test_back_restores_what_the_link_could_not_hold(back: Back) -> None:
    app, long = run(text="es"), "x" * (MAX_LINK_CHARACTERS + 1)
    app.text_area(key="text").set_value("y" + long).run()
    app.text_area(key="text").set_value(long).run()
    there = link_of(app)
    app.text_area(key="text").set_value("kalt").run()
    assert back(app, there).session_state["text"] == long


def test_back_to_a_link_with_a_damaged_value_says_so_again(back: Back) -> None:
    app = run(beam="99")
    app.slider(key="beam").set_value(3).run()
    back(app, {"beam": "99"})
    assert app.session_state["beam"] == SETTINGS["beam"].default
    assert app.session_state["seen"] == ["beam"]


def test_a_quick_click_that_comes_with_an_older_link_undoes_nothing() -> None:
    app = run(beam="7")
    old = link_of(app)
    app.slider(key="beam").set_value(3).run()
    app.query_params.clear()
    app.query_params.update(old)
    app.text_area(key="text").set_value("kalt").run()
    assert app.session_state["beam"] == 3
    assert link_of(app).items() >= {"beam": "3", "text": "kalt"}.items()


def test_a_session_remembers_some_links_and_no_endless_text() -> None:
    links = WrittenLinks()
    for number in range(MOST_WRITTEN + 1):
        links.keep({"beam": str(number)}, {"text": "x" * (MOST_KEPT_CHARACTERS + number)})
    assert links.left_out_of({"beam": "0"}) == {}  # forgotten
    assert links.left_out_of({"beam": "1"}) == {}  # too long


def test_what_is_told_or_clicked_in_a_view_that_has_gone_is_nothing() -> None:
    assert state.told_by("gone", "select") is None
    assert state.clicked_point("gone") is None


def ways_of_decoding() -> None:
    import streamlit as st  # noqa: PLC0415 (the text of this function is a script)

    from seqviz.views.session import state  # noqa: PLC0415

    state.begin()
    if st.session_state.pop("broken_off", False):
        st.stop()
    if st.session_state["how"] == "sample":
        st.slider("temperature", 0.1, 2.0, step=0.1, key="temperature")
    state.remember(state.DRAWN_HOW, state.text("how"))


def test_a_run_that_is_broken_off_leaves_no_option_that_the_browser_has_not_heard_of() -> None:
    app = AppTest.from_function(ways_of_decoding)
    app.query_params["how"], app.query_params["temperature"] = "sample", "1.3"
    app.run()
    for changes in ({"how": "beam"}, {"broken_off": True}, {"how": "sample"}):
        for code, value in changes.items():
            app.session_state[code] = value
        app.run()
    (drawn,) = app.slider
    assert drawn.value == 1.3
    assert drawn.proto.set_value
