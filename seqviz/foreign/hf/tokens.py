"""Tokenizers of ``transformers`` as ``tokenizer.TextTokenizer``: text to ids and spans, and back.

Pieces are spelled the way the rest of the house reads them: "▁" starts a word, bytes that are no
whole character are "<0xE4>", "</s>" and its like are always so spelled, and what is no text but
tells a language or a task stands in ⟨angle brackets⟩.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from seqviz.text.tokenizer import Encoding, Tokenizer

SPACE = "▁"
UNKNOWN_TEXT = " ⁇ "
_BYTE = "<0x{:02X}>"
_NO_CHARACTER = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a vocabulary calls the tokens that are no text."""

    spelled: dict[int, str]
    """Of "</s>", "<s>", "<pad>", "<unk>" and tags, by id."""
    unknown: int
    size: int
    """Tokens that the model knows; a tokenizer may know fewer."""

    def piece(self, token: int, text: str | None) -> str:
        """How a token is spelled; ``text``: as one that is no special one, None where it is none.

        Raises:
            IndexError: the model has no such token.
        """
        if not 0 <= token < self.size:
            raise IndexError(token)
        return self.spelled.get(token, f"⟨{token}⟩" if text is None else text)


class FastTokens:
    """A tokenizer of the ``tokenizers`` library; it never changes, so threads may share it."""

    def __init__(self, backend: Any, names: Names) -> None:
        """Take one over.

        Args:
            backend: a ``tokenizers.Tokenizer``; special tokens in a text are text to it now.
            names: of its special tokens.
        """
        backend.no_truncation()
        backend.no_padding()
        backend.encode_special_tokens = True
        self._backend, self._names = backend, names
        self._bytes = type(backend.decoder).__name__ == "ByteLevel"

    def __len__(self) -> int:
        """See ``TextTokenizer``."""
        return self._names.size

    def encode(self, text: str) -> Encoding:
        """See ``TextTokenizer``; an unknown token is spelled as it was written."""
        found = self._backend.encode(text, add_special_tokens=False)
        spans = tuple(separated(text, found.offsets))
        pieces: list[str] = []
        for token, span in zip(found.ids, spans, strict=True):
            started = pieces[-1:] == [SPACE]
            pieces.append(self._written(text, token, span, started=started))
        return Encoding(ids=tuple(found.ids), pieces=tuple(pieces), spans=spans)

    def decode(self, ids: Sequence[int]) -> str:
        """See ``TextTokenizer``; unknown tokens leave "⁇"."""
        return decoded(ids, self._names.unknown, self._text)

    def piece(self, token: int) -> str:
        """See ``TextTokenizer``."""
        found = self._backend.id_to_token(int(token)) if 0 <= token < len(self) else None
        return self._names.piece(token, spelled_bytes(found) if found and self._bytes else found)

    def ids_of(self, pieces: Sequence[str]) -> tuple[int, ...]:
        """See ``TextTokenizer``."""
        spelled = (in_bytes(piece) if self._bytes else piece for piece in pieces)
        found = [self._backend.token_to_id(piece) for piece in spelled]
        return tuple(token for token in found if token is not None)

    def _text(self, ids: Iterator[int]) -> str:
        return str(self._backend.decode(list(ids), skip_special_tokens=True))

    def _written(self, text: str, token: int, span: tuple[int, int], *, started: bool) -> str:
        """How it is spelled; ``started``: the piece before it is the space before it."""
        if token != self._names.unknown or span[0] == span[1]:
            return self.piece(token)
        starts = not started and (span[0] == 0 or text[span[0] - 1].isspace())
        return f"{SPACE if starts else ''}{text[slice(*span)]}"


class SentencePieceTokens:
    """SentencePiece and a list of ids, as M2M100 has them; threads may share it."""

    def __init__(self, pieces: Tokenizer, words: Any, names: Names) -> None:
        """Put the two together.

        Args:
            pieces: splits a text.
            words: an ``M2M100Tokenizer``, which knows the ids and the way back.
            names: of its special tokens.
        """
        self._pieces, self._words, self._names = pieces, words, names

    def __len__(self) -> int:
        """See ``TextTokenizer``."""
        return self._names.size

    def encode(self, text: str) -> Encoding:
        """See ``TextTokenizer``; an unknown token is spelled as it was written."""
        found = self._pieces.encode(text)
        ids = tuple(self._id(piece) for piece in found.pieces)
        return Encoding(ids=ids, pieces=found.pieces, spans=found.spans)

    def decode(self, ids: Sequence[int]) -> str:
        """See ``TextTokenizer``; unknown tokens leave "⁇"."""
        return decoded(ids, self._names.unknown, self._text)

    def piece(self, token: int) -> str:
        """See ``TextTokenizer``."""
        return self._names.piece(token, self._words.decoder.get(token))

    def ids_of(self, pieces: Sequence[str]) -> tuple[int, ...]:
        """See ``TextTokenizer``."""
        found = (self._id(piece) for piece in pieces)
        return tuple(token for token in found if token != self._names.unknown)

    def _text(self, ids: Iterator[int]) -> str:
        pieces = [self.piece(token) for token in ids if self._is_text(token)]
        return str(self._words.convert_tokens_to_string(pieces))

    def _is_text(self, token: int) -> bool:
        return token in self._words.decoder and token not in self._names.spelled

    def _id(self, piece: str) -> int:
        """A piece as ``encode`` finds it is no special token, whatever its spelling."""
        token = int(self._words.encoder.get(piece, self._names.unknown))
        return self._names.unknown if token in self._names.spelled else token


def decoded(ids: Sequence[int], unknown: int, text: Callable[[Iterator[int]], str]) -> str:
    """The text of ids, what is unknown as "⁇"; ``text`` decodes what is known."""
    runs = groupby(map(int, ids), key=lambda token: token == unknown)
    texts = [UNKNOWN_TEXT * len(list(run)) if lost else text(run) for lost, run in runs]
    return "".join(texts).strip()


def separated(text: str, offsets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Character ranges of which none overlaps another, white space at either end left out.

    Where several tokens share a character, the last one has it and the others have nothing.
    """
    spans, limit = [], len(text)
    for start, end in reversed(offsets):
        last = min(end, limit)
        first = min(start, last)
        while first < last and text[first].isspace():
            first += 1
        while first < last and text[last - 1].isspace():
            last -= 1
        spans.append((first, last))
        limit = first
    return spans[::-1]


def _byte_letters() -> dict[int, str]:
    """The letter that stands for every byte in byte-level BPE.

    Radford et al. 2019, https://github.com/openai/gpt-2 encoder.py: those that can be seen stand
    for themselves, the others for letters from U+0100 on.
    """
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    unseen = [byte for byte in range(256) if byte not in seen]
    return {byte: chr(byte) for byte in seen} | {
        byte: chr(256 + place) for place, byte in enumerate(unseen)
    }


_LETTERS = _byte_letters()
_BYTES = {letter: byte for byte, letter in _LETTERS.items()}


def spelled_bytes(token: str) -> str:
    """A token of byte-level BPE as text, "▁" for a space."""
    if not all(letter in _BYTES for letter in token):
        return token  # one that was added as it is
    content = bytes(_BYTES[letter] for letter in token)
    text = content.decode("utf-8", errors="surrogateescape").replace(" ", SPACE)
    return _NO_CHARACTER.sub(lambda found: _BYTE.format(ord(found[0]) - 0xDC00), text)


def in_bytes(piece: str) -> str:
    """The other way round, for pieces of whole characters."""
    content = piece.replace(SPACE, " ").encode("utf-8", errors="replace")
    return "".join(_LETTERS[byte] for byte in content)
