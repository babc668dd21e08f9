"""The bottleneck, told: two systems, along a reference, and elsewhere where one is missing."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.bottleneck import parting
from seqviz.figures.bottleneck import ForcedLine
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions
from seqviz.tasks.examples import EXAMPLES
from seqviz.trace import Trace
from seqviz.translator import load
from seqviz.views.learn.bottleneck import FORCED, parting_text
from seqviz.views.session.i18n import Words
from tests.views import pages
from tests.views.conftest import forget
from tests.views.pages import CHINESE, ENGLISH, plain

LINK = pages.SHORT | {"view": "bottleneck"}
REFERENCE = "it was very cold"
BOTH = pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))


def said(app: AppTest) -> list[str]:
    return [plain(str(text.value)) for text in app.main.markdown]


def forced(system: str, text: str = LINK["text"]) -> Trace:
    return load(f"de-en/{system}").force(text, REFERENCE, FORCED)


@pytest.mark.usefixtures("tiny")
@BOTH
def test_both_systems_are_drawn_along_the_reference_and_compared_in_words(w: Words) -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE, "lang": w.language})
    both = [forced(system).log_probs() for system in ("none-reversed", "dot")]
    sums, _, better_sums, better = pages.figure(app, "forced")["data"]
    assert sums["y"] == pytest.approx(np.cumsum(both[0]), abs=1e-3)
    assert better_sums["y"] == pytest.approx(np.cumsum(both[1]), abs=1e-3)
    assert better["y"] == pytest.approx(-both[1], abs=1e-3)
    assert (sums["line"]["dash"], better_sums["line"]["dash"]) == ("dash", "solid")
    found = parting(*both)
    (sentence,) = (text for text in said(app) if f"{abs(found.gap):.2f}" in text)
    ahead = "dot" if found.gap >= 0 else "none-reversed"
    assert sentence.index(w(f"system.{ahead}")) < sentence.index(f"{abs(found.gap):.2f}")
    honest = "bottleneck.one_sentence" if found.gap >= 0 else "bottleneck.bare_ahead"
    assert w(honest) in pages.captions(app)
    for kind, system in (("bare", "none-reversed"), ("attentive", "dot")):
        assert w(f"bottleneck.{kind}.heading") in pages.headings(app)
        text = load(f"de-en/{system}").translate(LINK["text"], DecodeOptions(max_length=8))
        card = app.container(key=f"marked-system-{kind}").markdown[0].value
        assert plain(str(card)).split() == text.translation.split()
        drawn = "plotly_chart" if kind == "bare" else "bidi_component"
        assert pages.has(app, drawn, f"system-{system}")
    pages.checked(app.button(key="to-lengths").click().run())
    assert app.session_state["view"] == "lengths"


@BOTH
@pytest.mark.parametrize(
    ("bare", "attentive", "words"),
    [
        ((-1, -1, -9), (-1, -1, -1), ("3", "8.00", "3,000")),
        ((-1, -90, -9), (-1, -1, -1), ("2", "97.00", "1.3 · 10⁴²")),
        ((-1, -1), (-1, -3), ("2", "2.00", "7.4")),
        ((-1, -1.5), (-1, -1), ("0.50",)),
        ((-1, -1), (-1, -1), ()),
    ],
)
def test_the_parting_has_its_words(
    w: Words, bare: tuple[float, ...], attentive: tuple[float, ...], words: tuple[str, ...]
) -> None:
    both = {"none": np.array(bare), "dot": np.array(attentive)}
    lines = [
        ForcedLine(code=code, name=code, attends=code == "dot", pieces=("a",) * 3, log_probs=probs)
        for code, probs in both.items()
    ]
    made = parting(*both.values())
    sentence = plain(parting_text(made, lines, w))
    starts = {"en": ("[From step", "[They "), "zh": ("[从第", "[两者")}[w.language]
    assert sentence.startswith(starts[made.step is None])
    assert all(word in sentence for word in words)


@pytest.mark.usefixtures("tiny")
def test_without_a_reference_the_own_translation_stands_in() -> None:
    app = pages.open_app(LINK)
    assert ENGLISH("reference.own") in pages.captions(app)
    assert pages.has(app, "plotly_chart", "forced")


@pytest.mark.usefixtures("tiny")
def test_the_two_systems_can_be_chosen_and_stay_in_the_link() -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE})
    app = pages.checked(app.selectbox(key="attentive").set_value("transformer").run())
    assert pages.link(app)["attentive"] == "transformer"
    assert any(ENGLISH("bottleneck.unlike.kind") in text for text in pages.captions(app))
    sums = pages.figure(app, "forced")["data"][2]["y"]
    assert sums[-1] == pytest.approx(float(forced("transformer").log_probs().sum()), abs=1e-3)
    again = pages.open_app(pages.link(app))
    assert pages.figure(again, "forced")["data"][2]["y"] == sums


def test_languages_with_one_kind_of_system_borrow_others_or_draw_what_there_is(
    own_folder: Path,
) -> None:
    shutil.rmtree(own_folder / "eo-en" / "none-reversed")
    example = next(each for each in EXAMPLES["de-en"] if each.code == "bottleneck")
    app = pages.open_app(LINK | {"pair": "eo-en"})
    assert any(example.source in plain(message) for message in pages.messages(app))
    target = load("de-en/dot").force(example.source, example.reference, FORCED).target()
    assert len(pages.figure(app, "forced")["data"][0]["y"]) == len(target)
    shutil.rmtree(own_folder / "de-en" / "none-reversed")
    forget()
    app = pages.open_app(LINK)
    assert ENGLISH("bottleneck.no_bare") in pages.messages(app)
    assert len(pages.figure(app, "forced")["data"]) == 2


@pytest.mark.usefixtures("tiny")
def test_a_reference_that_is_too_long_is_refused_in_words() -> None:
    app = pages.open_app(LINK | {"reference": "i " * 700})
    assert any(str(MAX_TARGET_TOKENS) in message for message in pages.messages(app))
    assert pages.translation(app)


@pytest.mark.usefixtures("tiny")
def test_what_was_typed_is_text() -> None:
    app = pages.open_app(LINK | {"text": "<i>*x*</i>", "reference": "<b>*x*</b> $y$"})
    shown = "".join(str(text.value) for text in app.main.markdown)
    assert "<b>" not in shown.replace(r"\<b\>", "")
    labels = pages.figure(app, "forced")["layout"]["xaxis"]["labelalias"].values()
    assert not any("<" in label for label in labels)
