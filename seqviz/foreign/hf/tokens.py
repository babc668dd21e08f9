"""Tokenizers of ``transformers`` as ``tokenizer.TextTokenizer``: text to ids and spans, and back.

Pieces are spelled the way the rest of the house reads them: "▁" starts a word, bytes that are no
whole character are "<0xE4>", "</s>" and its like are always so spelled, and what is no text but
tells a language or a task stands in ⟨angle brackets⟩.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from seqviz.foreign.added import AddedToken, AddedTokens
from seqviz.text.codec import check_known
from seqviz.text.tokenizer import Encoding, Tokenizer

SPACE = "▁"
UNKNOWN_TEXT = " ⁇ "
_BYTE = "<0x{:02X}>"
_NEVER_TYPED = "\x00"
"""See ``tokenizer.prepare_text``."""
_NO_CHARACTER = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a vocabulary calls the tokens that are no text."""

    spelled: dict[int, str]
    """Of "</s>", "<s>", "<pad>", "<unk>" and tags, by id."""
    closed: Mapping[int, str]
    """What the vocabulary calls EOS, BOS, padding and the unknown, which nobody may type, by id."""
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

    def __init__(self, words: Any, names: Names) -> None:
        """Take one over.

        Args:
            words: the library's, on top of a ``tokenizers.Tokenizer``.
            names: of its special tokens.
        """
        backend = words.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        self._words, self._backend, self._names = words, backend, names
        self._added = {token: str(one) for token, one in words.added_tokens_decoder.items()}
        self._bytes = type(backend.decoder).__name__ == "ByteLevel"

    def __len__(self) -> int:
        """See ``TextTokenizer``."""
        return self._names.size

    def encode(self, text: str) -> Encoding:
        """See ``TextTokenizer``; an unknown token is spelled as it was written.

        Raises:
            InputError: ``token_unknown``: the model lacks a token of its tokenizer.
        """
        found = self._backend.encode(text, add_special_tokens=False)
        if self._is_forged(text, found.ids):
            found = self._open.encode(text, add_special_tokens=False)
        check_known(found.ids, len(self))
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
        if token in self._added:  # as it is, whatever the others are spelled in
            return self._names.piece(token, self._added[token])
        found = self._backend.id_to_token(int(token)) if 0 <= token < len(self) else None
        return self._names.piece(token, spelled_bytes(found) if found and self._bytes else found)

    def ids_of(self, pieces: Sequence[str]) -> tuple[int, ...]:
        """See ``TextTokenizer``."""
        added = self._added.values()
        found = [
            self._backend.token_to_id(in_bytes(one) if self._bytes and one not in added else one)
            for one in pieces
        ]
        return tuple(token for token in found if token is not None)

    def _text(self, ids: Iterator[int]) -> str:
        return str(self._words.decode(list(ids), skip_special_tokens=True))

    def _is_forged(self, text: str, ids: Sequence[int]) -> bool:
        """Whether somebody typed a token that nobody may type."""
        closed, unknown = self._names.closed, self._names.unknown
        if not closed.keys() & {*ids}:
            return False
        spelled = unknown in closed and closed[unknown] in unicodedata.normalize("NFKC", text)
        return spelled or bool(closed.keys() & {*ids} - {unknown})

    @cached_property
    def _open(self) -> Any:
        """The same, to which such spellings are text; costs seconds where there are many pieces."""
        content = json.loads(self._backend.to_str())
        open_spellings(content, {*self._names.closed.values()})
        found = type(self._backend).from_str(json.dumps(content))
        found.encode_special_tokens = self._backend.encode_special_tokens
        return found

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
        self._extra = {token: str(one) for token, one in words.added_tokens_decoder.items()}
        typed = {} if words.split_special_tokens else words.added_tokens_decoder
        self._added = AddedTokens(
            tokens={
                one.content: AddedToken(
                    id=token, lstrip=one.lstrip, rstrip=one.rstrip, single_word=one.single_word
                )
                for token, one in typed.items()
                if token not in names.closed
            }
        )

    def __len__(self) -> int:
        """See ``TextTokenizer``."""
        return self._names.size

    def encode(self, text: str) -> Encoding:
        """See ``TextTokenizer``; an unknown token is spelled as it was written."""
        found = list(self._tokens(text))
        ids, pieces, spans = zip(*found, strict=True) if found else ((), (), ())
        return Encoding(ids=ids, pieces=pieces, spans=spans)

    def decode(self, ids: Sequence[int]) -> str:
        """See ``TextTokenizer``; unknown tokens leave "⁇"."""
        return decoded(ids, self._names.unknown, self._text)

    def piece(self, token: int) -> str:
        """See ``TextTokenizer``."""
        return self._names.piece(token, self._extra.get(token) or self._words.decoder.get(token))

    def ids_of(self, pieces: Sequence[str]) -> tuple[int, ...]:
        """See ``TextTokenizer``."""
        found = (self._id(piece) for piece in pieces)
        return tuple(token for token in found if token != self._names.unknown)

    def _tokens(self, text: str) -> Iterator[tuple[int, str, tuple[int, int]]]:
        """Ids, pieces and spans; added tokens are taken out first."""
        for part in self._added.parts(text):
            if token := self._added.tokens.get(part.text):
                yield token.id, self.piece_of(token.id), part.span(0, len(part.text))
                continue
            found = self._pieces.encode(part.text)
            for piece, span in zip(found.pieces, found.spans, strict=True):
                yield self._id(piece), piece, part.span(*span)

    def piece_of(self, token: int) -> str:
        """How a token is spelled, whether the model has it or not."""
        return self._names.spelled.get(token, self._extra[token])

    def _text(self, ids: Iterator[int]) -> str:
        kept = [token for token in ids if self._is_text(token)]
        return str(self._words.decode(kept, skip_special_tokens=True))

    def _is_text(self, token: int) -> bool:
        known = token in self._words.decoder or token in self._extra
        return known and token not in self._names.spelled

    def _id(self, piece: str) -> int:
        """The id of a piece, which is never one that nobody may type."""
        token = int(self._words.convert_tokens_to_ids(piece))
        return self._names.unknown if token in self._names.closed else token


def open_spellings(content: dict[str, Any], closed: Collection[str]) -> None:
    """Change a tokenizer.json so that no text holds these tokens; all keep their ids."""
    model = content["model"]
    rename = {text: f"{_NEVER_TYPED}{text}" for text in closed}
    if isinstance(model["vocab"], list):
        model["vocab"] = [[rename.get(piece, piece), score] for piece, score in model["vocab"]]
    else:
        model["vocab"] = {rename.get(piece, piece): at for piece, at in model["vocab"].items()}
    if "merges" in model:
        model["merges"] = [pair for pair in model["merges"] if "".join(pair) not in rename]
    if model.get("unk_token") in rename:
        model["unk_token"] = rename[model["unk_token"]]
    for token in content["added_tokens"]:
        if token["content"] in rename:
            token.update(content=rename[token["content"]], normalized=False)
    content["post_processor"] = None


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
