"""What a translation gives away about itself."""

from dataclasses import replace

import pytest

from seqviz.catalog import ModelEntry
from seqviz.options import DecodeOptions
from seqviz.text.numbers import missing_numbers
from seqviz.trace import Source
from seqviz.trace.notices import SHORT, UNSURE, missing, missing_in
from seqviz.translator import load
from seqviz.translator.doubts import FEWEST, LEAST, Best, doubts

LONG = "es war sehr kalt und der hund ist hier und es war sehr kalt"


@pytest.fixture(scope="module")
def entry() -> ModelEntry:
    found = load("de-en/dot").entry
    assert found.confidence is not None
    return found


def numbered(
    entry: ModelEntry, text: str, translation: str, options: DecodeOptions | None = None
) -> tuple[str, ...]:
    """Doubts about a translation of which the model is sure."""
    source = Source(text=text, ids=(7,) * 4, pieces=("a",) * 4, spans=((0, 1),) * 4)
    found = Best(mean=-0.01, tokens=5, text=lambda: translation)
    return doubts(entry, source, options or DecodeOptions(), unk=1, best=found)


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


def test_a_number_that_is_missing_is_named_measured_or_not(entry: ModelEntry) -> None:
    text = "Im Jahr 2024 gewann sie 14 Grammys."
    assert numbered(entry, text, "I won 1442444.") == (missing("number", ["2024", "14"]),)
    unmeasured = replace(entry, confidence=None)
    assert numbered(unmeasured, text, "In 2024 she won.") == (missing("number", ["14"]),)
    assert numbered(entry, text, "In 2024 she won fourteen.") == ()
    assert numbered(entry, "Es war kalt.", "It was cold.") == ()
    name, number = missing("name", ["Schmidt"]), missing("number", ["17"])
    assert numbered(entry, "Herr Schmidt ist 17.", "Mr. Smith is 71.") == (number, name)


def test_of_other_targets_and_of_what_was_asked_for_no_number_is_missing(
    entry: ModelEntry,
) -> None:
    text = "Es sind 14 Hunde."
    assert numbered(replace(entry, target_language="fr"), text, "Des chiens.") == ()
    several = replace(entry, target_languages=("en", "fr"))
    assert numbered(several, text, "Dogs.", DecodeOptions(target_language="fr")) == ()
    assert numbered(several, text, "Dogs.", DecodeOptions(target_language="en")) != ()
    assert numbered(entry, text, "Dogs.", DecodeOptions(banned=(9,))) == ()
    assert numbered(replace(entry, source_language="number"), text, "Dogs.") == ()


def test_the_translation_itself_is_looked_at() -> None:
    model = load("de-en/dot")
    lacking = "das haus 7777 ist sehr alt"
    trace = model.translate(lacking, DecodeOptions(beam_size=2))
    found = missing_in(trace.notices, "number")
    assert found == missing_numbers(lacking, trace.translation, "en") == ("7777",)
    (together,) = model.translate_all([lacking], DecodeOptions(beam_size=2))
    assert missing_in(together.notices, "number") == found
    assert not missing_in(model.force(lacking, "the house").notices, "number")


def test_dates_and_other_tasks_may_be_short() -> None:
    dates = load("date-iso/dot").entry
    assert dates.confidence is not None and about(dates, 40, tokens=5, mean=0) == ()


def test_what_was_given_is_not_doubted(entry: ModelEntry) -> None:
    source = Source(text=LONG, ids=(7,) * 20, pieces=("a",) * 20, spans=((0, 1),) * 20)
    assert doubts(entry, source, DecodeOptions(), unk=1, best=None) == ()
