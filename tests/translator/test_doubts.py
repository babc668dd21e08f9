"""What a translation gives away about itself."""

import pytest

from seqviz.catalog import ModelEntry
from seqviz.options import DecodeOptions
from seqviz.trace import Source
from seqviz.trace.notices import SHORT, UNSURE
from seqviz.translator import load
from seqviz.translator.doubts import FEWEST, LEAST, Best, doubts

LONG = "es war sehr kalt und der hund ist hier und es war sehr kalt"


@pytest.fixture(scope="module")
def entry() -> ModelEntry:
    found = load("de-en/dot").entry
    assert found.confidence is not None
    return found


def about(entry: ModelEntry, length: int, **best: float) -> tuple[str, ...]:
    """Doubts about a translation of so many source tokens."""
    source = Source(text=LONG, ids=(7,) * length, pieces=("a",) * length, spans=((0, 1),) * length)
    found = Best(mean=best.get("mean", -0.01), tokens=int(best["tokens"]))
    return doubts(entry, source, DecodeOptions(), unk=1, best=found)


def test_a_translation_of_less_than_half_the_tokens_left_something_out(entry: ModelEntry) -> None:
    assert about(entry, 20, tokens=8) == (SHORT,)
    assert about(entry, 20, tokens=20 * FEWEST) == ()
    assert about(entry, LEAST, tokens=4) == (SHORT,)
    assert about(entry, LEAST - 1, tokens=1) == ()
    assert about(entry, 20, tokens=8, mean=-9) == (SHORT,)
    assert about(entry, 20, tokens=15, mean=-9) == (UNSURE,)


def test_dates_and_other_tasks_may_be_short() -> None:
    dates = load("date-iso/dot").entry
    assert dates.confidence is not None and about(dates, 40, tokens=5, mean=0) == ()


def test_what_was_given_is_not_doubted(entry: ModelEntry) -> None:
    source = Source(text=LONG, ids=(7,) * 20, pieces=("a",) * 20, spans=((0, 1),) * 20)
    assert doubts(entry, source, DecodeOptions(), unk=1, best=None) == ()
