"""How an option is declared; the options themselves stand in ``decode`` and ``sampling``.

Command line, page, link and trace file follow from what is declared.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from seqviz.errors import InputError

Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What is said of one option beside its name, type and default."""

    low: float | None = None
    """The least it may be; of a text or a list, the fewest characters or entries."""
    high: float | None = None
    """The most, likewise; None: no bound."""
    counted: str = ""
    """What the range is of, where it is not the option itself."""
    flag: str = ""
    """On the command line; "": it has none of its own."""
    metavar: str = ""
    """What stands for its value in the command line's help."""
    help: str = ""
    """One sentence for the command line."""
    code: str = ""
    """Of the page's setting, and in its links, for ever; "": the page does not ask for it."""
    page: tuple[float, float] | None = None
    """The range on the page, where it is another."""
    step: float | None = None
    """Of a slider on the page; None: a box for a number."""
    since: int = 1
    """The first format of trace files that holds it; 0: none does."""
    shows: bool = True
    """It changes what is found, and so is told in words; else only what is recorded of it."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option, as declared."""

    name: str
    kind: Any
    """The type of its value."""
    default: Any
    declared: Declared

    @property
    def choices(self) -> tuple[str, ...]:
        """What it may be, the default first, where that is one of a few names; else ()."""
        found = get_args(self.kind) if get_origin(self.kind) is Literal else ()
        return tuple(sorted(found, key=lambda name: bool(name != self.default)))

    @property
    def page_range(self) -> tuple[float, float]:
        """The least and the most on the page; one that may be left open has 0 for that."""
        low, high = self.declared.page or (self.declared.low or 0, self.declared.high or 0)
        return (0 if self.default is None else low), high

    def check(self, found: Any, *, low: float | None = None) -> None:
        """Refuse a value out of its range, or none of its choices.

        Args:
            found: the value.
            low: the least here, where more is needed than is declared.

        Raises:
            InputError: ``option_out_of_range`` or ``option_unknown``.
        """
        if self.choices:
            choices = get_args(self.kind)
            if found not in choices:
                facts = {"option": self.name, "found": found, "choices": ", ".join(choices)}
                raise InputError("option_unknown", facts)
        least, most = self.declared.low if low is None else low, self.declared.high
        if found is None or least is None or most is None:
            return
        number = len(found) if isinstance(found, (str, tuple)) else found
        if not least <= number <= most:  # also refuses NaN
            name = self.declared.counted or self.name
            facts = {"option": name, "found": number, "low": least, "high": most}
            raise InputError("option_out_of_range", facts)


def option(default: Value, declared: Declared) -> Value:
    """A field of a record of options."""
    found: Value = field(default=default, metadata={"declared": declared})
    return found


def options_of(record: type) -> tuple[Option, ...]:
    """All options of a record, in their order."""
    return _options_of(cast(Hashable, record))


@cache
def _options_of(record: Any) -> tuple[Option, ...]:
    kinds = get_type_hints(record)
    return tuple(
        Option(
            name=one.name,
            kind=kinds[one.name],
            default=one.default,
            declared=one.metadata.get("declared", Declared()),
        )
        for one in fields(record)
    )


def unusual(options: object, known: Collection[str] = ()) -> list[str]:
    """Names of the options that are not at their defaults, those that are known left out."""
    return [
        one.name
        for one in options_of(type(options))
        if getattr(options, one.name) != one.default and one.name not in known
    ]
