"""The server when it starts, and when it is full: newcomers see a message, guests keep their page.

All of it goes on by itself.
"""

import tomllib

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.errors import InputError
from seqviz.server import descriptors
from seqviz.server.queue import busy
from seqviz.server.rate import RateLimit
from seqviz.server.visits import Visits
from seqviz.views.session import cache
from seqviz.views.session.i18n import escape_markdown
from seqviz.views.shell import entrance, serving
from tests.fixtures import event_loop
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH, SHORT

pytestmark = pytest.mark.usefixtures("tiny")

AGAIN = ENGLISH("progress.try")
BUSY = ENGLISH.error(busy(0, 1))


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> Visits:
    """A server with room for one visitor."""
    made = Visits(decoders=1, most_inside=1)
    monkeypatch.setattr(cache, "visits", lambda: made)
    return made


def test_a_newcomer_without_room_sees_one_message_and_loses_nothing_of_the_link(
    visits: Visits,
) -> None:
    visits.door.enter("somebody")
    link = SHORT | {"view": "compare", "reference": "cold", "beam": "3", "stop": "odd"}
    app = pages.open_app(link)
    assert pages.messages(app) == [BUSY]
    assert [button.label for button in app.button] == [AGAIN]
    assert not (app.sidebar.children or app.segmented_control or app.markdown or app.text_area)
    assert {code: "".join(value) for code, value in app.query_params.items()} == link
    visits.door.leave("somebody")
    pages.press(app, AGAIN)
    assert pages.source(app) == SHORT["text"] and pages.is_translated(app)
    assert app.session_state["reference"] == "cold" and app.session_state["beam"] == 3
    names = {"names": ENGLISH("setting.stop")}
    assert ENGLISH("page.link", names) in pages.messages(app), "the link was read for nothing"


@pytest.mark.parametrize("view", ["attention", "compare", "systems"])
def test_a_guest_keeps_the_page_and_what_is_typed(visits: Visits, view: str) -> None:
    app = pages.open_app(SHORT | {"view": view, "lang": "zh", "reference": "cold"})
    visits.door.enter("somebody")
    app.text_area(key="text").set_value("es")
    pages.submit(app)
    told = CHINESE.error(busy(0, 1))
    assert pages.messages(app) == [told] and not pages.is_translated(app)
    assert app.text_area(key="text").value == "es" and app.session_state["reference"] == "cold"
    visits.door.leave("somebody")
    pages.press(app, CHINESE("progress.try"))
    assert pages.source(app) == "es" and told not in pages.messages(app)


@pytest.mark.parametrize("view", ["attention", "systems"])
def test_who_asks_too_often_waits_and_loses_nothing(
    view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0])
    slow = RateLimit(a_minute=0.6, at_once=1, clock=lambda: next(times, 90.0))
    made = Visits(decoders=1, most_inside=9, rate=slow)
    monkeypatch.setattr(cache, "visits", lambda: made)
    monkeypatch.setattr(entrance, "limited_client", lambda _: "192.0.2.7")
    app = pages.open_app(SHORT)
    assert pages.is_translated(app)
    app.session_state["view"] = view
    app.text_area(key="text").set_value("es")
    pages.submit(app)
    told = ENGLISH.error(InputError("too_often", {"seconds": 10}))
    assert pages.messages(app) == [told] and not pages.is_translated(app)
    assert app.text_area(key="text").value == "es"
    monkeypatch.setattr(slow, "_clock", lambda: 1000.0)
    pages.press(app, AGAIN)
    assert pages.source(app) == "es" and told not in pages.messages(app)


def test_who_has_left_lets_others_pass_at_once(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = [True]
    monkeypatch.setattr(entrance, "presence", lambda: lambda: here[0])
    visits.door.enter("somebody")
    pages.open_app(SHORT)
    assert (visits.door.outside(), visits.door.ahead("another")) == (1, 1)
    here[0] = False
    assert (visits.door.outside(), visits.door.ahead("another")) == (1, 0)


def test_all_systems_wait_together(visits: Visits) -> None:
    app = pages.open_app(SHORT)
    visits.door.enter("somebody")
    pages.turn_to(app, "systems")
    assert pages.messages(app).count(BUSY) == 1
    assert escape_markdown(ENGLISH.name("system", "additive")) in pages.headings(app)
    visits.door.leave("somebody")
    assert pages.has(pages.press(app, AGAIN), "bidi_component", "system-additive")


def test_the_page_goes_on_by_itself(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    visits.door.enter("somebody")
    asked = visits.door.ahead

    def ahead(who: str) -> int | None:
        visits.door.leave("somebody")
        monkeypatch.setattr(visits.door, "ahead", asked)
        return asked(who)

    monkeypatch.setattr(visits.door, "ahead", ahead)
    assert pages.is_translated(pages.open_app(SHORT))


def test_who_waits_to_be_drawn_is_told(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "QUIET_SECONDS", 0.0)
    held = visits._stage.take(lambda _: None)
    told = list[str]()

    def tell(self: object, words: str) -> None:
        told.append(words)
        visits._stage.give_back(held)

    monkeypatch.setattr("streamlit.delta_generator.DeltaGenerator.caption", tell)
    AppTest.from_file(str(pages.APP), default_timeout=60).run()
    assert told[0] == ENGLISH("progress.next", {"seconds": 1})


def test_no_visit_ends_with_a_collection_of_all_garbage() -> None:
    config = pages.APP.parent / ".streamlit" / "config.toml"
    assert tomllib.loads(config.read_text())["runner"]["postScriptGC"] is False


def test_a_server_is_prepared_when_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    done = list[str]()
    monkeypatch.setattr(descriptors, "prepare", lambda: done.append("prepared"))
    monkeypatch.setattr(cache, "close", lambda: done.append("closed"))

    async def serve() -> None:
        async with serving.lifespan(None, prepare=lambda: None):
            done.append("serves")

    event_loop.run(serve())
    assert done == ["prepared", "serves", "closed"]
