"""Greedy against beam search: agreement, divergence in a sentence, what became of the prefix."""

import math
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.compare import Divergence, PrefixFate, first_difference, greedy_prefix_fate
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.translator import load
from seqviz.views.session.i18n import Words
from seqviz.views.sidebar.examples import EXAMPLES
from seqviz.views.watch.greedy_vs_beam import fate_text, parting_text
from seqviz.words.numbers import number
from tests.fixtures.toy_traces import rnn_trace
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

SAME = {"system": "transformer", "text": "der hund"}
OTHER = {"system": "dot", "text": "Katze!"}
UNSEEN = {"system": "none-reversed", "text": "Katze!"}
PARTING = Divergence(
    step=3,
    greedy_piece="▁dry",
    greedy_prob=0.412,
    beam_piece="▁over",
    beam_prob=0.384,
    log_prob_margin=0.918,
    score_margin=0.0754,
)


def open_view(link: dict[str, str]) -> AppTest:
    return pages.open_app(link | {"view": "compare"})


def both(link: dict[str, str]) -> tuple[Trace, Trace]:
    translator = load(f"de-en/{link['system']}")
    return translator.translate(link["text"], beam_size=1), translator.translate(link["text"])


def plain(markdown: str) -> str:
    """Markdown as a reader sees it: marks of differing words as [word], escapes undone."""
    marked = re.sub(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"[\1]", markdown)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", marked)


def texts(app: AppTest) -> list[str]:
    """Both translations, differing words in brackets."""
    return [plain(str(markdown.value)) for markdown in app.main.markdown]


def test_where_both_agree_the_page_says_so_and_offers_another_sentence() -> None:
    greedy, beam = both(SAME)
    assert greedy.target() == beam.target()
    app = open_view(SAME)
    assert ENGLISH("compare.same") in pages.messages(app)
    assert texts(app) == [greedy.translation, beam.translation]
    assert ENGLISH("compare.words") not in pages.captions(app)
    pages.press(app, ENGLISH("compare.offer"))
    example = next(e for e in EXAMPLES["de-en"] if e.code == "divergence")
    assert pages.source(app) == example.source
    assert app.session_state["reference"] == example.reference
    assert app.session_state["example"] == "divergence"


def test_the_offered_sentence_is_not_offered_again() -> None:
    example = next(e for e in EXAMPLES["de-en"] if e.code == "divergence")
    app = open_view({"system": "transformer", "text": example.source, "beam": "2"})
    if ENGLISH("compare.same") in pages.messages(app):
        assert ENGLISH("compare.offer") not in [button.label for button in app.button]


def test_a_pair_without_examples_offers_none() -> None:
    app = open_view(SAME | {"pair": "eo-en"})
    assert ENGLISH("compare.same") in pages.messages(app)
    assert ENGLISH("compare.offer") not in [button.label for button in app.button]


def test_where_they_differ_the_words_are_marked_and_the_step_is_said() -> None:
    greedy, beam = both(OTHER)
    difference = first_difference(greedy, beam)
    assert difference is not None
    app = open_view(OTHER)
    shown = texts(app)
    assert [text.replace("[", "").replace("]", "").split() for text in shown] == [
        greedy.translation.split(),
        beam.translation.split(),
    ]
    assert any("[" in text for text in shown)
    assert ENGLISH("compare.words") in pages.captions(app)
    (sentence,) = (plain(str(info.value)) for info in app.info)
    assert sentence.startswith(f"At step {difference.step + 1} greedy took ")
    assert f"p = {difference.greedy_prob:.2f};" in sentence
    assert f"(p = {difference.beam_prob:.2f})" in sentence
    assert f"won by {difference.log_prob_margin:.2f} in Σ log p" in sentence
    fate = greedy_prefix_fate(greedy, beam)
    assert fate.code == "pruned"
    facts = {"step": fate.step + 1, "rank": fate.rank}
    assert ENGLISH("compare.fate.pruned", facts) in map(plain, pages.captions(app))


def test_the_sums_of_both_are_shown_and_drawn() -> None:
    app = open_view(OTHER)
    for trace in both(OTHER):
        best = trace.hypotheses
        facts = {"log_prob": number(best.log_probs[0]), "score": number(best.scores[0], ".3f")}
        assert ENGLISH("compare.score", facts) in pages.captions(app)
    figure = pages.figure(app, "cumulative")
    assert [line["name"] for line in figure["data"]] == ["Greedy", "Beam size 5"]
    assert figure["layout"]["shapes"]


