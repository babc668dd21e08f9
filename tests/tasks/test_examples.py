"""The examples show what their codes say, by the shipped models and the default options."""

import pytest

from seqviz.analysis.quality import sentence_chrf
from seqviz.tasks.examples import EXAMPLES, Example, example_of, is_example, is_reference
from seqviz.translator import load

PAIRS = ("de-en", "fr-en", "zh-en")
RIGHT = 60
"""chrF of a translation that says the same, as its reference or otherwise."""


def example(pair: str, code: str) -> Example:
    return next(e for e in EXAMPLES[pair] if e.code == code)


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_has_the_same_eight_kinds(pair: str) -> None:
    assert sorted(e.code for e in EXAMPLES[pair]) == sorted(e.code for e in EXAMPLES["de-en"])
    assert len({e.source for e in EXAMPLES[pair]}) == len(EXAMPLES[pair]) == 8
    for entry in EXAMPLES[pair]:
        assert example_of(pair, entry.source) is entry
        assert is_example(entry.source) and is_reference(entry.reference)


@pytest.mark.parametrize("pair", PAIRS)
def test_the_system_gets_right_what_it_is_shown_with(pair: str) -> None:
    found = load(f"{pair}/transformer", device="cpu").translate_all(
        [one.source for one in EXAMPLES[pair]]
    )
    for one, translation in zip(EXAMPLES[pair], found, strict=True):
        assert sentence_chrf(translation.text, one.reference) > RIGHT, one.source
        assert not translation.notices, one.source


@pytest.mark.parametrize("pair", PAIRS)
def test_greedy_and_beam_part_where_they_are_said_to(pair: str) -> None:
    translator, divergent = load(f"{pair}/transformer", device="cpu"), example(pair, "divergence")
    greedy, beam = (
        translator.translate(divergent.source, beam_size=size).translation for size in (1, 5)
    )
    assert greedy != beam
    assert sentence_chrf(beam, divergent.reference) > sentence_chrf(greedy, divergent.reference)


@pytest.mark.parametrize("pair", ["de-en", "zh-en"])
def test_one_vector_fails_where_attention_does_not(pair: str) -> None:
    hard = example(pair, "bottleneck")
    chrf = {
        system: sentence_chrf(
            load(f"{pair}/{system}", device="cpu").translate(hard.source).translation,
            hard.reference,
        )
        for system in ("transformer", "none-reversed")
    }
    assert chrf["transformer"] > 90
    assert chrf["none-reversed"] < 75
