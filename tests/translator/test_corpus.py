"""Many sentences examined at once, against each alone."""

from pathlib import Path

import numpy as np
import pytest

from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.translator import Translator, load
from seqviz.translator.corpus import examine
from tests.fixtures.tiny_models import SENTENCES, write_tiny_models

TEXTS, REFERENCES = SENTENCES[:4], ("it was cold", "", "it was cold " * 600, "the cat")


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder: Path = write_tiny_models(tmp_path_factory.mktemp("models"))
    return load("de-en/transformer", "cpu", folder)


def test_each_sentence_is_what_it_is_alone(translator: Translator) -> None:
    options = DecodeOptions(beam_size=3, max_length=8)
    found = examine(translator, TEXTS, REFERENCES, options=options)
    for text, reference, one in zip(TEXTS, REFERENCES, found, strict=True):
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
    assert [one.reference is None for one in found] == [False, True, True, False]


def test_what_only_a_single_search_serves_is_refused(translator: Translator) -> None:
    with pytest.raises(InputError, match="leave out beta"):
        examine(translator, TEXTS, REFERENCES, options=DecodeOptions(beta=0.2))
