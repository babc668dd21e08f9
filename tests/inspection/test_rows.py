"""Rows of a test set against the traces that are made again on a click."""

import math
from pathlib import Path

import numpy as np
import pytest

from seqviz.aligned import Reading
from seqviz.analysis import sentence
from seqviz.analysis.alike import agreement
from seqviz.analysis.attention import attention_entropy, default_layer
from seqviz.analysis.quality import sentence_chrf
from seqviz.analysis.reference import reference_exit, verdict
from seqviz.analysis.words import word_groups
from seqviz.errors import InputError
from seqviz.inspection.compare import parting
from seqviz.inspection.features import FEATURES, SCHEMA
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner, scored_features
from seqviz.options import DecodeOptions
from seqviz.translator import Translator, load
from seqviz.translator.scoring import score_pairs
from tests.fixtures.tiny_models import SENTENCES
from tests.inspection.conftest import OPTIONS

READ = [
    Sentence(number=1, source=SENTENCES[0], reference="it was very cold", baseline="cold"),
    Sentence(number=2, source=SENTENCES[1]),
    Sentence(number=4, source=SENTENCES[2], reference="the dog"),
]


def test_a_row_is_what_its_trace_is(examiner: Examiner, translator: Translator) -> None:
    table = examiner.rows(READ)
    assert table.schema.equals(SCHEMA)
    for read, row in zip(READ, table.to_pylist(), strict=True):
        trace = translator.translate(read.source, OPTIONS)
        assert (row["number"], row["source"]) == (read.number, read.source)
        assert row["translation"] == trace.translation
        assert row["pieces"] == list(trace.target_pieces())
        assert row["source_pieces"] == list(trace.source.pieces)
        np.testing.assert_allclose(row["log_probs"], trace.log_probs(), atol=1e-5)
        contrast = translator.evidence(trace).contrast().difference
        np.testing.assert_allclose(row["contrast"], contrast, atol=1e-5)
        assert row["seq_logprob"] == pytest.approx(trace.log_probs().mean(), abs=1e-5)
        assert row["worst3"] == pytest.approx(np.sort(trace.log_probs())[:3].mean(), abs=1e-5)
        assert row["length_ratio"] == len(trace.target()) / len(trace.source.ids)
        ended = np.flatnonzero(trace.hypotheses.finished)
        texts = [trace.hypotheses.texts[rank] for rank in ended]
        alike = agreement(texts, trace.hypotheses.scores[ended].tolist())
        assert row["agreement"] == (None if math.isnan(alike) else pytest.approx(alike, abs=1e-3))
        attention = trace.cross_attention
        assert attention is not None
        weights = attention[default_layer(trace)].mean(0)
        groups = word_groups(trace.source.pieces)
        assert row["coverage_min"] == pytest.approx(sentence.least_coverage(weights, groups))
        assert row["attention_entropy"] == pytest.approx(attention_entropy(weights).mean())
        if read.reference:
            forced = translator.force(read.source, read.reference, OPTIONS)
            assert row["reference_logprob"] == pytest.approx(forced.log_probs().mean(), abs=1e-5)
            expected = verdict(forced, trace).code
            assert row["search_error"] == {"ruled_out": None}.get(
                expected, expected == "search_error"
            )
            assert (row["disagreement"] is None) == (row["baseline_chrf"] is None)
            assert (row["baseline_kept"] is None) == (not read.baseline)
            assert row["chrf"] == pytest.approx(sentence_chrf(trace.translation, read.reference))
        else:
            names = [
                one.name for one in FEATURES.values() if one.group in ("reference", "baseline")
            ]
            assert all(row[name] is None for name in ("reference", "baseline", *names))


def test_where_two_systems_part_is_what_the_page_finds(
    translators: dict[str, Translator],
) -> None:
    lost = 0
    for translator in translators.values():
        for source in SENTENCES[:3]:
            trace = translator.translate(source, OPTIONS)
            others = ["cold", "it was very cold", *trace.hypotheses.texts]
            read = [
                Sentence(number=place, source=source, baseline=text)
                for place, text in enumerate(others, 1)
                if text
            ]
            found = Examiner.of(translator, OPTIONS).rows(read).to_pylist()
            own = translator.force(source, trace.translation) if trace.translation else trace
            for one, row in zip(read, found, strict=True):
                other = translator.force(source, one.baseline)
                left, words = reference_exit(other, trace), parting(own, other)
                same = one.baseline == trace.translation
                assert row["parted_word"] == (words and words.word + 1)
                assert row["baseline_kept"] == (same or not left.lost)
                lost += not row["baseline_kept"]
                expected = (left.step + 1, left.rank) if left.lost and not same else (None, None)
                assert (row["baseline_lost"], row["baseline_rank"]) == expected
    assert lost


def test_what_the_model_cannot_write_is_not_looked_for(examiner: Examiner) -> None:
    read = Sentence(number=1, source=SENTENCES[0], baseline="it was cold " * 600)
    (row,) = examiner.rows([read]).to_pylist()
    assert row["disagreement"] > 0
    names = ("parted_word", "baseline_kept", "baseline_lost", "baseline_rank")
    assert [row[name] for name in names] == [None] * 4


def test_contributions_are_computed_where_they_are_asked_for(translator: Translator) -> None:
    without = Examiner.of(translator, OPTIONS).rows(READ[:2]).to_pylist()
    found = Examiner.of(translator, OPTIONS, contributions=True).rows(READ[:2]).to_pylist()
    for read, plain, row in zip(READ, without, found, strict=False):
        trace = translator.translate(read.source, OPTIONS)
        shares = translator.evidence(trace).contributions().source_share
        assert plain["source_share"] is None
        assert row["source_share"] == pytest.approx(shares.mean(), abs=1e-5)
        different = {name for name in row if row[name] != plain[name]}
        assert different == {"source_share", "left_out_alti"}


def test_a_model_without_attention_has_no_numbers_of_it(models: Path) -> None:
    translator = load("de-en/none-reversed", "cpu", models)
    (row,) = Examiner.of(translator, OPTIONS).rows(READ[1:2]).to_pylist()
    weak = [one.name for one in FEATURES.values() if one.group == "weak"]
    assert all(row[name] is None for name in ("coverage_min", "left_out", *weak))
    assert row["source_ignorance"] is not None
    with pytest.raises(InputError):
        Examiner.of(translator, OPTIONS, contributions=True)


def test_options_for_single_sentences_are_refused(translator: Translator) -> None:
    with pytest.raises(InputError, match="leave out"):
        Examiner.of(translator, DecodeOptions(beta=0.1))


def test_attention_is_that_of_the_layer_that_was_measured(translator: Translator) -> None:
    (pair,) = score_pairs(translator, [(SENTENCES[0], "it was very cold")])
    stack = pair.given.cross_attention
    assert stack is not None
    for layer, weights in enumerate(stack):
        reading = Reading(layer=layer, head=None, measure="norm", row="fed")
        found = scored_features(pair, reading)["attention_entropy"]
        assert found == pytest.approx(attention_entropy(weights).mean())
