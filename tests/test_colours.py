"""Readable, and apart for colour-blind readers, on both grounds: measured, not judged."""

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from seqviz import colours
from seqviz.kinds import SYSTEMS

Rgb = NDArray[np.float64]

THEMES = (0, 1)
GROUNDS = [colours.PAGE[name] for name in ("ground", "surface", "sunken")]
STREAMLIT = Path(__file__).parents[1] / ".streamlit/config.toml"

# Machado, Oliveira & Fernandes 2009, table of severity 1.0: linear sRGB as those people see it.
SIGHT = {
    "all colours": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE_POINT = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> Rgb:
    values = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear: Rgb = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return linear


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, from 1 to 21."""
    dark, light = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, sight: Rgb) -> Rgb:
    xyz = XYZ @ np.clip(sight @ linear(colour), 0, 1) / WHITE_POINT
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: Rgb, other: Rgb) -> float:
    """ΔE of CIEDE2000 (Sharma, Wu & Dalal 2005); 1 is just seen, side by side."""
    lightness, chroma = (one[0] + other[0]) / 2, (np.hypot(*one[1:]) + np.hypot(*other[1:])) / 2
    bigger = 1.5 - np.sqrt(chroma**7 / (chroma**7 + 25**7)) / 2
    a, b = np.array([one[1], other[1]]) * bigger, np.array([one[2], other[2]])
    chromas = np.hypot(a, b)
    hues = np.arctan2(b, a)
    turn = (hues[1] - hues[0] + np.pi) % (2 * np.pi) - np.pi
    hue, chroma = hues[0] + turn / 2, chromas.mean()
    waves = 1 - 0.17 * np.cos(hue - np.pi / 6) + 0.24 * np.cos(2 * hue)
    waves += 0.32 * np.cos(3 * hue + np.pi / 30) - 0.2 * np.cos(4 * hue - 63 * np.pi / 180)
    far = (lightness - 50) ** 2
    parts = np.array(
        [
            (other[0] - one[0]) / (1 + 0.015 * far / np.sqrt(20 + far)),
            (chromas[1] - chromas[0]) / (1 + 0.045 * chroma),
            2 * np.sqrt(chromas.prod()) * np.sin(turn / 2) / (1 + 0.015 * chroma * waves),
        ]
    )
    degrees = np.degrees(hue) % 360
    bend = np.radians(60 * np.exp(-(((degrees - 275) / 25) ** 2)))
    bent = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(bend)
    return float(np.sqrt(parts @ parts + bent * parts[1] * parts[2]))


def nearest(shown: list[str]) -> float:
    """How far apart the two most similar colours are to whoever tells them apart worst."""
    seen = [[lab(colour, sight) for colour in shown] for sight in SIGHT.values()]
    return min(distance(*pair) for people in seen for pair in combinations(people, 2))


@pytest.mark.parametrize(
    ("one", "other", "expected"),  # from the table of Sharma, Wu & Dalal 2005
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ],
)
def test_the_measure_is_the_published_one(
    one: tuple[float, ...], other: tuple[float, ...], expected: float
) -> None:
    assert distance(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("theme", THEMES)
def test_roles_are_told_apart_by_everybody(theme: int) -> None:
    assert nearest([colour[theme] for colour in colours.ROLES.values()]) > 11


@pytest.mark.parametrize("theme", THEMES)
def test_systems_are_told_apart_by_everybody(theme: int) -> None:
    assert nearest([system.colour[theme] for system in SYSTEMS.values()]) > 10


@pytest.mark.parametrize("theme", THEMES)
def test_roles_are_readable_as_text_and_systems_as_lines(theme: int) -> None:
    grounds = [ground[theme] for ground in GROUNDS]
    for role, colour in colours.ROLES.items():
        own = [*grounds, colours.soft(role)[theme]]
        assert min(contrast(colour[theme], ground) for ground in own) >= 4.5, role
    for code, system in SYSTEMS.items():
        assert min(contrast(system.colour[theme], ground) for ground in grounds) >= 3, code


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_is_readable(theme: int) -> None:
    grounds = [ground[theme] for ground in GROUNDS]
    for name in ("ink", "soft", "accent"):
        assert min(contrast(colours.PAGE[name][theme], ground) for ground in grounds) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES)
def test_the_ramp_goes_one_way_and_its_text_is_readable_everywhere(theme: int) -> None:
    shares = np.linspace(0, 1, 101)
    shades = [colours.shade(share)[theme] for share in shares]
    lightness = np.array([lab(shade, SIGHT["all colours"])[0] for shade in shades])
    assert (np.diff(lightness) * (1 if theme else -1) > 0).all()
    text = [colours.on_ramp(share)[theme] for share in shares]
    assert min(map(contrast, shades, text)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_signed_values_are_told_apart_by_everybody_and_their_text_is_readable(theme: int) -> None:
    for size, least in ((0.1, 5), (0.25, 14), (0.5, 20), (0.75, 20), (1, 17)):
        assert nearest([colours.signed(share)[theme] for share in (-size, size)]) > least
    for sign in (-1, 1):
        shares = np.linspace(0, 1, 101)
        shades = [colours.signed(sign * share)[theme] for share in shares]
        lightness = np.array([lab(shade, SIGHT["all colours"])[0] for shade in shades])
        assert (np.diff(lightness) * (1 if theme else -1) > 0).all()
        text = [colours.on_ramp(share)[theme] for share in shares]
        assert min(map(contrast, shades, text)) >= 4.5


def test_the_ramp_passes_through_its_colours() -> None:
    assert [colours.shade(share) for share in (0, 0.5, 1)] == list(colours.RAMP)
    assert colours.shade(-1) == colours.RAMP[0]
    assert colours.shade(0.25).light == "#9cc2e5"  # color-mix(in oklab, …) in a browser


def test_every_light_colour_has_one_dark_partner() -> None:
    others = [*colours.OTHERS, *colours.SMALLER, *colours.ON_RAMP]
    every = [*colours.PAGE.values(), *colours.ROLES.values(), *others]
    assert all(colours.in_the_dark()[light] == dark for light, dark in every)


def test_the_browser_gets_every_colour_for_both_themes() -> None:
    roles = [*colours.ROLES, *(f"{name}-soft" for name in colours.ROLES)]
    asked = [*roles, "on-ramp-0", "on-ramp-1", "on-ramp-2"]
    css = colours.custom_properties(" ".join(f"var(--{name})" for name in asked), signs=True)
    assert css.startswith(":root, :host {")
    assert "--best: light-dark(#956104, #f9ca50);" in css
    assert "--on-ramp-2: light-dark(#ffffff, #121922);" in css
    assert css.count("light-dark(") == 9 + 3 + 3 + 5 + 6 + 6


def test_the_browser_gets_no_role_that_its_style_does_not_name() -> None:
    css = colours.custom_properties("a { color: var(--best-soft); }")
    assert "--best-soft:" in css
    assert "--best:" not in css
    assert css.count("light-dark(") == 9 + 3 + 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_streamlit_has_the_same_ink_and_the_same_accent(theme: str) -> None:
    settings = tomllib.loads(STREAMLIT.read_text(encoding="utf-8"))["theme"][theme]
    assert settings["textColor"] == getattr(colours.PAGE["ink"], theme)
    assert settings["primaryColor"] == getattr(colours.PAGE["accent"], theme)
    assert settings["borderColor"] == getattr(colours.PAGE["edge"], theme)
