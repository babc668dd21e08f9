"""What was measured: when a word is marked, and how much each feature of a sentence is worth.

``seqviz validate --write`` makes the file that is read here. Knows no model.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.marks import KINDS, Array, Kind, Rule

Family = Literal["rnn", "transformer", "foreign"]
FAMILIES: tuple[Family, ...] = ("rnn", "transformer", "foreign")
Rules = Mapping[Kind, Sequence[Rule]]
Worth = Mapping[str, Mapping[str, float]]
"""Feature -> kind of error, or file of judgements -> a number."""
FILE = "measured.toml"
_STRONG = 95
"""Percentile of wrong words from which on a mark is as strong as can be."""
_HEAD = """\
# Made by `seqviz validate --write`, not by hand. When a word is marked, by family of models: of
# several rules of a kind the first counts whose signals a model gives. With a bias, the value is
# the probability 1 / (1 + exp(-(bias + sum of weight x signal))), else the signal itself. At the
# end: how well features tell sentences with an error (AUROC), how far they follow chrF in
# models' own translations, and their correlation with people's judgements.
"""


def family_of(kind: str, foreign: str) -> Family:
    """The family of a model.

    Args:
        kind: "transformer" or "rnn".
        foreign: what its makers call its kind; empty for models of SeqViz.
    """
    if foreign:
        return "foreign"
    return "rnn" if kind == "rnn" else "transformer"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was measured of a family of models, or of one model."""

    rules: Rules
    """Of every kind of mark, from the strongest evidence down."""
    worth: Worth
    """Of features, by kind of error: the AUROC; 0.5 is chance. Empty where nothing was measured."""
    own: Worth
    """Of features: how far they follow chrF in such models' own translations.

    "correlation", of ranks, above 0 where the good end goes with the better chrF; "low" and "high",
    between which it lies in 95 % of resamples; "at_length", with the source's length held fast.
    Empty where nothing was measured.
    """


def known_of(family: Family) -> Known:
    """What was measured of a family."""
    raw = _measured()
    return Known(
        rules=read_rules(raw)[family],
        worth=raw["worth"].get(family, {}),
        own=raw["own"].get(family, {}),
    )


def correlations() -> Worth:
    """Of features, by file: Pearson's correlation with judgements of people."""
    found: Worth = _measured()["correlation"]
    return found


@cache
def _measured() -> dict[str, Any]:
    return tomllib.loads(files("seqviz.inspection").joinpath(FILE).read_text(encoding="utf-8"))


def read_rules(raw: Mapping[str, Any]) -> Mapping[Family, Rules]:
    """The rules that a file holds."""
    return {
        family: {
            kind: tuple(Rule(**rule) for rule in raw.get(family, {}).get(kind, ()))
            for kind in KINDS
        }
        for family in FAMILIES
    }


def strong(values: Array, bad: NDArray[np.bool_]) -> float:
    """From which value on a mark is as strong as can be."""
    return float(np.percentile(values[bad], _STRONG))


def measured_file(known: Mapping[Family, Known], correlation: Worth) -> str:
    """A file that the functions above read.

    Args:
        known: of families.
        correlation: see ``correlations``.
    """
    parts = [_HEAD]
    for family, found in known.items():
        for kind, several in found.rules.items():
            parts += [f"[[{family}.{kind}]]\n{_fields(rule)}" for rule in several]
    tables = {f"worth.{family}": one.worth for family, one in known.items() if one.worth}
    tables |= {f"own.{family}": one.own for family, one in known.items() if one.own}
    for name, table in {**tables, "correlation": correlation}.items():
        lines = (f"{feature} = {_inline(numbers)}\n" for feature, numbers in table.items())
        parts.append(f"[{name}]\n{''.join(lines)}")
    return "\n".join(parts)


def _inline(numbers: Mapping[str, float]) -> str:
    """Names are quoted: those of files have dots."""
    found = (f'"{name}" = {number:.4f}' for name, number in numbers.items())
    return f"{{ {', '.join(found)} }}"


def _fields(rule: Rule) -> str:
    numbers = {name: getattr(rule, name) for name in ("bias", "threshold", "full", "auroc")}
    return "".join(
        (
            f"weights = {_inline(rule.weights)}\n",
            *(f"{name} = {value:.4f}\n" for name, value in numbers.items() if value is not None),
            f'data = "{rule.data}"\n',
        )
    )
