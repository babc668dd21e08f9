"""Whatever is unusual about a decoding is told, and there are words for it in both languages."""

from collections.abc import Mapping
from functools import partial

import pytest

from seqviz.options import DecodeOptions, Sampling, TargetRules
from seqviz.options.declared import Option, options_of
from seqviz.options.intervention import Intervention
from seqviz.trace.told import Told, named, told, told_keys
from seqviz.words import table
from tests.fixtures.later_options import LaterOptions

UNUSUAL = {
    "beam_size": 1,
    "length_normalisation": "gnmt",
    "alpha": 0.6,
    "beta": 0.2,
    "stop": "first",
    "min_length": 2,
    "max_length": 9,
    "n_best": 2,
    "prefix": (4,),
    "banned": (5, 6),
    "prefix_text": "it",
    "banned_words": ("cold", "very"),
    "source_language": "deu",
    "target_language": "fra",
    "instruction": "translate:",
    "sampling": Sampling(seed=3),
    "interventions": (Intervention(kind="uniform"),),
}
NOT_TOLD = {"rules", "distribution_size", "record_attention"}


@pytest.mark.parametrize("one", options_of(DecodeOptions), ids=lambda one: str(one.name))
def test_every_option_is_told_once_it_is_unusual(one: Option) -> None:
    assert set(UNUSUAL) | NOT_TOLD == {option.name for option in options_of(DecodeOptions)}
    if one.name in NOT_TOLD:
        return
    options = DecodeOptions(**{one.name: UNUSUAL[one.name]})  # type: ignore[arg-type]  # by name
    for words in (table("en"), table("zh")):
        (said,) = told(options, partial(say, words=words))
        assert said


def say(one: Told, words: Mapping[str, str]) -> str:
    return words[f"figure.print.{one.key}"].format_map(one.facts)


@pytest.mark.parametrize("words", [table("en"), table("zh")], ids=["en", "zh"])
def test_there_are_words_for_everything_that_may_be_told(words: Mapping[str, str]) -> None:
    assert {f"figure.print.{key}" for key in told_keys()} <= words.keys()


def test_nothing_is_told_of_the_usual_decoding() -> None:
    assert told(DecodeOptions(rules=TargetRules(ends=True)), named, leave=()) == []


def test_an_option_of_a_later_version_is_told_without_being_listed() -> None:
    assert told(LaterOptions(novelty=0.5), named) == ["novelty 0.5"]


def test_samples_are_told_with_all_that_they_were_drawn_from() -> None:
    options = DecodeOptions(beam_size=3, sampling=Sampling(temperature=0.8, top_k=5, seed=7))
    assert told(options, named) == ["sampling 3, temperature 0.8, seed 7", "top_k 5"]
