"""Many sentences examined at once, against each alone."""

from pathlib import Path

import numpy as np
import pytest

from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.trace.followed import followed
from seqviz.translator import Translator, load
from seqviz.translator.corpus import Given, examine
from tests.fixtures.tiny_models import SENTENCES, write_tiny_models

REFERENCES = ("it was cold", "", "it was cold " * 600, "the cat")
OTHERS = ("the cat", "it was very cold", "", "it was cold " * 600)
TEXTS = SENTENCES[:4]
GIVEN = [
    Given(text=text, reference=reference, other=other)
    for text, reference, other in zip(TEXTS, REFERENCES, OTHERS, strict=True)
]


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder: Path = write_tiny_models(tmp_path_factory.mktemp("models"))
    return load("de-en/transformer", "cpu", folder)


def test_each_sentence_is_what_it_is_alone(translator: Translator) -> None:
    options = DecodeOptions(beam_size=3, max_length=8)
    found = examine(translator, GIVEN, options=options)
    for given, one in zip(GIVEN, found, strict=True):
        text, reference = given.text, given.reference
        trace = translator.translate(text, options)
        assert (one.text, one.pieces) == (trace.translation, trace.target_pieces())
        assert one.source == trace.source
        np.testing.assert_allclose(one.given.log_probs, trace.log_probs(), atol=1e-5)
        emptied = translator.without_source(trace)
        np.testing.assert_allclose(one.emptied.log_probs, emptied.log_probs(), atol=1e-5)
        attention = trace.cross_attention
        assert attention is not None
        assert one.given.cross_attention is not None
        np.testing.assert_allclose(one.given.cross_attention, attention.mean(1), atol=1e-5)
        ended = np.flatnonzero(trace.hypotheses.finished)
        assert sorted(one.finished) == sorted(trace.hypotheses.texts[rank] for rank in ended)
        if one.reference is not None:
            forced = translator.force(text, reference, options)
            assert one.reference_tokens == forced.target()
            np.testing.assert_allclose(one.reference.log_probs, forced.log_probs(), atol=1e-5)
        if one.found.other is not None:
            target = translator.force(text, given.other, options).target()
            assert one.found.other == followed(target, trace.search)
    assert [one.reference is None for one in found] == [False, True, True, False]
    assert [one.found.other is None for one in found] == [False, False, True, True]


def test_what_only_a_single_search_serves_is_refused(translator: Translator) -> None:
    with pytest.raises(InputError, match="leave out beta"):
        examine(translator, GIVEN, options=DecodeOptions(beta=0.2))
