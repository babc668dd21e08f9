"""The model that the page opens with is loaded, and has decoded, before anybody asks for it."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.catalog.mirror import BACKEND_VARIABLE
from seqviz.errors import ModelError
from seqviz.server.metrics import Metrics
from seqviz.views.session import cache, counts, offered
from tests.views import pages

pytestmark = pytest.mark.usefixtures("tiny")


def test_what_the_page_opens_with_is_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Metrics()
    monkeypatch.setattr(counts, "metrics", lambda: counted)
    assert offered.warm_up()
    assert counted.is_ready
    monkeypatch.setattr(cache, "_loaded", None)  # nothing more can be loaded
    app: AppTest = pages.open_app()
    assert pages.translation(app)


def test_a_damaged_first_model_hinders_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ModelError("file_corrupt", {"file": "x", "reason": "y"})

    monkeypatch.setattr(cache, "_loaded", refuse)
    assert offered.warm_up(), "trying again does not mend it"


def test_a_backend_may_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise ModelError("backend_away", {"address": "x", "reason": "y"})

    monkeypatch.setenv(BACKEND_VARIABLE, "http://127.0.0.1:1")
    monkeypatch.setattr(cache, "models", refuse)
    assert not offered.warm_up()
