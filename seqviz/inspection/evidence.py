"""How good each feature of a sentence is, in words: what it tells apart, and whom it follows."""

from collections.abc import Mapping

from seqviz.inspection.features import FEATURES, OURS, UNVERIFIED
from seqviz.inspection.rules import Known, correlations
from seqviz.words.numbers import number

PEOPLE = "people"
"""Errors that people marked; the other kinds are planted."""
MEASURED = ("strong", "weak")
"""Groups of features that are to find errors without a reference."""


def feature_help(name: str, known: Known, words: Mapping[str, str]) -> str:
    """What a feature means, and how well it finds errors of a model, or of its family.

    Args:
        name: of ``FEATURES``.
        known: of the model.
        words: of a language.
    """
    feature = FEATURES[name]
    if feature.group not in MEASURED:
        return words[feature.help]
    told = [words[feature.help], *_whose(feature.source, words)]
    said = len(told)
    found = known.worth.get(name, {})
    kinds = [f"{words[f'inspect.evidence.kind.{kind}']} {number(x)}" for kind, x in found.items()]
    if kinds:
        told.append(words["inspect.evidence.finds"].format_map({"kinds": ", ".join(kinds)}))
    pairs = [f"{_pair(file)} {number(x)}" for file, x in correlations().get(name, {}).items()]
    if pairs:
        told.append(words["inspect.evidence.follows"].format_map({"pairs": ", ".join(pairs)}))
    if own := known.own.get(name):
        facts = {end: number(value, "+.2f") for end, value in own.items()}
        told.append(words["inspect.evidence.own"].format_map(facts))
        if "at_length" in own:
            told.append(words["inspect.evidence.at_length"].format_map(facts))
    if len(told) == said:
        told.append(words["inspect.evidence.unknown"])
    return " ".join(told)


def _whose(source: str, words: Mapping[str, str]) -> list[str]:
    """Who defined a feature: a publication, or only we."""
    if not source:
        return []
    if source in (OURS, UNVERIFIED):
        return [words[f"inspect.evidence.{source}"]]
    return [words["inspect.evidence.published"].format_map({"source": source})]


def worth_range(name: str, known: Known) -> str:
    """AUROC of a feature in short: of planted errors from the worst kind to the best, of people's.

    Empty where nothing was measured.
    """
    found = known.worth.get(name, {})
    planted = [value for kind, value in found.items() if kind != PEOPLE]
    parts = [f"{number(min(planted))}–{number(max(planted))}"] if planted else []
    return " · ".join([*parts, *(number(found[kind]) for kind in found if kind == PEOPLE)])


def rho(name: str, known: Known) -> str:
    """Its rank correlation with chrF in such models' own translations; empty: not measured."""
    own = known.own.get(name)
    return number(own["correlation"], "+.2f") if own else ""


def _pair(file: str) -> str:
    """The languages in the name of a file of judgements, such as "en-de"."""
    return file.split(".")[1]
