"""SentencePiece: text to ids, pieces and character spans, and back.

Knows nothing about models; which ids are special is known to whoever trained the two together.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sentencepiece

from seqviz.errors import InputError, ModelError
from seqviz.options import MAX_CHARACTERS

_SEPARATORS = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029]")  # controls, zero-width space
_INVISIBLE = re.compile("[\u00ad\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """A text in pieces; the three tuples are of the same length."""

    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    """As the model spells them: "▁" marks the start of a word."""
    spans: tuple[tuple[int, int], ...]
    """Half-open character ranges of the text, in order, white space at either end left out; empty
    where normalisation made several pieces of one character, for all but the last of them.
    """


def prepare_text(text: str) -> str:
    """Make a text fit for a model: NFC, nothing invisible in it, no white space around it.

    Control characters and zero-width spaces become spaces. Soft hyphens, byte order marks and
    marks of writing direction are removed. Lone surrogates become U+FFFD.

    Raises:
        InputError: nothing is left, or the text is too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError("text_too_long", {"found": len(text), "limit": MAX_CHARACTERS})
    visible = _INVISIBLE.sub("", _SEPARATORS.sub(" ", _without_surrogates(text)))
    prepared = unicodedata.normalize("NFC", visible).strip()
    if not prepared:
        raise InputError("empty_text")
    return prepared


class TextTokenizer(Protocol):
    """Text to ids and back, as a model knows it; threads may share it."""

    def __len__(self) -> int:
        """Tokens in the vocabulary."""

    def encode(self, text: str) -> Encoding:
        """Split a text into tokens; no special ones are added; spans are ranges of ``text``."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; special tokens leave nothing."""

    def piece(self, token: int) -> str:
        """How a token is spelled; "▁" marks the start of a word. IndexError: there is none."""

    def ids_of(self, pieces: Sequence[str]) -> tuple[int, ...]:
        """The ids of those pieces that the vocabulary has."""


class Tokenizer:
    """One SentencePiece model. It never changes after loading, so threads may share it."""

    def __init__(self, path: Path | str) -> None:
        """Load a SentencePiece model file.

        Raises:
            ModelError: the file is missing or is no SentencePiece model.
        """
        self._processor = _load(Path(path))

    def __len__(self) -> int:
        """Pieces in the vocabulary."""
        return int(self._processor.get_piece_size())

    def encode(self, text: str) -> Encoding:
        """Split a text into pieces; no special tokens are added.

        Args:
            text: any text; ``prepare_text`` says what models expect.

        Returns:
            spans are ranges of ``text`` as given, whatever the model's normalisation did.
        """
        whole = _without_surrogates(text)
        found = self._processor.encode(whole, return_type="offset_mapping")
        return Encoding(
            ids=tuple(found["ids"]),
            pieces=tuple(found["pieces"]),
            spans=tuple(_trimmed(whole, start, end) for start, end in found["offsets"]),
        )

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; special tokens leave nothing, unknown ones "⁇"."""
        return str(self._processor.decode([int(token) for token in ids])).strip()

    def join(self, pieces: Sequence[str]) -> str:
        """The text of some pieces, whether the vocabulary has them or not."""
        return str(self._processor.decode_pieces(list(pieces)))

    def piece(self, token: int) -> str:
        """How the model spells a token.

        Raises:
            IndexError: there is no such token.
        """
        return str(self._processor.id_to_piece(int(token)))

    def ids_of(self, pieces: Sequence[str]) -> tuple[int, ...]:
        """The ids of those pieces that the vocabulary has."""
        found = [int(self._processor.piece_to_id(piece)) for piece in pieces]
        return tuple(
            token for token, piece in zip(found, pieces, strict=True) if self.piece(token) == piece
        )


def _load(path: Path) -> Any:
    if not path.is_file():
        raise ModelError("file_missing", {"file": str(path)})
    try:
        content = path.read_bytes()
        if not content:
            raise RuntimeError
        return sentencepiece.SentencePieceProcessor(model_proto=content)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no SentencePiece model"
        raise ModelError("file_corrupt", {"file": str(path), "reason": reason}) from error


def _without_surrogates(text: str) -> str:
    """Replace what UTF-8 cannot hold, one character by one."""
    return _SURROGATES.sub("\ufffd", text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
