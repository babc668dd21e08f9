"""What one brings: refused in words, or given to a process that is followed and stopped."""

import gzip
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.inspection.process import STATE, read_asked
from seqviz.inspection.reading import opened
from seqviz.server.inspections import FOLDER_VARIABLE, NAME, Inspections
from seqviz.views.inspect import asked
from seqviz.views.session import bounds, inspections
from seqviz.views.session.i18n import Words
from tests.fixtures.inspected import inspected, write_run
from tests.inspection.test_marot import HEADER, row
from tests.server.test_inspections import SLEEPER, until
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"view": "inspect", "system": "dot", "beam": "3"}
START = ENGLISH("inspect.start", {"system": ENGLISH("system.dot")})
TEXT = "source\treference\nder hund\tthe dog\n<b>kalt</b>\t\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where test sets stay; no process does anything."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    made = partial(Inspections, program=SLEEPER)
    monkeypatch.setattr(inspections, "Inspections", made)
    inspections.inspections.clear()
    yield tmp_path
    inspections.inspections().end_all()
    inspections.inspections.clear()


def start(app: AppTest, text: str) -> AppTest:
    app.text_area(key=asked.TYPED).set_value(text)
    return pages.press(app, START)


def test_what_is_pasted_is_kept_and_followed_stopped_and_gone_on_with(home: Path) -> None:
    app = start(pages.open_app(LINK), TEXT)
    name = app.session_state["run"]
    folder, found = home / name, read_asked(home / name)
    assert found is not None and (folder / found.file).read_text("utf-8") == TEXT
    assert (found.name, found.options.beam_size) == ("de-en/dot", 3)
    until((folder / "here").exists)
    progress = {"done": 1234, "total": 5000, "rate": 12.34, "seconds_left": 305.2}
    (folder / STATE).write_text(json.dumps(progress))
    pages.checked(app.run())
    (bar,) = app.get("progress")
    said = {"done": "1,234", "total": "5,000", "rate": "12.3", "left": "5:05"}
    assert bar.proto.text == ENGLISH("inspect.progress", said | {"name": "der hund"})
    assert app.button(key="inspect-cancel")
    pages.press(app, ENGLISH("progress.cancel"))
    stopped = ENGLISH.markdown("inspect.stopped", {"name": "der hund"})
    assert stopped in pages.messages(app) and not inspections.inspections().is_alive(name)
    pages.press(app, ENGLISH("inspect.resume"))
    assert inspections.inspections().is_alive(name)
    inspections.inspections().stop(name)
    write_run(folder, inspected(4))
    pages.checked(app.run())
    assert len(app.dataframe[0].value) == 4 and pages.link(app)["order"] == "worst3"


def test_the_source_share_is_asked_for_of_transformers_alone(home: Path) -> None:
    app = pages.open_app(LINK | {"system": "transformer"})
    pages.checked(app.toggle(key=asked.SHARE).set_value(True).run())
    app.text_area(key=asked.TYPED).set_value(TEXT)
    pages.press(app, ENGLISH("inspect.start", {"system": ENGLISH("system.transformer")}))
    found = read_asked(home / app.session_state["run"])
    assert found is not None and found.contributions
    assert pages.open_app(LINK).toggle(key=asked.SHARE).disabled


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_why_a_run_ended_is_said_in_the_pages_language(home: Path, words: Words) -> None:
    app = start(pages.open_app(LINK), TEXT)
    name = app.session_state["run"]
    inspections.inspections().stop(name)
    error = {"error": ["line_long", {"line": "7", "name": "x", "limit": "9"}]}
    (home / name / STATE).write_text(json.dumps(error))
    app = pages.open_app({"view": "inspect", "run": name, "lang": words.language})
    assert any("7" in message for message in pages.messages(app))


@pytest.mark.parametrize(("text", "code"), [("", "sentences_none"), ("a\0b", "line_binary")])
def test_what_is_no_test_set_is_refused_at_once(home: Path, text: str, code: str) -> None:
    app = start(pages.open_app(LINK), text)
    assert app.session_state["run"] == "" and not list(home.iterdir())
    assert len(pages.messages(app)) == 1


