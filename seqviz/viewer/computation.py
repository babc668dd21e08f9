"""One step of a computation for the viewer's panel: its numbers, and how many digits to print.

A number is printed with so many significant digits that each that follows from others, computed
again from these as they are printed, is right to three digits.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from seqviz.analysis.words import display_piece
from seqviz.trace.computation import Numbers, StepComputation, Weighing
from seqviz.viewer.columns import KINDS, packed_columns

RIGHT = 3
"""Significant digits to which what is computed from printed numbers is right."""
LEAST = RIGHT + 1
"""Fewest digits that are printed."""
MOST = {"f": 7, "d": 15}
"""Digits that a column of this type holds; "f" where they suffice."""
_SLACK = 0.9
"""Share of half a unit of the last digit; the rest is for the printed result's own rounding."""

Values = Mapping[str, Numbers]
Equation = tuple[str, tuple[str, ...], Callable[[Values], Numbers]]
"""A printed quantity, what it follows from, and how."""


def packed_computation(found: StepComputation) -> dict[str, Any]:
    """What the panel shows of one step, as JSON.

    Returns:
        "kind", "layer", "head", "step"; "row" and "fed": labels of the token that was produced and
        of the one before it; "columns": labels of what is read; "d", "dv", "D": widths of query,
        values and combined; "scaling", "temperature", "muted" (places), "rewritten", "edits";
        "partNames"; "top" (labels), "chosen", "logZ", "vocabulary"; "numbers": columns by the names
        of ``Weighing`` and ``Prediction`` ("maps" are its weights), with "logProbs", in the order
        of the last axis first; "values" are left out where they are the keys, "source" (the
        encoder's states) where a recurrent decoder reads them as values; "digits": of every
        printed quantity. The browser computes "products", "exp" (the largest exponent is taken off
        where one is above 30 in size), "total", "contributions" and "probabilities" itself;
        log-probabilities are printed with three decimals.
    """
    numbers, equations = _sent(found), _equations(found)
    for kind, most in MOST.items():
        values = {name: one.astype(KINDS[kind]).astype(np.float64) for name, one in numbers.items()}
        if found.prediction is not None:
            values["logZ"] = np.array([found.prediction.log_normaliser])
        for result, _, compute in equations:
            values.setdefault(result, compute(values))
        digits = _digits(values, equations, most=most)
        if digits is not None:
            break
    columns = packed_columns({name: (kind, one) for name, one in numbers.items()})
    return {**_told(found), "numbers": columns, "digits": digits}


def _told(found: StepComputation) -> dict[str, Any]:
    """All but the numbers."""
    told: dict[str, Any] = {
        "kind": found.kind,
        "layer": found.layer,
        "head": found.head,
        "step": found.step,
        "row": display_piece(found.row_token),
        "fed": display_piece(found.fed_token),
        "edits": list(found.edits),
        "columns": [display_piece(piece) for piece in found.column_tokens],
    }
    if (weighing := found.weighing) is not None:
        told |= {
            "d": len(weighing.query),
            "dv": weighing.values.shape[1],
            "scaling": weighing.scaling,
            "temperature": weighing.temperature,
            "muted": list(weighing.muted),
            "rewritten": weighing.rewritten,
        }
    if (prediction := found.prediction) is not None:
        told |= {
            "D": len(prediction.combined),
            "partNames": list(prediction.part_names),
            "top": [display_piece(piece) for piece in prediction.pieces],
            "chosen": prediction.chosen,
            "logZ": prediction.log_normaliser,
            "vocabulary": prediction.vocabulary,
        }
    return told


def _sent(found: StepComputation) -> dict[str, Numbers]:
    """The columns; what follows from them by one product is left to the browser."""
    numbers = {"contexts": found.contexts, "block": found.block}
    numbers |= {"mixed": found.mixed, "mixing": found.mixing, "mixingBias": found.mixing_bias}
    numbers |= {"state": found.state, "before": found.before, "handed": found.handed}
    if found.weighing is None:
        numbers["source"] = found.source
    if (weighing := found.weighing) is not None:
        numbers |= {
            "query": weighing.query,
            "keys": weighing.keys,
            "values": None if _alike(weighing) else weighing.values,
            "energies": weighing.energies,
            "added": weighing.added,
            "scores": weighing.scores,
            "weights": weighing.weights,
            "context": weighing.context,
        }
    if (prediction := found.prediction) is not None:
        numbers |= {
            "combined": prediction.combined,
            "parts": prediction.parts,
            "constant": prediction.constant,
            "vectors": prediction.vectors,
            "maps": prediction.weights,
            "rows": prediction.rows,
            "biases": prediction.biases,
            "logits": prediction.logits,
            "logProbs": prediction.log_probs,
        }
    return {name: values for name, values in numbers.items() if values is not None}


