"""Which sentences of a test set are listed, and in which order: the filter, and the worst first."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqviz.inspection.expression import Kind, parsed
from seqviz.inspection.features import FEATURES, Group

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]


def passing(frame: pd.DataFrame, columns: Mapping[str, Kind], expression: str) -> Mask:
    """Which sentences pass a filter, (N,).

    Args:
        frame: a row a sentence.
        columns: of it, which a filter may name.
        expression: the filter.

    Raises:
        InputError: it cannot be understood.
    """
    return parsed(expression, columns).rows(frame)


def present(frame: pd.DataFrame, *groups: Group) -> tuple[str, ...]:
    """The features of which a test set has something, in order; without groups of all."""
    return tuple(
        name
        for name, feature in FEATURES.items()
        if (not groups or feature.group in groups) and frame[name].notna().any()
    )


def listed(frame: pd.DataFrame, passed: Mask, order: str) -> Places:
    """The places of the sentences that pass, the worst first; without an order as in the file."""
    places = np.flatnonzero(passed)
    if not order:
        return places
    badness = _badness(frame[order].to_numpy(np.float64, na_value=np.nan), order)
    return places[np.argsort(-badness[places], kind="stable")]  # NaN comes last


def _badness(values: NDArray[np.float64], order: str) -> NDArray[np.float64]:
    """The larger, the earlier: what is bad, or unusual, or where two systems differ."""
    feature = FEATURES[order]
    if feature.better is None and feature.group != "baseline":
        return np.abs(values - np.nanmedian(values))
    return -values if feature.better == "high" else values


def brushed(expression: str, name: str, ends: tuple[float | None, float | None]) -> str:
    """A filter that also asks for a range of a feature, in place of a range asked for before.

    Args:
        expression: the filter.
        name: of the feature.
        ends: the least value and the greatest; None: any.
    """
    parts = [part for part in conjuncts(expression) if not _is_range_of(name, part)]
    least, most = ("" if end is None else f"{end:.4g}" for end in ends)
    asked = f"{least} <= " * bool(least) + name + f" <= {most}" * bool(most)
    return " and ".join([*parts, *[asked] * (asked != name)])


def conjuncts(expression: str) -> list[str]:
    """What a filter asks for in the end, joined by "and"; one with an "or" in parentheses.

    What stands within parentheses or quotes is not looked into.
    """
    found, depth, quote, start = [], 0, "", 0
    for place, sign in enumerate(expression):
        if quote or sign in "'\"":
            quote = "" if sign == quote else quote or sign
        depth += (sign in "(（") - (sign in ")）")
        if depth or quote:
            continue
        if expression.startswith(" or ", place):
            return [f"({expression.strip()})"]
        if expression.startswith(" and ", place):
            found.append(expression[start:place].strip())
            start = place + len(" and ")
    return [part for part in (*found, expression[start:].strip()) if part]


def _is_range_of(name: str, part: str) -> bool:
    sides = [side.strip() for side in part.split("<=")]
    others = [side for side in sides if side != name]
    return name in sides and len(sides) > 1 and all(map(_is_number, others))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def only_marked(frame: pd.DataFrame, numbers: Collection[int]) -> Mask:
    """Which sentences have one of these numbers, (N,)."""
    found: Mask = frame["number"].isin(numbers).to_numpy()
    return found


def neighbours(places: Places, place: int) -> Mapping[str, Any]:
    """The places before and after one in the list; None: there is none."""
    found = np.flatnonzero(places == place)
    if not found.size:
        return {"before": None, "after": places[0] if places.size else None}
    at = int(found[0])
    return {
        "before": places[at - 1] if at else None,
        "after": places[at + 1] if at + 1 < places.size else None,
    }
