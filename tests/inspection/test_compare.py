"""Two systems: words won and lost, rows that count, where two translations part."""

from pathlib import Path

import pandas as pd
import pytest

from seqviz.inspection.compare import Gain, Parting, compared, gains, parting
from seqviz.translator import Translator, load

FRAME = pd.DataFrame(
    {
        "reference": ["the cat sat", "a dog", None, "a dog", "the the"],
        "translation": ["the cat ran", "a dog", "x", "the dog", "the the the"],
        "baseline": ["a cat sat", "the dog", "y", None, "the"],
    }
)


def test_words_are_won_and_lost_where_the_reference_has_them() -> None:
    won, lost = gains(FRAME, language="en")
    assert won == (Gain(("the",), 3, 1), Gain(("a",), 1, 0))
    assert lost == (Gain(("sat",), 0, 1),)
    won, lost = gains(FRAME, language="en", order=2)
    assert {one.words for one in won} == {("the", "cat"), ("a", "dog"), ("the", "the")}
    assert lost == (Gain(("cat", "sat"), 0, 1),)
    assert gains(FRAME, language="en", most=0) == ((), ())


def test_rows_with_a_reference_and_a_baseline_count() -> None:
    assert {one.sentences for one in compared(FRAME, language="en")} == {3}
    assert compared(FRAME.iloc[2:4], language="en") == ()


@pytest.fixture(scope="module")
def other(models: Path) -> Translator:
    return load("de-en/dot", "cpu", models)


def test_two_translations_part_at_a_word(translator: Translator, other: Translator) -> None:
    first = translator.force("es war", "it was a cat")
    second = other.force("es war", "it was the cat")
    found = parting(first, second)
    assert found is not None
    assert (found.word, found.words) == (2, ("a", "the"))
    for trace, step, word, log_prob in zip(
        (first, second), found.steps, found.words, found.log_probs, strict=True
    ):
        pieces = trace.target_pieces()[step:]
        count = next(n for n in range(1, 9) if "".join(pieces[:n]).strip("▁") == word)
        assert log_prob == pytest.approx(trace.log_probs()[step : step + count].sum())
    assert parting(first, first) is None


def test_one_translation_may_end_where_the_other_goes_on(translator: Translator) -> None:
    short, long = translator.force("es war", "it was"), translator.force("es war", "it was a")
    end = len(short.target()) - 1
    found = parting(short, long)
    assert found is not None
    ended = float(short.log_probs()[end])
    word, rest = (float(long.log_probs()[end:last].sum()) for last in (-1, None))
    assert found == Parting(2, "it was", (end, end), ("", "a"), (ended, word), (ended, rest))
