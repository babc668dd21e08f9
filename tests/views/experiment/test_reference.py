"""The reference forced through the model: verdict, where the search lost it, errors in words."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.reference import Exit, Verdict, reference_exit, reference_tokens, verdict
from seqviz.analysis.words import piece_label
from seqviz.options import MAX_TARGET_TOKENS
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from seqviz.views.experiment import reference
from seqviz.views.session.i18n import Words
from seqviz.words.numbers import number
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"system": "dot", "text": "kalt", "view": "reference"}
BOTH = pytest.mark.parametrize("w", [ENGLISH, CHINESE], ids=lambda w: str(w.language))
REFERENCE = "it was"
SHORT = {"reference": "vv", "norm": "none"}
"""Scores higher than any longer translation."""


def both(reference: str, *, beam_size: int = 5) -> tuple[Trace, Trace]:
    """The reference forced, and what the search found."""
    translator = load("de-en/dot")
    found = translator.translate(LINK["text"], beam_size=beam_size)
    return translator.force(LINK["text"], reference, found.options), found


def said(app: AppTest) -> list[str]:
    return [pages.plain(str(text.value)) for text in app.main.markdown]


def test_without_a_reference_the_own_translation_is_scored() -> None:
    app = pages.open_app(LINK)
    assert ENGLISH("reference.own") in pages.captions(app)
    assert app.text_input(key="reference").placeholder == pages.translation(app)
    assert pages.has(app, "plotly_chart", "surprisal")


def test_a_typed_reference_is_scored_and_judged() -> None:
    app = pages.open_app(LINK)
    pages.checked(app.text_input(key="reference").set_value(REFERENCE).run())
    forced, found = both(REFERENCE)
    given = verdict(forced, found)
    facts = {
        "margin": f"{abs(given.score_margin):.3f}",
        "reference": number(forced.hypotheses.scores[0], ".3f"),
        "output": number(found.hypotheses.scores[0], ".3f"),
    }
    assert given.code == "model_error"
    assert ENGLISH("reference.model_error", facts) in pages.messages(app)
    sums = {"log_prob": number(forced.hypotheses.log_probs[0]), "score": facts["reference"]}
    assert ENGLISH("compare.score", sums) in pages.captions(app)
    assert pages.link(app)["reference"] == REFERENCE


def test_the_bars_are_the_surprisals_of_the_reference() -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE})
    forced, _ = both(REFERENCE)
    tokens = reference_tokens(forced)
    bars = pages.figure(app, "surprisal")["data"]
    drawn = {x: n for bar in bars for x, n in zip(bar["x"], bar["text"], strict=True)}
    assert drawn == {place: str(rank) for place, rank in enumerate(tokens.ranks)}


def test_the_models_own_output_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    _, found = both("x")
    own = found.target()
    monkeypatch.setattr(
        Translator, "force", lambda self, text, _, options, **rest: self.force_tokens(text, own)
    )
    app = pages.open_app(LINK | {"reference": found.translation})
    facts = {"output": number(found.hypotheses.scores[0], ".3f")}
    assert ENGLISH("reference.same", facts) in pages.messages(app)
    assert ENGLISH("reference.exit.alive", {"step": len(own)}) in said(app)  # it has no end


@pytest.mark.parametrize("beam_size", [1, 5])
def test_where_the_search_lost_it_is_said(beam_size: int) -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE, "beam": str(beam_size)})
    left = reference_exit(*both(REFERENCE, beam_size=beam_size))
    assert left.lost
    (sentence,) = (text for text in said(app) if text.startswith("Where the search lost it"))
    assert f"at step {left.step + 1}, " in sentence
    shapes = pages.figure(app, "surprisal")["layout"]["shapes"]
    assert {shape["x0"] for shape in shapes} == {left.step - 0.5}


def test_samples_are_judged_in_words_of_their_own() -> None:
    app = pages.open_app(LINK | {"reference": REFERENCE, "how": "sample", "samples": "3"})
    assert ENGLISH("reference.output.sample", {"beam": 3}) in pages.captions(app)
    assert any("best sample" in message for message in pages.messages(app))
    assert any(text.startswith("How far the samples agree") for text in said(app))


@BOTH
@pytest.mark.parametrize("code", ["search_error", "model_error"])
@pytest.mark.parametrize("agree", [True, False])
def test_every_verdict_has_its_words(w: Words, code: str, agree: bool) -> None:
    margin = 0.25 if code == "search_error" else -0.25
    made = Verdict(
        code="search_error" if code == "search_error" else "model_error",
        rule=None,
        score_margin=margin,
        log_prob_margin=margin if agree else -margin,
        same_text=not agree,
    )
    forced, found = both(REFERENCE)
    _, _, words, notes = reference.told(made, forced, found, w=w)
    scores, sums = (
        {
            "reference": number(getattr(forced.hypotheses, name)[0], f".{digits}f"),
            "output": number(getattr(found.hypotheses, name)[0], f".{digits}f"),
        }
        for name, digits in (("scores", 3), ("log_probs", 2))
    )
    assert words == w(f"reference.{code}", {"margin": "0.250"} | scores)
    said_too = [w("reference.disagree", sums), w("reference.same_text")]
    assert notes == ([] if agree else said_too)


@BOTH
@pytest.mark.parametrize("code", ["prefix", "banned", "min_length", "alive"])
def test_every_way_out_has_its_words(w: Words, code: str) -> None:
    left = Exit(code=code, step=1, rank=None, margin=float("nan"), hypothesis=None)
    forced, found = both(REFERENCE)
    piece = piece_label(forced.target_pieces()[1])
    words = reference.exit_text(left, forced, found, w=w)
    assert pages.plain(words) == w(f"reference.exit.{code}", {"step": 2, "piece": piece})


@BOTH
@pytest.mark.parametrize(
    ("link", "facts"),
    [
        ({"start": "the dog"} | SHORT, {"step": 2, "piece": "·v"}),
        ({"banned": "v"} | SHORT, {"step": 2, "piece": "·v"}),
        ({"min_length": "20"} | SHORT, {"step": 4, "least": 20}),
        (
            {"max_length": "3", "alpha": "2", "reference": "it was very cold"},
            {"count": 13, "limit": 3},
        ),
    ],
    ids=["prefix", "banned", "min_length", "max_length"],
)
def test_a_better_reference_that_the_options_rule_out_gets_no_verdict(
    request: pytest.FixtureRequest, w: Words, link: dict[str, str], facts: dict[str, object]
) -> None:
    app = pages.open_app(LINK | {"beam": "1", "lang": w.language} | link)
    rule = request.node.callspec.id.split("-")[0]
    reason = w(f"reference.rule.{rule}", facts)
    (said_so,) = (m for m in map(pages.plain, pages.messages(app)) if reason in m)
    assert said_so.startswith(("No verdict", "不作判定"))
    scored, output = (-float(text) for text in re.findall(r"−(\d+\.\d+)", said_so))
    assert scored > output  # or it would have been a model error anyway
    assert not any(m.startswith(("Search error", "搜索错误")) for m in pages.messages(app))
    opposite = w("reference.disagree", {"reference": "", "output": ""})[:10]
    assert not any(caption.startswith(opposite) for caption in pages.captions(app))


def test_a_reference_that_is_too_long_is_refused_in_words() -> None:
    app = pages.open_app(LINK | {"reference": "i " * 700})
    (message,) = [m for m in pages.messages(app) if str(MAX_TARGET_TOKENS) in m]
    assert "The reference has" in message
    assert pages.translation(app)


def test_what_the_model_has_never_seen_of_a_reference_or_a_start_is_said() -> None:
    app = pages.open_app({**LINK, "reference": "it was 😍", "start": "it 🎉"})
    unknown = {ENGLISH("reference.unknown"), ENGLISH("header.unknown_start")}
    assert unknown <= {*pages.messages(app)}


def test_what_was_typed_is_text() -> None:
    app = pages.open_app(LINK | {"reference": "<b>*x*</b> $y$"})
    shown = "".join(str(text.value) for text in app.main.markdown)
    assert "<b>" not in shown.replace(r"\<b\>", "")
