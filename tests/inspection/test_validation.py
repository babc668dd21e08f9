"""Words of forced sentences, and the rules and numbers that come from them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seqviz.analysis.judging import auroc
from seqviz.analysis.marks import KINDS, Rule, source_words, target_words
from seqviz.errors import InputError
from seqviz.inspection.fitting import LENT_DATA, fitted_rules, lent_rules, own_rules
from seqviz.inspection.marot import HumanSpan, RatedSegment
from seqviz.inspection.planted import Planted
from seqviz.inspection.rules import Rules
from seqviz.inspection.validation import (
    Table,
    Tables,
    as_planted,
    joined,
    judged_flags,
    observe,
    overlapping,
)
from seqviz.translator import load

UNSURE = Rule(weights={"surprisal": 1.0}, threshold=1.0, full=2.0, auroc=0.7, data="people")


def table(side: str, bad: list[bool], planted: list[str], **signals: list[float]) -> Table:
    return Table(
        side="source" if side == "source" else "target",
        signals={name: np.array(values, float) for name, values in signals.items()},
        bad=np.array(bad),
        planted=np.array(planted),
    )


def made(seed: int) -> Tables:
    """Words of which the wrong ones are surprising, and the left out ones unseen."""
    chance = np.random.default_rng(seed)
    bad = chance.random(300) < 0.3
    kinds = chance.choice(["", "repeated", "copied", "dropped"], 300).tolist()
    noise = chance.normal(size=(3, 300))
    target = {
        "surprisal": (2 * bad + noise[0]).tolist(),
        "contrast": noise[1].tolist(),
        "past": (0.1 * bad + 0.1 * noise[2]).tolist(),
        "repeated": (5.0 * bad).tolist(),
        "copied": (2.0 * bad).tolist(),
    }
    source = {"most": (noise[0] - bad).tolist(), "total": noise[1].tolist()}
    return {
        "target": table("target", bad.tolist(), kinds, **target),
        "source": table("source", bad.tolist(), kinds, **source),
    }


def test_a_word_is_bad_where_a_range_holds_one_of_its_characters() -> None:
    pieces = ("▁a", "▁do", "g", ".", "</s>")
    words = target_words(pieces, np.zeros(5), source=("▁x",))
    spans = [(0, 1), (2, 4), (4, 5), (5, 6), (6, 6)]
    assert overlapping(words, spans, [(4, 5)]).tolist() == [False, True, False]
    assert overlapping(words, spans, [(1, 2)]).tolist() == [False] * 3
    assert overlapping(source_words(pieces), spans, [(0, 9)]).tolist() == [True, True]


def test_sentences_become_words_of_both_sides(models: Path) -> None:
    translator = load("de-en/transformer", "cpu", models)
    planted = [
        Planted(kind="", source="der hund", target="the dog"),
        Planted(kind="number", source="der hund", target="a dog", wrong=((0, 1),)),
        Planted(kind="dropped", source="es war kalt", target="it", left_out=((3, 11),)),
        Planted(kind="", source="der hund", target="the 狗"),  # the model could not write it
        Planted(kind="", source="der  hund", target="the dog "),  # it reads something else
    ]
    observed = observe(translator, planted)
    found, sentences = observed.words, observed.sentences
    assert sentences.planted.tolist() == ["", "number", "dropped"]
    assert sentences.bad.tolist() == [False, True, True]
    assert sentences.features["length_ratio"].shape == (3,)
    assert {"worst3", "copied", "coverage_min"} < sentences.features.keys()
    shares = observe(translator, planted[:1], contributions=True).sentences.features
    share = translator.evidence(translator.force("der hund", "the dog")).contributions()
    assert shares["source_share"] == pytest.approx([share.source_share.mean()], rel=1e-5)
    assert "source_share" not in sentences.features
    target, source = found["target"], found["source"]
    assert target.planted.tolist() == ["", "", "number", "number", "dropped"]
    assert target.bad.tolist() == [False, False, True, False, False]
    assert source.planted.tolist() == ["", "", *["dropped"] * 3]
    assert source.bad.tolist() == [False, False, False, True, True]
    with pytest.raises(InputError, match="Nothing can be judged"):
        observe(translator, planted[3:])
    assert {"surprisal", "contrast", "past", "repeated", "copied"} == target.signals.keys()
    assert {"most", "total"} == source.signals.keys()
    blind = observe(load("de-en/none-reversed", "cpu", models), planted[:2]).words
    together = joined([target, blind["target"]])
    assert "past" not in together.signals and len(together.bad) == len(target.bad) + 4


def test_rules_find_what_they_were_fitted_to_and_are_measured_elsewhere() -> None:
    training, test = made(1), made(2)
    own = fitted_rules(UNSURE, training, test)
    foreign = lent_rules(own)
    assert own["unsure"] == foreign["unsure"] == (UNSURE,)
    assert [tuple(rule.weights) for rule in own["unsupported"]] == [
        ("surprisal", "contrast", "past"),
        ("surprisal", "contrast"),
    ]
    assert own["unsupported"][0].weights["surprisal"] > 0 > own["left_out"][0].weights["most"]
    elsewhere = fitted_rules(UNSURE, training, made(3))
    assert elsewhere["left_out"][0].auroc != own["left_out"][0].auroc
    assert (own["repeated"][0].threshold, own["repeated"][0].auroc) == (4.0, 1.0)
    assert own["repeated"][0].data == "planted errors: repeated"
    (lent,) = foreign["unsupported"]
    assert lent.weights == own["unsupported"][1].weights
    assert (lent.auroc, lent.data) == (None, LENT_DATA) and "left_out" not in foreign
    nothing = made(1)
    flawless = {side: replace(some, bad=some.bad & False) for side, some in nothing.items()}
    for empty in (fitted_rules(UNSURE, flawless, test), fitted_rules(UNSURE, test, flawless)):
        assert not empty["left_out"] and not lent_rules(empty)["copied"]
    alone = own_rules({**own, "copied": ()}, foreign, test)
    assert tuple(alone) == KINDS
    assert alone["left_out"][0].data == "own planted errors: dropped"
    assert alone["copied"] == foreign["copied"]
    (unsure,) = alone["unsure"]
    assert (unsure.weights, unsure.threshold) == (UNSURE.weights, UNSURE.threshold)
    assert unsure.data.startswith("own planted errors: ")
    surprisals, bad = test["target"].signals["surprisal"], test["target"].bad
    assert unsure.auroc == auroc(surprisals, bad) != UNSURE.auroc
    (unmeasured,) = own_rules(own, foreign, flawless)["unsure"]
    assert (unmeasured.auroc, unmeasured.data) == (None, LENT_DATA)


def test_a_flag_is_judged_on_every_kind_of_error() -> None:
    words = table(
        "target",
        [True, False, False, True, False],
        ["names", "names", "names", "number", ""],
        surprisal=[2, 1, 0, 0, 3],
    )
    rules: Rules = {"unsure": [UNSURE], "left_out": [UNSURE]}
    found = judged_flags(rules, {"target": words, "source": table("source", [True], [""])})
    by_kind = {one.planted: one for one in found}
    assert by_kind.keys() == {"all", "names", "number", ""}  # the source lacks the signal
    names = by_kind["names"].judgement
    assert (names.precision, names.recall, names.auroc) == (0.5, 1.0, 1.0)
    assert by_kind["number"].judgement.recall == 0
    assert by_kind[""].marked == 1 and by_kind["all"].marked == pytest.approx(3 / 5)


def test_what_people_marked_stands_on_its_side() -> None:
    spans = tuple(
        HumanSpan(side=side, start=0, end=2, category="x", severity="Minor", rater="1")
        for side in ("source", "target")
    )
    segment = RatedSegment(
        system="A", document="d", number="1", source="ab c", target="de f", spans=spans[:1]
    )
    found = as_planted(segment)
    assert (found.kind, found.left_out, found.wrong) == ("people", ((0, 2),), ())
