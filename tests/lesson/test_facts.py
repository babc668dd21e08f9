"""Facts and places of a translation, by hand on a small one."""

import math

import pytest

from seqviz.lesson.facts import share
from seqviz.lesson.named import FACTS, fact
from seqviz.lesson.scene import MOMENTS, doomed
from seqviz.trace import Trace
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace
from tests.lesson.small import scene

RNN = rnn_trace()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("source", "Die Katze"),
        ("translation", "the cat"),
        ("reference", "the cat"),
        ("is_right", "yes"),
        ("is_top", "yes"),
        ("parameters", "1,000"),
        ("source_words", "2"),
        ("target_words", "2"),
        ("source_tokens", "4"),
        ("steps", "3"),
        ("first_source_word", "Die"),
        ("last_source_word", "Katze"),
        ("loss", "0.22"),
        ("whole_loss", "1.43"),
        ("first_word", "the"),
        ("log_prob", "−1.43"),
        ("prob", "0.24"),
        ("score", "−0.48"),
        ("length", "3"),
        ("step", "2"),
        ("word", "cat"),
        ("word_before", "the"),
        ("token", "cat"),
        ("before", "the"),
        ("p", "80%"),
        ("log_p", "−0.22"),
        ("bits", "0.32"),
        ("choices", "1.8"),  # e to the 0.61
        ("top", "cat"),
        ("p_top", "80%"),
        ("rival", "sat"),
        ("p_rival", "15%"),
        ("looked", "Katze"),
        ("weight", "80%"),
        ("looked_next", "Die"),
        ("weight_next", "10%"),
        ("weight_even", "33%"),
        ("spread", "1.9"),  # e to the −0.8 ln 0.8 − 0.2 ln 0.1
        ("longest", "Die"),  # 2 of 5, as long as the two pieces of "Katze"
        ("unlike", "Katze"),
        ("unlike_weight", "80%"),
        ("unlike_length", "40%"),
        ("beam", "2"),
        ("candidates", "12"),
        ("cut", "5"),
        ("hypotheses", "3"),
        ("second", "the cat sat"),
        ("score_second", "−0.71"),
        ("exact", "99%"),
        ("greedy", "a sat"),
        ("greedy_differs", "yes"),
        ("greedy_log_prob", "−2.63"),
    ],
)
def test_a_fact_is_as_counted_by_hand(name: str, written: str) -> None:
    found = fact(name, scene(1))
    assert found is not None
    assert found.text == written


def test_every_fact_says_what_it_is() -> None:
    for one in (*FACTS.values(), *MOMENTS.values()):
        assert (one.__doc__ or "").partition("\n")[0].endswith("."), one


def test_a_share_is_written_otherwise_in_a_formula() -> None:
    found = fact("p_rival", scene(1))
    assert found is not None
    assert found.formula == "0.150"
    assert found.raw == pytest.approx(0.15)


def test_a_share_that_is_not_0_is_not_written_as_0() -> None:
    assert [share(value)[1:] for value in (0.0, 2e-5)] == [
        ("0.00%", "0.0000"),
        ("<0.01%", "<0.0001"),
    ]


def test_another_system_is_asked_by_its_name() -> None:
    found = fact("translation@none", scene(1))
    assert found is not None
    assert found.text == "a sat"


@pytest.mark.parametrize(
    ("name", "trace"),
    [
        ("before", RNN),
        ("word_before", RNN),
        ("looked", rnn_trace(attention=False)),
        ("weight_even", rnn_trace(attention=False)),
        ("spread", rnn_trace(attention=False)),
        ("longest", rnn_trace(attention=False)),
        ("second", greedy_trace()),
        ("rival", greedy_trace()),  # no distribution was recorded
    ],
)
def test_what_a_sentence_lacks_is_none(name: str, trace: Trace) -> None:
    assert fact(name, scene(0, trace=trace)) is None


def test_without_a_step_there_is_nothing_to_say_of_it() -> None:
    nowhere = scene(99)
    assert nowhere.step is None
    for name in (
        "step",
        "word",
        "before",
        "p",
        "bits",
        "choices",
        "top",
        "rival",
        "looked",
        "spread",
        "unlike",
    ):
        assert fact(name, nowhere) is None, name


@pytest.mark.parametrize(
    ("moment", "step"),
    [
        ("first", 0),
        ("last", 1),
        (-1, 2),
        ("uncertain", 0),
        ("sure", 1),
        ("parting", 0),
        ("cut", None),
        ("pointed", 1),
        ("unlike", 2),
        ("reordering", 1),
        (3, None),
        (-4, None),
    ],
)
def test_places_are_found(moment: str | int, step: int | None) -> None:
    assert scene(moment).step == step


def test_a_place_that_a_sentence_lacks_is_none() -> None:
    assert scene("reordering", trace=rnn_trace(attention=False)).step is None
    assert scene("pointed", trace=rnn_trace(attention=False)).step is None
    assert scene("unlike").by("none").step is None
    assert scene("parting", trace=greedy_trace()).step is None
    assert scene("cut", trace=greedy_trace()).step is None


def test_a_prefix_dies_whose_children_are_all_cut() -> None:
    """Of "the" and "a", "a" lives on in nothing but what is finished or kept one step later."""
    assert doomed(RNN, 0) == ()
    assert doomed(RNN, 1) == ()
    trace = random_trace(3, 6, 4)
    for step in range(5):
        search = trace.search
        alive = {
            int(search.candidate_parents[step + 1, place])
            for place in range(search.candidates)
            if search.candidate_fates[step + 1, place] in (1, 2)
        }
        kept = [c for c in range(search.candidates) if search.candidate_fates[step, c] == 1]
        lost = [c for c in kept if int(search.candidate_slots[step, c]) not in alive]
        assert list(doomed(trace, step)) == (lost if len(lost) < len(kept) else [])


def test_the_hypothesis_of_a_view_is_the_one_that_is_spoken_of() -> None:
    found = fact("translation", scene(1, hypothesis=2))
    assert found is not None
    assert found.text == "a cat sat"
    assert scene(1, hypothesis=9).rank == 0
    spread = fact("p", scene(0, hypothesis=2))
    assert spread is not None
    assert spread.raw == pytest.approx(0.4)
    assert math.isclose(float(spread.raw), 0.4, rel_tol=1e-6)
