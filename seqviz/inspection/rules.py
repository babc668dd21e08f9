"""From which value on a word is marked: the rules of each family of models, read from a file.

``seqviz validate --write`` makes the file. Knows no model.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.marks import KINDS, Array, Kind, Rule

Family = Literal["rnn", "transformer", "foreign"]
FAMILIES: tuple[Family, ...] = ("rnn", "transformer", "foreign")
Rules = Mapping[Kind, Sequence[Rule]]
FILE = "marks.toml"
_STRONG = 95
"""Percentile of wrong words from which on a mark is as strong as can be."""
_HEAD = """\
# When a word is marked, by family of models; made by `seqviz validate --write`, not by hand.
# Of several rules of a kind the first counts whose signals a model gives. With a bias, the value is
# the probability 1 / (1 + exp(-(bias + sum of weight x signal))), else the signal itself.
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


@cache
def rules_of(family: Family) -> Rules:
    """The rules of a family, from the strongest evidence down."""
    return read_rules(files("seqviz.inspection").joinpath(FILE).read_text(encoding="utf-8"))[family]


def read_rules(text: str) -> Mapping[Family, Rules]:
    """The rules that a file holds."""
    raw = tomllib.loads(text)
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


def write_rules(rules: Mapping[Family, Rules]) -> str:
    """A file that ``read_rules`` reads."""
    parts = [_HEAD]
    for family, kinds in rules.items():
        for kind, several in kinds.items():
            parts += [f"[[{family}.{kind}]]\n{_fields(rule)}" for rule in several]
    return "\n".join(parts)


def _fields(rule: Rule) -> str:
    weights = ", ".join(f"{name} = {weight:.4f}" for name, weight in rule.weights.items())
    numbers = {name: getattr(rule, name) for name in ("bias", "threshold", "full", "auroc")}
    return "".join(
        (
            f"weights = {{ {weights} }}\n",
            *(f"{name} = {value:.4f}\n" for name, value in numbers.items() if value is not None),
            f'data = "{rule.data}"\n',
        )
    )
