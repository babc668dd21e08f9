import pytest

from seqviz.training.columns import line_numbers, read_columns, too_many, usual_count


def test_columns_have_no_white_space_around_them_nor_empty_ones_behind() -> None:
    assert read_columns(" a \tb\r\t \t") == ["a", "b"]
    assert read_columns("a\t\tb") == ["a", "", "b"]
    assert read_columns(" \t ") == []


@pytest.mark.parametrize(
    ("counts", "usual", "stray"),
    [
        ([2, 2, 3], 2, [3]),
        ([3, 3, 4, 2], 3, [3]),
        ([3], 3, []),
        ([2, 3], 2, [2]),
        ([], 0, []),
    ],
)
def test_a_tab_too_many_is_one_that_most_lines_lack(
    counts: list[int], usual: int, stray: list[int]
) -> None:
    by_number = dict(enumerate(counts, start=1))
    assert usual_count(by_number) == usual
    assert too_many(by_number, read=2) == stray


def test_of_many_lines_the_first_are_named() -> None:
    assert line_numbers([3]) == "line 3"
    assert line_numbers([3, 5]) == "lines 3, 5"
    assert line_numbers(range(1, 31)) == "lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, … (30 in all)"
