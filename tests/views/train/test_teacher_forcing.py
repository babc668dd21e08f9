"""Teacher forcing: the loss of every token of a reference, taken apart."""

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.teacher_forcing import sentence_loss, teacher_step
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions
from seqviz.translator import load
from seqviz.views.session.i18n import Words
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = pages.SHORT | {"view": "teacher"}
REFERENCE = "it was very cold"
LOSSES = "teacher-losses-0"
BOTH = pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))


def said(app: AppTest) -> list[str]:
    return [str(text.value) for text in app.main.markdown]


def test_without_a_reference_the_own_translation_is_learnt() -> None:
    app = pages.open_app(LINK)
    assert ENGLISH("reference.own") in pages.captions(app)
    own = load("de-en/dot").translate("kalt", DecodeOptions(max_length=8)).translation
    loss = sentence_loss(load("de-en/dot").force("kalt", own))
    assert pages.numbers(app)[ENGLISH("teacher.total")] == f"{loss.total:.2f}"


@BOTH
def test_the_loss_is_summed_and_taken_apart(w: Words) -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE, "teacher_step": "2", "lang": w.language})
    forced = load("de-en/dot").force("kalt", REFERENCE)
    loss, step = sentence_loss(forced), teacher_step(forced, 1)
    numbers = pages.numbers(app)
    assert numbers[w("teacher.total")] == f"{loss.total:.2f}"
    assert numbers[w("teacher.mean")] == f"{loss.mean:.3f}"
    assert numbers[w("teacher.perplexity")] == f"{loss.perplexity:,.2f}"
    bars = pages.figure(app, LOSSES)["data"][0]
    assert bars["marker"]["pattern"]["shape"].index("/") == 1
    prob = theme.probability(float(step.p[step.target]))
    facts = {
        "step": 2,
        "count": len(loss.pieces),
        "fed": f"⟨bos⟩ {piece_label(forced.target_pieces()[0])}",
        "target": piece_label(forced.target_pieces()[1]),
        "prob": prob.replace("<", "< ") if "<" in prob else f"= {prob}",
        "loss": f"{loss.losses[1]:.3f}",
        "entropy": f"{step.entropy:.2f}",
    }
    assert w.markdown("teacher.words", facts) in said(app)


def test_the_slider_goes_to_a_step_and_no_further_than_the_end() -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE, "teacher_step": str(MAX_TARGET_TOKENS)})
    count = len(load("de-en/dot").force("kalt", REFERENCE).target())
    assert app.slider(key="teacher_step").value == count
    app = pages.checked(app.slider(key="teacher_step").set_value(3).run())
    bars = pages.figure(app, LOSSES)["data"][0]
    assert bars["marker"]["pattern"]["shape"].index("/") == 2
    assert pages.link(app)["teacher_step"] == "3"


def test_options_of_the_search_do_not_change_the_loss() -> None:
    plain = pages.open_app(LINK | {"reference": REFERENCE})
    sampled = pages.open_app(
        LINK | {"reference": REFERENCE, "how": "sample", "start": "it", "banned": "cold"}
    )
    assert pages.numbers(plain) == pages.numbers(sampled)


def test_a_reference_that_is_too_long_and_an_empty_sentence_are_said() -> None:
    app = pages.open_app(LINK | {"reference": "x " * MAX_TARGET_TOKENS})
    assert not pages.has(app, "plotly_chart", LOSSES)
    assert any(str(MAX_TARGET_TOKENS) in message for message in pages.messages(app))
    empty = pages.open_app(LINK | {"text": " ", "reference": "x"})
    assert ENGLISH("error.empty_text") in pages.messages(empty)


def test_text_is_never_read_as_markup() -> None:
    hostile = "<b>*x*</b> $y$ :red[z]"
    app = pages.open_app(LINK | {"text": hostile, "reference": hostile})
    assert not app.main.get("html_with_markup")
