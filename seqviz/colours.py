"""Every colour of pages, figures and print, once: the ramp for "how much", and the fixed roles.

Pure data. A role looks the same in every view, and never says by colour alone what it is. Figures
are built of the light colours; ``in_the_dark`` says what each becomes on a dark page.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

BLACK, WHITE = "#000000", "#ffffff"


class Colour(NamedTuple):
    """One colour on a light and on a dark ground, each "#rrggbb"."""

    light: str
    dark: str


PAGE: Mapping[str, Colour] = {
    "ground": Colour("#f4f7fb", "#0b1016"),
    "surface": Colour(WHITE, "#121922"),
    "sunken": Colour("#eef3f8", "#1a2430"),
    "ink": Colour("#0d1520", "#e9eef5"),
    "soft": Colour("#526072", "#a3b2c4"),
    "line": Colour("#d5dee8", "#2a3646"),
    "edge": Colour("#8593a6", "#64758b"),
    "accent": Colour("#1b5e9b", "#6cb0f0"),
    "accent-soft": Colour("#e3eef8", "#16304a"),
}
"""Grounds, text, lines, and what is selected."""

RAMP = (
    Colour("#eaf1f8", "#1a2531"),
    Colour("#4a92cf", "#2f7ec6"),
    Colour("#062345", "#fff0b8"),
)
"""How much: nothing, half, all; away from the ground. Between them: straight in Oklab."""
ON_RAMP = (Colour("#08111c", WHITE), Colour(BLACK, BLACK), PAGE["surface"])
"""Text on the ramp: on its near end, in the middle, on its far end; 4.5 to 1 everywhere."""
MIDDLE, FAR = 0.475, 0.595
"""Where on the ramp, of 1, the next colour of text begins."""

ZERO = Colour("#eef1f4", "#1d2731")
SIGNED = {
    "minus": (Colour("#c07838", "#ad6a32"), Colour("#542200", "#ffd6a8")),
    "plus": (Colour("#2c9391", "#288889"), Colour("#00393f", "#b4f3ee")),
}
"""Which way and how much: from ``ZERO`` to half and to all, as on the ramp, brown or green.

Apart at every size for colour-blind readers too; the text on it is the ramp's.
"""

ROLES: Mapping[str, Colour] = {
    "best": Colour("#956104", "#f9ca50"),
    "greedy": Colour("#8f197b", "#da98cd"),
    "beam": Colour("#0059c0", "#3e98ff"),
    "reference": Colour("#00704f", "#4acdaa"),
    "pruned": Colour("#646c76", "#8e949b"),
    "blind": Colour("#8b2600", "#e9894d"),
}
"""Best or chosen, greedy search, beam search, a given reference, what was cut, no attention.

Apart from each other for colour-blind readers too, and readable as text (tests/test_colours.py).
"""
TINTS = (0.1, 0.16)
"""How much of a role its soft ground has."""

OTHERS = (
    Colour("#d17215", "#f3c18b"),
    Colour("#0a8860", "#33b68d"),
    Colour("#b4689c", "#d298c5"),
    Colour("#0092d8", "#7dc8f8"),
    Colour("#0059bb", "#3f86e8"),
)
"""Orange, green, mauve, sky, blue, for what has no role: apart from each other and from "blind"."""
SMALLER = (
    Colour("#4a1000", "#a65b29"),
    Colour("#a65b29", "#806c60"),
    Colour("#1c3f66", "#607380"),
)
"""Of small systems: without attention, the same reversed, with it; apart from all others."""

_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
"""Linear sRGB to the cones' responses that Oklab is made of, and back (Ottosson 2020)."""
_LEAST = 0.0031308
"""Up to here sRGB is written as a straight line."""


def soft(role: str) -> Colour:
    """The ground of what has a role: a tint of it on the surface."""
    light, dark = zip(PAGE["surface"], ROLES[role], TINTS, strict=True)
    return Colour(_tinted(*light), _tinted(*dark))


