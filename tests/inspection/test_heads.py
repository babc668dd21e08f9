"""Every head over a test set: read, switched off one by one, and set beside people's links."""

from dataclasses import replace

import numpy as np
import pytest

from seqviz.analysis.heads import OF_SENTENCES, head_measures
from seqviz.errors import InputError
from seqviz.inspection.alignment import alignment_study
from seqviz.inspection.heads import head_study, with_alignment
from seqviz.inspection.reading import Sentence
from seqviz.options import DecodeOptions, Intervention
from seqviz.translator import Translator
from tests.inspection.test_alignment import GOLD

OPTIONS = DecodeOptions(beam_size=2, max_length=6)
SENTENCES = (
    Sentence(number=1, source="es war sehr kalt", reference="it was very cold"),
    Sentence(number=4, source="der hund ist nicht hier"),
)


def test_every_head_is_read_and_switched_off(translators: dict[str, Translator]) -> None:
    translator, seen = translators["transformer"], list[tuple[int, int]]()
    study = head_study(
        translator,
        SENTENCES,
        "test.tsv",
        options=OPTIONS,
        on_progress=lambda *done: seen.append(done),
    )
    assert (study.shape, study.numbers, study.forced, study.sample) == ((3, 2), (1, 4), 1, 2)
    assert seen == [(done, 14) for done in range(1, 15)]
    traces = (
        translator.force(SENTENCES[0].source, SENTENCES[0].reference),
        translator.translate(SENTENCES[1].source, OPTIONS),
    )
    assert study.measures.shape == (2, len(OF_SENTENCES), 3, 2)
    for found, trace in zip(study.measures, traces, strict=True):
        assert trace.cross_attention is not None
        ends = [False] * (len(trace.source.pieces) - 1) + [True]
        expected = head_measures(trace.cross_attention, trace.source.pieces, ends)
        np.testing.assert_allclose(found, expected, atol=1e-6)
    off = DecodeOptions(interventions=(Intervention(kind="ablate", heads=((2, 1),)),))
    change = tokens = 0.0
    for one, trace in zip(SENTENCES, traces, strict=True):
        without = translator.force_tokens(one.source, trace.target(), off)
        change += float((without.log_probs() - trace.log_probs()).sum())
        tokens += len(trace.log_probs())
    assert study.changes[2, 1] == pytest.approx(change / tokens, abs=1e-5)
    assert np.abs(study.changes).min() > 0


def test_error_rates_are_those_of_the_heads_weights(translators: dict[str, Translator]) -> None:
    for kind, columns in (("transformer", slice(1, None)), ("dot", slice(None))):
        translator = translators[kind]
        plain = head_study(translator, SENTENCES[:1], "test.tsv", options=OPTIONS, sample=0)
        assert np.isnan(plain.changes).all() and with_alignment(plain, None) is plain
        alignment = alignment_study(translator, GOLD, "gold.tsv")
        row = alignment.chosen().row
        (grid,) = (one for one in alignment.grids if (one.measure, one.row) == ("weight", row))
        study = with_alignment(plain, alignment)
        np.testing.assert_array_equal(study.error_rates, np.array(grid.error_rates)[:, columns])
        assert study.gold == "gold.tsv" and tuple(study.values()) == (*OF_SENTENCES, "aer")


def test_what_cannot_be_read_is_refused(translators: dict[str, Translator]) -> None:
    with pytest.raises(InputError) as caught:
        head_study(translators["none-reversed"], SENTENCES, "test.tsv", options=OPTIONS)
    assert caught.value.code == "heads_no_attention"
    long = replace(SENTENCES[0], source="es " * 600, number=7)
    with pytest.raises(InputError) as caught:
        head_study(translators["dot"], (long,), "test.tsv", options=OPTIONS)
    assert (caught.value.code, caught.value.facts["line"]) == ("gold_pair", 7)
    with pytest.raises(InputError) as caught:  # is about all sentences
        options = replace(OPTIONS, interventions=(Intervention(kind="ablate", heads=((7, 0),)),))
        head_study(translators["dot"], SENTENCES, "test.tsv", options=options)
    assert caught.value.code not in ("gold_pair", "heads_no_attention")
