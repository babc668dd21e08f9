"""A filter as people type it, spelled for Python's grammar, and where things stand in it."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from seqviz.errors import InputError

_SIGNS = {"×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "，": ","}
_SIGNS |= {"（": "(", "）": ")", "“": '"', "”": '"', "‘": "'", "’": "'"}
_SIGNS |= dict.fromkeys("\n\r\t\f", " ")
"""How people write what Python's grammar spells otherwise."""


@dataclass(frozen=True)
class Spelled:
    """A text for Python's grammar, and where its characters came from."""

    typed: str
    text: str
    """Without white space at its ends."""
    origins: tuple[int, ...]
    """Of every character, its place in what was typed."""

    @classmethod
    def of(cls, typed: str) -> "Spelled":
        """Spell signs of other keyboards; a quoted text stays as it is."""
        pieces: list[tuple[str, int]] = []
        quote, is_curly = "", False
        for place, character in enumerate(typed):
            sign = _SIGNS.get(character, character)
            if quote:
                closes = sign == quote and (character == quote or is_curly)
                piece = sign if closes else character.replace("\\", "\\\\")
                quote = "" if closes else quote
            else:
                piece = "==" if sign == "=" and _is_alone(typed, place) else sign
                if sign in ("'", '"'):
                    quote, is_curly = sign, character != sign
            pieces.extend((one, place) for one in piece)
        while pieces and not pieces[-1][0].strip():
            pieces.pop()
        start = next((at for at, (one, _) in enumerate(pieces) if one.strip()), 0)
        text = "".join(one for one, _ in pieces[start:])
        return cls(typed, text, tuple(place for _, place in pieces[start:]))

    def tree(self) -> ast.expr:
        """Its grammar.

        Raises:
            InputError: ``filter_unreadable``.
        """
        try:
            return ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            place = error.offset - 1 if error.offset else len(self.text)
            raise self.refused("filter_unreadable", place) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise self.refused("filter_unreadable", 0) from error

    def at(self, node: ast.expr) -> int:
        """Where a part of the tree begins in ``text``; Python counts bytes."""
        return len(self.text.encode()[: node.col_offset].decode(errors="ignore"))

    def refused(
        self, code: str, place: int, facts: Mapping[str, object] | None = None
    ) -> InputError:
        """An error about a place of ``text``, told as a place of what was typed."""
        origin = self.origins[min(max(place, 0), len(self.origins) - 1)]
        rest = self.typed[origin : origin + 20].strip()
        return InputError(code, {"place": origin + 1, "rest": rest, **(facts or {})})


def _is_alone(typed: str, place: int) -> bool:
    """Whether an equals sign is no part of ==, <=, >= or !=."""
    beside = typed[max(0, place - 1) : place] + typed[place + 1 : place + 2]
    return not set(beside) & set("=<>!≤≥≠")
