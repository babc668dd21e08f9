"""Filters against pandas on random tables, and their errors."""

import operator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.errors import InputError
from seqviz.inspection.expression import DEEPEST, LONGEST, columns_of, parsed

FRAME = pd.DataFrame(
    {
        "worst3": [-5.0, -3.0, np.nan, -4.5],
        "length_ratio": [0.5, 0.6, 1.0, 0.9],
        "entered_last": [-1, 3, 0, 2],
        "source": ["Ein Hund.", "", "猫在这里", None],
        "translation": ["A dog.", "THE DOG", "cat = \\ cat", "it's"],
        "search_error": [True, False, None, True],
        "pieces": [["a"], ["b"], [], None],
    }
)
COLUMNS = columns_of(FRAME)


def rows(text: str) -> list[int]:
    return np.flatnonzero(parsed(text, COLUMNS).rows(FRAME)).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("worst3 < -4 and length_ratio < 0.7", [0]),
        ("worst3 < −4 or not length_ratio ≤ 0.9", [0, 2, 3]),
        ("-5 <= worst3 < -3", [0, 3]),
        ("length_ratio × 2 − 1 ÷ 2 = 0.5", [0]),
        ("(length_ratio + entered_last) / 2 > 1", [1, 3]),
        ('"dog" in translation', [0]),
        ('"dog" in lower(translation)', [0, 1]),
        ("“dog” not in translation", [1, 2, 3]),
        ('"= \\" in translation', [2]),
        ('"it\'s" == translation', [3]),
        ("len(source) = 4", [2]),
        ("source = ''", [1, 3]),
        ("search_error", [0, 3]),
        ("not search_error and missing(worst3)", [2]),
        ("abs(worst3) ≥ 4.5", [0, 3]),
        ("worst3 != -5", [1, 2, 3]),
        ("1 / 0 > 5", [0, 1, 2, 3]),
        ("1 < 2\n", [0, 1, 2, 3]),
        ("False", []),
        ("  ", [0, 1, 2, 3]),
    ],
)
def test_a_filter_takes_the_right_rows(text: str, expected: list[int]) -> None:
    assert rows(text) == expected


def test_a_filter_names_columns_of_numbers_texts_and_truths() -> None:
    assert {
        **dict.fromkeys(("worst3", "length_ratio", "entered_last"), "number"),
        **dict.fromkeys(("source", "translation"), "text"),
        "search_error": "truth",
    } == COLUMNS


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("worst3 <", "filter_unreadable", 8),
        ("worst3 < 1 2", "filter_unreadable", 12),
        (" 'open", "filter_unreadable", 2),
        ("1 \0", "filter_unreadable", None),
        ("  “猫” in source and worst < 3", "filter_unknown", 21),
        ("worst3", "filter_no_choice", None),
        ('worst3 < "a"', "filter_wants_number", 10),
        ("'a' in worst3", "filter_wants_text", 8),
        ("3 in source", "filter_wants_text", 1),
        ("source and search_error", "filter_wants_truth", 1),
        ("not worst3", "filter_wants_truth", 5),
        ("worst3 ** 9 > 1", "filter_not_taken", 1),
        ("worst3 // 2 > 1", "filter_not_taken", 1),
        ("[1] == [1]", "filter_not_taken", 1),
        ("source.upper == 1", "filter_not_taken", 1),
        ("(lambda: 1)() == 1", "filter_unknown_function", 1),
        ("exec('x') == 1", "filter_unknown_function", 1),
        ("len(source, 1) == 1", "filter_unknown_function", 1),
        ("b'a' == source", "filter_not_taken", 1),
        ("f'{source}' == source", "filter_not_taken", 1),
        ("1j < 2", "filter_not_taken", 1),
        (f"1{'0' * 400} > 1", "filter_not_taken", 1),
        ("worst3 is 1", "filter_not_taken", 1),
        ("1 < 2" + " " * LONGEST, "filter_long", None),
        ("not " * (DEEPEST + 2) + "search_error", "filter_deep", 4 * DEEPEST + 5),
        ("(" * 400 + "1" + ")" * 400 + "> 1", "filter_unreadable", None),
        ("-" * 900 + "1 > 1", "filter_deep", None),
        ("__import__('os').system('x') == 1", "filter_unknown_function", None),
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(
    text: str, code: str, place: int | None
) -> None:
    with pytest.raises(InputError) as caught:
        parsed(text, COLUMNS)
    assert caught.value.code == code
    if place is not None:
        assert caught.value.facts["place"] == place


def test_an_unknown_column_has_a_nearest() -> None:
    with pytest.raises(InputError, match="worst3"):
        parsed("worst < 1", COLUMNS)


# Against pandas

NUMBERS = st.floats(-8, 8, width=16) | st.just(float("nan"))
TEXTS = st.text("ab猫 ", max_size=3)
Truth = Any


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    count = draw(st.integers(0, 6))
    columns: dict[str, Any] = {
        name: pd.Series(draw(st.lists(NUMBERS, min_size=count, max_size=count)), dtype=float)
        for name in ("x", "y")
    }
    for name in ("s", "t"):
        columns[name] = pd.Series(
            draw(st.lists(TEXTS, min_size=count, max_size=count)), dtype=object
        )
    return pd.DataFrame(columns)


SIGNS = {"<": operator.lt, "≤": operator.le, ">": operator.gt, "=": operator.eq, "≠": operator.ne}
SUMS = {"+": operator.add, "−": operator.sub, "×": operator.mul, "÷": operator.truediv}
Built = tuple[str, Any]
"""A filter, and what it is in pandas, from a table."""

terms: st.SearchStrategy[Built] = st.recursive(
    st.sampled_from("xy").map(lambda name: (name, lambda frame: frame[name]))
    | st.sampled_from("st").map(lambda name: (f"len({name})", lambda f: f[name].map(len) * 1.0))
    | st.integers(-4, 4).map(lambda n: (f"({n})", lambda frame: pd.Series(float(n), frame.index))),
    lambda inner: st.tuples(inner, st.sampled_from(sorted(SUMS)), inner).map(
        lambda p: (f"({p[0][0]} {p[1]} {p[2][0]})", lambda f: SUMS[p[1]](p[0][1](f), p[2][1](f)))
    ),
    max_leaves=4,
)
simple: st.SearchStrategy[Built] = st.tuples(terms, st.sampled_from(sorted(SIGNS)), terms).map(
    lambda p: (f"{p[0][0]} {p[1]} {p[2][0]}", lambda f: SIGNS[p[1]](p[0][1](f), p[2][1](f)))
) | st.tuples(TEXTS, st.sampled_from("st")).map(
    lambda p: (f'"{p[0]}" in {p[1]}', lambda f: f[p[1]].str.contains(p[0], regex=False) == True)  # noqa: E712 (of an empty column)
)
filters: st.SearchStrategy[Built] = st.recursive(
    simple,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda p: (
                f"({p[0][0]} {p[1]} {p[2][0]})",
                lambda f: p[0][1](f) & p[2][1](f) if p[1] == "and" else p[0][1](f) | p[2][1](f),
            )
        )
        | inner.map(lambda one: (f"not ({one[0]})", lambda f: ~one[1](f)))
    ),
    max_leaves=5,
)


@given(filters, tables())
def test_a_filter_does_what_pandas_does(built: Built, frame: pd.DataFrame) -> None:
    text, of_pandas = built
    found = parsed(text, {"x": "number", "y": "number", "s": "text", "t": "text"}).rows(frame)
    np.testing.assert_array_equal(found, of_pandas(frame).to_numpy(bool))
