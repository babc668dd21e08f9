"""Mistakes that a person can mend, each with a stable code.

Everything below the command line and the page raises these; the command line prints the English
message, the page looks the code up in its own language. Knows nothing about where an error is
shown.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from seqviz.words import table

SHOWN_PARTS = 3
"""Of a path, such as PAIR/SYSTEM/settings.json."""
_QUOTED_PATH = re.compile(r"(?<=['\"])/[^'\"]+(?=['\"])")
"""As the system's messages name a file."""


class SeqVizError(Exception):
    """A mistake that a person can mend: what was wrong, what was found, what to do.

    Attributes:
        code: "error." and it are the key of the message in ``seqviz.words``.
        facts: the values that the message names.
    """

    def __init__(self, code: str, facts: Mapping[str, object] | None = None) -> None:
        """Build the message of ``code`` from ``facts``."""
        self.code = code
        self.facts = dict(facts or {})
        super().__init__(message_of(code, self.facts))


UNANSWERED = frozenset(
    {"backend_away", "backend_cut", "backend_odd", "backend_said", "cancelled", "host_refused"}
    | {"model_not_served", "server_busy", "server_often", "token_wrong"}
)
"""Codes that say nothing of what was asked: who would have answered did not."""


class InputError(SeqVizError):
    """The text or an option was refused."""


class ModelError(SeqVizError):
    """A model, or one of its files, cannot be used."""


class DecodingCancelled(SeqVizError):
    """The caller stopped the decoding between two steps."""

    def __init__(self) -> None:
        """Build the one message that this error has."""
        super().__init__("cancelled")


def message_of(code: str, facts: Mapping[str, object]) -> str:
    """The English message of an error."""
    return table()[f"error.{code}"].format_map(facts)


def without_places(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts for others: of where files and folders lie, only the last parts."""
    shown = dict(facts)
    for name in {"file", "folder"} & shown.keys():
        shown[name] = _last_parts(str(shown[name]))
    if "reason" in shown:
        shown["reason"] = _QUOTED_PATH.sub(lambda one: _last_parts(one[0]), str(shown["reason"]))
    return shown


def _last_parts(path: str) -> str:
    parts = Path(path).parts
    return "/".join(parts[Path(path).is_absolute() :][-SHOWN_PARTS:])


_NO_ROOM = (
    *("out of memory", "can't allocate memory", "cannot allocate memory", "bad_alloc"),
    *("alloc_failed", "could not create a primitive", "can't start new thread"),
)
"""How CUDA, its libraries, MPS, oneDNN and the CPU put it; not all have an error of their own."""


def lacks_memory(error: BaseException) -> bool:
    """Whether this is how a machine says that it has no memory left."""
    said = f"{type(error).__name__} {error}".lower().replace("outofmemory", "out of memory")
    return isinstance(error, MemoryError) or any(complaint in said for complaint in _NO_ROOM)
