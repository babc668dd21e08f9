"""The fields for what a foreign model can be told."""

from typing import Any

from streamlit.testing.v1 import AppTest

from seqviz.views.session.i18n import Words


def app(entry: object) -> None:
    import streamlit as st  # noqa: PLC0415 - the body of this function is a script

    from seqviz.views.session.i18n import Words  # noqa: PLC0415 - as above
    from seqviz.views.sidebar import language_fields  # noqa: PLC0415 - as above

    for key in ("source_language", "target_language", "instruction"):
        st.session_state.setdefault(key, "")
    language_fields.render(entry, Words("en"))  # type: ignore[arg-type]  # as much as they need
    st.text(repr(st.session_state.get("instruction")))


class Entry:
    """As much of a ``ModelEntry`` as the fields ask for."""

    def __init__(self, *, usual: tuple[str, ...] = (), tasks: tuple[str, ...] = ()) -> None:
        self.source_languages = self.target_languages = ("deu_Latn", "eng_Latn")
        self.has_usual, self.instructions = frozenset(usual), tasks
        self.takes_instruction = True


def opened(**how: Any) -> AppTest:
    found = AppTest.from_function(app, kwargs={"entry": Entry(**how)}).run()
    assert not found.exception
    return found


def test_a_usual_language_is_named_only_where_the_makers_have_one() -> None:
    page, words = opened(usual=("target",)), Words("en")
    shown = {
        side: page.selectbox(key=f"{side}_language").options[0] for side in ("source", "target")
    }
    assert shown == {"source": words("own.unchosen"), "target": words("own.usual")}
    assert page.text_input(key="instruction").value == ""


def test_instructions_of_the_makers_are_offered() -> None:
    page = opened(tasks=("summarize:", "<2fr>"))
    field = page.selectbox(key="instruction")
    assert field.options == [Words("en")("own.unchosen"), "summarize:", "<2fr>"]
    assert page.text[0].value == "''"
    assert field.select("<2fr>").run().text[0].value == "'<2fr>'"


def test_an_instruction_of_ones_own_stays() -> None:
    page = AppTest.from_function(app, kwargs={"entry": Entry(tasks=("summarize:",))})
    page.session_state["instruction"] = "my own:"
    assert page.run().text[0].value == "'my own:'" and not page.exception
