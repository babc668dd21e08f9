"""From a request to a trace: progress, Cancel, waiting, memory, errors, each said in words."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.errors import InputError, ModelError, SeqVizError
from seqviz.server.queue import OnWait
from seqviz.server.visits import Visits
from seqviz.views.page import RENDER
from seqviz.views.session.i18n import Words
from seqviz.views.shell import progress as decode
from seqviz.views.shell.entrance import words_of_waiting
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH, SHORT

pytestmark = pytest.mark.usefixtures("tiny")

ALONE = {"view": "rerank"}
"""A screen that needs no further search."""

CANCEL, AGAIN = ENGLISH("progress.cancel"), ENGLISH("progress.again")


class Line(Visits):
    """A line in which two are ahead at first."""

    def __init__(self) -> None:
        super().__init__(decoders=1, most_inside=9)

    @contextmanager
    def turn(self, on_wait: OnWait, visitor: str = "") -> Iterator[None]:
        on_wait(2)
        on_wait(0)
        yield


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the progress of everything at once, and leave it on the page."""
    monkeypatch.setattr(decode, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(decode, "UPDATE_SECONDS", 0.0)
    monkeypatch.setattr(decode.Progress, "clear", lambda _: None)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_what_is_done_at_once_shows_no_progress() -> None:
    app = pages.open_app(SHORT)
    assert not app.get("progress")
    assert CANCEL not in labels(app)


def test_a_run_can_be_interrupted_before_there_is_anything_to_see(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As Streamlit does where the session's state is read, once a setting has changed again."""
    steps: list[int] = []

    class Changed(BaseException):
        """Streamlit's own signal is no Exception either."""

    def interrupt(work: str) -> bool:
        raise Changed

    progress = decode.Progress(ENGLISH, "work")
    clock = iter([progress._started + seconds for seconds in (0.01, 0.05, 0.2)])
    monkeypatch.setattr("seqviz.views.shell.progress.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("seqviz.views.shell.progress.state.is_cancelled", interrupt)
    with pytest.raises(Changed):
        for step in range(9):
            steps.append(step)
            progress.step(step, 9)
    assert steps == [0, 1, 2]


def test_progress_counts_the_steps_and_offers_cancel(slow: None) -> None:
    app = pages.open_app(SHORT | ALONE)
    (bar,) = app.progress
    steps = int(pages.numbers(app)["Tokens"].split(" → ")[1])
    assert bar.text == f"Step {steps} of at most {steps}"  # random weights find no end
    assert 0 < bar.value <= 100
    assert CANCEL in labels(app)


def test_progress_is_taken_away_when_the_work_is_done(
    slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(decode, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(decode, "UPDATE_SECONDS", 0.0)
    app = pages.open_app()
    assert not app.get("progress")
    assert CANCEL not in labels(app)


def test_cancel_keeps_everything_and_again_translates(slow: None) -> None:
    app = pages.open_app(SHORT | ALONE | {"beam": "3"})
    before = pages.link(app)
    pages.press(app, CANCEL)
    assert pages.messages(app) == [ENGLISH("progress.cancelled")]
    assert not pages.is_translated(app)
    assert pages.link(app) == before
    assert app.text_area(key="text").value == SHORT["text"]
    pages.press(app, AGAIN)
    assert pages.is_translated(app)


def test_a_cancelled_page_translates_what_is_submitted_next() -> None:
    app = pages.open_app(SHORT)
    app.session_state["_cancelled"] = pages.work(app)
    pages.checked(app.run())
    assert not pages.is_translated(app)
    app.text_area(key="text").set_value("es")
    pages.submit(app)
    assert pages.source(app) == "es"


def test_translate_on_the_same_sentence_takes_cancel_back() -> None:
    app = pages.open_app(SHORT)
    app.session_state["_cancelled"] = pages.work(app)
    pages.checked(app.run())
    assert not pages.is_translated(app)
    assert pages.is_translated(pages.submit(app))


def test_a_cancelled_page_speaks_chinese() -> None:
    app = pages.open_app(SHORT | {"lang": "zh"})
    app.session_state["_cancelled"] = pages.work(app)
    pages.checked(app.run())
    assert pages.messages(app) == [CHINESE("progress.cancelled")]
    assert CHINESE("progress.again") in labels(app)


def test_who_has_to_wait_is_told(slow: None, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("seqviz.views.session.cache.visits", Line)
    monkeypatch.setattr(decode.Progress, "show", lambda _, share, words: shown.append(words))
    app = pages.open_app(SHORT)
    assert shown[:2] == [words_of_waiting(2, ENGLISH), words_of_waiting(0, ENGLISH)]
    assert "2 ahead of you" in shown[0]
    assert pages.is_translated(app)


@pytest.mark.parametrize("view", RENDER)
def test_two_slow_decodings_in_one_run_do_not_collide(slow: None, view: str) -> None:
    assert pages.is_translated(pages.open_app(SHORT | {"view": view}))


def test_a_large_record_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LARGE_MEGABYTES", 0)
    start = ENGLISH.table["progress.memory"].split("{")[0]
    app = pages.open_app(SHORT)
    assert [caption for caption in pages.captions(app) if caption.startswith(start)]
    pages.checked(app.run())  # what is kept takes no more memory
    assert not [caption for caption in pages.captions(app) if caption.startswith(start)]


@pytest.mark.parametrize(
    "error",
    [
        InputError("too_much_memory", {"found": 5000, "limit": 4000}),
        InputError("empty_text"),
        ModelError("file_corrupt", {"file": "a/*b*.safetensors", "reason": "<i>cut</i> $off$"}),
        ModelError("no_prediction"),
    ],
    ids=lambda error: str(error.code),
)
@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_an_error_is_one_message_in_the_language_of_the_page(
    error: SeqVizError, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, on_size: object, on_text: object) -> None:
        raise error

    monkeypatch.setattr("seqviz.views.session.cache.find_or_decode", refuse)
    app = pages.open_app(SHORT | {"lang": words.language})
    assert pages.messages(app) == [words.error(error)]
    assert not pages.is_translated(app)
    assert app.session_state["text"] == SHORT["text"]
