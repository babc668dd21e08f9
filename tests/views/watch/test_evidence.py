"""Watch with evidence: it comes once somebody asks, of the hypothesis that is looked at."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.options import DecodeOptions
from seqviz.server.bounds import MOST_EVIDENCE_TOKENS
from seqviz.translator import load
from seqviz.views.components import evidence
from seqviz.views.session import state
from seqviz.views.watch.evidence import gathered
from tests.views import pages
from tests.views.pages import ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

TEXT = "kalt"


def shown(app: AppTest) -> Any:
    return pages.component(app, evidence.KEY)


def test_it_comes_once_somebody_asks_and_follows_the_hypothesis() -> None:
    app = pages.open_app({"text": TEXT, "system": "transformer", "max_length": "4"})
    assert not pages.has(app, "bidi_component", evidence.KEY)
    where = ENGLISH("evidence.ask_where")
    assert where in [one.value for one in app.caption]
    pages.checked(app.toggle(key="why").set_value(True).run())
    assert where not in [one.value for one in app.caption]
    translator = load("de-en/transformer")
    trace = translator.translate(TEXT, DecodeOptions(max_length=4))
    for rank in (0, 1):
        app.session_state["hypothesis"] = rank
        pages.checked(app.run())
        packed = gathered(translator, trace, rank).packed
        assert shown(app)["packed"] == packed | {"rank": rank, "missing": {}}
    assert shown(app)["trace"] == pages.component(app, "watch")["trace"]
    assert pages.link(app)["why"] == "1"


def test_what_a_system_does_not_give_is_said() -> None:
    app = pages.open_app({"text": TEXT, "system": "none-reversed", "why": "1"})
    missing = shown(app)["packed"]["missing"]
    assert missing["share"] == ENGLISH(
        "error.contributions_recurrent", {"model": "de-en/none-reversed"}
    )
    assert missing["left_out"] == ENGLISH(
        "error.left_out_no_attention", {"model": "de-en/none-reversed"}
    )


def test_it_can_be_cancelled_and_begun_again_and_older_links_ask_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = {"text": TEXT, "system": "transformer", "max_length": "4", "view": "trust"}
    monkeypatch.setattr(state, "is_cancelled", lambda work: work.startswith("why-"))
    app = pages.open_app(link)
    assert ENGLISH("progress.cancelled") in [one.value for one in app.info]
    assert not pages.has(app, "bidi_component", evidence.KEY)
    monkeypatch.undo()
    pages.press(app, ENGLISH("progress.again"))
    assert shown(app)["packed"]["rank"] == 0
    assert (app.session_state["view"], app.session_state["why"]) == ("attention", True)


def test_what_would_take_long_is_not_begun() -> None:
    long = " ".join(["kalt"] * (MOST_EVIDENCE_TOKENS + 1))
    app = pages.open_app({"text": long, "system": "transformer", "max_length": "4", "why": "1"})
    assert not pages.has(app, "bidi_component", evidence.KEY)
    assert ENGLISH("evidence.long", {"most": MOST_EVIDENCE_TOKENS}) in [
        one.value for one in app.info
    ]
