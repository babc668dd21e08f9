"""How a model reads text and spells what it writes, and what a Translator is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch

from seqviz.errors import InputError
from seqviz.models.base import Seq2SeqModel, SpecialTokens
from seqviz.models.checkpoint import Weighted
from seqviz.options import DecodeOptions, TargetRules
from seqviz.text.tokenizer import TextTokenizer, prepare_text
from seqviz.trace import Source

Side = Literal["source", "target"]


class Codec(Protocol):
    """From a sentence to the token ids that a model reads, and what its targets are spelled with.

    It never changes after loading, so threads may share it.
    """

    @property
    def special(self) -> SpecialTokens:
        """The ids that are no text."""

    @property
    def target(self) -> TextTokenizer:
        """The tokens that the model writes."""

    def read(self, text: str, options: DecodeOptions) -> Source:
        """All that the model is fed: the sentence's tokens, tags of languages and EOS among them.

        Args:
            text: as typed.
            options: their languages and their instruction count.

        Raises:
            InputError: the text is empty or too long, or the model has no such language.
        """

    def empty(self, options: DecodeOptions) -> Source:
        """What the model is fed where there is no sentence: EOS, and what it puts around any.

        Args:
            options: their languages count.
        """

    def rules(self, options: DecodeOptions) -> TargetRules:
        """What the model's makers ask of a target in the language that the options name.

        Raises:
            InputError: the model has no such language.
        """

    def notices(self, text: str, options: DecodeOptions) -> tuple[str, ...]:
        """Codes of what a sentence's Trace has to say about what was not chosen or not obeyed.

        Args:
            text: as ``Source.text``.
            options: of its decoding.
        """


@dataclass(frozen=True, kw_only=True)
class PairCodec:
    """The two SentencePiece models of a pair; there is no language to choose."""

    source: TextTokenizer
    target: TextTokenizer
    special: SpecialTokens

    def read(self, text: str, options: DecodeOptions) -> Source:
        """See ``Codec.read``."""
        check_language(options, "source", ())
        check_language(options, "target", ())
        check_instruction(options, taken=False)
        return read_source(text, self.source, self.special.eos)

    def empty(self, options: DecodeOptions) -> Source:
        """EOS alone."""
        return no_source(self.source, self.special.eos)

    def rules(self, options: DecodeOptions) -> TargetRules:
        """A pair's own model may write whatever it can spell: all tokens but the unknown one."""
        return TargetRules(never=(self.special.unk,))

    def notices(self, text: str, options: DecodeOptions) -> tuple[str, ...]:
        """None: it has no choice but that of its options."""
        return ()


def read_source(text: str, tokenizer: TextTokenizer, eos: int) -> Source:
    """A sentence in tokens, EOS at the end.

    Raises:
        InputError: it is empty.
    """
    prepared = prepare_text(text)
    encoding = tokenizer.encode(prepared)
    if not encoding.ids:
        raise InputError("empty_text")
    end = len(prepared)
    return Source(
        text=prepared,
        ids=(*encoding.ids, eos),
        pieces=(*encoding.pieces, tokenizer.piece(eos)),
        spans=(*encoding.spans, (end, end)),
    )


def no_source(tokenizer: TextTokenizer, *tokens: int) -> Source:
    """A sentence of these tokens, which are no text."""
    pieces = tuple(tokenizer.piece(token) for token in tokens)
    return Source(text="", ids=tokens, pieces=pieces, spans=((0, 0),) * len(tokens))


def check_known(tokens: Sequence[int], size: int) -> None:
    """Refuse tokens that a vocabulary lacks; a tokenizer may know more than its model.

    Raises:
        InputError: ``token_unknown``.
    """
    for token in tokens:
        if not 0 <= token < size:
            raise InputError("token_unknown", {"found": token, "last": size - 1})


def started(tokens: tuple[int, ...], rules: TargetRules) -> tuple[int, ...]:
    """A start of the target with the first token that the rules ask for."""
    if rules.first is None or not tokens or tokens[0] == rules.first:
        return tokens
    return (rules.first, *tokens)


def check_language(options: DecodeOptions, side: Side, choices: Sequence[str]) -> None:
    """Refuse a language of one side that is no choice; none at all is always good.

    Raises:
        InputError: ``language_unknown`` or, where there are no choices, ``language_unasked``.
    """
    code = options.source_language if side == "source" else options.target_language
    if not code or code in choices:
        return
    if not choices:
        raise InputError("language_unasked", {"option": f"{side}_language", "found": code})
    raise InputError("language_unknown", {"found": code, "choices": ", ".join(choices)})


def check_instruction(options: DecodeOptions, *, taken: bool) -> None:
    """Refuse an instruction for a model that takes none.

    Raises:
        InputError: ``instruction_unasked``.
    """
    if options.instruction and not taken:
        raise InputError("instruction_unasked", {"found": options.instruction})


class LoadedModel(Seq2SeqModel[Any, Any], Weighted, Protocol):
    """A model that can be moved and whose weights can be told."""

    @property
    def reverses_source(self) -> bool:
        """Whether the encoder reads the source backwards."""

    def to(self, where: torch.dtype, /) -> Any:
        """Turn its weights into another type, in place."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A model and how it reads and writes."""

    codec: Codec
    load_model: Callable[[str], LoadedModel]
    """Loads the weights onto a device, ready to decode; may be called again."""
