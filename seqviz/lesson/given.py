"""A chapter as a class went through it: where it bet on several sentences, with all of them."""

from collections.abc import Mapping, Sequence
from itertools import chain, count
from typing import Any

Packed = Mapping[str, Any]
Bets = Mapping[tuple[str, str, str], Mapping[str, object]]
"""By chapter, step (a question's name) and the key of the decoding that it asks about."""


def given_chapter(packed: Sequence[Packed], bets: Bets) -> dict[str, Any]:
    """One chapter of the same packed with several sentences, as ``packed_chapter`` packs them.

    Args:
        packed: the chapter with each of its sentences, that of the last one wanted.
        bets: what was bet.

    Returns:
        the last one; a step on which something was bet shows what was bet on, and stands there
        several times, under ids of its own, where that happened with several sentences. "bets" has
        the bets by the step's id.
    """
    last = packed[-1]
    shown: list[tuple[dict[str, Any], Packed]] = []
    found: dict[str, Mapping[str, object]] = {}
    for name in _names(packed, bets):
        alike = [(step, one) for one in packed for step in one["steps"] if _name(step) == name]
        betted = {step["trace"]: (step, one) for step, one in alike if _bet(step, one, bets)}
        for step, one in betted.values() or alike[-1:]:
            own_id = _free(str(step["id"]), [other["id"] for other, _ in shown])
            shown.append(({**step, "id": own_id}, one))
            if bet := _bet(step, one, bets):
                found[own_id] = bet
    return {
        **last,
        "steps": [step for step, _ in shown],
        "traces": {step["trace"]: one["traces"][step["trace"]] for step, one in shown},
        "computations": {
            step["computation"]: one["computations"][step["computation"]]
            for step, one in shown
            if step["computation"]
        },
        "glossary": {key: entry for one in packed for key, entry in one["glossary"].items()},
        "bets": found,
    }


def _names(packed: Sequence[Packed], bets: Bets) -> list[str]:
    """Of the last one's steps, in order, with those that others alone have and was bet on."""
    names = list(map(_name, packed[-1]["steps"]))
    for one in packed[:-1]:
        place = 0
        for step in one["steps"]:
            name = _name(step)
            if name in names:
                place = names.index(name) + 1
            elif _bet(step, one, bets):
                names.insert(place, name)
                place += 1
    return names


def _name(step: Mapping[str, Any]) -> str:
    return str(step.get("asks", step["id"]))


def _bet(step: Mapping[str, Any], of: Packed, bets: Bets) -> Mapping[str, object] | None:
    return bets.get((of["chapter"], _name(step), step["trace"])) if step["bet"] else None


def _free(wanted: str, taken: Sequence[str]) -> str:
    """An id that no other step has."""
    others = (f"{wanted}-{number}" for number in count(2))
    return next(one for one in chain([wanted], others) if one not in taken)