def shade(share: float) -> Colour:
    """The colour of a share of the whole, 0 to 1, on the ramp."""
    half = 2 * min(max(share, 0.0), 1.0)
    first = int(half >= 1)
    pair = zip(RAMP[first], RAMP[first + 1], strict=True)
    return Colour(*(_between(near, far, half - first) for near, far in pair))


def on_ramp(share: float) -> Colour:
    """The colour of text on that share."""
    return ON_RAMP[int(share >= MIDDLE) + int(share >= FAR)]


def signed(share: float) -> Colour:
    """The colour of a signed share, −1 to 1."""
    half = 2 * min(abs(share), 1.0)
    first = int(half >= 1)
    scale = (ZERO, *SIGNED["minus" if share < 0 else "plus"])
    pair = zip(scale[first], scale[first + 1], strict=True)
    return Colour(*(_between(near, far, half - first) for near, far in pair))


def stops(count: int = 17) -> list[tuple[float, Colour]]:
    """The ramp as equally distant places, 0 to 1, each with its colour."""
    return [(place / (count - 1), shade(place / (count - 1))) for place in range(count)]


def in_the_dark() -> dict[str, str]:
    """What every light colour of a figure becomes on a dark page."""
    tints = [soft(role) for role in ROLES]
    shades = [colour for _, colour in stops()]
    return dict([*PAGE.values(), *ROLES.values(), *tints, *OTHERS, *SMALLER, *ON_RAMP, *shades])


def custom_properties(sheets: str, *, signs: bool = False) -> str:
    """The colours as CSS: ``--best``, ``--best-soft``, ``--ramp-0``, …, for both themes at once.

    A browser takes the first of each pair where ``color-scheme`` is light, else the second.

    Args:
        sheets: CSS; of the roles, and of the text on the ramp, those are there that it names.
        signs: those of signed values, too: ``--zero``, ``--plus-1``, …
    """
    ramp = {f"ramp-{place}": colour for place, colour in enumerate(RAMP)}
    text = {f"on-ramp-{place}": colour for place, colour in enumerate(ON_RAMP)}
    signed = {"zero": ZERO} | {
        f"{sign}-{place}": colour
        for sign, colours in SIGNED.items()
        for place, colour in enumerate(colours, 1)
    }
    tints = {f"{role}-soft": soft(role) for role in ROLES}
    roles = {**text, **ROLES, **tints}
    asked = {name: colour for name, colour in roles.items() if f"var(--{name})" in sheets}
    named = {**PAGE, **ramp, **asked, **(signed if signs else {})}
    lines = (f"  --{name}: light-dark({light}, {dark});" for name, (light, dark) in named.items())
    return "\n".join((":root, :host {", *lines, "}", ""))


def _tinted(ground: str, colour: str, share: float) -> str:
    pairs = zip(_rgb(ground), _rgb(colour), strict=True)
    return _written([(1 - share) * below + share * above for below, above in pairs])


def _between(near: str, far: str, share: float) -> str:
    """Straight from one colour to another in Oklab, as CSS does it; exactly ``near`` at 0."""
    pairs = zip(_cones(near), _cones(far), strict=True)
    cones = [((1 - share) * here + share * there) ** 3 for here, there in pairs]
    return _written([_encoded(value) for value in _product(_FROM_LMS, cones)])


def _cones(colour: str) -> list[float]:
    linear = [_decoded(value) for value in _rgb(colour)]
    return [value ** (1 / 3) for value in _product(_LMS, linear)]


def _product(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 12.92 * _LEAST else ((value + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> float:
    return 12.92 * value if value <= _LEAST else 1.055 * value ** (1 / 2.4) - 0.055


def _rgb(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _written(rgb: Sequence[float]) -> str:
    return "#" + "".join(f"{round(255 * min(max(value, 0.0), 1.0)):02x}" for value in rgb)
