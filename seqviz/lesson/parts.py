"""What a step may show, point at and ask for, by name: the viewer's parts and what they consist of.

The names are those of ``parts.js`` and of the ``data-piece`` of what a part draws.
"""

from collections.abc import Mapping

PARTS: Mapping[str, tuple[str, ...]] = {
    "choose": (),
    "sentence": ("source", "translation"),
    "player": (),
    "heatmap": ("row", "column", "cell"),
    "lines": (),
    "heads": (),
    "next": ("chosen",),
    "tree": ("best", "kept", "cut"),
    "node": (),
    "hypotheses": (),
    "compare": (),
    "facts": (),
    "computation": (
        *("query", "keys", "values", "products", "scores", "exp", "weights", "contributions"),
        *("key", "context", "state", "combined", "logits", "probabilities", "temperature"),
        *("mixed", "block"),
    ),
    "states": ("encoder", "change", "handed", "decoder"),
    "positions": (),
    "norms": (),
    "replay": (),
    "systems": (),
    "find": (),
    "contrast": (),
    "difference": (),
    "distances": (),
    "scores": (),
    "lengths": (),
    "looks": (),
    "beam_bleu": (),
    "beam_length": (),
    "beam_empty": (),
    "training_loss": (),
    "training_score": (),
    "terms": (),
    "sequences": ("best", "greedy"),
    "learning": (),
    "learn_one": ("right",),
    "learn_ten": ("right",),
    "learn_far": ("right",),
}
"""Each with the pieces of it that can light up."""

LIGHTS = (*PARTS, *(f"{part}.{piece}" for part, pieces in PARTS.items() for piece in pieces))
"""All that a text, a formula or a step may light up."""

ACTIONS = (
    *("walk", "node", "mute", "ablate", "paint", "continue", "beam", "temperature", "own", "learn"),
    "find",
)
"""What a learner may have to do before going on: move to another step, choose a node of the tree,
hide a source word, switch off a head, paint a row, continue a branch, choose how many prefixes the
search keeps, move the temperature, type an own sentence, make a gradient step, look for a sentence
on which greedy and beam search part."""
