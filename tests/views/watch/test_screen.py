"""Watch: what travels to the viewer and when, what it tells, and what is done from the picture."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.translator import load
from seqviz.viewer import compared, packed
from seqviz.views.components import viewer
from seqviz.views.experiment import acts
from seqviz.views.session import state
from seqviz.views.session.settings import SETTINGS
from seqviz.views.watch import screen
from tests.views import pages

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"text": "der hund ist kalt", "system": "transformer"}


def given(app: AppTest) -> dict[str, Any]:
    """The selection that travelled to the viewer."""
    found: dict[str, Any] = pages.component(app, "watch-given")["given"]
    return found


def more(app: AppTest) -> dict[str, Any]:
    found: dict[str, Any] = pages.component(app, "watch-more")["more"]["compare"]
    return found


def test_a_search_travels_once_and_what_is_selected_beside_it() -> None:
    app = pages.open_app(LINK | {"view": "tree", "step": "2", "head": "2", "node": "1.0"})
    trace = load("de-en/transformer").translate(LINK["text"])
    shown = pages.component(app, "watch")
    assert shown["payload"]["attention"] == packed(trace)["attention"]
    assert shown["layout"] is None
    assert shown["acts"] == list(acts.possible(trace))
    first = given(app)
    expected = {"view": "tree", "step": 2, "head": 1, "layer": -1, "node": "1.0", "words": True}
    assert expected.items() <= first.items()
    pages.checked(app.run())
    assert pages.component(app, "watch") == shown, "Streamlit sends what it sent before as a hash"
    assert given(app) == first
    app.session_state["step"] = 3
    pages.checked(app.run())
    assert (given(app)["step"], given(app)["count"]) == (3, first["count"] + 1)
    assert pages.component(app, "watch") == shown
    pages.in_chinese(app)
    assert pages.component(app, "watch")["trace"] == shown["trace"]
    assert pages.component(app, "watch")["words"] != shown["words"]


@pytest.mark.parametrize("asked", [{}, {"beam": "1"}, {"how": "sample"}], ids=str)
def test_greedy_is_compared_with_a_beam_whatever_was_asked_for(asked: dict[str, str]) -> None:
    app = pages.open_app(LINK | asked)
    translator = load("de-en/transformer")
    both = (translator.translate(LINK["text"], beam_size=size) for size in (1, 5))
    assert more(app) == compared(*both)


def test_a_large_search_is_compared_once_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "QUICK_WORK", 0)
    app = pages.open_app(LINK)
    assert not pages.has(app, "bidi_component", "watch-more")
    assert more(pages.turn_to(app, "compare"))["lines"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the browser tells, and the settings that it changes, under "put"."""
    heard: dict[str, Any] = {"put": {}}
    monkeypatch.setattr(state, "told_by", lambda _, name: heard[name])
    given = viewer._Given(count=1, trace="shown", selection={}, told={}, usual={})
    monkeypatch.setattr(state, "remembered", lambda _: given)
    monkeypatch.setattr(state, "remember", lambda _, one: heard.update(kept=one))
    monkeypatch.setattr(viewer, "_selection", lambda: {"step": 4})

    def put(code: str, found: object) -> None:
        heard["put"][code] = found

    monkeypatch.setattr(state, "put_if_there", put)
    return heard


def test_what_the_viewer_tells_is_counted_as_the_settings_do(told: dict[str, Any]) -> None:
    told["select"] = {
        **{"view": "tree", "kind": "decoder", "layer": 1, "head": -1, "hypothesis": 2, "step": 4},
        **{"node": "4.1", "words": False, "raw": False, "cuts": "", "layout": "rank", "window": 2},
        **{"trace": "shown", "source": 1, "by": "norms fed"},
    }
    viewer._selected("watch")
    assert told["kept"].told == {"step": 4}
    assert told["put"] == {
        **{"view": "tree", "kind": "decoder", "layer": 2, "head": 0, "hypothesis": 2, "step": 4},
        **{"node": "4.1", "words": False, "raw": False, "pruned": "", "layout": "rank"},
        **{"window": 3, "source": 2, "by": "norms fed"},
    }
    assert told["put"].keys() <= SETTINGS.keys()


def test_what_is_told_of_a_trace_that_went_is_not_taken_over(told: dict[str, Any]) -> None:
    told["select"] = {"view": "tree", "step": 4, "trace": "gone"}
    viewer._selected("watch")
    assert not told["put"]
    assert "kept" not in told


NONSENSE = {"trace": "shown", "layer": "<b>", "step": {}, "view": 3}


@pytest.mark.parametrize("nonsense", [None, 7, "x", [], NONSENSE])
def test_nonsense_from_the_browser_does_no_harm(told: dict[str, Any], nonsense: object) -> None:
    told["select"] = told["act"] = nonsense
    viewer._selected("watch")
    viewer._acted("watch", viewer.Acts((), lambda *_: None))
    assert told["put"].get("layer", 0) == 0
