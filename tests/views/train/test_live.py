"""Train it live on the page: what each phase shows, and what the buttons ask for."""

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.attention import attention_matrix
from seqviz.errors import InputError
from seqviz.records.live import CurvePoint, LiveCase, LiveJob, LiveState
from seqviz.server.live_process import LiveView
from seqviz.trace import Trace
from seqviz.views.components.live import curves_sentence
from seqviz.views.page import SCREEN
from seqviz.views.session import cache
from seqviz.views.session.i18n import Words
from tests.fixtures.toy_traces import rnn_trace
from tests.records.test_live import STATE
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"view": "live"}
JOB = LiveJob(task="number-words", system="additive")
TYPED = "<b>17</b> **x**"
NOW = replace(
    STATE,
    step=40,
    losses=(CurvePoint(step=40, value=0.0213),),
    scores=(CurvePoint(step=0, value=0.0), CurvePoint(step=30, value=87.5)),
    cases=(LiveCase(source="<i>1</i>", reference="one", translation="two"),),
    reference="the sat",
    typed=TYPED,
)


@dataclass
class Fake:
    """Processes of one visitor, without any process."""

    view: LiveView | None = None
    refuses: bool = False
    started: list[LiveJob] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    def look(self, visitor: str) -> LiveView | None:
        assert len(visitor) == 32
        return self.view

    def start(self, visitor: str, job: LiveJob) -> None:
        if self.refuses:
            raise InputError("live_busy", {"places": 1})
        self.started.append(job)
        self.view = view_of(None)

    def tell(self, visitor: str, command: str, text: str = "") -> None:
        self.told.append((command, text))


def view_of(
    state: LiveState | None,
    *,
    alive: bool = True,
    crashed: bool = False,
    example: Trace | None = None,
) -> LiveView:
    shown = (example or rnn_trace()) if state else None
    return LiveView(job=JOB, alive=alive, crashed=crashed, state=state, example=shown, typed=shown)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake()
    monkeypatch.setattr(cache, "live_processes", lambda: made)
    return made


def open_live(fake: Fake, view: LiveView | None, **link: str) -> AppTest:
    fake.view = view
    return pages.open_app(LINK | link)


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.container(key=SCREEN).button]


def texts(app: AppTest) -> list[str]:
    return [str(text.value) for text in app.main.markdown]


def test_at_first_it_invites_to_start(fake: Fake) -> None:
    app = open_live(fake, None)
    assert ENGLISH("live.empty") in pages.messages(app)
    assert buttons(app) == [ENGLISH("live.start")]
    assert not app.get("metric") and not pages.has(app, "bidi_component", "live-curves")


def test_start_trains_what_was_chosen(fake: Fake) -> None:
    app = open_live(fake, None, live_task="number-words")
    pages.checked(app.selectbox(key="live_system").set_value("none").run())
    pages.press(app, ENGLISH("live.start"))
    assert fake.started == [LiveJob(task="number-words", system="none")]
    assert any(ENGLISH("live.starting", {"pairs": "20,000"}) in text for text in texts(app))
    link = pages.link(app)
    assert (link["live_task"], link["live_system"]) == ("number-words", "none")


def test_a_full_server_says_so_and_the_button_stays(fake: Fake) -> None:
    fake.refuses = True
    app = pages.press(open_live(fake, None), ENGLISH("live.start"))
    assert "for live training are taken" in pages.messages(app)[0]
    assert ENGLISH("live.start") in buttons(app)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_numbers_curves_example_and_cases_are_drawn(fake: Fake, words: Words) -> None:
    app = open_live(fake, view_of(NOW), lang=words.language)
    shown = pages.numbers(app)
    assert shown[words("live.metric.step")] == "40 / 100"
    assert shown[words("live.metric.loss")] == "0.021"
    assert shown[words("live.metric.score")] == "88 %"
    assert shown[words("live.metric.rate")] == "900"
    drawn = pages.component(app, "live-curves")
    assert drawn["words"]["figure.live.loss"] == words("figure.live.loss")
    assert drawn["curves"] == {
        "step": 40,
        "losses": [[40, 0.0213]],
        "scores": [[0, 0.0], [30, 87.5]],
        "alt": curves_sentence(NOW, words.table),
    }
    assert not pages.has(app, "bidi_component", "live-typed")  # nothing is typed on this page
    cases = app.main.dataframe[-1].value
    assert cases.values.tolist() == [["✗", "<i>1</i>", "two", "one"]]
    assert {"the **c**at", "the **s**at"} <= set(texts(app))


