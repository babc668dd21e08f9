"""Target tokens and their spelling: the target tokenizer, and which ids are no text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seqviz.errors import InputError, ModelError
from seqviz.models.base import SpecialTokens
from seqviz.options import DecodeOptions
from seqviz.text.codec import check_known
from seqviz.text.tokenizer import Encoding, TextTokenizer, prepare_text
from seqviz.trace.pieces import SPACE, unknown_pieces


@dataclass(frozen=True, kw_only=True)
class TargetTokens:
    """How a model spells what it writes."""

    tokenizer: TextTokenizer
    special: SpecialTokens

    def text(self, tokens: Sequence[int]) -> str:
        """The text of token ids; special ones leave nothing."""
        silent = (self.special.pad, self.special.bos, self.special.eos)
        return self.tokenizer.decode([token for token in tokens if token not in silent])

    def ids(self, text: str) -> tuple[int, ...]:
        """A typed target, or the start of one, without EOS; () for no text.

        Raises:
            InputError: the text is too long.
        """
        found = self._encoded(text)
        return found.ids if found else ()

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Character ranges of the tokens of ``ids``, half-open, in the text after ``prepare_text``.

        Raises:
            InputError: the text is too long.
        """
        found = self._encoded(text)
        return found.spans if found else ()

    def unknown(self, text: str) -> tuple[str, ...]:
        """What of a typed target the vocabulary lacks, each once.

        Raises:
            InputError: the text is too long.
        """
        found = self._encoded(text)
        return unknown_pieces(found.ids, found.pieces, self.special.unk) if found else ()

    def _encoded(self, text: str) -> Encoding | None:
        """The tokens of a text; None where it holds nothing that a model would see."""
        try:
            found = self.tokenizer.encode(prepare_text(text))
            return found if found.ids else None
        except InputError as error:
            if error.code != "empty_text":
                raise
            return None

    def resolved(self, options: DecodeOptions) -> DecodeOptions:
        """The options with what was typed in token ids.

        Raises:
            InputError: a word cannot be banned, or a text is too long.
        """
        words = (token for word in options.banned_words for token in self.spelled(word))
        return replace(
            options,
            prefix=options.prefix or self.ids(options.prefix_text),
            banned=tuple(dict.fromkeys((*options.banned, *words))),
            prefix_text="",
            banned_words=(),
        )

    def check(self, tokens: Sequence[int]) -> None:
        """Refuse tokens that the vocabulary lacks.

        Raises:
            InputError: ``token_unknown``.
        """
        check_known(tokens, len(self.tokenizer))

    def spelled(self, text: str) -> tuple[int, ...]:
        """The tokens that are spelled exactly so, at the start of a word and within one.

        Raises:
            InputError: ``ban_nothing``, ``ban_unknown``: the vocabulary lacks it, so that the model
                never writes it; ``ban_many_tokens``: it takes several tokens to spell it.
        """
        if not (encoding := self._encoded(text)):
            raise InputError("ban_nothing")
        word, normalised = prepare_text(text), "".join(encoding.pieces).removeprefix(SPACE)
        for spelling in (word, normalised):
            if found := self.tokenizer.ids_of((f"{SPACE}{spelling}", spelling)):
                return found
        if lacking := self.unknown(word):
            raise InputError("ban_unknown", {"text": word, "pieces": " ".join(lacking)})
        pieces = [piece for piece in encoding.pieces if piece != SPACE]
        facts = {"text": word, "count": len(pieces), "pieces": " ".join(pieces)}
        raise InputError("ban_many_tokens", facts)


def check_size(file: Path, tokenizer: TextTokenizer, expected: int) -> None:
    """Refuse a tokenizer that has not as many pieces as the model.

    Raises:
        ModelError: ``file_corrupt``.
    """
    if len(tokenizer) != expected:
        reason = f"it has {len(tokenizer)} pieces, the model {expected}"
        raise ModelError("file_corrupt", {"file": str(file), "reason": reason})
