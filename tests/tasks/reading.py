"""The slow truth: dates and numbers read back from what people write, by rules of their own."""

import datetime
import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
TEENS = (
    "twelve",
    *(f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORTH = {
    **{word: number for number, word in enumerate(["zero", *UNITS, *TEENS])},
    **{word: 10 * number for number, word in enumerate(TENS, start=2)},
}
ORDINAL = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
FIGURES = (  # no text fits two of them
    r"(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>\d{4})",
    r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
    r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
)


def read_number(text: str) -> int:
    """What the words are worth, added up from left to right."""
    total = part = 0
    for word in re.split("[ -]", text):
        if word == "hundred":
            part *= 100
        elif word == "thousand":
            total, part = 1000 * part, 0
        else:
            part += WORTH[word]
    return total + part


def read_date(text: str) -> tuple[datetime.date, int | None]:
    """The date, and the weekday where one is written, 0 for Monday."""
    rest = text.lower().removeprefix("on ")
    weekday = next((n for n, day in enumerate(DAYS) if rest.startswith(day)), None)
    if weekday is not None:
        rest = re.sub("^[a-z]+,? ", "", rest)
    for pattern in FIGURES:
        if found := re.fullmatch(pattern, rest):
            year, month, day = (int(found[name]) for name in "ymd")
            return datetime.date(year, month, day), weekday
    ((month, name),) = (
        (number, found)
        for number, start in enumerate(MONTHS, start=1)
        if (found := re.search(rf"\b{start}[a-z]*", rest))
    )
    if figures := re.search(r"\d{4}", rest):
        return datetime.date(int(figures[0]), month, _day(rest)), weekday
    cut = rest.index(",") if "," in rest else name.end()
    return datetime.date(_spoken_year(rest[cut:]), month, _day(rest[:cut])), weekday


def _day(text: str) -> int:
    if figures := re.search(r"(?<!\d)\d{1,2}(?!\d)", text):
        return int(figures[0])
    (word,) = (word for word in re.findall("[a-z-]+", text) if _ordinal(word.split("-")[-1]))
    tens, _, last = word.rpartition("-")
    return WORTH.get(tens, 0) + _ordinal(last)


def _ordinal(word: str) -> int:
    """0: it is none."""
    if word in ORDINAL:
        return ORDINAL[word]
    cardinal = re.sub("th$", "", re.sub("ieth$", "y", word))
    return WORTH[cardinal] if cardinal != word and cardinal in WORTH else 0


def _spoken_year(text: str) -> int:
    first, *rest = re.findall("[a-z]+", text)
    if rest[0] == "thousand":
        return 1000 * WORTH[first] + sum(WORTH[word] for word in rest[1:])
    return 100 * WORTH[first] + sum(WORTH[word] for word in rest if word not in ("hundred", "oh"))


def read_word(text: str) -> int:
    """Its place among all words of these letters, the shorter ones first, found by counting."""
    letters = "lpsarote"
    before = sum(int(len(letters) ** length) for length in range(3, len(text)))
    for place, letter in enumerate(reversed(text)):
        before += letters.index(letter) * int(len(letters) ** place)
    return before
