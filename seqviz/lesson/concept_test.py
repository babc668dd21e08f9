"""Ten items before and after the lesson, and what was learnt. Knows no page.

The same ten both times, in another order: a gain is only a gain on the same items, and two forms
of equal difficulty need hundreds of answers to be made (Hake's courses, too, gave one test twice).
Right answers are shown after the second time alone.
"""

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from seqviz.errors import InputError

FILE = "concept_test.yaml"
Form = Literal["before", "after"]
FORMS: tuple[Form, ...] = ("before", "after")
MOST_BYTES = 1_000_000
"""Of a file of answers; those of one respondent take half a thousandth."""
FORMULA = "=+-@\t\r\n "
"""With what a spreadsheet's formula begins, and spaces."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question with four options; texts are by the code of a language."""

    id: str
    concept: Mapping[str, str]
    ask: Mapping[str, str]
    options: tuple[Mapping[str, str], ...]
    right: int
    """Place of the right option, from 1."""
    why: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """A line of the CSV file."""

    respondent: str
    """A code of the respondent's own choice, the same both times."""
    form: str
    """"before" or "after"."""
    item: str
    answer: int
    """Place of the option, from 1, as it stands in the file of items."""
    right: int
    """1 or 0."""
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Shares right before and after, 0 to 1, of those who answered both times."""

    before: float
    after: float

    @property
    def normalised(self) -> float | None:
        """Of what could be gained, what was: (after − before) / (1 − before), Hake 1998.

        https://doi.org/10.1119/1.18809. None: all was right before.
        """
        return (self.after - self.before) / (1 - self.before) if self.before < 1 else None


@cache
def items() -> tuple[Item, ...]:
    """The ten, in the order of the chapters."""
    text = files(__package__).joinpath(FILE).read_text("utf-8")
    return tuple(Item(**one | {"options": tuple(one["options"])}) for one in yaml.safe_load(text))


def ordered(form: Form) -> tuple[Item, ...]:
    """The items as they are asked: each form in its own order, the same for everybody."""
    return tuple(random.Random(form).sample(items(), len(items())))


def answered(respondent: str, form: Form, item: Item, *, option: int, seconds: float) -> Answer:
    """What somebody answered; option from 1."""
    is_right = int(option == item.right)
    return Answer(respondent, form, item.id, option, is_right, round(seconds, 1))


def code_of(text: str) -> str:
    """What somebody is called in the file: what was typed, but never a spreadsheet's formula."""
    return text.lstrip(FORMULA).rstrip()


def written(answers: Iterable[Answer]) -> str:
    """A CSV file, with a line of names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields(Answer))
    writer.writerows(map(astuple, answers))
    return out.getvalue()


def read(content: bytes, name: str) -> tuple[Answer, ...]:
    """What ``written`` wrote, also by a spreadsheet, which may put semicolons and decimal commas.

    Raises:
        InputError: it is something else, or longer than ``MOST_BYTES``.
    """
    if len(content) > MOST_BYTES:
        reason = f"it has more than {MOST_BYTES:,} bytes"
        raise InputError("file_unreadable", {"file": name, "reason": reason})
    text = content.decode("utf-8-sig", "replace")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    found = []
    try:
        for row in rows:
            found.append(_answer(row))
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        line = rows.line_num + isinstance(error, csv.Error)  # which is before the line counts
        raise InputError("test_file", {"file": name, "line": max(1, line)}) from error
    if not found:
        raise InputError("test_file", {"file": name, "line": 1})
    return tuple(found)


def _answer(row: Mapping[Any, Any]) -> Answer:
    """A line.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    item = {item.id: item for item in items()}[row["item"]]
    option, seconds = int(row["answer"]), float(str(row["seconds"]).replace(",", "."))
    if row["form"] not in FORMS or not 1 <= option <= len(item.options) or None in row:
        raise ValueError(row)
    who = str(row["respondent"])
    return answered(who, row["form"], item, option=option, seconds=seconds)


def gains(answers: Sequence[Answer]) -> Mapping[str, Gain]:
    """By item, and of all under "": what those gained who answered an item both times.

    The last answer counts where somebody answered twice.
    """
    by_who = {(one.respondent, one.item, one.form): one.right for one in answers}
    both = [
        (item, by_who[who, item, "before"], right)
        for (who, item, form), right in by_who.items()
        if form == "after" and (who, item, "before") in by_who
    ]
    found = {}
    for name in ("", *(item.id for item in items())):
        pairs = [(before, after) for item, before, after in both if name in ("", item)]
        if pairs:
            before, after = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
            found[name] = Gain(before=before, after=after)
    return found


def respondents(answers: Sequence[Answer]) -> int:
    """How many answered both times."""
    who = [{one.respondent for one in answers if one.form == form} for form in FORMS]
    return len(who[0] & who[1])
