"""What a recorded column is: declared once, in the type of its field of a record.

The file, its checks and the room that a search reserves follow from it; the document is tested
against it. Knows no column.
"""

from dataclasses import dataclass, replace
from functools import cache
from types import NoneType
from typing import Literal, get_args, get_type_hints

Holds = Literal[
    "token",
    "place",
    "fate",
    "flag",
    "rank",
    "count",
    "log-probability",
    "probability",
    "weight",
    "raw score",
    "number",
    "score",
    "divisor",
]
"""What kind of number; a place is an index along another axis."""
When = Literal["always", "sampling", "model"]
PACKED = "P"
_DTYPES = {"fate": "int8", "flag": "bool"}
_WHOLE = ("token", "place", "rank", "count")


@dataclass(frozen=True)
class Column:
    """One array of a record."""

    shape: str
    """A letter an axis, as in ``Search``; "P": step after step packed in one axis, "E" the layers
    of the encoder, "M" hypotheses."""
    holds: Holds
    when: When = "always"
    """Recorded by every search, by sampling, or where the model returns such a thing."""
    half: bool = False
    """A file with half precision rounds it."""
    since: int = 1
    """The format of trace files that brought it."""
    optional: bool = False
    """It may be None: so says the field's type."""

    @property
    def dtype(self) -> str:
        """Of its numbers in memory, as numpy and torch call it."""
        return _DTYPES.get(self.holds, "int32" if self.holds in _WHOLE else "float32")


@cache
def columns(record: type) -> dict[str, Column]:
    """The columns of a record by the names of their fields, in their order."""
    found = {}
    for name, hint in get_type_hints(record, include_extras=True).items():
        for column in getattr(hint, "__metadata__", ()):
            found[name] = replace(column, optional=NoneType in get_args(hint.__origin__))
    return found
