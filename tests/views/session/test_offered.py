"""The model that the page opens with is loaded, and has decoded, before anybody asks for it."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.errors import ModelError
from seqviz.server.metrics import Metrics
from seqviz.views.session import cache, counts, offered
from tests.views import pages

pytestmark = pytest.mark.usefixtures("tiny")


def test_what_the_page_opens_with_is_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Metrics()
    monkeypatch.setattr(counts, "metrics", lambda: counted)
    offered.warm_up()
    assert counted.is_ready
    monkeypatch.setattr(cache, "_loaded", None)  # nothing more can be loaded
    app: AppTest = pages.open_app()
    assert pages.translation(app)


def test_a_damaged_first_model_hinders_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ModelError("file_corrupt", {"file": "x", "reason": "y"})

    monkeypatch.setattr(cache, "_loaded", refuse)
    offered.warm_up()
