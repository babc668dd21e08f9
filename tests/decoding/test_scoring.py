"""Length normalisations against their formulas."""

import math
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seqviz.decoding.scoring import normalisers, stop_bound
from seqviz.options import DecodeOptions, LengthNormalisation

FORMS = get_args(LengthNormalisation)


@given(st.integers(1, 512), st.floats(0, 5))
def test_the_formulas(length: int, alpha: float) -> None:
    lengths = np.array([length])
    forms: dict[LengthNormalisation, float] = {
        "none": 1.0,
        "average": math.pow(length, alpha),
        "gnmt": math.pow((5 + length) / 6, alpha),
    }
    for form, expected in forms.items():
        options = DecodeOptions(length_normalisation=form, alpha=alpha)
        assert options.normaliser(lengths)[0] == pytest.approx(expected)


@pytest.mark.parametrize("form", FORMS)
def test_the_table_holds_every_length_from_one(form: LengthNormalisation) -> None:
    options = DecodeOptions(length_normalisation=form, alpha=0.6)
    table = normalisers(19, options)
    np.testing.assert_allclose(table, options.normaliser(np.arange(1, 20)), rtol=1e-6)
    assert table.dtype == np.float32


def test_gnmt_by_hand() -> None:
    options = DecodeOptions(length_normalisation="gnmt", alpha=0.6)
    assert normalisers(7, options).tolist() == pytest.approx(
        [1.0, 1.0969, 1.1884, 1.2754, 1.3587, 1.4387, 1.5157], abs=1e-4
    )


def test_one_token_is_never_divided() -> None:
    for form in FORMS:
        assert normalisers(1, DecodeOptions(length_normalisation=form, alpha=3.0)).tolist() == [1]


def test_the_bound_is_the_score_at_the_present_length() -> None:
    assert stop_bound(torch.tensor([-6.0, -3.0]), torch.tensor(3.0)).tolist() == [-2.0, -1.0]
