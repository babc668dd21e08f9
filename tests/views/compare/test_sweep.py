"""This sentence with every beam size: at once, or after a click; chrF; cancellable."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.quality import sentence_chrf
from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.translator import load
from seqviz.views.compare import sweep
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"text": "es", "system": "additive", "view": "beam_sizes", "norm": "gnmt", "alpha": "0.7"}
OPTIONS = DecodeOptions(length_normalisation="gnmt", alpha=0.7)


def rows(app: AppTest) -> list[list[object]]:
    """The sweep's table, which is drawn once it is open."""
    app.session_state["sweep-table"] = True
    pages.checked(app.run())
    return [list(row) for row in app.main.expander[0].dataframe[0].value.itertuples(index=False)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Only so few beam sizes."""
    monkeypatch.setattr(sweep, "_most", lambda _: 3)
    return 3


def test_the_screen_opens_with_every_beam_size_and_no_language_changes_a_number() -> None:
    app = pages.open_app(LINK)
    translator = load("de-en/additive")
    usual = translator.translate("es", OPTIONS).translation
    assert usual == pages.translation(app)
    for row, beam_size in zip(rows(app), range(1, 11), strict=True):
        trace = translator.translate("es", OPTIONS, beam_size=beam_size)
        best = trace.hypotheses
        assert row[0] == beam_size
        assert row[1] == pytest.approx(best.scores[0], abs=1e-4)
        assert row[2] == pytest.approx(best.log_probs[0], abs=1e-3)
        assert row[3:] == [
            best.lengths[0],
            pytest.approx(sentence_chrf(trace.translation, usual)),
            trace.translation,
        ]
    assert ENGLISH("reference.own") in pages.captions(app)
    assert not app.get("progress")
    before = rows(app)
    pages.checked(app.segmented_control(key="lang").set_value("zh").run())
    assert rows(app) == before
    assert CHINESE("reference.own") in pages.captions(app)


@pytest.mark.usefixtures("few")
def test_a_typed_reference_takes_the_place_of_the_own_translation() -> None:
    app = pages.open_app(LINK | {"reference": "ich nn"})
    for row in rows(app):
        assert row[4] == pytest.approx(sentence_chrf(str(row[5]), "ich nn"))
    assert ENGLISH("reference.own") not in pages.captions(app)
    pages.checked(app.text_input(key="reference").set_value("it").run())
    assert [row[4] for row in rows(app)] == [sentence_chrf(str(r[5]), "it") for r in rows(app)]
    assert pages.link(app)["reference"] == "it"


def test_a_chosen_size_that_is_wider_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "MOST", 3)
    app = pages.open_app(LINK | {"beam": "4"})
    assert [row[0] for row in rows(app)] == [1, 2, 3, 4]
    assert ENGLISH("beam_sizes.sweep.about", {"most": 4}) in pages.captions(app)


@pytest.mark.usefixtures("few")
def test_what_may_take_long_waits_for_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "MOST_WORK", 0.0)
    app = pages.open_app(LINK)
    assert not pages.has(app, "plotly_chart", "sweep")
    pages.press(app, ENGLISH("beam_sizes.sweep.run", {"most": 3}))
    assert pages.has(app, "plotly_chart", "sweep")


def cancelled_after(count: int, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A sweep that the visitor cancelled when so many beam sizes were done."""
    with monkeypatch.context() as short:
        short.setattr(sweep, "_most", lambda _: count)
        app = pages.open_app(LINK)
    app.session_state["_cancelled"] = f"{sweep.WORK}-{pages.work(app)}"
    return pages.checked(app.run())


@pytest.mark.parametrize("done", [0, 2])
def test_a_cancelled_sweep_keeps_what_is_done_and_can_go_on(
    few: int, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    app = cancelled_after(done, monkeypatch)
    assert ENGLISH("progress.cancelled") in pages.messages(app)
    assert pages.has(app, "plotly_chart", "sweep") == bool(done)
    pages.press(app, ENGLISH("progress.again"))
    assert len(rows(app)) == few
    assert ENGLISH("progress.cancelled") not in pages.messages(app)


def test_an_error_on_the_way_is_said_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    app = cancelled_after(3, monkeypatch)
    error = InputError("too_much_memory", {"found": 5000, "limit": 4000})

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("seqviz.translator.Translator.translate", refuse)
    pages.press(app, ENGLISH("progress.again"))
    assert [row[0] for row in rows(app)] == [1, 2, 3]
    assert ENGLISH.error(error) in pages.messages(app)
