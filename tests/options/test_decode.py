"""Options refuse what no search can serve, and say what is allowed."""

import math
from typing import Any

import numpy as np
import pytest

from seqviz.errors import InputError
from seqviz.options import DecodeOptions, LengthNormalisation, Sampling
from seqviz.options.intervention import Intervention


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
        ("beta", -0.1),
        ("beta", 5.1),
        ("beta", math.nan),
        ("min_length", -1),
        ("min_length", 513),
        ("n_best", 0),
        ("n_best", 65),
    ],
)
def test_a_number_out_of_range_is_refused(option: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        DecodeOptions(**{option: value})  # type: ignore[arg-type]  # what the test is about
    assert caught.value.code == "option_out_of_range"
    assert option in str(caught.value)
    assert str(value) in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("temperature", 0.04),
        ("temperature", 10.1),
        ("temperature", math.nan),
        ("top_k", -1),
        ("top_k", 1001),
        ("top_p", 0.0),
        ("top_p", 1.01),
        ("top_p", math.nan),
        ("seed", -1),
        ("seed", 2**31),
    ],
)
def test_sampling_out_of_range_is_refused(option: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        Sampling(**{option: value})  # type: ignore[arg-type]  # what the test is about
    assert caught.value.code == "option_out_of_range"
    assert caught.value.facts["option"] == option


@pytest.mark.parametrize(
    ("asked", "low"),
    [({"min_length": 9}, 9), ({"prefix": (4,) * 7}, 7), ({"min_length": 2, "prefix": (4,) * 3}, 3)],
)
def test_a_target_has_room_for_what_it_must_hold(asked: dict[str, Any], low: int) -> None:
    assert DecodeOptions(max_length=low, **asked).max_length == low
    with pytest.raises(InputError) as caught:
        DecodeOptions(max_length=low - 1, **asked)
    assert (caught.value.facts["option"], caught.value.facts["low"]) == ("max_length", low)
    assert DecodeOptions(**asked).length_limit(1) >= low


@pytest.mark.parametrize(
    "asked",
    [
        {"prefix": (4,) * 513},
        {"banned": tuple(range(101))},
        {"interventions": (Intervention(kind="uniform"),) * 33},
    ],
)
def test_too_many_of_anything_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        DecodeOptions(**asked)
    assert caught.value.code == "option_out_of_range"


def test_edits_are_made_only_at_their_steps() -> None:
    always, some = Intervention(kind="uniform"), Intervention(kind="ablate", steps=(1, 4))
    options = DecodeOptions(interventions=(some, always))
    made = [options.edits_at(step) for step in range(6)]
    assert made == [(always,), (some, always), (always,), (always,), (some, always), (always,)]


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
    assert DecodeOptions(min_length=90).length_limit(7) == 90
    assert DecodeOptions(prefix=(4,) * 30).length_limit(7) == 40
    assert DecodeOptions(prefix=(4,) * 510).length_limit(7) == 512
