"""What one click does about a doubt."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.trace.notices import TRADITIONAL, UNSURE
from seqviz.views.session import cache
from seqviz.views.session.i18n import Words
from seqviz.views.shell.cures import cure_of
from tests.views.pages import messages, open_app

ENGLISH, CHINESE = Words("en"), Words("zh")
FACTS = {"found": "language.fr", "read": "language.de"}


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue with a system that reads French."""
    entries = [
        SimpleNamespace(pair=f"{source}-en", system="dot", source_language=source)
        for source in ("de", "fr")
    ]
    monkeypatch.setattr(cache, "models", lambda: SimpleNamespace(entries=entries))


@pytest.mark.usefixtures("french")
def test_a_pair_that_reads_the_language_is_offered() -> None:
    cure = cure_of("other_language", FACTS, CHINESE)
    assert cure is not None and cure.label == "切换到法语 → 英语" and cure.arguments == ("fr-en",)
    assert cure_of("other_language", FACTS | {"found": "language.it"}, ENGLISH) is None
    assert cure_of(UNSURE, {}, ENGLISH) is None


def convert() -> None:
    import streamlit as st  # noqa: PLC0415 - the body of this function is a script

    from seqviz.views.session import parts  # noqa: PLC0415 - as above
    from seqviz.views.session.i18n import Words  # noqa: PLC0415 - as above
    from seqviz.views.shell.notice import show_notices  # noqa: PLC0415 - as above

    for name, value in (("_linked", False), ("text", "我們去臺灣。你們呢？"), ("part", 2)):
        st.session_state.setdefault(name, value)
    parts.settle(2)
    show_notices(("traditional",), Words("en"), cures=True)


def test_one_click_converts_traditional_characters() -> None:
    app = AppTest.from_function(convert, default_timeout=30).run()
    assert [box.value for box in app.warning] == [ENGLISH(f"notice.{TRADITIONAL}")]
    (button,) = app.button
    button.click().run()
    assert not app.exception and app.session_state["text"] == "我们去台湾。你们呢？"
    assert app.session_state["part"] == 2  # the sentence that was shown still is


@pytest.mark.usefixtures("tiny")
def test_the_page_names_the_language_that_a_sentence_is_in() -> None:
    text = "Where did you put my keys?"
    app = open_app({"text": text, "system": "dot", "max_length": "8"}, settings=False)
    wanted = {"found": "English", "read": "German"}
    assert ENGLISH("cure.none", wanted) in messages(app)  # nothing is advised that is not there
    app = open_app(
        {"text": "你把我的钥匙放在哪里了？", "system": "dot", "max_length": "8"}, settings=False
    )
    assert not [said for said in messages(app) if "⟨unk⟩" in said or "unknown" in said]
