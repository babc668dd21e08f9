"""Rules for marks, fitted to words of which it is known whether they are wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from seqviz.analysis.judging import best_threshold, judge
from seqviz.analysis.logistic import fit
from seqviz.analysis.marks import KINDS, SIDES, Array, Kind, Rule
from seqviz.inspection import planted
from seqviz.inspection.rules import Rules, strong
from seqviz.inspection.validation import LEFT_OUT, UNTOUCHED, Table, Tables

SIGNALS: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "unsupported": (("surprisal", "contrast", "past"), ("surprisal", "contrast")),
    "repeated": (("repeated",),),
    "copied": (("copied",),),
    "left_out": (("most", "total"),),
}
"""What each rule looks at; the second holds where a model does not give all of the first."""
REGRESSIONS: tuple[Kind, ...] = ("unsupported", "left_out")
CHOSEN: Mapping[Kind, float] = {"repeated": 4.0, "copied": 1.0}
"""Thresholds that follow from what the flag means: four words, or one at once; one nat."""
LENT: tuple[Kind, ...] = ("unsupported", "repeated", "copied")
"""Flags of foreign models whose rules are those of our Transformers; attention differs too much."""
LENT_DATA = "as fitted to SeqViz's own Transformers; not measured on foreign models"
PLANTED = "planted errors"
OWN = "own planted errors"
"""Instead, where a rule was fitted to one model alone and measured on it."""


def fitted_rules(unsure: Rule, training: Tables, test: Tables) -> Rules:
    """The rules of a family, or of one model.

    Args:
        unsure: the rule that judgements of people gave.
        training: words that rules are fitted to.
        test: words that their AUROC is measured on; there is no rule where none of them is bad.
    """
    rules: dict[Kind, tuple[Rule, ...]] = {
        kind: tuple(_measured(kind, _fitted(kind, training), test)) for kind in SIGNALS
    }
    return {kind: (unsure,) if kind == "unsure" else rules[kind] for kind in KINDS}


def lent_rules(own: Rules) -> Rules:
    """Those of our Transformers for models of others, without a number of how good they are."""
    lent = {kind: tuple(_lent(rule) for rule in own[kind][-1:]) for kind in LENT}
    return {"unsure": own["unsure"], **lent}


def own_rules(fitted: Rules, others: Rules, test: Tables) -> Rules:
    """The rules of one model: those fitted to it; others where there was nothing to fit to.

    What people's judgements gave, of other systems' words, keeps its threshold, and is measured on
    this model's.

    Args:
        fitted: of ``fitted_rules``.
        others: of its family.
        test: words that AUROCs are measured on.
    """
    unsure = tuple(_measured("unsure", fitted["unsure"], test)) or map(_lent, fitted["unsure"])
    return {
        kind: tuple(replace(rule, data=rule.data.replace(PLANTED, OWN, 1)) for rule in rules)
        or tuple(others.get(kind, ()))
        for kind, rules in {**fitted, "unsure": tuple(unsure)}.items()
    }


def _fitted(kind: Kind, tables: Tables) -> list[Rule]:
    """Rules for a flag, from words of which the bad ones are known; none without such."""
    table = _concerning(kind, tables)
    found = []
    for names in SIGNALS[kind]:
        if not set(names) <= table.signals.keys() or not 0 < table.bad.sum() < len(table.bad):
            continue
        rule = Rule(weights=dict.fromkeys(names, 1.0), threshold=0.0, full=1.0)
        if kind in REGRESSIONS:
            rule = _regression(table, names)
        values = rule.value(table.signals)
        threshold = CHOSEN.get(kind) or best_threshold(values, table.bad)
        full = rule.full if kind in REGRESSIONS else strong(values, table.bad)
        found.append(replace(rule, threshold=threshold, full=max(full, threshold)))
    return found


def _regression(table: Table, names: tuple[str, ...]) -> Rule:
    model = fit(np.column_stack([table.signals[name] for name in names]), table.bad)
    weights = dict(zip(names, model.weights, strict=True))
    return Rule(weights=weights, bias=model.bias, threshold=0.0, full=1.0)


def _measured(kind: Kind, rules: Sequence[Rule], tables: Tables) -> Iterator[Rule]:
    """Rules with their AUROC on words that they have not seen; none where none of these is bad."""
    table = _concerning(kind, tables)
    kinds = ", ".join(name for name in dict.fromkeys(table.planted.tolist()) if name)
    for rule in rules:
        if rule.weights.keys() <= table.signals.keys() and 0 < table.bad.sum() < len(table.bad):
            values: Array = rule.value(table.signals)
            found = judge(values, table.bad, threshold=rule.threshold)
            yield replace(rule, auroc=found.auroc, data=f"{PLANTED}: {kinds}")


def _lent(rule: Rule) -> Rule:
    return replace(rule, auroc=None, data=LENT_DATA)


def _concerning(kind: Kind, tables: Tables) -> Table:
    """The words that a flag is about: with its own error, where there is one, and without any."""
    table, own = tables[SIDES[kind]], LEFT_OUT if kind == "left_out" else str(kind)
    return table.among([own, UNTOUCHED]) if own in planted.KINDS else table
