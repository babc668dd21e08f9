"""Text to the tokens of a Marian model, as ``transformers.MarianTokenizer`` does it, and back.

SentencePiece splits; a vocabulary of its own, vocab.json, numbers the pieces. Knows no models.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqviz.catalog.untrusted import MAX_VOCABULARY_BYTES, read_if_there, read_object, require_file
from seqviz.errors import ModelError
from seqviz.text.tokenizer import Encoding, Tokenizer

SIDES = ("source", "target")
EOS, UNKNOWN, PAD = "eos_token", "unk_token", "pad_token"
USUAL = {EOS: "</s>", UNKNOWN: "<unk>", PAD: "<pad>"}
"""How the special tokens are spelled where tokenizer_config.json does not say."""
_CODE = re.compile(r">>.*?<<", re.DOTALL)
_TIDY = (
    (" .", "."),
    (" ?", "?"),
    (" !", "!"),
    (" ,", ","),
    (" ' ", "'"),
    (" n't", "n't"),
    (" 'm", "'m"),
    (" 's", "'s"),
    (" 've", "'ve"),
    (" 're", "'re"),
)
"""What old tokenizers ask to be done to a decoded text."""


@dataclass(frozen=True, kw_only=True)
class MarianTokenizer:
    """One side of a Marian model; a ``tokenizer.TextTokenizer``."""

    splitter: Tokenizer
    """Splits text of this side."""
    joiner: Tokenizer
    """Joins pieces; ``transformers`` takes the source's for both sides of a shared vocabulary."""
    ids: Mapping[str, int]
    """The id of each piece."""
    pieces: Mapping[int, str]
    """The piece of each id."""
    size: int
    """Of the model's vocabulary."""
    special: Mapping[str, str]
    """The spelling of EOS, UNKNOWN and PAD, all in ``ids``."""
    marked: tuple[str, ...] = ()
    """Spellings that are one token wherever they stand in a text."""
    tidies: bool = False
    """Take spaces away before punctuation when decoding."""

    def __len__(self) -> int:
        """Tokens in the vocabulary."""
        return self.size

    def encode(self, text: str) -> Encoding:
        """See ``tokenizer.TextTokenizer.encode``; a tag such as ">>fra<<" at its start is one.

        Lone surrogates, which ``transformers`` refuses, count as U+FFFD.
        """
        found = list(self._tokens(text))
        return Encoding(
            ids=tuple(self.ids.get(piece, self.unknown) for piece, _ in found),
            pieces=tuple(piece for piece, _ in found),
            spans=tuple(span for _, span in found),
        )

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; special tokens, unknown ones among them, leave nothing."""
        silent = {self.ids[piece] for piece in self.special.values()}
        kept = [self.piece(token) for token in map(int, ids) if token not in silent]
        text = self.joiner.join(kept).replace("▁", " ").strip()
        if self.tidies:
            for untidy, tidy in _TIDY:
                text = text.replace(untidy, tidy)
        return text

    def piece(self, token: int) -> str:
        """How a token is spelled; one that the model has and vocab.json lacks is unknown.

        Raises:
            IndexError: there is no such token.
        """
        if not 0 <= token < self.size:
            raise IndexError(token)
        return self.pieces.get(int(token), self.special[UNKNOWN])

    def ids_of(self, pieces: Sequence[str]) -> tuple[int, ...]:
        """The ids of those pieces that the vocabulary has."""
        return tuple(self.ids[piece] for piece in pieces if piece in self.ids)

    @property
    def unknown(self) -> int:
        """The id of what the vocabulary lacks."""
        return self.ids[self.special[UNKNOWN]]

    @property
    def eos(self) -> int:
        """The id that ends a sentence."""
        return self.ids[self.special[EOS]]

    def _tokens(self, text: str) -> Iterator[tuple[str, tuple[int, int]]]:
        """Pieces and their spans; marked spellings are taken out first, then tags of languages."""
        place = 0
        for part in self._parts(text):
            end = place + len(part)
            code = None if part in self.marked else _CODE.match(part)
            if part in self.marked:
                yield part, (place, end)
            else:
                if code:
                    yield code[0], (place, place + code.end())
                    place += code.end()
                found = self.splitter.encode(text[place:end])
                for piece, (first, last) in zip(found.pieces, found.spans, strict=True):
                    yield piece, (place + first, place + last)
            place = end

    def _parts(self, text: str) -> list[str]:
        if not self.marked:
            return [text]
        longest_first = sorted(self.marked, key=len, reverse=True)
        return re.split(f"({'|'.join(map(re.escape, longest_first))})", text)


def read_tokenizers(
    folder: Path, sizes: tuple[int, int]
) -> tuple[MarianTokenizer, MarianTokenizer]:
    """The tokenizers of both sides. A special token in a typed target is text like any other.

    Args:
        folder: of the model.
        sizes: of the model's vocabularies, source and target.

    Raises:
        ModelError: a file is missing or damaged, or has tokens that the model has not.
    """
    config = read_if_there(folder, "tokenizer_config.json", limit=MAX_VOCABULARY_BYTES)
    file = require_file(folder, "vocab.json")
    separate = bool(config.get("separate_vocabs"))
    target_file = require_file(folder, "target_vocab.json") if separate else file
    source, target = (_splitter(require_file(folder, f"{side}.spm")) for side in SIDES)
    special = {name: _spelling(config.get(name), usual) for name, usual in USUAL.items()}
    ids = _vocabulary(file, sizes[0], special)
    target_ids = _vocabulary(target_file, sizes[1], special) if separate else ids
    tidies = config.get("clean_up_tokenization_spaces") is True
    return (
        MarianTokenizer(
            splitter=source,
            joiner=source,
            ids=ids,
            pieces=_reversed(ids),
            size=sizes[0],
            special=special,
            marked=_marked(config, special, ids),
            tidies=tidies,
        ),
        MarianTokenizer(
            splitter=target,
            joiner=target if separate else source,
            ids=target_ids,
            pieces=_reversed(target_ids),
            size=sizes[1],
            special=special,
            tidies=tidies,
        ),
    )


def _splitter(file: Path) -> Tokenizer:
    if file.stat().st_size > MAX_VOCABULARY_BYTES:
        reason = f"it has more than {MAX_VOCABULARY_BYTES} bytes"
        raise ModelError("file_corrupt", {"file": str(file), "reason": reason})
    return Tokenizer(file)


def _vocabulary(file: Path, size: int, special: Mapping[str, str]) -> dict[str, int]:
    """Ids by piece.

    Raises:
        ModelError: an id is none of the model's, or a special token is missing.
    """
    ids = read_object(file, limit=MAX_VOCABULARY_BYTES)
    for piece, token in ids.items():
        if type(token) is not int or not 0 <= token < size:
            reason = f"the id of '{piece:.40}' is {token!r:.40}, the model has {size} tokens"
            raise ModelError("settings_invalid", {"file": str(file), "reason": reason})
    for piece in special.values():
        if piece not in ids:
            reason = f"it lacks '{piece:.40}'"
            raise ModelError("settings_invalid", {"file": str(file), "reason": reason})
    return ids


def _reversed(ids: Mapping[str, int]) -> dict[int, str]:
    return {token: piece for piece, token in ids.items()}


def _spelling(value: object, usual: str) -> str:
    """Of a special token, which is a text or an object."""
    content = value.get("content") if isinstance(value, dict) else value
    return content if isinstance(content, str) else usual


def _marked(
    config: Mapping[str, Any], special: Mapping[str, str], ids: Mapping[str, int]
) -> tuple[str, ...]:
    """The special tokens, and those that were added to the vocabulary and are in it."""
    added: list[object] = []
    for name in ("added_tokens_decoder", "additional_special_tokens", "extra_special_tokens"):
        listed = config.get(name)
        added += listed.values() if isinstance(listed, dict) else ()
        added += listed if isinstance(listed, list) else ()
    spelled = {_spelling(value, "") for value in added} & ids.keys()
    return tuple(filter(None, dict.fromkeys([*special.values(), *sorted(spelled)])))
