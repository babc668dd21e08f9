"""Errors between processes: an exception of ours is not made of its message alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from seqviz.api.answers import known_error
from seqviz.errors import DecodingCancelled, InputError, ModelError, SeqVizError


@dataclass(frozen=True)
class Refused:
    """An error on its way from a replica: its class, its code and what it names."""

    kind: str
    code: str
    facts: Mapping[str, object]

    @classmethod
    def of(cls, error: Exception) -> "Refused":
        """What went wrong; what nobody foresaw is logged where it happened."""
        known = known_error(error)
        return cls(type(known).__name__, known.code, known.facts)

    def error(self) -> SeqVizError:
        """The error itself."""
        if self.kind == DecodingCancelled.__name__:
            return DecodingCancelled()
        made = ModelError if self.kind == ModelError.__name__ else InputError
        return made(self.code, self.facts)
