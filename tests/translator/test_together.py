"""Several sentences at once, as text and as traces."""

from pathlib import Path

import numpy as np
import pytest

from seqviz.errors import DecodingCancelled, InputError
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Trace
from seqviz.translator import load
from seqviz.translator.together import Wanted, served_together, translate_together
from tests.fixtures.tiny_models import write_tiny_models

TEXTS = ("kalt", "kalte Katze", "warm")


def test_a_trace_is_that_of_the_sentence_alone_and_an_error_is_its_own(tmp_path: Path) -> None:
    translator = load("de-en/dot", "cpu", write_tiny_models(tmp_path))
    options = DecodeOptions(beam_size=3, n_best=2)

    def leave(step: int, limit: int) -> None:
        raise DecodingCancelled

    wanted = [Wanted(text=text) for text in (*TEXTS, " ")]
    *found, empty, left = translate_together(
        translator, [*wanted, Wanted(text="kalt", on_step=leave)], options
    )
    for text, one in zip(TEXTS, found, strict=True):
        alone = translator.translate(text, options)
        assert isinstance(one, Trace)
        assert one.source == alone.source and one.hypotheses.texts == alone.hypotheses.texts
        assert (one.options, one.model, one.stopped_by) == (
            alone.options,
            alone.model,
            alone.stopped_by,
        )
        np.testing.assert_allclose(one.hypotheses.log_probs, alone.hypotheses.log_probs, rtol=1e-4)
    assert isinstance(empty, InputError) and empty.code == "empty_text"
    assert isinstance(left, DecodingCancelled)


@pytest.mark.parametrize("name", ["de-en/transformer", "de-en/dot"])
def test_attention_is_that_of_the_sentence_alone(name: str) -> None:
    """Of shipped systems, to 1e-5, and their trees to the last candidate."""
    translator, options = load(name, "cpu"), DecodeOptions()
    texts = ("Es war sehr kalt.", "Der Hund schläft unter dem Tisch.", "Ja.", "Wo ist mein Buch?")
    together = translate_together(translator, [Wanted(text=text) for text in texts], options)
    for text, one in zip(texts, together, strict=True):
        alone = translator.translate(text, options)
        assert isinstance(one, Trace) and one.translation == alone.translation
        np.testing.assert_array_equal(one.search.candidate_tokens, alone.search.candidate_tokens)
        np.testing.assert_array_equal(one.search.candidate_fates, alone.search.candidate_fates)
        assert one.cross_attention is not None and alone.cross_attention is not None
        np.testing.assert_allclose(one.cross_attention, alone.cross_attention, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("options", "served"),
    [
        (DecodeOptions(beta=0.3, n_best=4, min_length=3), True),
        (DecodeOptions(sampling=Sampling()), False),
        (DecodeOptions(prefix_text="a"), False),
    ],
)
def test_what_can_be_translated_at_once_is_known_before(
    options: DecodeOptions, served: bool
) -> None:
    assert served_together(options) is served