def test_a_prefix_that_the_beam_never_considered_is_said() -> None:
    fate = greedy_prefix_fate(*both(UNSEEN))
    assert fate.code == "unseen"
    expected = ENGLISH("compare.fate.unseen", {"step": fate.step + 1})
    assert expected in map(plain, pages.captions(open_view(UNSEEN)))


def test_a_page_of_beam_size_one_compares_with_the_default() -> None:
    app = open_view(OTHER | {"beam": "1"})
    greedy, beam = both(OTHER)
    assert pages.translation(app) == greedy.translation.strip()
    assert ENGLISH("compare.beam_is_one", {"beam": 5}) in pages.captions(app)
    shown = [text.replace("[", "").replace("]", "").split() for text in texts(app)]
    assert shown == [greedy.translation.split(), beam.translation.split()]


def said(difference: Divergence = PARTING, words: Words = ENGLISH) -> str:
    """The sentence on a divergence of our own."""
    fate = PrefixFate(code="pruned", step=5, rank=7, hypothesis=None)
    return plain(parting_text(difference, fate, words))


def test_the_sentence_for_a_beam_that_won() -> None:
    assert said() == (
        "At step 4 greedy took ‘dry’ with p = 0.41; the beam kept ‘over’ (p = 0.38), which won by "
        "0.92 in Σ log p in the end (by 0.075 in score)."
    )


def test_the_sentence_for_a_beam_that_won_by_its_score_only() -> None:
    sentence = said(replace(PARTING, log_prob_margin=-0.338, score_margin=0.0005))
    assert "ended 0.34 behind in Σ log p, but won by 0.001 in the score" in sentence


def test_the_sentence_for_a_search_error() -> None:
    sentence = said(replace(PARTING, log_prob_margin=-0.5, score_margin=-0.05))
    assert "ended 0.050 behind greedy’s score: a search error" in sentence


def test_the_sentence_where_greedy_had_stopped() -> None:
    sentence = said(replace(PARTING, greedy_piece=None, greedy_prob=math.nan))
    assert sentence.startswith("At step 4 greedy took ‘—’ with p = –; the beam kept ‘over’")


def test_pieces_in_the_sentence_are_text_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = replace(PARTING, greedy_piece="▁<b>*x*</b>", beam_piece="▁$y$")
    monkeypatch.setattr("seqviz.views.watch.greedy_vs_beam.first_difference", lambda *_: hostile)
    app = open_view(OTHER)
    assert "‘<b>*x*</b>’" in plain(app.info[0].value)
    assert r"\<b\>\*x\*" in app.info[0].value
    assert r"\$y\$" in app.info[0].value


def test_a_bare_space_is_visible() -> None:
    assert "‘␣’" in said(replace(PARTING, greedy_piece="▁"))


def test_the_sentence_in_chinese() -> None:
    sentence = said(words=CHINESE)
    assert "dry" in sentence
    assert "0.41" in sentence
    assert "第 4 步" in sentence.replace("第4步", "第 4 步")


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: str(words.language))
@pytest.mark.parametrize("code", ["pruned", "unseen", "finished", "alive"])
def test_every_fate_of_greedys_prefix_has_its_words(words: Words, code: str) -> None:
    rank = None if code == "unseen" else 7
    place = 2 if code == "finished" else None
    fate = PrefixFate(code=code, step=5, rank=rank, hypothesis=place)
    facts = {"step": 6, "rank": 7, "place": 3, "beam": 2}
    assert plain(fate_text(fate, rnn_trace(), words)) == words(f"compare.fate.{code}", facts)


def test_with_sampling_on_greedy_is_compared_with_the_beam_search_beside_it() -> None:
    app = open_view(OTHER | {"how": "sample", "samples": "3", "seed": "4"})
    greedy, beam = both(OTHER)
    assert ENGLISH("compare.sampled") in pages.captions(app)
    shown = [text.replace("[", "").replace("]", "").split() for text in texts(app)]
    assert shown == [greedy.translation.split(), beam.translation.split()]
    sampling = DecodeOptions(beam_size=3, sampling=Sampling(seed=4))
    sampled = load("de-en/dot").translate(OTHER["text"], sampling)
    assert pages.translation(app).split() == sampled.translation.split()
