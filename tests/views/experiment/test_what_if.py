"""What if: any step, any other token, beside the original, undone, and kept in the link."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from seqviz.analysis.compare import PrefixFate, greedy_prefix_fate
from seqviz.analysis.words import join_pieces, piece_label
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.translator import load
from seqviz.views.experiment import next_token, starts, what_if
from seqviz.views.session.settings import MAX_WHAT_IFS_CHARACTERS, SETTINGS
from seqviz.words.numbers import number
from tests.fixtures import toy_traces as toy
from tests.views import pages
from tests.views.pages import CHINESE, ENGLISH

pytestmark = pytest.mark.usefixtures("tiny")

LINK = {"text": "kalt", "system": "dot", "view": "what_if"}
UNDO, LEAVE = ENGLISH("whatif.undo"), ENGLISH("whatif.leave")


def from_start(start: tuple[int, ...], beam_size: int = 5) -> Trace:
    options = DecodeOptions(prefix=start, beam_size=beam_size)
    return load("de-en/dot").translate("kalt", options)


@pytest.fixture
def trace() -> Trace:
    return load("de-en/dot").translate("kalt")


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def others(app: AppTest) -> list[tuple[int, str]]:
    """The tokens that are offered at the chosen step, and what stands on their buttons."""
    found = [(str(button.key).split("-"), button.label) for button in app.button]
    return [(int(key[2]), label) for key, label in found if key[:1] == ["whatif"] and len(key) == 3]


def take(app: AppTest, step: int, token: int) -> AppTest:
    """Choose a step, and there another token."""
    pages.checked(app.pills(key=next_token.STEP).set_value(step).run())
    return pages.checked(app.button(key=f"whatif-{step}-{token}").click().run())


def cards(app: AppTest) -> list[str]:
    """Captions and facts of original and what-if."""
    return [
        str(caption.value)
        for key in ("original", "whatif")
        for caption in app.container(key=f"marked-{key}").caption
    ]


def sums(trace: Trace) -> str:
    best = trace.hypotheses
    facts = {"log_prob": number(best.log_probs[0]), "score": number(best.scores[0], ".3f")}
    return ENGLISH("compare.score", facts)


def what_if_of(app: AppTest) -> list[tuple[int, ...]]:
    code = app.session_state["whatif"]
    return [tuple(map(int, start.split("."))) for start in code.split("-") if start]


def texts(app: AppTest) -> list[str]:
    """Both translations, without the marks of differing words."""
    found = [app.container(key=f"marked-{key}").markdown[0].value for key in ("original", "whatif")]
    return [str(text).replace("*", "").replace("\\", "") for text in found]


def test_at_any_step_the_most_probable_other_tokens_are_offered(trace: Trace) -> None:
    app = pages.open_app(LINK | {"step": "2"})
    assert app.pills(key=next_token.STEP).value == 2
    names = app.pills(key=next_token.STEP).options
    assert [name.strip(next_token.JOINER) for name in names] == [
        piece_label(piece) for piece in trace.target_pieces()
    ]
    assert len({*names}) == len(names)
    slots, _ = trace.path()
    recorded = trace.search.next_tokens[2, slots[2]].tolist()
    probs = np.exp(trace.search.next_log_probs[2, slots[2]])
    taken = trace.target()[2]
    expected = [
        (token, f"{piece_label(trace.vocabulary[token])} · {number(p, '.3f')}")
        for token, p in zip(recorded, probs, strict=True)
        if token != taken
    ][: next_token.MOST]
    assert others(app) == expected
    assert LEAVE not in labels(app)


def test_another_token_is_decoded_compared_listed_and_undone(trace: Trace) -> None:
    app = pages.open_app(LINK)
    pages.checked(app.pills(key=next_token.STEP).set_value(1).run())
    token = others(app)[0][0]
    take(app, 1, token)
    start = (*trace.target()[:1], token)
    assert what_if_of(app) == [start]
    assert pages.link(app)["whatif"] == ".".join(map(str, start))
    other = from_start(start)
    assert pages.translation(app) == trace.translation.strip()
    assert {sums(trace), sums(other)} <= set(cards(app))
    assert texts(app)[1].split() == other.translation.split()
    assert app.session_state["step"] == 2  # what comes next
    assert app.pills(key=next_token.STEP).options[1].startswith(starts.PIN)
    second = others(app)[0][0]
    take(app, 2, second)
    assert what_if_of(app) == [start, (*start, second)]
    table = app.main.dataframe[0].value
    both = [from_start(each) for each in what_if_of(app)]
    assert list(table[ENGLISH("figure.text")]) == [each.translation for each in both]
    pieces = [trace.vocabulary[each] for each in start]
    assert table[ENGLISH("whatif.start")].tolist()[0] == join_pieces(pieces)
    pages.press(app, UNDO)
    assert what_if_of(app) == [start]
    pages.press(app, UNDO)
    assert what_if_of(app) == []
    assert UNDO not in labels(app)


def test_back_to_the_original_leaves_all_of_them() -> None:
    app = pages.open_app(LINK | {"whatif": "5-5.6-5.7"})
    assert len(app.main.dataframe[0].value) == 3
    pages.press(app, LEAVE)
    assert "whatif" not in pages.link(app)
    assert not app.main.dataframe


def test_a_link_brings_the_what_if_back_in_either_language() -> None:
    app = pages.open_app(LINK | {"whatif": "5.6", "view": "attention"})
    assert LEAVE not in labels(app)
    pages.turn_to(app, "what_if")
    assert what_if_of(app) == [(5, 6)]
    pages.in_chinese(app)
    assert CHINESE("whatif.leave") in labels(app)


def test_another_sentence_has_no_what_if() -> None:
    app = pages.open_app(LINK | {"whatif": "5.6"})
    app.text_area(key="text").set_value("es war")
    pages.submit(app)
    assert what_if_of(app) == []


def test_other_options_keep_the_what_if_and_hold_for_it() -> None:
    app = pages.open_app(LINK | {"whatif": "5.6", "start": "h a"})
    app.slider(key="beam").set_value(2)
    pages.submit(app)
    other = from_start((5, 6), beam_size=2)
    assert sums(other) in cards(app)


def test_what_does_not_exist_is_said_and_can_be_left() -> None:
    app = pages.open_app(LINK | {"whatif": "999999"})
    assert any("999999" in message for message in pages.messages(app))
    pages.press(app, LEAVE)
    assert not any("999999" in message for message in pages.messages(app))


def test_a_start_that_the_options_forbid_is_said_and_can_be_undone() -> None:
    app = pages.open_app(LINK | {"whatif": "5-5.6.7.6", "max_length": "3"})
    facts = {"option": ENGLISH("setting.max_length"), "found": 3, "low": 4, "high": 512}
    assert ENGLISH("error.option_out_of_range", facts) in pages.messages(app)
    assert {UNDO, LEAVE} <= set(labels(app))
    pages.press(app, UNDO)
    assert what_if_of(app) == [(5,)]


@pytest.mark.parametrize("code", ["x", "1.", "-1", "1--2", "1.2-", "1234567", "1." * 600 + "1"])
def test_a_damaged_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="token ids"):
        SETTINGS["whatif"].parse(code)


def test_banned_words_are_not_offered(trace: Trace) -> None:
    token = int(trace.search.next_tokens[1, trace.path()[0][1], -1])
    piece = trace.vocabulary[token].strip("▁")
    banned = set(load("de-en/dot").token_ids(piece))
    app = pages.open_app(LINK | {"banned": piece, "step": "1"})
    assert others(app)
    assert not banned & {token for token, _ in others(app)}


def test_the_stack_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr("seqviz.views.session.state.put", kept.__setitem__)
    starts._put([(number, 60_000) for number in range(20)])
    assert str(kept["whatif"]).count("-") == starts.MOST - 1
    assert str(kept["whatif"]).endswith("19.60000")
    long = tuple(range(100, 190))
    starts._put([long, long, long, (7,)])
    assert len(str(kept["whatif"])) <= MAX_WHAT_IFS_CHARACTERS
    assert str(kept["whatif"]).count("-") == 2
    starts._put([(7,), tuple(range(10_000, 10_200))])
    assert kept["whatif"] == ""  # what a link would be refused for is not kept


def test_a_start_too_long_for_a_link_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "MAX_WHAT_IFS_CHARACTERS", 1)
    app = pages.open_app(LINK | {"step": "1"})
    offered = [button for button in app.button if str(button.key).startswith("whatif-1-")]
    assert offered
    assert all(button.disabled for button in offered)
    assert {button.help for button in offered} == {ENGLISH("whatif.too_long")}


LOST = PrefixFate(code="pruned", step=1, rank=7, hypothesis=None)
FOUND = PrefixFate(code="finished", step=2, rank=2, hypothesis=1)


def rescored(trace: Trace, by: float) -> Trace:
    """The toy's second hypothesis as the best one, its score changed."""
    found = trace.hypotheses
    fields = ("steps", "candidates", "finished", "log_probs", "lengths", "normalisers")
    columns = {name: getattr(found, name)[::-1].copy() for name in fields}
    scores = np.full(len(found), found.scores[0] + np.float32(by), np.float32)
    hypotheses = replace(found, **columns, scores=scores, texts=found.texts[::-1])
    finished = np.ones(len(found), np.bool_)
    return replace(trace, hypotheses=replace(hypotheses, finished=finished))


