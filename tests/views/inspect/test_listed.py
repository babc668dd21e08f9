"""Which sentences are listed, in which order, and what a brush writes into the filter."""

import numpy as np
import pytest

from seqviz.inspection.expression import columns_of
from seqviz.views.inspect.listed import (
    brushed,
    conjuncts,
    listed,
    neighbours,
    only_marked,
    passing,
    present,
)
from tests.fixtures.inspected import inspected

FRAME = inspected(40)
ALL = np.ones(40, bool)
WEAKEST = "attention_eos"


def test_the_filter_and_the_order_are_those_of_pandas() -> None:
    passed = passing(FRAME, columns_of(FRAME), "worst3 < -1 and length_ratio < 1.2")
    expected = FRAME[(FRAME.worst3 < -1) & (FRAME.length_ratio < 1.2)]
    places = listed(FRAME, passed, "worst3")
    assert FRAME.number.iloc[places].tolist() == expected.sort_values("worst3").number.tolist()
    assert listed(FRAME, passed, "").tolist() == sorted(places.tolist())


def test_the_worst_come_first_whichever_end_is_bad_and_what_is_missing_last() -> None:
    frame = FRAME.copy()
    frame.loc[3, "repetition"] = frame.loc[4, "worst3"] = np.nan
    by_repetition = listed(frame, ALL, "repetition")
    assert by_repetition[0] == frame.repetition.idxmax() and by_repetition[-1] == 3
    assert listed(frame, ALL, "worst3")[-1] == 4
    first = listed(frame, ALL, "length_ratio")[0]
    distance = (frame.length_ratio - frame.length_ratio.median()).abs()
    assert first == distance.idxmax()
    assert frame.search_error[listed(frame, ALL, "search_error")[:13]].all()


def test_one_orders_by_what_there_is() -> None:
    frame = FRAME.assign(agreement=np.nan)
    assert "agreement" not in present(frame) and present(frame)[0] == "worst3"
    assert "worst3" not in present(frame, "baseline") and present(frame, "weak")[-1] == WEAKEST
    first = listed(frame, ALL, "disagreement")[0]
    assert first == frame.disagreement.idxmax()


@pytest.mark.parametrize(
    ("before", "ends", "after"),
    [
        ("", (-2.0, 1.5), "-2 <= worst3 <= 1.5"),
        ("", (None, 1.5), "worst3 <= 1.5"),
        ("-9 <= worst3 <= 3", (-2.0, None), "-2 <= worst3"),
        ("copied > 0 and worst3 <= 3", (-2.0, 0.0), "copied > 0 and -2 <= worst3 <= 0"),
        ("copied > 0 and worst3 <= 3", (None, None), "copied > 0"),
        ("worst3 <= bleu", (-2.0, None), "worst3 <= bleu and -2 <= worst3"),
        ("copied > 0 or bleu < 9", (None, 1.0), "(copied > 0 or bleu < 9) and worst3 <= 1"),
        (
            '(copied > 0 or bleu < 9) and " and " in source',
            (None, 1.0),
            '(copied > 0 or bleu < 9) and " and " in source and worst3 <= 1',
        ),
    ],
)
def test_a_brush_asks_for_its_range_and_keeps_what_else_is_asked(
    before: str, ends: tuple[float | None, float | None], after: str
) -> None:
    assert brushed(before, "worst3", ends) == after
    assert passing(FRAME, columns_of(FRAME), after).shape == (40,)


def test_quotes_and_parentheses_are_not_looked_into() -> None:
    assert conjuncts("a and (b and c) and 'd and e'") == ["a", "(b and c)", "'d and e'"]
    assert conjuncts("") == []


def test_neighbours_are_those_of_the_list() -> None:
    places = np.array([7, 3, 5])
    assert neighbours(places, 3) == {"before": 7, "after": 5}
    assert neighbours(places, 7) == {"before": None, "after": 3}
    assert neighbours(places, 9) == {"before": None, "after": 7}
    assert neighbours(places[:0], 9) == {"before": None, "after": None}


def test_bookmarks_are_found_by_number() -> None:
    assert np.flatnonzero(only_marked(FRAME, (3, 40, 99))).tolist() == [2, 39]
