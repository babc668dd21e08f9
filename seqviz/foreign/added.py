"""Tokens that stand beside a vocabulary, such as those of a fine-tuner: found in a text, cut out.

As the tokenizers of ``transformers`` that are written in Python do it (``PythonBackend.tokenize``).
Knows no files and no models.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

CLOSED = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token")
"""What tokens that nobody may type are for, in the order in which the library numbers them."""


@dataclass(frozen=True, kw_only=True)
class AddedToken:
    """A spelling that is one token, wherever it stands in a text."""

    id: int
    lstrip: bool = False
    """White space before it belongs to no token."""
    rstrip: bool = False
    """White space after it belongs to no token."""
    single_word: bool = False
    """It is text like any other where no space stands beside it."""


@dataclass(frozen=True)
class Part:
    """Some characters of a text, and where each of them stands in it."""

    text: str = ""
    places: tuple[int, ...] = ()

    def __add__(self, other: "Part") -> "Part":
        """Both, one after the other."""
        return Part(self.text + other.text, self.places + other.places)

    def __getitem__(self, kept: slice) -> "Part":
        """The part of it that these characters are."""
        return Part(self.text[kept], self.places[kept])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a range of its characters stands in the text."""
        if start == end:
            place = self.places[start] if start < len(self.places) else self.places[-1] + 1
            return place, place
        return self.places[start], self.places[end - 1] + 1


@dataclass(frozen=True, kw_only=True)
class AddedTokens:
    """All such tokens of a tokenizer."""

    tokens: Mapping[str, AddedToken]
    """By their spelling; those that nobody may type, such as EOS, are not among them."""

    def parts(self, text: str) -> Iterator[Part]:
        """The text in order: tokens, each a part by itself, and what stands between them."""
        parts = self._cut(text)
        for at, part in enumerate(parts):  # changed on the way, as theirs are
            if token := self.tokens.get(part.text):
                _settle(parts, at, token)
        return filter(lambda part: part.text, parts)

    def _cut(self, text: str) -> list[Part]:
        if not self.tokens:
            return [Part(text, tuple(range(len(text))))]
        parts, place = [], 0
        for piece in filter(None, self._spellings.split(text)):
            parts.append(Part(piece, tuple(range(place, place + len(piece)))))
            place += len(piece)
        return parts

    @cached_property
    def _spellings(self) -> re.Pattern[str]:
        """Finds them, of two at one place the longer one."""
        longest_first = sorted(self.tokens, key=len, reverse=True)
        return re.compile(f"({'|'.join(map(re.escape, longest_first))})")


def _settle(parts: list[Part], at: int, token: AddedToken) -> None:
    """Take white space away around the token at that place, or make it text again."""
    left = parts[at - 1] if at else Part()
    right = parts[at + 1] if at + 1 < len(parts) else Part()
    if token.rstrip and right.text:
        parts[at + 1] = right[len(right.text) - len(right.text.lstrip()) :]
    if token.lstrip and left.text:
        parts[at - 1] = left[: len(left.text.rstrip())]
    if not token.single_word:
        return
    if left.text and left.text[-1] != " ":
        parts[at - 1], parts[at] = parts[at - 1] + parts[at], Part()
    elif right.text and right.text[0] != " ":
        parts[at], parts[at + 1] = Part(), parts[at] + parts[at + 1]
