"""The rules that come with the program, and their file."""

import tomllib

import numpy as np
import pytest

from seqviz.analysis.marks import KINDS, Rule
from seqviz.inspection.features import FEATURES
from seqviz.inspection.fitting import SIGNALS
from seqviz.inspection.rules import (
    FAMILIES,
    Known,
    correlations,
    family_of,
    known_of,
    measured_file,
    read_rules,
    strong,
)


def test_every_family_has_its_rules_with_their_evidence() -> None:
    for family in FAMILIES:
        rules = known_of(family).rules
        assert tuple(rules) == KINDS
        for kind, several in rules.items():
            assert bool(several) == (kind != "left_out" or family != "foreign")
            for rule in several:
                assert rule.data and rule.full >= rule.threshold
                assert (rule.auroc is None) == (family == "foreign" and kind != "unsure")
                assert rule.auroc is None or 0.5 < rule.auroc <= 1
                signals = tuple(rule.weights)
                assert signals == ("surprisal",) if kind == "unsure" else signals in SIGNALS[kind]


def test_features_come_with_what_they_are_worth() -> None:
    for family in FAMILIES:
        worth = known_of(family).worth
        assert bool(worth) == (family != "foreign") and worth.keys() <= FEATURES.keys()
        assert all(0 <= number <= 1 for kinds in worth.values() for number in kinds.values())
    found = {name: list(numbers.values()) for name, numbers in correlations().items()}
    assert found.keys() == {"worst3", "seq_logprob"}
    assert found["worst3"] == pytest.approx([0.274, 0.313, 0.505], abs=1e-3)
    assert found["seq_logprob"] == pytest.approx([0.208, 0.257, 0.486], abs=1e-3)


def test_what_is_written_is_read() -> None:
    rule = Rule(
        weights={"most": -1.5, "total": 2.0},
        bias=0.25,
        threshold=0.5,
        full=1.0,
        auroc=0.75,
        data="planted errors",
    )
    plain = Rule(weights={"surprisal": 1.0}, threshold=0.5, full=3.0)
    worth = {"worst3": {"dropped": 0.75, "number": 0.5}}
    correlation = {"worst3": {"mlqe-pe.en-de.tsv": 0.25}}
    own = {"agreement": {"correlation": 0.25, "low": 0.125, "high": 0.375, "at_length": 0.5}}
    known = Known(rules={"left_out": [rule], "unsupported": [plain, rule]}, worth=worth, own=own)
    raw = tomllib.loads(measured_file({"rnn": known}, correlation))
    assert (raw["worth"], raw["correlation"]) == ({"rnn": worth}, correlation)
    assert raw["own"] == {"rnn": own}
    found = read_rules(raw)
    assert found["rnn"]["left_out"] == (rule,) and found["rnn"]["unsupported"] == (plain, rule)
    assert found["rnn"]["copied"] == () and not any(found["foreign"].values())


def test_a_model_belongs_to_one_family() -> None:
    found = [family_of("rnn", ""), family_of("transformer", ""), family_of("transformer", "t5")]
    assert found == ["rnn", "transformer", "foreign"]


def test_a_mark_is_strong_where_few_wrong_words_have_more() -> None:
    values = np.concatenate((np.arange(101.0), [1000.0]))
    assert strong(values, np.arange(102) < 101) == 95
