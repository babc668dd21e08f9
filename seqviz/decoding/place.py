"""Which computation of a recorded decoding is asked for, and whether a model can take it apart.

Computes nothing.
"""

from dataclasses import dataclass
from numbers import Integral
from typing import get_args

from seqviz.errors import InputError
from seqviz.options import Precision
from seqviz.trace import ModelFacts, Trace
from seqviz.trace.computation import Read

Node = tuple[int, int]
"""Step and candidate of a node of the search tree."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which computation."""

    step: int
    """From 0; of the encoder, the source token that asks."""
    rank: int | Node
    """The hypothesis, or the node of the tree that its prefix leads to."""
    read: Read
    layer: int | None = None
    """From 0; None: the last."""
    head: int | None = None
    """From 0; None: the first."""


def check_hypothesis(trace: Trace, rank: int, *, facts: ModelFacts) -> None:
    """Refuse the trace of another model (``explain_other_model``), and a rank that it lacks."""
    _check_model(trace, facts)
    check_within("rank", rank, len(trace.hypotheses))


def check_explains(trace: Trace, place: Place, *, facts: ModelFacts, precision: Precision) -> None:
    """Refuse what a model cannot take apart.

    Args:
        trace: a recorded decoding.
        place: what is asked for.
        facts: about the model.
        precision: of its numbers.

    Raises:
        InputError: ``explain_other_model``, ``explain_precision``, or the model does not read so.
    """
    _check_model(trace, facts)
    for found in (trace.precision, precision):
        if found != "float32":
            raise InputError("explain_precision", {"found": found})
    choices = ("cross",) if facts.kind == "rnn" else get_args(Read)
    if place.read not in choices:
        told = {"option": "read", "found": place.read, "choices": ", ".join(choices)}
        raise InputError("option_unknown", told)


def _check_model(trace: Trace, facts: ModelFacts) -> None:
    if trace.model.fingerprint != facts.fingerprint:
        raise InputError("explain_other_model", {"found": trace.model.name, "own": facts.name})


def check_within(option: str, found: int, count: int) -> None:
    """Refuse what is no whole number (``option_not_whole``), or not below a count and from 0 on.

    Raises:
        InputError: ``option_not_whole``, ``option_out_of_range``.
    """
    if isinstance(found, bool) or not isinstance(found, Integral):
        raise InputError("option_not_whole", {"option": option, "found": repr(found)})
    if not 0 <= found < count:
        facts = {"option": option, "found": found, "low": 0, "high": count - 1}
        raise InputError("option_out_of_range", facts)
