"""What is said of how good a feature is: the numbers that were measured, for its family."""

import statistics

import pytest

from seqviz.inspection.evidence import feature_help, worth_range
from seqviz.inspection.features import FEATURES, in_group
from seqviz.inspection.rules import FAMILIES, Family, known_of
from seqviz.words import LANGUAGES, table
from seqviz.words.numbers import number


def test_the_help_tells_every_kind_of_error_and_every_judgement() -> None:
    words = table("en")
    known = known_of("transformer")
    told = feature_help("worst3", known, words)
    assert told.startswith(words["inspect.feature.worst3.help"])
    for kind, value in known.worth["worst3"].items():
        assert f"{words[f'inspect.evidence.kind.{kind}']} {number(value)}" in told
    assert "en-zh 0.31" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_says_who_defined_a_feature(language: str) -> None:
    words, known = table(language), known_of("transformer")
    whose = {name: feature_help(name, known, words) for name in FEATURES}
    ours = words["inspect.evidence.ours"]
    assert {name for name, told in whose.items() if ours in told} == {
        *("worst3", "copied", "agreement", "margin_min", "entered_last", "near_prunings"),
        "coverage_min",
    }
    assert words["inspect.evidence.unverified"] in whose["attention_eos"]
    published = words["inspect.evidence.published"].format(source="BoostedProb, EMNLP 2025 (0.1.3)")
    assert published in whose["boosted"]


def test_the_range_parts_planted_errors_from_those_that_people_marked() -> None:
    known = known_of("transformer")
    found = known.worth["worst3"]
    people = found["people"]
    planted = [value for kind, value in found.items() if kind != "people"]
    expected = f"{number(min(planted))}–{number(max(planted))} · {number(people)}"
    assert worth_range("worst3", known) == expected
    assert "·" not in worth_range("worst3", known_of("rnn"))
    assert worth_range("worst3", known_of("foreign")) == ""


@pytest.mark.parametrize("family", ["transformer", "rnn"])
def test_why_the_weak_ones_are_folded_away_is_what_was_measured(family: Family) -> None:
    known, weak = known_of(family), [one.name for one in in_group("weak")]
    for kind in ("dropped", "invented"):
        found = [known.worth[name][kind] > 0.6 for name in weak]
        assert sum(found) >= 3, "several find clauses that were left out or invented"
    follows = [
        abs(known.own[name]["at_length"]) < 0.8 * abs(known.own[name]["correlation"])
        for name in weak
    ]
    assert statistics.mean(follows) > 0.5, "most follow, in part, the length of the sentence"
    people = [known.worth[name]["people"] for name in weak if "people" in known.worth[name]]
    assert all(value < 0.65 for value in people), "little better than chance"
    logprob = known.worth["seq_logprob"].get("people", 0.5)
    assert logprob < 0.65, "as the log-probabilities do"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_measured_is_said(language: str) -> None:
    words = table(language)
    unknown = words["inspect.evidence.unknown"]
    assert unknown in feature_help("margin_min", known_of("foreign"), words)
    assert feature_help("bleu", known_of("rnn"), words) == words["inspect.feature.bleu.help"]
    told = {feature_help(name, known_of(family), words) for name in FEATURES for family in FAMILIES}
    assert not any("{" in text for text in told)
