"""The page over a backend: every view of models that compute there; one line where it is away."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.api.shelf import Shelf
from seqviz.catalog import FOLDER_VARIABLE
from seqviz.catalog.mirror import BACKEND_VARIABLE
from seqviz.catalog.remote import CONNECT_SECONDS
from seqviz.inspection.process import read_asked
from seqviz.inspection.run import TABLE
from seqviz.server.inspections import FOLDER_VARIABLE as INSPECTIONS_VARIABLE
from seqviz.views.components import evidence, numbers
from seqviz.views.inspect import asked, runs
from seqviz.views.session.inspections import inspections
from seqviz.views.session.settings import GROUPS
from seqviz.views.shell.progress import Progress
from tests.fixtures.api_server import process_serving, serving, wait_until_back
from tests.server.test_inspections import until
from tests.views import pages
from tests.views.conftest import forget
from tests.views.pages import SHORT

ALONE = ("lesson", "live", "concept_test", "inspect")
"""Views that need no model, or one of this machine."""


@pytest.fixture
def shelf(tiny: None, tiny_folder: Path) -> Shelf:
    return Shelf(tiny_folder, device="cpu", threads=1)


@pytest.fixture(autouse=True)
def _no_models_here(tiny: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))


@pytest.fixture
def backend(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with serving(shelf) as address:
        monkeypatch.setenv(BACKEND_VARIABLE, address)
        forget()
        yield address


def about(app: AppTest, address: str) -> list[str]:
    """Messages that name a backend, by its port: the rest is escaped."""
    return [text for text in pages.messages(app) if address.rpartition(":")[2] in text]


def test_every_view_draws_a_model_of_the_backend(backend: str) -> None:
    app = pages.open_app(SHORT)
    assert pages.is_translated(app)
    for view in (view for group in GROUPS.values() for view in group if view not in ALONE):
        pages.turn_to(app, view)
        assert not about(app, backend), view


def test_numbers_and_evidence_come_from_the_backend(backend: str) -> None:
    app = pages.open_app({**SHORT, "numbers": "1", "why": "1"})
    assert pages.component(app, numbers.KEY)["packed"]
    assert pages.component(app, evidence.KEY)["packed"]["rank"] == 0
    assert not about(app, backend)


def test_the_translation_stands_on_the_page_before_its_record_has_come(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = pages.open_app(SHORT)
    at_the_end = [one.value for one in app.text]
    monkeypatch.setattr(Progress, "clear", lambda _: None)
    app.text_area(key="text").set_value("es war")
    pages.submit(app)
    first, *_ = texts = [one.value for one in app.text]
    assert first == pages.translation(app) and len(texts) == len(at_the_end) + 1


def test_a_backend_that_goes_is_one_line_and_works_when_it_is_back(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(shelf) as address:
        monkeypatch.setenv(BACKEND_VARIABLE, address)
        forget()
        app = pages.open_app(SHORT)
        assert pages.is_translated(app)
    app.text_area(key="text").set_value("es war")
    started = time.monotonic()
    pages.submit(app)
    assert len(about(app, address)) == 1
    assert not pages.is_translated(app)
    assert time.monotonic() - started < CONNECT_SECONDS + 20  # drawing on a busy machine
    with serving(shelf, port=int(address.rpartition(":")[2])):
        assert pages.is_translated(pages.submit(app))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where test sets stay."""
    found = tmp_path / "inspections"
    monkeypatch.setenv(INSPECTIONS_VARIABLE, str(found))
    inspections.clear()
    yield found
    inspections().end_all()
    inspections.clear()


def test_a_test_set_is_inspected_by_the_backend(backend: str, home: Path) -> None:
    app = pages.open_app({**SHORT, "view": "inspect", "system": "dot"})
    app.text_area(key=asked.TYPED).set_value("source\treference\nes war\tit was\nkalt\tcold\n")
    app.button(key="inspect-start").click().run()
    folder = home / app.session_state["run"]
    found = read_asked(folder)
    assert found is not None and found.model == f"{backend}/de-en/dot"
    until((folder / TABLE).is_file)
    pages.checked(app.run())
    assert app.dataframe[0].value["source"].tolist() == ["es war", "kalt"]
    assert runs.opened(folder.name).own == ""  # type: ignore[union-attr]  # it is finished
    app.button(key="inspect-heads").click().run()
    assert app.session_state["view"] == "alignment" and not about(app, backend)


@pytest.mark.usefixtures("tiny")
def test_a_backend_that_hangs_is_one_line_and_works_when_it_goes_on(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with process_serving(tiny_folder) as process:
        monkeypatch.setenv(BACKEND_VARIABLE, process.address)
        forget()
        app = pages.open_app(SHORT)
        assert pages.is_translated(app)
        process.stop()
        app.text_area(key="text").set_value("es war")
        started = time.monotonic()
        pages.submit(app)
        took = time.monotonic() - started
        (told,) = about(app, process.address)
        assert "does not answer" in told
        assert app.text_area(key="text").value == "es war"
        assert took < CONNECT_SECONDS + 10  # drawing on a busy machine; it would wait for 20
        process.go_on()
        wait_until_back(process)
        assert pages.is_translated(pages.submit(app))


def test_a_backend_that_is_away_from_the_first_is_one_line(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(shelf) as address:
        pass
    monkeypatch.setenv(BACKEND_VARIABLE, address)
    forget()
    app = pages.open_app(SHORT)
    (told,) = about(app, address)
    assert "seqviz serve" in told