def test_the_verdict() -> None:
    original = toy.rnn_trace()
    assert what_if.verdict(original, original, FOUND) == ("same", {})
    better, worse = rescored(original, 0.25), rescored(original, -0.25)
    code, facts = what_if.verdict(original, better, LOST)
    assert (code, facts["score"]) == ("error", "0.250")
    assert what_if.verdict(original, better, FOUND)[0] == "better"
    assert what_if.verdict(original, worse, LOST)[0] == "worse"
    sampled = replace(original, options=replace(original.options, sampling=Sampling()))
    assert what_if.verdict(sampled, better, LOST)[0] == "better"
    elsewhere = replace(original, options=replace(original.options, prefix=(99,)))
    assert what_if.verdict(elsewhere, better, LOST)[0] == "better"


def test_a_search_error_is_found_and_said() -> None:
    link = {"text": "Katze!", "system": "dot", "beam": "1", "view": "what_if"}
    translator = load("de-en/dot")
    greedy, beam = (translator.translate(link["text"], beam_size=size) for size in (1, 5))
    start = beam.target()[:8]
    other = translator.translate(link["text"], DecodeOptions(beam_size=1, prefix=start))
    code, facts = what_if.verdict(greedy, other, greedy_prefix_fate(other, greedy))
    app = pages.open_app(link | {"whatif": ".".join(map(str, start))})
    assert ENGLISH(f"whatif.{code}", facts) in pages.messages(app)
