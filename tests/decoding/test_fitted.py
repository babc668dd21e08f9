"""Where positions are few, a maximum length that nobody set ends with them; one set stays."""

import pytest

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.constraints import fitted
from seqviz.decoding.corpus import decode_corpus
from seqviz.decoding.cuda_graphs import CapturedSearches
from seqviz.decoding.record import record_bytes
from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from tests.fixtures.tiny_networks import tiny_transformer

FEW = tiny_transformer(positions="learned", max_positions=14).eval()
MANY = tiny_transformer().eval()
SOURCE = (5, 6, 7, 3)
"""Asks for 18 target tokens."""
TO_THE_END = DecodeOptions(beam_size=2, stop="max_length", min_length=14)


def test_a_maximum_that_nobody_set_is_what_the_positions_reach() -> None:
    assert fitted(DecodeOptions(), FEW, len(SOURCE)) == DecodeOptions(max_length=14)
    found = decode_beam(FEW, SOURCE, TO_THE_END)
    assert (found.stopped_by, found.search.steps) == ("max_length", 14)
    (whole,) = decode_corpus(FEW, [SOURCE], TO_THE_END)
    assert len(whole.tokens) <= 14
    given = DecodeOptions(max_length=14)
    assert record_bytes(FEW, len(SOURCE), DecodeOptions()) == record_bytes(FEW, len(SOURCE), given)
    assert CapturedSearches(FEW, lambda step: step).decode(SOURCE, DecodeOptions(), None) is None


def test_short_sentences_of_a_batch_keep_their_own_maximum() -> None:
    banned = DecodeOptions(beam_size=1, banned=(3,))
    found = decode_corpus(FEW, [SOURCE, (3,)], banned)
    assert [len(result.tokens) for result in found] == [14, 12]


@pytest.mark.parametrize(
    "options", [DecodeOptions(max_length=15), DecodeOptions(min_length=15)], ids=["most", "least"]
)
def test_what_was_set_beyond_the_positions_is_refused(options: DecodeOptions) -> None:
    with pytest.raises(InputError, match="must be between 1 and 14"):
        decode_beam(FEW, SOURCE, options)


def test_where_positions_are_enough_the_options_stay() -> None:
    assert fitted(DecodeOptions(), FEW, 2) == DecodeOptions()
    assert fitted(DecodeOptions(max_length=5), FEW, 4) == DecodeOptions(max_length=5)
    assert fitted(DecodeOptions(), MANY, 500) == DecodeOptions()
