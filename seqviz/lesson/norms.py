"""Attention weights beside norms: how long the vectors are that are read, and where the two differ.

Shares of both are of a row, in whole words.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from seqviz.lesson.facts import Fact, Value, share, words
from seqviz.lesson.scene import Scene
from seqviz.trace.computation import Numbers


def norms(scene: Scene) -> dict[str, Any] | None:
    """What a browser draws, as JSON; None: the model has no attention, or does not tell.

    Returns:
        "layer": from 1; "values": ‖Σ α f(x)‖ of its heads, token by token, (T, S).
    """
    if scene.norms is None:
        return None
    return {"layer": scene.layer + 1, "values": np.round(scene.norms, 3).tolist()}


def longest(scene: Scene) -> Value | None:
    """The source word of which the longest vector is read."""
    rows = _rows(scene)
    return None if rows is None else words(scene.source_words[int(rows[1].argmax())])


def unlike(scene: Scene) -> Value | None:
    """The source word whose share of the weights and of the lengths differs most."""
    rows = _rows(scene)
    return None if rows is None else words(scene.source_words[_apart(rows)])


def unlike_weight(scene: Scene) -> Value | None:
    """The weight of that word."""
    rows = _rows(scene)
    return None if rows is None else share(float(rows[0][_apart(rows)]))


def unlike_length(scene: Scene) -> Value | None:
    """Its share of the lengths."""
    rows = _rows(scene)
    return None if rows is None else share(float(rows[1][_apart(rows)]))


def _rows(scene: Scene) -> Numbers | None:
    """Weights and shares of the lengths at the step, (2, source words)."""
    if scene.attention is None or scene.norm_shares is None or scene.step is None:
        return None
    row = scene.groups[scene.step]
    return np.stack([scene.attention[row], scene.norm_shares[row]])


def _apart(rows: Numbers) -> int:
    return int(np.abs(rows[0] - rows[1]).argmax())


NORM_FACTS: Mapping[str, Fact] = {
    fact.__name__: fact for fact in (longest, unlike, unlike_weight, unlike_length)
}
