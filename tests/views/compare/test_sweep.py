"""The sweep over beam sizes: one click, ten rows, chrF with a reference, cancellable."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.quality import sentence_chrf
from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.translator import load
from seqviz.views.compare.sweep import MOST
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"text": "es", "system": "additive", "view": "beam_sizes", "norm": "gnmt", "alpha": "0.7"}
OPTIONS = DecodeOptions(length_normalisation="gnmt", alpha=0.7)
RUN = ENGLISH("compare.sweep.run")


def rows(app: AppTest) -> list[list[object]]:
    """The sweep's table."""
    return [list(row) for row in app.main.expander[-1].dataframe[0].value.itertuples(index=False)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Sweep over so few beam sizes only."""
    monkeypatch.setattr("seqviz.views.compare.sweep.MOST", 3)
    return 3


def test_one_click_decodes_with_every_beam_size_and_no_language_changes_a_number() -> None:
    app = pages.open_app(LINK)
    assert not pages.has(app, "plotly_chart", "sweep")
    assert ENGLISH("compare.sweep.about", {"most": MOST}) in pages.captions(app)
    pages.press(app, RUN)
    translator = load("de-en/additive")
    for row, beam_size in zip(rows(app), range(1, 11), strict=True):
        trace = translator.translate("es", OPTIONS, beam_size=beam_size)
        best = trace.hypotheses
        assert row[0] == beam_size
        assert row[1] == pytest.approx(best.scores[0], abs=1e-4)
        assert row[2] == pytest.approx(best.log_probs[0], abs=1e-3)
        assert row[3:] == [best.lengths[0], trace.translation]
    panels = pages.figure(app, "sweep")["data"]
    assert len(panels) == 2
    assert not [message for message in pages.messages(app) if "Cancelled" in message]
    assert not app.get("progress")
    before = rows(app)
    pages.checked(app.segmented_control(key="lang").set_value("zh").run())
    assert rows(app) == before
    assert CHINESE("compare.sweep.run") in [button.label for button in app.button]


@pytest.mark.usefixtures("few")
def test_a_reference_gives_chrf() -> None:
    app = pages.open_app(LINK | {"reference": "ich nn"})
    pages.press(app, RUN)
    assert len(pages.figure(app, "sweep")["data"]) == 3
    for row in rows(app):
        assert row[4] == pytest.approx(sentence_chrf(str(row[5]), "ich nn"))
    pages.checked(app.text_input(key="reference").set_value("it").run())
    assert [row[4] for row in rows(app)] == [sentence_chrf(str(r[5]), "it") for r in rows(app)]
    assert pages.link(app)["reference"] == "it"
    pages.checked(app.text_input(key="reference").set_value("  ").run())
    assert len(pages.figure(app, "sweep")["data"]) == 2


@pytest.mark.usefixtures("few")
def test_another_sentence_or_system_starts_without_a_sweep() -> None:
    app = pages.press(pages.open_app(LINK), RUN)
    pages.checked(app.selectbox(key="system").set_value("dot").run())
    assert not pages.has(app, "plotly_chart", "sweep")
    pages.checked(app.selectbox(key="system").set_value("additive").run())
    assert pages.has(app, "plotly_chart", "sweep")  # it was asked for, and is kept
    app.text_area(key="text").set_value("kalt")
    pages.submit(app)
    assert not pages.has(app, "plotly_chart", "sweep")


def cancelled_after(count: int, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A sweep that the visitor cancelled when so many beam sizes were done."""
    with monkeypatch.context() as short:
        short.setattr("seqviz.views.compare.sweep.MOST", count)
        app = pages.press(pages.open_app(LINK), RUN)
    app.session_state["_cancelled"] = app.session_state["_sweep"]
    return pages.checked(app.run())


def test_a_cancelled_sweep_keeps_what_is_done_and_can_be_run_again(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = cancelled_after(2, monkeypatch)
    assert [row[0] for row in rows(app)] == [1, 2]
    assert ENGLISH("compare.sweep.partial", {"beam": 2}) in pages.messages(app)
    pages.press(app, RUN)
    assert len(rows(app)) == few
    assert ENGLISH("compare.sweep.partial", {"beam": 2}) not in pages.messages(app)


def test_a_sweep_cancelled_at_once_shows_no_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    app = cancelled_after(0, monkeypatch)
    assert not pages.has(app, "plotly_chart", "sweep")
    assert [message for message in pages.messages(app) if message.startswith("Cancelled")]


def test_an_error_on_the_way_is_said_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    app = cancelled_after(3, monkeypatch)
    error = InputError("too_much_memory", {"found": 5000, "limit": 4000})

    def refuse(*_: object, on_step: object, on_size: object) -> None:
        raise error

    monkeypatch.setattr("seqviz.translator.Translator.translate", refuse)
    pages.press(app, RUN)
    assert [row[0] for row in rows(app)] == [1, 2, 3]
    assert ENGLISH.error(error) in pages.messages(app)