def test_the_example_travels_as_the_matrix_that_it_is(fake: Fake) -> None:
    app = open_live(fake, view_of(NOW))
    view = attention_matrix(rnn_trace())
    matrix = pages.component(app, "live-example")["matrix"]
    np.testing.assert_allclose(matrix["values"], view.weights, atol=0.5e-4)
    assert matrix["rows"] == list(view.row_labels)
    assert matrix["columns"] == list(view.column_labels)


def test_the_curves_in_words() -> None:
    losses = (CurvePoint(step=10, value=2.5), CurvePoint(step=40, value=0.02))
    assert curves_sentence(replace(NOW, losses=losses), ENGLISH.table) == (
        "Two curves over 40 updates: the loss went from 2.50 to 0.020 nats per token, the exact "
        "match from 0 % to 88 %."
    )
    assert "empty" in curves_sentence(replace(NOW, losses=()), ENGLISH.table)


def test_a_loss_that_is_no_number_is_not_drawn(fake: Fake) -> None:
    losses = (*NOW.losses, CurvePoint(step=41, value=math.inf))
    app = open_live(fake, view_of(replace(NOW, losses=losses)))
    assert pages.component(app, "live-curves")["curves"]["losses"] == [[40, 0.0213]]


def test_stop_and_continue_follow_the_phase(fake: Fake) -> None:
    app = open_live(fake, view_of(NOW))
    assert buttons(app) == [ENGLISH("live.again"), ENGLISH("live.stop")]
    fake.view = view_of(replace(NOW, phase="stopped"))
    pages.press(app, ENGLISH("live.stop"))
    assert fake.told == [("stop", "")]
    assert buttons(app) == [ENGLISH("live.again"), ENGLISH("live.continue")]
    fake.view = view_of(NOW)
    pages.press(app, ENGLISH("live.continue"))
    assert fake.told[1:] == [("continue", "")]


def test_typed_text_is_sent_shown_and_kept_when_starting_over(fake: Fake) -> None:
    app = open_live(fake, view_of(NOW))
    pages.checked(app.text_input(key="live-try").set_value(TYPED).run())
    assert fake.told == [("try", TYPED)]
    assert pages.has(app, "bidi_component", "live-typed")
    assert pages.translation(app) == rnn_trace().translation
    pages.press(app, ENGLISH("live.again"))
    assert fake.told[-1] == ("try", TYPED) and len(fake.started) == 1


def test_an_answer_to_other_words_is_not_shown(fake: Fake) -> None:
    app = open_live(fake, view_of(replace(NOW, typed="before")))
    pages.checked(app.text_input(key="live-try").set_value("now").run())
    assert ENGLISH("live.try.waiting") in pages.captions(app)
    assert not pages.has(app, "bidi_component", "live-typed")


def test_without_attention_there_is_no_heatmap(fake: Fake) -> None:
    app = open_live(fake, view_of(NOW, example=rnn_trace(attention=False)))
    assert ENGLISH("live.no_attention") in pages.captions(app)
    assert not pages.has(app, "bidi_component", "live-example")


@pytest.mark.parametrize("reason", ["steps", "time", "diverged"])
@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
def test_a_finished_training_says_why(fake: Fake, reason: str, words: Words) -> None:
    state = replace(NOW, phase="finished", reason=reason)  # type: ignore[arg-type] # of three
    app = open_live(fake, view_of(state), lang=words.language)
    facts = {
        "task": " → ".join(words(f"language.{code}") for code in ("number", "words")),
        "system": words("system.additive"),
        "steps": 100,
        "step": 40,
        "train": 180,
    }
    said = [*texts(app), *pages.messages(app)]
    assert any(words(f"live.finished.{reason}", facts) in text for text in said)
    assert words("live.stop") not in buttons(app)


def test_what_ended_keeps_its_last_numbers(fake: Fake) -> None:
    app = open_live(fake, view_of(NOW, alive=False))
    assert ENGLISH("live.ended", {"life": 10, "idle": 120}) in pages.messages(app)
    assert pages.numbers(app)[ENGLISH("live.metric.step")] == "40 / 100"
    assert app.text_input(key="live-try").disabled
    assert buttons(app) == [ENGLISH("live.again")]


def test_a_crash_is_one_message(fake: Fake) -> None:
    app = open_live(fake, view_of(None, alive=False, crashed=True))
    assert pages.messages(app) == [ENGLISH("live.crashed")]
    assert buttons(app) == [ENGLISH("live.again")]


def test_where_no_process_can_start_the_page_says_so(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no memory")

    monkeypatch.setattr(fake, "start", fail)
    app = pages.press(open_live(fake, None), ENGLISH("live.start"))
    assert ENGLISH("live.no_process") in pages.messages(app)
