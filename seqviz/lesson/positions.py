"""The codes of a source's positions as a browser draws them: a field of waves."""

from base64 import b64encode
from typing import Any

import numpy as np

from seqviz.lesson.scene import Scene
from seqviz.trace import Floats

FULL = 127
"""What the largest number of a code is in its byte."""


def positions(scene: Scene) -> dict[str, Any] | None:
    """What marks each token of the source, as JSON; None: nothing does, or the model does not tell.

    Returns:
        "width": D; "values": the codes (S, D), a signed byte a number, as base64. Where sines and
        cosines alternate, as in Vaswani et al. 2017, all sines stand first: so they are seen as
        waves.
    """
    found = scene.models.positions(scene.asked)
    if found is None:
        return None
    parts = np.round(FULL * _apart(found) / max(1e-9, np.abs(found).max())).astype(np.int8)
    return {"width": found.shape[1], "values": b64encode(parts.tobytes()).decode("ascii")}


def _apart(codes: Floats) -> Floats:
    """Sines before cosines; at position 0 those are 0 and these are 1."""
    sines, cosines = codes[:, ::2], codes[:, 1::2]
    if (sines[0] == 0).all() and (cosines[0] == 1).all():
        return np.concatenate([sines, cosines], 1)
    return codes
