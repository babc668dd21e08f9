"""Filters over the columns of a table: ``worst3 < -4 and length_ratio < 0.7``.

Read by Python's own grammar, of which only what is listed here is taken; nothing that a person
types is ever run. Missing numbers are NaN and compare as NaN does: false, but for ``!=``.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqviz.errors import InputError
from seqviz.inspection.spelled import Spelled

LONGEST = 1_000
"""Characters of an expression."""
DEEPEST = 60
"""Parts within parts."""
MOST = 1e300
"""What no number may reach."""

Kind = Literal["number", "text", "truth"]
Mask = NDArray[np.bool_]
Compute = Callable[[pd.DataFrame], Any]
"""An array of one value a row, or one value for all of them."""

_LENGTH = np.frompyfunc(len, 1, 1)
_WITHIN = np.frompyfunc(lambda needle, text: needle in text, 2, 1)
_ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_SUMS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
}
_CALLS: Mapping[str, tuple[Kind, Kind, Callable[[Any], Any]]] = {
    "len": ("text", "number", lambda texts: np.asarray(_LENGTH(texts), np.float64)),
    "lower": ("text", "text", np.frompyfunc(str.lower, 1, 1)),
    "abs": ("number", "number", np.abs),
    "missing": ("number", "truth", np.isnan),
}
"""What each function takes, what it gives, and how."""
_VALUES: Mapping[Kind, Callable[["pd.Series[Any]"], Any]] = {
    "number": lambda column: column.to_numpy(np.float64, na_value=np.nan),
    "text": lambda column: column.fillna("").to_numpy(object),
    "truth": lambda column: column.isin([True]).to_numpy(),
}
"""The values of a column; a missing text is empty, a missing truth false."""


@dataclass(frozen=True)
class _Part:
    """A part of an expression: what it is, and how it is computed."""

    kind: Kind
    compute: Compute


@dataclass(frozen=True)
class Expression:
    """A filter that was understood."""

    text: str
    _compute: Compute

    def rows(self, frame: pd.DataFrame) -> Mask:
        """Which rows pass, (rows,)."""
        with np.errstate(all="ignore"):  # 0 / 0 is NaN and passes nothing
            found = self._compute(frame)
        passed: Mask = np.broadcast_to(np.asarray(found, np.bool_), (len(frame),))
        return passed


def parsed(text: str, columns: Mapping[str, Kind]) -> Expression:
    """Understand a filter; an empty one lets every row pass.

    Numbers, columns, "text"; + − × ÷ (also * /); < ≤ > ≥ = ≠ (also <= >= == !=), several in a row;
    ``in`` and ``not in`` for a text within a text; and, or, not; len(text), lower(text),
    abs(number), missing(number).

    Args:
        text: as typed.
        columns: what a filter may name, and what each holds; see ``columns_of``.

    Raises:
        InputError: ``filter_...``, with the place, from 1, and what stands there.
    """
    if not text.strip():
        return Expression("", lambda frame: True)
    if len(text) > LONGEST:
        raise InputError("filter_long", {"found": len(text), "limit": LONGEST})
    spelled = Spelled.of(text)
    reader = _Reader(spelled, columns)
    part = reader.part(spelled.tree(), depth=0)
    if part.kind != "truth":
        raise InputError("filter_no_choice", {"found": text.strip()})
    return Expression(text, part.compute)


def columns_of(frame: pd.DataFrame) -> dict[str, Kind]:
    """What a filter may name of a table: its columns of numbers, texts and truths."""
    found: dict[str, Kind] = {}
    for name in map(str, frame.columns):
        kind = _kind_of(frame[name])
        if kind is not None and name.isidentifier():
            found[name] = kind
    return found


def _kind_of(column: "pd.Series[Any]") -> Kind | None:
    values = column.dropna()
    if pd.api.types.is_bool_dtype(column) or (
        len(values) and all(isinstance(value, bool | np.bool_) for value in values)
    ):
        return "truth"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    if not len(values):
        return "text" if pd.api.types.is_string_dtype(column) else None
    return "text" if isinstance(values.iloc[0], str) else None


_WANTED: Mapping[Kind, str] = {
    "number": "filter_wants_number",
    "text": "filter_wants_text",
    "truth": "filter_wants_truth",
}


@dataclass(frozen=True)
class _Reader:
    """From a tree of Python's grammar to what is computed."""

    spelled: Spelled
    columns: Mapping[str, Kind]

    def part(self, node: ast.expr, *, depth: int, wanted: Kind | None = None) -> _Part:
        """Read a part.

        Raises:
            InputError: it is of another kind than ``wanted``, or of none that a filter takes.
        """
        if depth > DEEPEST:
            raise self._refused("filter_deep", node)
        readers: Mapping[type[ast.expr], Callable[[Any, int], _Part]] = {
            ast.Constant: self._constant,
            ast.Name: self._column,
            ast.BoolOp: self._joined,
            ast.UnaryOp: self._turned,
            ast.BinOp: self._sum,
            ast.Compare: self._compared,
            ast.Call: self._call,
        }
        if type(node) not in readers:
            raise self._refused("filter_not_taken", node)
        found = readers[type(node)](node, depth + 1)
        if wanted is not None and found.kind != wanted:
            raise self._refused(_WANTED[wanted], node)
        return found

    def _refused(
        self, code: str, node: ast.expr, facts: Mapping[str, object] | None = None
    ) -> InputError:
        return self.spelled.refused(code, self.spelled.at(node), facts)

    def _constant(self, node: ast.Constant, depth: int) -> _Part:
        value = node.value
        if isinstance(value, bool):
            return _Part("truth", lambda frame: value)
        if isinstance(value, str):
            return _Part("text", lambda frame: value)
        if isinstance(value, int | float) and abs(value) < MOST:
            number = float(value)
            return _Part("number", lambda frame: number)
        raise self._refused("filter_not_taken", node)

    def _column(self, node: ast.Name, depth: int) -> _Part:
        name = node.id
        if name not in self.columns:
            nearest = get_close_matches(name, [*self.columns, *_CALLS], n=1, cutoff=0)
            facts = {"found": name, "nearest": "".join(nearest)}
            raise self._refused("filter_unknown", node, facts)
        kind = self.columns[name]
        return _Part(kind, lambda frame: _VALUES[kind](frame[name]))

    def _joined(self, node: ast.BoolOp, depth: int) -> _Part:
        parts = [self.part(one, depth=depth, wanted="truth").compute for one in node.values]
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        return _Part("truth", lambda frame: reduce(join, (part(frame) for part in parts)))

    def _turned(self, node: ast.UnaryOp, depth: int) -> _Part:
        if isinstance(node.op, ast.Not):
            part = self.part(node.operand, depth=depth, wanted="truth").compute
            return _Part("truth", lambda frame: np.logical_not(part(frame)))
        if isinstance(node.op, ast.USub):
            part = self.part(node.operand, depth=depth, wanted="number").compute
            return _Part("number", lambda frame: -part(frame))
        raise self._refused("filter_not_taken", node)

    def _sum(self, node: ast.BinOp, depth: int) -> _Part:
        if type(node.op) not in _SUMS:
            raise self._refused("filter_not_taken", node)
        work = _SUMS[type(node.op)]
        left = self.part(node.left, depth=depth, wanted="number").compute
        right = self.part(node.right, depth=depth, wanted="number").compute
        return _Part("number", lambda frame: work(left(frame), right(frame)))

    def _compared(self, node: ast.Compare, depth: int) -> _Part:
        """One comparison or several in a row: a < b < c is a < b and b < c."""
        nodes = (node.left, *node.comparators)
        parts = [self.part(node.left, depth=depth)]
        links: list[Compute] = []
        for order, right in zip(node.ops, nodes[1:], strict=True):
            if isinstance(order, ast.Is | ast.IsNot):
                raise self._refused("filter_not_taken", node)
            within = isinstance(order, ast.In | ast.NotIn)
            if within and parts[-1].kind != "text":
                raise self._refused("filter_wants_text", nodes[len(parts) - 1])
            parts.append(self.part(right, depth=depth, wanted=parts[-1].kind))
            links.append(_link(order, *parts[-2:]))
        return _Part("truth", lambda frame: reduce(np.logical_and, (one(frame) for one in links)))

    def _call(self, node: ast.Call, depth: int) -> _Part:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in _CALLS or len(node.args) != 1 or node.keywords:
            raise self._refused("filter_unknown_function", node, {"choices": ", ".join(_CALLS)})
        taken, given, work = _CALLS[name]
        part = self.part(node.args[0], depth=depth, wanted=taken).compute
        return _Part(given, lambda frame: work(part(frame)))


def _link(order: ast.cmpop, left: _Part, right: _Part) -> Compute:
    """What one sign of a comparison computes."""
    if isinstance(order, ast.In):
        return lambda frame: _WITHIN(left.compute(frame), right.compute(frame))
    if isinstance(order, ast.NotIn):
        return lambda frame: np.logical_not(_WITHIN(left.compute(frame), right.compute(frame)))
    work = _ORDERS[type(order)]
    return lambda frame: work(left.compute(frame), right.compute(frame))