def _equations(found: StepComputation) -> list[Equation]:
    """Of this computation, each after those that it builds on."""
    equations: list[Equation] = []
    if (weighing := found.weighing) is not None:
        dot, values = weighing.energies is None, "keys" if _alike(weighing) else "values"
        added = () if weighing.added is None else ("added",)
        equations += [
            ("products", ("query", "keys"), lambda v: v["query"] * v["keys"])
            if dot
            else ("products", ("energies", "query", "keys"), _mixed),
            (
                "scores",
                ("products", *added),
                lambda v: v["products"].sum(1) * weighing.scaling + v.get("added", 0.0),
            ),
            ("exp", ("scores",), lambda v: _exp(v["scores"], weighing)),
            ("total", ("exp",), lambda v: v["exp"].sum(keepdims=True)),
            ("contributions", ("weights", values), lambda v: v["weights"][:, None] * v[values]),
            ("context", ("contributions",), lambda v: v["contributions"].sum(0)),
        ]
        if not weighing.rewritten:
            equations.append(("weights", ("exp", "total"), _shares))
    if found.mixed is not None:
        if found.mixing is not None:
            equations.append(("mixed", ("mixing", "contexts"), _mixed_by_heads))
        bias = () if found.mixing_bias is None else ("mixingBias",)
        equations.append(("block", ("mixed", *bias), _added_up))
    if (prediction := found.prediction) is not None:
        if prediction.weights is not None:
            equations.append(("parts", ("maps", "vectors"), _mapped))
        if prediction.parts is not None:
            equations.append(("combined", ("parts", "constant"), _combined))
        equations += [
            ("logits", ("rows", "combined", "biases"), _logits),
            ("probabilities", ("logits", "logZ"), lambda v: np.exp(v["logits"] - v["logZ"])),
        ]
    return equations


def _alike(weighing: Weighing) -> bool:
    return np.array_equal(weighing.keys, weighing.values)


def _mixed(given: Values) -> Numbers:
    return given["energies"] * np.tanh(given["query"] + given["keys"])


def _exp(scores: Numbers, weighing: Weighing) -> Numbers:
    exponents = scores / weighing.temperature
    exponents[list(weighing.muted)] = -np.inf
    return np.exp(exponents - (exponents.max() if weighing.shift else 0.0))


def _shares(given: Values) -> Numbers:
    return given["exp"] / (given["total"] if given["total"].any() else 1.0)


def _mixed_by_heads(given: Values) -> Numbers:
    mixed: Numbers = np.matvec(given["mixing"], given["contexts"])
    return mixed


def _added_up(given: Values) -> Numbers:
    added: Numbers = given["mixed"].sum(0) + given.get("mixingBias", 0.0)
    return added


def _mapped(given: Values) -> Numbers:
    parts: Numbers = np.matvec(given["maps"], given["vectors"])
    return parts


def _combined(given: Values) -> Numbers:
    combined: Numbers = np.tanh(given["parts"].sum(0) + given["constant"])
    return combined


def _logits(given: Values) -> Numbers:
    return given["rows"] @ given["combined"] + given["biases"]


def _digits(values: Values, equations: list[Equation], *, most: int) -> dict[str, int] | None:
    """The fewest digits with which every equation holds as it is printed; None: above ``most``."""
    digits = dict.fromkeys(values, LEAST)
    wrong = True
    while wrong:
        wrong = False
        for result, names, compute in equations:
            given = {name: rounded(values[name], digits[name]) for name in names}
            if agrees(compute(given), values[result]):
                continue
            wrong = True
            digits |= {name: digits[name] + 1 for name in names}
            if max(digits.values()) > most:
                return None
    return digits


def rounded(values: Numbers, digits: int) -> Numbers:
    """With so many significant digits; 0 stays."""
    unit = 10.0 ** (_places(values) - digits + 1)
    return np.round(values / unit) * unit


def agrees(found: Numbers, printed: Numbers) -> bool:
    """Whether what was computed again is right to ``RIGHT`` digits everywhere."""
    half = 0.5 * 10.0 ** (_places(printed) - RIGHT + 1)
    return bool((np.abs(found - printed) <= _SLACK * np.where(printed == 0, 0.0, half)).all())


def _places(values: Numbers) -> Numbers:
    """Of the first digit, 0 for the ones."""
    sizes = np.abs(values)
    return np.floor(np.log10(np.where(sizes > 0, sizes, 1.0)))
