"""The pieces of a pair of languages: those that its models share already, or new ones.

SentencePiece runs in memory and on one thread, so that the same text gives the same bytes, and a
model file tells nothing about where it was made.
"""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sentencepiece

from seqviz.catalog.filenames import PIECES
from seqviz.errors import InputError, ModelError
from seqviz.files import write_whole
from seqviz.tasks.task import Pair
from seqviz.text.tokenizer import Tokenizer
from seqviz.training.batches import SPECIAL, Example
from seqviz.training.settings import AddedSettings, VocabularySettings

SOURCE_FILE, TARGET_FILE = PIECES


@dataclass(frozen=True, kw_only=True)
class Vocabularies:
    """SentencePiece models of both sides, as bytes of a file each."""

    source: bytes
    target: bytes
    reused: Path | None = None
    """The folder whose models they are; None: made for this training."""

    def write(self, folder: Path) -> None:
        """Write both files into a folder that exists, each whole or not at all.

        Raises:
            InputError: ``file_unwritable``.
        """
        for file, content in self._files(folder).items():
            write_whole(file, content)

    def add_to(self, folder: Path) -> None:
        """Write what a pair's folder lacks.

        Raises:
            InputError: ``file_unwritable``, as ``check``.
        """
        self.check(folder)
        for file, content in self._files(folder).items():
            if not file.exists():
                write_whole(file, content)

    def check(self, folder: Path) -> None:
        """Refuse a pair's folder that holds other pieces.

        Raises:
            InputError: ``file_unwritable``: its models would not fit these pieces.
        """
        for file, content in self._files(folder).items():
            if file.exists() and file.read_bytes() != content:
                reason = "it holds other pieces than this run; name another folder with --out"
                raise InputError("file_unwritable", {"file": file, "reason": reason})

    def with_more(self, added: AddedSettings) -> "Vocabularies":
        """These, and a piece for each of some characters behind them.

        Raises:
            InputError: ``vocabulary_failed``: such a piece is there already.
        """
        return replace(
            self,
            source=_with_more(self.source, added.source, side="source"),
            target=_with_more(self.target, added.target, side="target"),
            reused=None,
        )

    def same(self, other: "Vocabularies | None") -> bool:
        """Whether both sides are the other's, to the byte."""
        mine = (self.source, self.target)
        return other is not None and mine == (other.source, other.target)

    def _files(self, folder: Path) -> dict[Path, bytes]:
        return {folder / SOURCE_FILE: self.source, folder / TARGET_FILE: self.target}


def find_vocabularies(folders: Sequence[Path]) -> Vocabularies | None:
    """Those of the first folder, PAIR, that has both; None: none has.

    Raises:
        ModelError: a file cannot be read, is no SentencePiece model, or its special tokens have
            other ids.
    """
    for folder in folders:
        try:
            files = (folder / SOURCE_FILE, folder / TARGET_FILE)
            if all(file.is_file() for file in files):
                source, target = (_read(file) for file in files)
                return Vocabularies(source=source, target=target, reused=folder)
        except OSError as error:
            facts = {"file": error.filename or folder, "reason": error.strerror}
            raise ModelError("file_corrupt", facts) from error
    return None


def train_vocabularies(
    pairs: Sequence[Pair], source: VocabularySettings, target: VocabularySettings
) -> Vocabularies:
    """Make the pieces of both sides from the pairs of a training.

    Raises:
        InputError: SentencePiece cannot make them, for example with fewer pieces than characters.
    """
    return Vocabularies(
        source=_trained([pair[0] for pair in pairs], source, side="source"),
        target=_trained([pair[1] for pair in pairs], target, side="target"),
    )


def encode_all(model: bytes, texts: Sequence[str]) -> list[list[int]]:
    """The pieces' ids of many texts, without special tokens; quicker than one by one."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    ids: list[list[int]] = processor.encode(list(texts), num_threads=1)
    return ids


def examples_of(pairs: Sequence[Pair], vocabularies: Vocabularies) -> list[Example]:
    """Pairs in token ids, EOS included."""
    sources = encode_all(vocabularies.source, [source for source, _ in pairs])
    targets = encode_all(vocabularies.target, [target for _, target in pairs])
    return [
        Example((*source, SPECIAL.eos), (*target, SPECIAL.eos))
        for source, target in zip(sources, targets, strict=True)
    ]


def _trained(texts: list[str], settings: VocabularySettings, *, side: str) -> bytes:
    content = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=content,
            vocab_size=settings.size,
            model_type=settings.kind,
            character_coverage=settings.character_coverage,
            split_digits=settings.split_digits,
            add_dummy_prefix=settings.dummy_prefix,
            pad_id=SPECIAL.pad,
            unk_id=SPECIAL.unk,
            bos_id=SPECIAL.bos,
            eos_id=SPECIAL.eos,
            hard_vocab_limit=False,
            num_threads=1,
            minloglevel=2,
        )
    except RuntimeError as error:
        reason = "SentencePiece finds too little text in it"
        if "required_chars" in str(error):
            reason = f"{settings.size} pieces are fewer than its characters; raise its 'size'"
        raise InputError("vocabulary_failed", {"side": side, "reason": reason}) from error
    return content.getvalue()


def _with_more(model: bytes, characters: str, *, side: str) -> bytes:
    """Rarer than all that are there, so that no text is split otherwise that could be spelled.

    A message of Protocol Buffers and more elements of a list of it, one behind the other, are the
    message with the longer list: https://protobuf.dev/programming-guides/encoding/#last-one-wins.
    """
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model)
    ids = range(len(pieces))
    if twice := {pieces.id_to_piece(one) for one in ids} & set(characters):
        reason = f"'{min(twice)}' is a piece already"
        raise InputError("vocabulary_failed", {"side": side, "reason": reason})
    rarest = min(map(pieces.get_score, ids))
    return model + b"".join(_piece(character, rarest) for character in characters)


def _piece(character: str, score: float) -> bytes:
    """An element of ``pieces``, field 1: its text is field 1, its score 2.

    https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
    """
    text = character.encode()
    element = bytes((0x0A, len(text))) + text + b"\x15" + struct.pack("<f", score)
    return bytes((0x0A, len(element))) + element


def _read(file: Path) -> bytes:
    content = file.read_bytes()
    _check_special(file)
    return content


def _check_special(file: Path) -> None:
    tokenizer = Tokenizer(file)
    names = {"<pad>": SPECIAL.pad, "<unk>": SPECIAL.unk, "<s>": SPECIAL.bos, "</s>": SPECIAL.eos}
    found = [tokenizer.piece(token) for token in names.values() if token < len(tokenizer)]
    if found != list(names):
        reason = f"its first pieces are {', '.join(found)}, not {', '.join(names)}"
        raise ModelError("file_corrupt", {"file": file, "reason": reason})
