"""A search for a sentence: what is tried, what is passed over, and in which order."""

import pytest

from seqviz.errors import DecodingCancelled, InputError
from seqviz.lesson import Asked
from seqviz.lesson.parting import Parting, after, find_parting
from seqviz.trace import Trace
from tests.fixtures.toy_traces import greedy_trace, rnn_trace
from tests.lesson.small import SmallModels

ASKED = Asked(pair="de-en", system="dot", text="not tried", reference="the cat")


class Agreeing(SmallModels):
    """Greedy decoding and beam search part on "parts" alone; "long" cannot be read."""

    def decode(self, asked: Asked) -> Trace:
        self.asked.append(asked)
        if asked.text == "long":
            raise InputError("empty_text")
        if asked.text == "stop":
            raise DecodingCancelled
        return (
            greedy_trace() if asked.text != "parts" or asked.options.beam_size > 1 else rnn_trace()
        )


def test_the_first_that_parts_is_found() -> None:
    models, tried = Agreeing(), list[int]()
    texts = ("one", "long", "parts", "never")
    assert find_parting(ASKED, texts, models, on_text=tried.append) == Parting("parts", 2)
    assert tried == [0, 1, 1]
    assert {one.text for one in models.asked} == {"one", "long", "parts"}
    assert not any(one.reference for one in models.asked)


def test_none_parts_or_somebody_stops() -> None:
    assert find_parting(ASKED, ("a", "b"), Agreeing(), on_text=print) == Parting("", 2)
    with pytest.raises(DecodingCancelled):
        find_parting(ASKED, ("a", "stop", "parts"), Agreeing(), on_text=print)


def test_a_search_goes_on_after_the_sentence_that_is_shown() -> None:
    assert after("b", ("a", "b", "c", "a")) == ("c", "a", "b")
    assert after("z", ("a", "b")) == ("a", "b")
