"""A mapping of a file, read key by key, every mistake told with its line.

Knows types and choices, not what the keys mean.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from seqviz.lesson.located import MOST_SHOWN, Complaints, Located
from seqviz.words import LANGUAGES

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Kind(NamedTuple):
    """What a value has to be, and how that is said."""

    types: tuple[type, ...]
    wanted: str


TEXT = Kind((str,), "a text")
NUMBER = Kind((int, float), "a number")
WHOLE = Kind((int,), "a whole number")
FLAG = Kind((bool,), "true or false")
LIST = Kind((tuple,), "a list")


class Form:
    """What is read is checked; what nobody asked for, once all is read, is a mistake, too."""

    def __init__(self, located: Located, complaints: Complaints, *, what: str) -> None:
        self.line, self.complaints = located.line, complaints
        self.left: dict[str, Located] = {}
        self.known: list[str] = []
        if isinstance(located.value, Mapping):
            self.left = dict(located.value)
        else:
            facts = _told(what, located, "a list of names: values")
            complaints.add("lesson_wrong", located.line, facts)

    def take(self, key: str, *, needed: bool = False) -> Located | None:
        """The value of a key, or None."""
        self.known.append(key)
        found = self.left.pop(key, None)
        if found is None and needed:
            self.complaints.add("lesson_missing", self.line, {"key": key})
        return found

    def text(self, key: str, *, needed: bool = False, usual: str = "") -> str:
        """A text."""
        return str(self._of(key, TEXT, usual=usual, needed=needed))

    def number(self, key: str, usual: float) -> float:
        """A number."""
        return float(self._of(key, NUMBER, usual=usual))

    def whole(self, key: str, usual: int) -> int:
        """A whole number, not below 0."""
        located = self.left.get(key)
        found = int(self._of(key, WHOLE, usual=usual))
        if located is not None and found < 0:
            self.complaints.add("lesson_wrong", located.line, _told(key, located, "0 or more"))
        return found

    def flag(self, key: str, *, usual: bool) -> bool:
        """True or false."""
        return bool(self._of(key, FLAG, usual=usual))

    def choice(self, key: str, choices: Collection[str], *, usual: str = "") -> str:
        """One of some names."""
        located = self.left.get(key)
        found = self.text(key, usual=usual)
        known = located is None or self.complaints.is_one_of(choices, key, located)
        return found if known else usual

    def id(self, key: str) -> str:
        """A name that may stand in a link."""
        located = self.left.get(key)
        found = self.text(key, needed=True)
        if located is not None and not ID.fullmatch(found):
            facts = {"key": key, "found": found[:MOST_SHOWN]}
            self.complaints.add("lesson_no_id", located.line, facts)
        return found

    def names(self, key: str) -> tuple[Located, ...]:
        """A list of texts, or one alone."""
        located = self.take(key)
        if located is None:
            return ()
        each = located.value if isinstance(located.value, tuple) else (located,)
        return tuple(one for one in each if self.typed(one, key, TEXT, usual=None) is not None)

    def texts(self, key: str, *, needed: bool = False) -> dict[str, Located]:
        """A text in every language, with its line; empty: there is none."""
        form = self.part(key, needed=needed)
        if form is None:
            return {}
        found = {code: form.take(code, needed=True) for code in LANGUAGES}
        form.end()
        return {
            code: one
            for code, one in found.items()
            if one is not None and self.typed(one, code, TEXT, usual=None) is not None
        }

    def part(self, key: str, *, needed: bool = False) -> "Form | None":
        """A mapping within this one."""
        located = self.take(key, needed=needed)
        return None if located is None else Form(located, self.complaints, what=key)

    def items(self, key: str) -> Iterator[Located]:
        """The entries of a list that has to be there."""
        located = self.take(key, needed=True)
        if located is not None:
            yield from self.typed(located, key, LIST, usual=())

    def end(self) -> None:
        """Complain of what nobody asked for."""
        for key, located in self.left.items():
            facts = {"key": key[:MOST_SHOWN], "choices": ", ".join(self.known)}
            self.complaints.add("lesson_unknown_key", located.line, facts)
        self.left = {}

    def typed(self, located: Located, key: str, kind: Kind, *, usual: Any) -> Any:
        """A value, if it is of a kind; else ``usual``, and a complaint."""
        if type(located.value) in kind.types:
            return located.value
        self.complaints.add("lesson_wrong", located.line, _told(key, located, kind.wanted))
        return usual

    def _of(self, key: str, kind: Kind, *, usual: Any, needed: bool = False) -> Any:
        located = self.take(key, needed=needed)
        return usual if located is None else self.typed(located, key, kind, usual=usual)


def _told(key: str, located: Located, wanted: str) -> dict[str, object]:
    found = located.value
    shown = "a list" if isinstance(found, Mapping | tuple) else repr(found)[:MOST_SHOWN]
    return {"key": key, "found": shown, "wanted": wanted}
