import pandas as pd
import plotly.graph_objects as go
import pytest

from seqviz import figures
from seqviz.figures import theme


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("&lt;", "&amp;lt;"),
        ("$x$", "&#36;x&#36;"),
        ("%{x}", "%&#123;x&#125;"),
        ("猫", "猫"),
    ],
)
def test_escape(text: str, escaped: str) -> None:
    assert theme.escape(text) == escaped


def test_only_right_to_left_tokens_are_isolated() -> None:
    assert theme.isolate("cat") == "cat"
    assert theme.isolate("▁مرحبا") == "\u2068▁مرحبا\u2069"


def test_shorten_keeps_short_labels() -> None:
    assert theme.shorten("abcdef", 6) == "abcdef"
    assert theme.shorten("abcdefg", 6) == "abcde…"


def test_the_camera_button_saves_an_svg_of_that_name() -> None:
    config = theme.plotly_config("attention")
    assert config["toImageButtonOptions"] == {"format": "svg", "filename": "attention"}
    assert config["displaylogo"] is False


def test_public_figures_are_exported_in_order() -> None:
    assert figures.__all__ == sorted(figures.__all__)
    assert all(hasattr(figures, name) for name in figures.__all__)


def test_a_name_says_what_it_returns() -> None:
    returned = {
        "picture": (figures.Picture,),
        "print": (go.Figure,),
        "table": (pd.DataFrame,),
    }
    for name in figures.__all__:
        kinds = returned.get(name.rpartition("_")[2])
        assert kinds is None or getattr(figures, name).__annotations__["return"] in kinds, name


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0.000"), (1e-9, "<0.001"), (0.0006, "0.001"), (0.8921, "0.892"), (1.0, "1.000")],
)
def test_a_possible_token_never_shows_as_impossible(value: float, shown: str) -> None:
    assert theme.probability(value) == shown


def test_slanted_labels_are_thinned_and_longer_ones_need_more_room() -> None:
    axis, room = theme.slanted_token_axis(["a", "bc"])
    assert (axis["dtick"], axis["tickangle"]) == (1, theme.SLANT)
    assert room < theme.slanted_token_axis(["a", "b" * 16])[1]
    longest = theme.slanted_token_axis(["x" * 16])[1]
    assert theme.slanted_token_axis(["x" * 400])[1] == longest
    assert theme.slanted_token_axis(["a"] * 121)[0]["dtick"] == 3


@pytest.mark.parametrize(
    ("text", "size", "lines"),
    [
        ("Short", 16, ["Short"]),
        ("", 16, [""]),
        (
            "How much the edits changed each prediction of it",
            16,
            ["How much the edits changed each prediction of", "it"],
        ),
        ("a" * 80 + " b", 13, ["a" * 80, "b"]),
        ("束宽变大，" * 5, 16, ["束宽变大，" * 4 + "束", "宽变大，"]),
    ],
)
def test_a_line_fits_on_a_phone_and_no_word_is_broken(
    text: str, size: int, lines: list[str]
) -> None:
    assert theme.lines_of(text, size=size) == lines


def test_a_title_of_several_lines_takes_nothing_from_the_drawing() -> None:
    one, two = (theme.layout("title " * times, height=300, top=40) for times in (1, 10))
    assert two["title"]["text"].count("<br>") == 1
    rooms = [each["height"] - each["margin"]["t"] for each in (one, two)]
    assert rooms[0] == rooms[1] == 260
    assert two["margin"]["t"] > 40
