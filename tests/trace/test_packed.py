"""Records of every kind go to JSON and come back as they were; what does not fit is refused."""

import json
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from seqviz.errors import InputError
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from seqviz.trace import packed as packed_module
from seqviz.trace.packed import packed, unpacked


@dataclass(frozen=True, kw_only=True, eq=False)
class Inner:
    numbers: NDArray[np.float64]
    word: str = "x"


@dataclass(frozen=True, kw_only=True, eq=False)
class Outer:
    inner: Inner | None
    count: int
    share: float
    pair: tuple[int, str]
    many: tuple[Inner, ...]
    by_id: dict[int, str]
    kind: Literal["a", "b"]
    place: int | tuple[int, int] = 0


def whole() -> Outer:
    inner = Inner(numbers=np.array([[1.5, -np.inf], [np.nan, 2.0]]), word="▁é")
    return Outer(
        inner=inner,
        count=3,
        share=0.5,
        pair=(4, "y"),
        many=(inner, inner),
        by_id={7: "seven"},
        kind="b",
        place=(1, 2),
    )


def sent(value: object) -> object:
    return json.loads(json.dumps(packed(value), allow_nan=False))


@pytest.mark.parametrize("share", [float("inf"), float("-inf"), float("nan"), np.float32(-np.inf)])
def test_numbers_that_json_lacks_come_back(share: float) -> None:
    found = unpacked(Outer, sent(replace(whole(), share=share)))
    np.testing.assert_equal(found.share, float(share))


def test_a_record_comes_back_as_it_was() -> None:
    found = unpacked(Outer, sent(whole()))
    assert found.inner is not None
    np.testing.assert_array_equal(found.inner.numbers, whole().many[0].numbers)
    assert found.inner.numbers.dtype == np.float64
    assert (found.inner.word, found.count, found.share) == ("▁é", 3, 0.5)
    assert (found.pair, found.by_id, found.kind) == ((4, "y"), {7: "seven"}, "b")
    assert (len(found.many), found.place) == (2, (1, 2))


@pytest.mark.parametrize("dtype", packed_module._DTYPES)
def test_arrays_keep_their_type(dtype: str) -> None:
    array = np.array([[0, 1, 1]], dtype=dtype)
    found: NDArray[np.float64] = unpacked(Inner, sent(Inner(numbers=array))).numbers
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


def test_options_come_back() -> None:
    options = DecodeOptions(
        beam_size=3,
        sampling=Sampling(top_k=4),
        interventions=(Intervention(kind="mute", sources=(1,), heads=((0, 1),)),),
        banned_words=("cold",),
    )
    assert unpacked(DecodeOptions, sent(options)) == options


def test_what_has_a_default_may_be_missing() -> None:
    found = unpacked(DecodeOptions, {"sampling": {"top_k": 4}})
    assert found == DecodeOptions(sampling=Sampling(top_k=4))


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"count": True}, "'count' is True"),
        ({"count": 1.0}, "'count' is 1.0"),
        ({"share": "0.5"}, "'share' is '0.5'"),
        ({"pair": [4]}, "'pair' has 1 values, not 2"),
        ({"pair": "4y"}, "not a list"),
        ({"many": [3]}, "many is missing or no object"),
        ({"more": 1}, "'more' is not known there"),
        ({"inner": {"numbers": [1, 2]}}, "no object"),
        ({"inner": {"numbers": {"dtype": "object", "shape": [1], "data": ""}}}, "no array"),
        ({"inner": {"numbers": {"dtype": "int8", "shape": [-1], "data": ""}}}, "no array"),
        ({"inner": {"numbers": {"dtype": "int8", "shape": [9], "data": "AAAA"}}}, "3 bytes"),
        ({"inner": {"numbers": {"dtype": "int8", "shape": [3], "data": "\u00e9"}}}, "ASCII"),
        ({"inner": {"word": "y"}}, "'numbers' is missing"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, object], complaint: str) -> None:
    raw = sent(whole())
    assert isinstance(raw, dict)
    with pytest.raises(ValueError, match=complaint):
        unpacked(Outer, {**raw, **changed})


def test_a_value_that_is_none_of_its_choices_is_refused() -> None:
    raw = sent(whole())
    assert isinstance(raw, dict)
    with pytest.raises(InputError, match=r"kind is 'c', but must be one of: a, b"):
        unpacked(Outer, {**raw, "kind": "c"})


def test_a_record_refuses_values_in_its_own_words() -> None:
    with pytest.raises(InputError, match="beam_size is 10000"):
        unpacked(DecodeOptions, {"beam_size": 10_000})