def bring(content: bytes, name: str) -> AppTest:
    app = pages.open_app(LINK)
    (field,) = (one for one in app.file_uploader if str(one.key).startswith(asked.FIELD))
    field.set_value((name, content, "application/octet-stream"))
    return pages.checked(app.run())


def test_a_packed_file_is_taken(home: Path) -> None:
    app = bring(gzip.compress(TEXT.encode()), "test.tsv.gz")
    folder = home / app.session_state["run"]
    found = read_asked(folder)
    assert found is not None and found.title == "test.tsv.gz"
    with opened(folder / found.file) as stream:
        assert stream.read().decode() == TEXT
    app = bring(gzip.compress(TEXT.encode())[:-9], "half.gz")
    (message,) = pages.messages(app)
    assert "half.gz" in pages.plain(message) and len(list(home.iterdir())) == 1


def test_marots_file_with_errors_that_cannot_be_read_is_refused_at_once(home: Path) -> None:
    content = f"{HEADER}\n{row('der hund', 'the dog')}\n{row('der hund', 'the cat')}\n"
    app = bring(content.encode(), "mqm.tsv")
    (message,) = pages.messages(app)
    assert "3" in pages.plain(message) and "mqm.tsv" in pages.plain(message)
    assert not list(home.iterdir())


def test_sampling_is_refused(home: Path) -> None:
    app = start(pages.open_app(LINK | {"how": "sample"}), TEXT)
    assert app.session_state["run"] == "" and len(pages.messages(app)) == 1


def test_strangers_paste_little_bring_no_file_and_see_no_others(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEQVIZ_PUBLIC", "1")
    monkeypatch.setattr(asked, "MOST_PUBLIC_SENTENCES", 2)
    app = pages.open_app(LINK)
    assert ENGLISH("inspect.public", {"most": 2}) in pages.captions(app)
    keys = {
        one.key for kind in ("file_uploader", "selectbox", "text_input") for one in app.get(kind)
    }
    assert not [key for key in keys if str(key).startswith("inspect")]
    start(app, "der\nhund\nkalt\n")
    assert app.session_state["run"] == "" and len(pages.messages(app)) == 1
    monkeypatch.setattr(bounds, "MOST_PUBLIC_WORK", 100)
    start(app, "der hund\nkalt\n")
    assert app.session_state["run"] == "" and "100" in pages.plain(pages.messages(app)[0])
    monkeypatch.setattr(bounds, "MOST_PUBLIC_WORK", 100_000)
    start(app, "der hund\nkalt\n")
    assert re.fullmatch(NAME, app.session_state["run"])
    made = inspections.inspections()
    assert made.folder != home and (made.folder / app.session_state["run"]).is_dir()


def test_what_was_inspected_before_is_listed_and_opened(home: Path) -> None:
    finished, unfinished = write_run(home / "0123456789ab", inspected(3)), home / "ffffffffffff"
    unfinished.mkdir()
    app = pages.open_app(LINK)
    box = app.selectbox(key="inspect-listed")
    assert set(box.options) == {
        finished.name,
        ENGLISH("inspect.unfinished", {"name": unfinished.name}),
    }
    pages.checked(box.set_value(finished.name).run())
    assert len(app.dataframe[0].value) == 3
    pages.press(app, ENGLISH("inspect.close"))
    pages.checked(app.text_input(key="inspect-folder").set_value(str(finished)).run())
    assert len(app.dataframe[0].value) == 3 and app.session_state["run"] == str(finished)


def test_what_a_third_column_was_taken_for_is_said(home: Path) -> None:
    for third, code in (("dog the", "baseline"), ("a tatoeba sentence", "unread")):
        app = start(pages.open_app(LINK), f"der hund\tthe dog\t{third}")
        said = [one.value for one in app.caption]
        assert ENGLISH(f"inspect.third.{code}") in said
        folder = home / app.session_state["run"]
        inspections.inspections().stop(folder.name)
        write_run(folder, inspected(4))
        pages.checked(app.run())
        assert ENGLISH(f"inspect.third.{code}") in [one.value for one in app.caption]
