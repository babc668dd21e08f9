"""The last resort: a defect in a view costs that view, not the page, and is logged."""

import logging

import pytest

from seqviz.views.experiment import rerank
from seqviz.views.session.i18n import Words
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH, SHORT

pytestmark = pytest.mark.usefixtures("tiny")


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_a_view_that_fails_is_one_message(
    words: Words, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = pages.open_app(SHORT | {"lang": words.language})
    monkeypatch.setattr(rerank, "_controls", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR, "seqviz.views.shell.guard"):
        app.segmented_control(key="group").set_value("experiment").run()
        app.segmented_control(key="view").set_value("rerank").run()
    assert not app.exception
    assert words("page.error") in pages.messages(app)
    assert pages.is_translated(app)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
