"""Dates: every form is read back as the date that it was written for."""

import datetime
import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.tasks import TASKS
from seqviz.tasks.dates import FORMS, nth, ordinal, spoken_year, write_date
from tests.tasks.reading import read_date

DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))
CHRISTMAS = datetime.date(1999, 12, 25)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=8)
@given(date=DATES)
def test_what_is_written_is_read_back(form: str, date: datetime.date) -> None:
    for case in (str, str.lower, str.upper):
        found, weekday = read_date(case(write_date(date, form)))
        assert found == date
        assert weekday == (date.weekday() if re.search("w(eek)?day", form) else None)


@given(DATES, DATES)
def test_no_two_dates_have_a_spelling_in_common(one: datetime.date, other: datetime.date) -> None:
    common = {write_date(one, form).lower() for form in FORMS} & {
        write_date(other, form).lower() for form in FORMS
    }
    assert bool(common) == (one == other)


def test_figures_alone_never_mean_two_dates() -> None:
    forms = [form for form in FORMS if not re.search("month|mon|weekday", form)]
    assert len(forms) == 8
    days = [datetime.date(2003, 1, 1) + datetime.timedelta(day) for day in range(3 * 365)]
    written = {(write_date(date, form), date) for date in days for form in forms}
    assert len({text for text, _ in written}) == len(written)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("the {nth} of {month} {year}", "the 25th of December 1999"),
        (
            "{weekday} the {ordinal} of {month}, {year}",
            "Saturday the twenty-fifth of December, 1999",
        ),
        ("{wday}, {mon} {day}, {year}", "Sat, Dec 25, 1999"),
        ("{month} the {ordinal}, {spoken}", "December the twenty-fifth, nineteen ninety-nine"),
        ("{mm}/{dd}/{year}", "12/25/1999"),
        ("{year}{mm}{dd}", "19991225"),
    ],
)
def test_a_form_is_filled(form: str, expected: str) -> None:
    assert form in FORMS
    assert write_date(CHRISTMAS, form) == expected


def test_days_are_counted_as_in_english() -> None:
    assert [nth(day) for day in (1, 2, 3, 4, 11, 12, 13, 20, 21, 22, 23, 30, 31)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "20th", "21st", "22nd", "23rd"),
        *("30th", "31st"),
    ]
    assert [ordinal(day) for day in (1, 5, 12, 20, 21, 29, 30, 31)] == [
        *("first", "fifth", "twelfth", "twentieth", "twenty-first", "twenty-ninth"),
        *("thirtieth", "thirty-first"),
    ]


@pytest.mark.parametrize(
    ("year", "spoken"),
    [
        (1900, "nineteen hundred"),
        (1905, "nineteen oh five"),
        (1910, "nineteen ten"),
        (1999, "nineteen ninety-nine"),
        (2000, "two thousand"),
        (2009, "two thousand nine"),
        (2010, "twenty ten"),
        (2099, "twenty ninety-nine"),
    ],
)
def test_years_are_spoken_as_in_english(year: int, spoken: str) -> None:
    assert spoken_year(year) == spoken


def test_no_two_years_sound_the_same() -> None:
    assert len({spoken_year(year) for year in range(1900, 2100)}) == 200


def test_a_generated_date_is_right_and_all_cases_and_years_occur() -> None:
    pairs = TASKS["date-iso"].pairs(train=5_000, dev=0, test=0, seed=2).train
    for source, target in pairs:
        assert read_date(source)[0].isoformat() == target
    cases = Counter((s.isupper(), s.islower()) for s, _ in pairs if re.search("[a-zA-Z]{4}", s))
    assert all(500 < cases[case] < 2_800 for case in ((True, False), (False, True), (False, False)))
    assert {target[:4] for _, target in pairs} == {str(year) for year in range(1900, 2100)}


def test_a_date_may_be_written_in_all_ways() -> None:
    task, random = TASKS["date-iso"], Random(5)
    written = {task.write(CHRISTMAS.toordinal(), random) for _ in range(3_000)}
    assert {target for _, target in written} == {"1999-12-25"}
    assert {source.lower() for source, _ in written} == {
        write_date(CHRISTMAS, form).lower() for form in FORMS
    }
