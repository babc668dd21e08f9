"""Options refuse what no search can serve, and say what is allowed."""

import math

import numpy as np
import pytest

from seqviz.errors import MESSAGES, InputError
from seqviz.options import DecodeOptions, LengthNormalisation


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("beam_size", 0),
        ("beam_size", 65),
        ("alpha", -0.1),
        ("alpha", 5.1),
        ("alpha", math.nan),
        ("max_length", 0),
        ("max_length", 513),
        ("distribution_size", -1),
        ("distribution_size", 101),
    ],
)
def test_a_number_out_of_range_is_refused(option: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        DecodeOptions(**{option: value})  # type: ignore[arg-type]  # what the test is about
    assert caught.value.code == "option_out_of_range"
    assert option in str(caught.value)
    assert str(value) in str(caught.value)


@pytest.mark.parametrize(("option", "value"), [("stop", "soon"), ("length_normalisation", "")])
def test_an_unknown_choice_is_refused_with_the_known_ones(option: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        DecodeOptions(**{option: value})  # type: ignore[arg-type]  # what the test is about
    assert caught.value.code == "option_unknown"
    assert "must be one of" in str(caught.value)


@pytest.mark.parametrize(
    ("form", "expected"), [("none", 1.0), ("average", 7**0.6), ("gnmt", 2**0.6)]
)
def test_the_normaliser_of_seven_tokens(form: LengthNormalisation, expected: float) -> None:
    options = DecodeOptions(length_normalisation=form, alpha=0.6)
    assert options.normaliser(np.array([7])).tolist() == pytest.approx([expected])


def test_the_length_limit_follows_the_source_up_to_512() -> None:
    assert DecodeOptions().length_limit(7) == 24
    assert DecodeOptions().length_limit(400) == 512
    assert DecodeOptions(max_length=3).length_limit(400) == 3


def test_every_message_says_what_to_do() -> None:
    """A message is one line, ends in a full stop, and needs only named facts."""
    for code, message in MESSAGES.items():
        assert message.endswith("."), code
        assert "\n" not in message, code
        assert "{}" not in message, code
