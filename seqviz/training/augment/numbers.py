"""Numbers, years, dates, times, prices and codes that stand on both sides of a pair.

What is replaced must have the same value on both sides, as often on one as on the other, so that
the new pair is a translation as the old one was. One is left alone, for the words beside it are in
the singular.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from seqviz.tasks.task import Pair
from seqviz.training.augment.language import Language
from seqviz.training.augment.slots import Kind, Slot, Spot

YEARS = range(1100, 2100)
HOURS = 12
MOST_DIGITS = 6
BESIDE = 12
"""Characters around a number that tell what it counts."""
HOURLIKE = re.compile(r"\s?(Uhr|o'clock|h\b|heures?|[点时]|[ap]\.?m\b)")
PERCENT = re.compile(r"\s?(%|％|Prozent|percent|pour cent|pour-cent)")
MONEY = r"[$€£¥元块]|(?:[Dd]ollar|[Ee]uro|[Yy]en)s?\b|yuan\b|Cents?\b|cents?\b|美元|欧元|日元"
PRICE_AFTER = re.compile(rf"\s?({MONEY})")
PRICE_BEFORE = re.compile(r"[$€£¥]\s?$")
NO_COUNT_BEFORE = re.compile(
    r"(\b(halb|viertel|nach|vor|past|to|half|quarter|till?|um|at|vers|et)\s|百分之|[第周期])$", re.I
)
NO_COUNT_AFTER = re.compile(
    r"(\s?-|\s(Drittel|Viertel|thirds?|quarters?|tiers|quarts?|hundert|hundred|tausend|thousand|"
    r"Millionen|million|cents?\b|mille|Hundert|Tausend)|[十百千万亿分点月日号])"
)
NUMERALS = "一二三四五六七八九十百千万亿两"
CODE = re.compile(
    r"(?<![0-9A-Za-z.@/-])(?=[A-Za-z-]*[0-9])(?=[0-9-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
    r"(?![0-9A-Za-z@/])"
)
ORDINAL = re.compile(r"\d+(st|nd|rd|th|s|e|er|h|pm|am)")


@dataclass(frozen=True)
class _Found:
    """A number on one side."""

    value: str
    """Digits, and where there are decimals a point and those."""
    spot: Spot
    before: str
    after: str
    grouped: bool
    is_word: bool = False


def number_slots(pair: Pair, source: Language, target: Language) -> list[Slot]:
    """All that can be replaced, the larger wholes first; they may overlap."""
    return [
        *_dates(pair, source, target),
        *_times(pair),
        *_codes(pair),
        *_numbers(pair, source, target),
    ]


def _numbers(pair: Pair, source: Language, target: Language) -> Iterator[Slot]:
    mine = list(_written(pair[0], source))
    theirs = list(_written(pair[1], target)) if mine else []
    for value in dict.fromkeys(found.value for found in mine):
        here = [found for found in mine if found.value == value]
        there = [found for found in theirs if found.value == value]
        together = [*here, *there]
        if len(here) != len(there) or value in ("0", "1") or any(map(_counts_not, together)):
            continue
        if any(_is_day(found, source) for found in here) or any(_is_day(f, target) for f in there):
            continue
        kind = _kind(value, together)
        grouped = any(found.grouped for found in together)
        draw = partial(
            _drawn,
            value,
            (source, target),
            kind=kind,
            grouped=grouped,
            limit=_largest(together),
        )
        yield Slot(kind, tuple(f.spot for f in here), tuple(f.spot for f in there), draw)


def _is_day(found: _Found, language: Language) -> bool:
    """Whether a number stands beside a month, in a date that was not read."""
    if len(found.value) > 2:  # noqa: PLR2004 (digits of a day)
        return False
    if language.code == "zh":
        return (found.after[:1] in "月日号" and bool(found.after)) or found.before.endswith("月")
    months = "|".join(language.months)
    return bool(
        re.match(rf"\.?( of)? ({months})", found.after) or re.search(rf"({months}) $", found.before)
    )


def _counts_not(found: _Found) -> bool:
    """Whether a number word is no count of its own, such as in "half past two"."""
    if not found.is_word:
        return False
    return bool(NO_COUNT_BEFORE.search(found.before) or NO_COUNT_AFTER.match(found.after)) and not (
        HOURLIKE.match(found.after)
    )


def _kind(value: str, together: list[_Found]) -> Kind:
    if any(PRICE_AFTER.match(f.after) or PRICE_BEFORE.search(f.before) for f in together):
        return "price"
    bare = value.isdigit() and not any(found.grouped for found in together)
    return "year" if bare and len(value) == 4 and int(value) in YEARS else "number"  # noqa: PLR2004 (digits of a year)


def _largest(together: list[_Found]) -> int:
    """The largest that makes sense beside what follows; 0: there is none."""
    if any(HOURLIKE.match(found.after) for found in together):
        return HOURS
    if any(PERCENT.match(f.after) or f.before.endswith("百分之") for f in together):
        return 99
    return 0


def _drawn(
    value: str,
    languages: tuple[Language, Language],
    chance: random.Random,
    *,
    kind: Kind,
    grouped: bool,
    limit: int,
) -> Pair:
    whole, _, decimals = value.partition(".")
    if kind == "year":
        year = str(chance.randint(1800, 2049) if chance.random() < 0.8 else chance.choice(YEARS))  # noqa: PLR2004 (most years are of these times)
        return year, year
    if limit:
        number = chance.randint(2, limit)
    else:
        digits = len(whole) if chance.random() < 0.5 else chance.randint(1, MOST_DIGITS)  # noqa: PLR2004 (half keep their length)
        number = max(2, chance.randrange(10 ** (digits - 1), 10**digits))
    if kind == "price" and not decimals and number < 1000 and chance.random() < 0.3:  # noqa: PLR2004 (some have cents)
        decimals = "00"
    rest = "".join(chance.choice("0123456789") for _ in decimals)
    if rest and not rest.strip("0"):
        rest = rest[:-1] + "5"
    parted = grouped or number >= 10_000 or (number >= 1000 and chance.random() < 0.5)  # noqa: PLR2004 (longer ones are grouped)
    mine, theirs = (_spelled(number, rest, it, grouped=parted) for it in languages)
    return mine, theirs


def _spelled(number: int, decimals: str, language: Language, *, grouped: bool) -> str:
    whole = f"{number:,}".replace(",", language.thousands) if grouped else str(number)
    return f"{whole}{language.decimal}{decimals}" if decimals else whole


def _written(text: str, language: Language) -> Iterator[_Found]:
    """Numbers in digits, and small ones in words."""
    group = re.escape(language.thousands)
    point = re.escape(language.decimal)
    digits = re.compile(
        rf"(?<![0-9A-Za-z:/])(?<![0-9][.,])(?<![-.])(\d{{1,3}}(?:{group}\d{{3}})+|\d+)"
        rf"(?:{point}(\d+))?(?![0-9A-Za-z:/-]|[.,]\d)"
    )
    for found in digits.finditer(text):
        whole = found[1].replace(language.thousands, "")
        value = f"{whole}.{found[2]}" if found[2] else whole
        yield _at(text, found, value, grouped=whole != found[1])
    edge = ("(?<![A-Za-zÀ-ÿ-])", "(?![A-Za-zÀ-ÿ-])")
    if not language.spaced:
        edge = (f"(?<![{NUMERALS}])", f"(?![{NUMERALS}])")
    words = "|".join(map(re.escape, language.numbers))
    for found in re.finditer(f"{edge[0]}({words}){edge[1]}", text):
        value = str(language.numbers[found[1]])
        yield _at(text, found, value, is_word=True)


def _at(
    text: str, match: re.Match[str], value: str, *, grouped: bool = False, is_word: bool = False
) -> _Found:
    start, end = match.span()
    return _Found(
        value=value,
        spot=Spot(start, end),
        before=text[max(0, start - BESIDE) : start],
        after=text[end : end + BESIDE],
        grouped=grouped,
        is_word=is_word,
    )


_TIME = re.compile(r"(?<![0-9:.,])(\d{1,2})(:|\.(?=\d\d\sUhr)|\sh\s|点)([0-5]\d)(?![0-9:%]|[.,]\d)")


def _times(pair: Pair) -> Iterator[Slot]:
    """One time of the day on both sides, of twelve or of twenty-four hours."""
    here, there = (list(_TIME.finditer(text)) for text in pair)
    if len(here) != 1 or len(there) != 1 or here[0][3] != there[0][3]:
        return
    mine, theirs = here[0], there[0]
    later = int(mine[1]) - int(theirs[1])
    if later not in (0, HOURS):
        return

    def draw(chance: random.Random) -> Pair:
        hour = chance.randint(1, 11 if later or int(mine[1]) <= HOURS else 23)
        minute = f"{chance.randrange(60):02}"
        return f"{hour + later}{mine[2]}{minute}", f"{hour}{theirs[2]}{minute}"

    yield Slot("time", (Spot(*mine.span()),), (Spot(*theirs.span()),), draw)


def _dates(pair: Pair, source: Language, target: Language) -> Iterator[Slot]:
    """One day of one month on both sides; the year is a number of its own."""
    mine, theirs = _day(pair[0], source), _day(pair[1], target)
    if mine is None or theirs is None or mine[:2] != theirs[:2]:
        return

    def draw(chance: random.Random) -> Pair:
        day, month = chance.randint(2, 28), chance.randrange(12)
        return mine[3](day, month), theirs[3](day, month)

    yield Slot("date", (mine[2],), (theirs[2],), draw)


def _day(text: str, language: Language) -> tuple[int, int, Spot, Callable[[int, int], str]] | None:
    """The only date of a text: day, month from 0, where it is, and how another one is written."""
    months = "|".join(language.months)
    if language.code == "en":
        first = re.compile(rf"(?P<m>{months})(?P<a> )(?P<d>\d{{1,2}})(?P<o>st|nd|rd|th)?\b")
        second = re.compile(rf"(?P<d>\d{{1,2}})(?P<o>st|nd|rd|th)?(?P<a> of | )(?P<m>{months})\b")
        found = [*first.finditer(text), *second.finditer(text)]
    elif language.code == "zh":
        found = [*re.finditer(r"(?P<m>1?\d月)(?P<d>\d{1,2})(?P<o>日|号)", text)]
    else:
        dot = r"\." if language.code == "de" else ""
        found = [*re.finditer(rf"(?P<d>\d{{1,2}})(?P<o>{dot})(?P<a> )(?P<m>{months})\b", text)]
    if len(found) != 1 or found[0]["m"] not in language.months:
        return None
    one = found[0]
    month_first = one.start("m") < one.start("d")

    def write(day: int, month: int) -> str:
        after = one["o"] or ""
        if language.code == "en" and after:
            after = _ordinal(day)
        number, name = f"{day}{after}", language.months[month]
        between = "" if language.code == "zh" else one["a"]
        return f"{name}{between}{number}" if month_first else f"{number}{between}{name}"

    return int(one["d"]), list(language.months).index(one["m"]), Spot(*one.span()), write


def _ordinal(day: int) -> str:
    if 10 < day < 14:  # noqa: PLR2004 (eleventh, twelfth, thirteenth)
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _codes(pair: Pair) -> Iterator[Slot]:
    """Words of letters and digits, the same on both sides."""
    here, there = ([f for f in CODE.finditer(t) if not ORDINAL.fullmatch(f[0])] for t in pair)
    for code in dict.fromkeys(found[0] for found in here):
        mine = tuple(Spot(*found.span()) for found in here if found[0] == code)
        theirs = tuple(Spot(*found.span()) for found in there if found[0] == code)
        if len(mine) == len(theirs):
            yield Slot("code", mine, theirs, partial(_like, code))


def _like(code: str, chance: random.Random) -> Pair:
    """Another code of the same shape."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    drawn = ""
    for sign in code:
        if sign.isdigit():
            drawn += chance.choice("0123456789")
        elif sign.isalpha():
            letter = chance.choice(letters)
            drawn += letter.upper() if sign.isupper() else letter
        else:
            drawn += sign
    return drawn, drawn
