"""Text to the tokens of a Marian model, as ``transformers.MarianTokenizer`` does it, and back.

SentencePiece splits; a vocabulary of its own, vocab.json, numbers the pieces. Knows no models.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqviz.catalog.untrusted import (
    MAX_VOCABULARY_BYTES,
    check_vocabulary,
    read_if_there,
    read_object,
    require_file,
)
from seqviz.errors import ModelError
from seqviz.foreign.added import AddedTokens
from seqviz.foreign.marian.added import EOS, SETTINGS, UNKNOWN, USUAL, Added, read_added
from seqviz.text.tokenizer import Encoding, Tokenizer

SIDES = ("source", "target")
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
    unknown: int
    """The id of what the vocabulary lacks."""
    eos: int
    """The id that ends a sentence."""
    closed: frozenset[int]
    """Ids that no text means, EOS and its like."""
    silent: frozenset[int]
    """Ids that leave nothing in a text."""
    added: AddedTokens
    """What is one token wherever it stands in a text; all in ``ids``."""
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
            ids=tuple(self._id(piece) for piece, _ in found),
            pieces=tuple(self._shown(piece) for piece, _ in found),
            spans=tuple(span for _, span in found),
        )

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; special tokens, unknown ones among them, leave nothing."""
        kept = [self.piece(token) for token in map(int, ids) if token not in self.silent]
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
        return self.pieces.get(int(token)) or self.pieces[self.unknown]

    def ids_of(self, pieces: Sequence[str]) -> tuple[int, ...]:
        """The ids of those pieces that the vocabulary has."""
        return tuple(self.ids[piece] for piece in pieces if piece in self.ids)

    def _shown(self, piece: str) -> str:
        return self.pieces[self.ids[piece]] if piece in self.added.tokens else piece

    def _id(self, piece: str) -> int:
        token = self.ids.get(piece, self.unknown)
        return self.unknown if token in self.closed else token

    def _tokens(self, text: str) -> Iterator[tuple[str, tuple[int, int]]]:
        """Pieces and their spans; added tokens are taken out first, then tags of languages."""
        for part in self.added.parts(text):
            if part.text in self.added.tokens:
                yield part.text, part.span(0, len(part.text))
                continue
            code = _CODE.match(part.text)
            place = code.end() if code else 0
            if code:
                yield code[0], part.span(0, place)
            found = self.splitter.encode(part.text[place:])
            for piece, (first, last) in zip(found.pieces, found.spans, strict=True):
                yield piece, part.span(place + first, place + last)


def read_tokenizers(
    folder: Path, sizes: tuple[int, int]
) -> tuple[MarianTokenizer, MarianTokenizer]:
    """The tokenizers of both sides.

    Args:
        folder: of the model.
        sizes: of the model's vocabularies, source and target.

    Raises:
        ModelError: a file is missing or damaged, or has tokens that the model has not.
    """
    config = read_if_there(folder, SETTINGS, limit=MAX_VOCABULARY_BYTES)
    file = require_file(folder, "vocab.json")
    separate = bool(config.get("separate_vocabs"))
    target_file = require_file(folder, "target_vocab.json") if separate else file
    splitters = [require_file(folder, f"{side}.spm") for side in SIDES]
    for splitter in splitters:
        check_vocabulary(splitter)
    source, target = map(Tokenizer, splitters)
    ids = _vocabulary(file, sizes[0])
    added = read_added(folder, config, ids)
    target_ids = _vocabulary(target_file, sizes[1]) if separate else ids
    _check_special(file, ids, added)
    _check_special(target_file, target_ids, added)
    numbers = {text: token.id for text, token in added.tokens.items()}
    typed = {text: numbers[text] for text in numbers.keys() - added.closed}
    known = {**ids, **numbers}
    target_known = {**numbers, **target_ids, **typed} if separate else known
    return (
        _side(config, added, splitter=source, joiner=source, ids=known, size=sizes[0]),
        _side(
            config,
            added,
            splitter=target,
            joiner=target if separate else source,
            ids=target_known,
            size=sizes[1],
        ),
    )


def _side(
    config: Mapping[str, Any],
    added: Added,
    *,
    splitter: Tokenizer,
    joiner: Tokenizer,
    ids: Mapping[str, int],
    size: int,
) -> MarianTokenizer:
    splits = config.get("split_special_tokens") is True
    typed = (
        {} if splits else {text: added.tokens[text] for text in added.tokens.keys() - added.closed}
    )
    return MarianTokenizer(
        splitter=splitter,
        joiner=joiner,
        ids=ids,
        pieces=_pieces(ids, added),
        size=size,
        unknown=ids[added.named[UNKNOWN]],
        eos=ids[added.named[EOS]],
        closed=frozenset(ids[text] for text in added.closed),
        silent=frozenset(ids[text] for text in added.special),
        added=AddedTokens(tokens=typed),
        tidies=config.get("clean_up_tokenization_spaces") is True,
    )


def _pieces(ids: Mapping[str, int], added: Added) -> dict[int, str]:
    """The spelling of every id: what is no text in ⟨angle brackets⟩, but for tags of languages."""
    pieces = {token: piece for piece, token in ids.items()}
    for text in added.tokens:
        tag = text in added.special - added.closed and not _CODE.fullmatch(text)
        pieces[ids[text]] = f"⟨{text.strip('<>') or text}⟩" if tag else text
    return pieces


def _vocabulary(file: Path, size: int) -> dict[str, int]:
    """Ids by piece.

    Raises:
        ModelError: an id is none of the model's.
    """
    ids = read_object(file, limit=MAX_VOCABULARY_BYTES)
    for piece, token in ids.items():
        if type(token) is not int or not 0 <= token < size:
            reason = f"the id of '{piece:.40}' is {token!r:.40}, the model has {size} tokens"
            raise ModelError("settings_invalid", {"file": str(file), "reason": reason})
    return ids


def _check_special(file: Path, ids: Mapping[str, int], added: Added) -> None:
    """Refuse a vocabulary without the tokens that every model has.

    Raises:
        ModelError: ``settings_invalid``.
    """
    for name in USUAL:
        if added.named[name] not in ids:
            reason = f"it lacks '{added.named[name]:.40}'"
            raise ModelError("settings_invalid", {"file": str(file), "reason": reason})
