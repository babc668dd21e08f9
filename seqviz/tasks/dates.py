"""Dates as people write them, and as ISO 8601 does: "the 3rd of March 1999" is "1999-03-03"."""

import datetime
from random import Random

from seqviz.tasks.numerals import number_words
from seqviz.tasks.task import Pair, Task

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
FIRST_YEAR, LAST_YEAR = 1900, 2099

FORMS = (
    # day first
    *("{day} {month} {year}", "{day} {mon} {year}", "{dd} {mon} {year}", "{day}-{mon}-{year}"),
    *("{nth} {month} {year}", "{nth} of {month} {year}", "{nth} of {month}, {year}"),
    *("the {nth} of {month} {year}", "the {nth} of {month}, {year}", "the {nth} of {mon} {year}"),
    *("the {ordinal} of {month} {year}", "the {ordinal} of {month}, {year}"),
    *("{ordinal} of {month} {year}", "the {nth} day of {month} {year}"),
    # month first
    *("{month} {day}, {year}", "{month} {day} {year}", "{mon} {day}, {year}", "{mon} {dd} {year}"),
    *("{month} {nth}, {year}", "{month} the {nth}, {year}", "{month} the {ordinal}, {year}"),
    *("{mon}. {day}, {year}", "{month} {ordinal}, {year}"),
    # year first
    *("{year} {month} {day}", "{year}, {month} {day}", "{year} {mon} {dd}"),
    # with the weekday
    *("{weekday}, {day} {month} {year}", "{weekday}, {month} {day}, {year}"),
    *("{wday} {day} {mon} {year}", "{wday}, {mon} {day}, {year}"),
    *("{weekday}, the {nth} of {month} {year}", "{weekday} the {ordinal} of {month}, {year}"),
    *("on {weekday}, {month} {nth}, {year}", "{weekday}, {day}.{m}.{year}"),
    # the year in words
    *("the {ordinal} of {month}, {spoken}", "{month} {nth}, {spoken}"),
    *("{month} the {ordinal}, {spoken}", "{day} {month} {spoken}"),
    # figures alone: points, day first; strokes, month or year first; none, year first
    *("{day}.{m}.{year}", "{dd}.{mm}.{year}", "{day}. {m}. {year}"),
    *("{m}/{day}/{year}", "{mm}/{dd}/{year}", "{year}/{m}/{day}", "{year}/{mm}/{dd}"),
    "{year}{mm}{dd}",
)
"""How dates are written, each equally often.

No two dates have a spelling in common, because between figures a point means day.month.year, and a
stroke means month/day/year, or year/month/day where the year stands first.
"""

CASES = (str, str, str, str.lower, str.upper)
"""Three in five as here, one in lower case, one in capitals."""


def spoken_year(year: int) -> str:
    """Such as "nineteen oh nine", "two thousand one" and "twenty ten", from 1900 to 2099."""
    century, rest = divmod(year, 100)
    if century % 10 == 0 and rest < 10:  # noqa: PLR2004 - the years that nobody halves
        return number_words(year)
    if not rest:
        return f"{number_words(century)} hundred"
    oh = "oh " if rest < 10 else ""  # noqa: PLR2004 - one figure
    return f"{number_words(century)} {oh}{number_words(rest)}"


def nth(day: int) -> str:
    """Such as "3rd", from 1 to 31."""
    teens = day // 10 == 1
    return f"{day}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def ordinal(day: int) -> str:
    """Such as "twenty-first", from 1 to 31."""
    if day <= len(ORDINALS):
        return ORDINALS[day - 1]
    tens, ones = divmod(day, 10)
    return f"{number_words(10 * tens)}-{ORDINALS[ones - 1]}" if ones else "thirtieth"


def write_date(date: datetime.date, form: str) -> str:
    """Fill one of ``FORMS``."""
    month, weekday = MONTHS[date.month - 1], WEEKDAYS[date.weekday()]
    return form.format(
        day=date.day,
        dd=f"{date.day:02}",
        nth=nth(date.day),
        ordinal=ordinal(date.day),
        month=month,
        mon=month[:3],
        m=date.month,
        mm=f"{date.month:02}",
        year=date.year,
        spoken=spoken_year(date.year),
        weekday=weekday,
        wday=weekday[:3],
    )


def _write(value: int, random: Random) -> Pair:
    date = datetime.date.fromordinal(value)
    case = random.choice(CASES)
    return case(write_date(date, random.choice(FORMS))), date.isoformat()


DATE_ISO = Task(
    name="date-iso",
    source_language="date",
    target_language="iso",
    values=range(
        datetime.date(FIRST_YEAR, 1, 1).toordinal(),
        datetime.date(LAST_YEAR, 12, 31).toordinal() + 1,
    ),
    kind=lambda _: "date",
    write=_write,
    examples={
        "reordering": ("the 3rd of March 1997", "1997-03-03"),
        "short": ("3 Dec 2024", "2024-12-03"),
        "spoken": ("the tenth of October, twenty ten", "2010-10-10"),
        "weekday": ("Friday, 13 December 2019", "2019-12-13"),
        "month_first": ("4/3/2005", "2005-04-03"),
        "day_first": ("3.4.2005", "2005-04-03"),
        "capitals": ("NOVEMBER THE ELEVENTH, 1918", "1918-11-11"),
        "run_together": ("19031217", "1903-12-17"),
    },
)
"""1900-01-01 to 2099-12-31 in all of ``FORMS``; weekdays are those of the dates."""
