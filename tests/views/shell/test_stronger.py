"""A stronger model on the page: offered once, followed while it comes, chosen when it is here."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.errors import ModelError
from seqviz.server.downloads import Download
from seqviz.trace.notices import TRADITIONAL, UNSURE, missing
from seqviz.views.session import access, stronger
from seqviz.views.shell import stronger as line
from tests.fixtures import toy_traces as toy
from tests.fixtures.opus_folders import write_hub_folder
from tests.views import pages
from tests.views.pages import ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

NAME = "opus-mt-de-en"


@dataclass
class Fetching:
    """In the place of the process."""

    now: Download | None = None
    started: list[str] = field(default_factory=list)

    def start(self, asked: str, models: Path) -> None:
        self.started.append(asked)
        self.now = Download(asked=asked)

    def look(self) -> Download | None:
        return self.now

    def forget(self) -> None:
        self.now = None

    cancel = forget


@pytest.fixture(autouse=True)
def fetching(monkeypatch: pytest.MonkeyPatch) -> Fetching:
    found = Fetching()
    monkeypatch.setattr(stronger, "downloads", lambda: found)
    return found


def opened(link: dict[str, str] | None = None) -> AppTest:
    return pages.open_app({"text": "kalt", **(link or {})})


def said(app: AppTest) -> str:
    """All texts of bars, errors and captions."""
    bars = [bar.proto.text for bar in app.get("progress")]
    return " | ".join([*bars, *pages.messages(app), *pages.captions(app)])


def test_a_model_is_chosen_from_the_list_comes_and_is_shown(
    fetching: Fetching,
    tiny_folder: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = shutil.copytree(tiny_folder, tmp_path / "models")
    monkeypatch.setenv(FOLDER_VARIABLE, str(models))
    app = opened({"system": "dot"})
    box = app.selectbox(key="stronger-chosen")
    assert box.options[0] == "German → English · 301 MB"
    pages.checked(app.button(key="stronger-fetch").click().run())
    assert fetching.started == [NAME]
    assert ENGLISH("stronger.ask", {"name": NAME}) in said(app).replace("\\", "")

    fetching.now = Download(asked=NAME, done=150_000_000, size=301_000_000)
    assert "150 of 301 MB" in said(pages.checked(app.run()))
    fetching.now = Download(asked=NAME, done=301, size=301)
    assert "being checked" in said(pages.checked(app.run()))

    shutil.copytree(write_hub_folder(tmp_path_factory), models / "de-en" / "opus-mt")
    fetching.now = Download(asked=NAME, model="de-en/opus-mt", size=301, done=301)
    pages.checked(app.run())
    assert app.session_state["system"] == "opus-mt"
    assert app.session_state["text"] == "kalt"
    assert pages.is_translated(app)
    assert fetching.now is None
    assert "301 MB" not in app.selectbox(key="stronger-chosen").options[0]

    # somebody else asked for the next one: it is listed, and nobody's page turns to it
    fetching.now = Download(asked="opus-mt-fr-en", model="fr-en/opus-mt", size=304, done=304)
    pages.checked(app.run())
    assert app.session_state["pair"] == "de-en"
    assert not app.get("progress")


def test_cancel_failure_and_another_try(fetching: Fetching) -> None:
    app = opened()
    pages.checked(app.button(key="stronger-fetch").click().run())
    pages.press(app, ENGLISH("progress.cancel"))
    assert fetching.now is None
    assert "stronger" not in said(app)
    error = ModelError("hub_busy", {"found": NAME, "wait": "17"})
    fetching.now = Download(asked=NAME, error=error, alive=False)
    pages.checked(app.run())
    assert ENGLISH.error(error) in pages.messages(app)
    pages.press(app, ENGLISH("progress.try"))
    assert fetching.started == [NAME, NAME]
    fetching.now = Download(asked=NAME, error=error, alive=False)
    pages.checked(app.run())
    pages.press(app, ENGLISH("stronger.close"))
    assert not app.error


def test_strangers_are_offered_nothing(fetching: Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.VARIABLE, "1")
    app = opened()
    assert not [box for box in app.selectbox if box.key == "stronger-chosen"]
    stronger_models = stronger.listed()
    assert stronger_models == []


def test_what_is_too_hard() -> None:
    fine = toy.rnn_trace()
    notices = ((), (UNSURE,), (UNSURE, TRADITIONAL), (missing("number", ["2024"]),))
    found = [line.is_too_hard(replace(fine, notices=said), ENGLISH) for said in notices]
    assert found == [False, True, False, True]


def test_the_line_is_drawn_for_one_sentence_alone(fetching: Fetching) -> None:
    app = opened({"text": "kalt", "max_length": "1", "pair": "de-en"})
    words = ENGLISH("stronger.offer", {"name": NAME, "megabytes": 301})

    def is_offered() -> bool:
        return words in [text.replace("\\", "") for text in pages.captions(app)]

    assert is_offered()
    pages.checked(app.run())
    assert is_offered()
    app.text_area(key="text").set_value("es war kalt")
    pages.submit(app)
    assert ENGLISH("header.unfinished") in pages.messages(app)
    assert not is_offered()
    app.text_area(key="text").set_value("kalt")
    pages.submit(app)
    assert is_offered()
    pages.checked(app.button(key="stronger-get").click().run())
    assert fetching.started == [NAME]
    assert not is_offered()
