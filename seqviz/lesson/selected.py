"""What is selected in a step's picture, in the names of the viewer's stage."""

from typing import Any

from seqviz.analysis.attention import default_layer, missing_attention
from seqviz.lesson.models import Read
from seqviz.lesson.scene import Scene

PANEL = ("grow", "phase", "token", "dim", "temperature")
"""Of a view: what the stage has beside its selection; left out where nobody chose."""


def read_of(scene: Scene) -> tuple[Read, int, int]:
    """What attention is taken apart: what it reads, layer and head from 0."""
    kinds: dict[str, Read] = {"decoder": "decoder", "encoder": "encoder"}
    read, trace = kinds.get(scene.view.kind, "cross"), scene.trace
    layer = scene.view.layer - 1
    if layer < 0:
        layer = 0 if missing_attention(trace, read) else default_layer(trace, read)
    return read, layer, max(0, scene.view.head - 1)


def state_of(scene: Scene) -> dict[str, Any]:
    """What is selected, in the names of the viewer's stage; −1: as where nobody chose."""
    view = scene.view
    panel = {name: getattr(view, name) for name in PANEL}
    return {
        **{name: value for name, value in panel.items() if value not in ("", None, False)},
        "kind": view.kind,
        "layer": view.layer - 1,
        "head": view.head - 1,
        "hypothesis": scene.rank,
        "step": scene.step or 0,
        "node": view.node,
        "words": view.words,
        "raw": view.raw,
        "cuts": view.pruned,
        "layout": view.layout,
        "window": max(0, view.window - 1),
    }
