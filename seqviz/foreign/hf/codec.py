"""How an encoder-decoder of ``transformers`` reads a sentence and is told what to write."""

from collections.abc import Mapping
from dataclasses import dataclass

from seqviz.errors import InputError
from seqviz.foreign.generation import Generation
from seqviz.models.base import SpecialTokens
from seqviz.options import DecodeOptions, TargetRules
from seqviz.text.codec import check_instruction, check_known, check_language, no_source
from seqviz.text.tokenizer import TextTokenizer, prepare_text
from seqviz.trace import Source
from seqviz.trace.notices import unchosen

Pieces = tuple[tuple[int, str, tuple[int, int]], ...]
"""Id, spelling and span of tokens."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The tokens around every sentence, as the model's own tokenizer puts them."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    def holds(self, token: int) -> bool:
        """Whether it is one of them."""
        return token in (*self.before, *self.after)


@dataclass(frozen=True, kw_only=True)
class TransformersCodec:
    """One tokenizer for both sides; a ``codec.Codec``."""

    target: TextTokenizer
    special: SpecialTokens
    frame: Frame
    """With the code of ``source_language``, where the model has languages."""
    languages: Mapping[str, int]
    """The token of every language, by its code as the model spells it; empty: no choice."""
    source_language: str
    """The one that is read where none is named; "" where there is no choice."""
    target_language: str
    """As ``source_language``; "" too where the model chooses."""
    source_chosen: bool
    """Whether the model's makers name ``source_language``; else it is the library's own choice."""
    starts: bool
    """The target's language is the token fed first, as in mBART; else the only first token."""
    instructed: bool
    """Whether a text before the sentence tells it its task."""
    instructions: tuple[str, ...]
    """Such texts that its makers name."""
    generation: Generation

    def read(self, text: str, options: DecodeOptions) -> Source:
        """See ``codec.Codec.read``; the tokens of an instruction have empty spans."""
        check_language(options, "source", tuple(self.languages))
        check_instruction(options, taken=self.instructed)
        prepared = prepare_text(text)
        inner = self._tokens(prepared, options)
        if not inner:
            raise InputError("empty_text")
        end = len(prepared)
        frame = self._frame(options.source_language)
        found = (
            *self._tags(frame.before, (0, 0)),
            *inner,
            *self._tags(frame.after, (end, end)),
        )
        ids, pieces, spans = zip(*found, strict=True)
        check_known(ids, len(self.target))
        return Source(text=prepared, ids=ids, pieces=pieces, spans=spans)

    def empty(self, options: DecodeOptions) -> Source:
        """See ``codec.Codec.empty``: what is put around a text."""
        frame = self._frame(options.source_language)
        return no_source(self.target, *frame.before, *frame.after)

    def rules(self, options: DecodeOptions) -> TargetRules:
        """See ``codec.Codec.rules``."""
        check_language(options, "target", tuple(self.languages))
        language = self.languages.get(options.target_language or self.target_language)
        generation = self.generation
        return TargetRules(
            start=language if self.starts else None,
            first=generation.first if self.starts or language is None else language,
            ends=generation.ends,
            never=generation.never,
        )

    def notices(self, text: str, options: DecodeOptions) -> tuple[str, ...]:
        """See ``codec.Codec.notices``."""
        found, read, codes = [], self.source_language, self.languages
        if read and not (options.source_language or self.source_chosen):
            found.append(unchosen("source", (read, *(code for code in codes if code != read))))
        if codes and not (options.target_language or self.target_language):
            found.append(unchosen("target", codes))
        if self.instructed and not options.instructed and not self._is_told(text):
            found.append(unchosen("instruction", self.instructions))
        return (*found, *self.generation.notices(options))

    def _is_told(self, text: str) -> bool:
        """Whether the sentence itself begins with an instruction."""
        return text.startswith(tuple(one.strip() for one in self.instructions))

    def _tokens(self, prepared: str, options: DecodeOptions) -> Pieces:
        """Of the instruction and the sentence."""
        before = f"{prepare_text(options.instruction)} " if options.instructed else ""
        found = self.target.encode(before + prepared)
        shift = len(before)
        spans = ((max(0, start - shift), max(0, end - shift)) for start, end in found.spans)
        return tuple(zip(found.ids, found.pieces, spans, strict=True))

    def _tags(self, tokens: tuple[int, ...], span: tuple[int, int]) -> Pieces:
        return tuple((token, self.target.piece(token), span) for token in tokens)

    def _frame(self, source_language: str) -> Frame:
        """With the code of that language."""
        if not source_language or not self.source_language:
            return self.frame
        old, new = self.languages[self.source_language], self.languages[source_language]
        return Frame(
            before=tuple(new if token == old else token for token in self.frame.before),
            after=tuple(new if token == old else token for token in self.frame.after),
        )
