"""Gradient steps as a browser draws them: a toy's word, and what each of its tokens was given."""

from typing import Any

import numpy as np

from seqviz.lesson.scene import Scene
from seqviz.lesson.toys import RATE, TOY_FACTS, descended, hardest
from seqviz.translator.gradient import MOST_UPDATES, GradientSteps

OWN_WORD = ("right_token", "right_before", "right_after_one", "right_after_ten", "right_after_far")
"""Facts that a text tells of the chapter's word, and then of one's own."""


def learning(scene: Scene) -> dict[str, Any] | None:
    """The part "learning" before its first step, as JSON; None: there is nothing to learn here.

    Returns:
        "text", "right": the pair; "tokens": (V,) labels; "rate": to begin with; "most": steps there
        may be; and ``before``.
    """
    found = descended(scene, ())
    if found is None:
        return None
    return {
        "text": scene.asked.text,
        "right": scene.asked.reference,
        "tokens": [scene.label(piece) for piece in found.pieces],
        "rate": RATE,
        "most": MOST_UPDATES,
        **before(found),
    }


def told(scene: Scene) -> dict[str, str]:
    """``OWN_WORD`` of the scene's sentence and reference, as a text writes them."""
    found = {name: TOY_FACTS[name](scene) for name in OWN_WORD}
    return {name: value.text for name, value in found.items() if value is not None}


def before(found: GradientSteps) -> dict[str, Any]:
    """A pair before its first step, as JSON.

    Returns:
        "target": (T,) of the tokens; "place": the step that the model finds hardest; and
        ``learnt``.
    """
    return {"target": found.target.tolist(), "place": hardest(found)[0], **learnt(found)}


def learnt(found: GradientSteps) -> dict[str, Any]:
    """What the steps led to, as JSON.

    Returns:
        "probs": (T, V) after the last step; "losses": (U + 1,) of the whole word. None in place of
        both where the weights are no numbers any more.
    """
    if not np.isfinite(found.losses).all():
        return {"probs": None, "losses": None}
    return {
        "probs": np.round(found.probs[-1].astype(np.float64), 6).tolist(),
        "losses": np.round(found.losses.astype(np.float64), 4).tolist(),
    }
