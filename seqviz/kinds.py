"""The kinds of attention, and the systems made with them, their colours too: the one table.

Page, figures, command line and training read it. Knows no words of the page, and not how a model
computes. A new kind of attention is a row here, a class in ``models/attention.py``, and its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from seqviz.colours import OTHERS, PAGE, ROLES, SMALLER, Colour

RecurrentAttention = Literal["none", "dot", "general", "additive"]
NO_ATTENTION: RecurrentAttention = "none"
MULTI_HEAD: Literal["multi-head"] = "multi-head"
"""The attention of every Transformer."""

ATTENTIONS: Mapping[RecurrentAttention, str] = {
    "none": "without attention (Sutskever et al. 2014)",
    "dot": "with dot-product attention (Luong et al. 2015)",
    "general": "with bilinear attention (Luong et al. 2015)",
    "additive": "with additive attention (Bahdanau et al. 2015)",
}
"""How a recurrent decoder may attend to the source, each with its paper, for the model card."""


@dataclass(frozen=True, kw_only=True)
class System:
    """One design of a model, which may be trained for any pair of languages."""

    attention: RecurrentAttention | Literal["multi-head"]
    colour: Colour
    """Of its lines; apart from the others' for colour-blind readers too."""
    symbol: str
    """Of its points, as plotly names it; open where there is no attention."""
    cell: Literal["lstm", "gru", ""] = "lstm"
    """Of a recurrent network; "": a Transformer."""
    reverses_source: bool = False
    """The encoder reads backwards."""
    small: bool = False
    """Trained beside the design of full size, for a fair comparison with others of this size."""


_ORANGE, _GREEN, _MAUVE, _SKY, _BLUE = OTHERS
_BROWN, _RUST, _NAVY = SMALLER

SYSTEMS: Mapping[str, System] = {
    "none-small": System(attention="none", colour=_BROWN, symbol="triangle-left-open", small=True),
    "none": System(attention="none", colour=ROLES["blind"], symbol="triangle-up-open"),
    "none-forward": System(attention="none", colour=PAGE["ink"], symbol="triangle-right-open"),
    "none-reversed-small": System(
        attention="none",
        colour=_RUST,
        symbol="triangle-se-open",
        reverses_source=True,
        small=True,
    ),
    "none-reversed": System(
        attention="none", colour=_ORANGE, symbol="triangle-down-open", reverses_source=True
    ),
    "additive": System(attention="additive", colour=_GREEN, symbol="square"),
    "general": System(attention="general", colour=_MAUVE, symbol="pentagon", cell="gru"),
    "dot-small": System(attention="dot", colour=_NAVY, symbol="diamond-wide", small=True),
    "dot": System(attention="dot", colour=_SKY, symbol="diamond"),
    "transformer": System(attention=MULTI_HEAD, colour=_BLUE, symbol="circle", cell=""),
}
"""By the last part of a model's name, from the oldest design to the newest.

Of a synthetic task, "none-forward" and "none-reversed" read once and differ in the direction alone;
"none" is "dot" without its attention, and reads both ways. The small ones have one size, read once,
and differ in attention or direction alone; each stands before its design, which comes first
wherever nobody chose.
"""
OFFERED_FIRST = "transformer"
LEARNT_FIRST = "dot"
"""The one that learns fastest while a visitor watches."""
LEARNT_LIVE = (
    LEARNT_FIRST,
    *(code for code, system in SYSTEMS.items() if code != LEARNT_FIRST and not system.small),
)
"""What may be trained while a visitor watches."""


def age_of(code: str) -> int:
    """The place of a system from the oldest design to the newest; an unknown one comes last."""
    return list(SYSTEMS).index(code) if code in SYSTEMS else len(SYSTEMS)
