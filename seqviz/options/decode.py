"""Every option of a decoding: its name, default, range, flag and place on the page.

How to search or sample, under which constraints, what to record. Knows nothing about models; the
Trace carries it, so it stands below the Trace.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqviz.options.declared import Declared, option, options_of, unusual
from seqviz.options.intervention import MAX_EDITS, Intervention
from seqviz.options.rules import TargetRules
from seqviz.options.sampling import Sampling

LengthNormalisation = Literal["none", "average", "gnmt"]
StopRule = Literal["bound", "first", "max_length"]
Precision = Literal["float32", "float16", "bfloat16"]
"""Of a model's numbers."""

MAX_SOURCE_TOKENS = 512
MAX_TARGET_TOKENS = 512
MAX_BEAM_SIZE = 64
MAX_CHARACTERS = 20_000
MAX_ALPHA = 5.0
MAX_BETA = 5.0
SMALLEST_COVERAGE = 1e-6
"""A source token that received less attention counts as if it had received this much."""
MAX_DISTRIBUTION_SIZE = 100
MAX_BANNED = 100
MAX_INSTRUCTION = 200
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class DecodeOptions:
    """Options of one decoding; the same for greedy (``beam_size=1``) and beam search.

    What every field means stands below it; its declaration is what the command line, the page, its
    links and trace files follow. In Jupyter ``DecodeOptions??`` shows both.

    Raises:
        InputError: a value is out of its range.
    """

    beam_size: int = option(
        5,
        Declared(
            low=1,
            high=MAX_BEAM_SIZE,
            flag="--beam",
            help="Prefixes kept at every step; 1 is greedy decoding.",
            code="beam",
            page=(1, 20),
            step=1,
        ),
    )
    """K, the number of live prefixes; 1 is greedy decoding. With sampling: of samples."""
    length_normalisation: LengthNormalisation = option(
        "average",
        Declared(
            flag="--length-normalisation",
            help="Divide the sum of log-probabilities by 1, by |Y|^α, or by ((5 + |Y|) / 6)^α.",
            code="norm",
        ),
    )
    """Divide the sum of log-probabilities by 1 ("none"), |Y|^alpha ("average") or ((5 + |Y|) /
    6)^alpha ("gnmt").
    """
    alpha: float = option(
        1.0,
        Declared(
            low=0,
            high=MAX_ALPHA,
            flag="--alpha",
            help="α of the length normalisation.",
            code="alpha",
            page=(0.0, 2.0),
            step=0.1,
        ),
    )
    """Exponent of the length normalisation; 0 is the same as "none"."""
    beta: float = option(
        0.0,
        Declared(
            low=0,
            high=MAX_BETA,
            flag="--beta",
            help="Weight of the coverage penalty; needs attention.",
            code="beta",
            page=(0.0, 2.0),
            step=0.1,
            since=2,
        ),
    )
    """Weight of the coverage penalty that is added to a score: β Σ_j log min(c_j, 1), c_j the
    attention that source token j, EOS left out, received in the mean over layers and heads (Wu et
    al. 2016, section 7); 0: none.
    """
    stop: StopRule = option(
        "bound",
        Declared(
            flag="--stop",
            help="Stop when the best is found, after as many finished as the beam is wide, "
            "or at the maximum length.",
            code="stop",
        ),
    )
    """Stop when no live prefix can still win ("bound"), after K finished ones ("first"), or at
    ``max_length``.
    """
    min_length: int = option(
        0,
        Declared(
            low=0,
            high=MAX_TARGET_TOKENS,
            flag="--min-length",
            help="Fewest tokens of a translation, its end counted.",
            code="min_length",
            since=2,
        ),
    )
    """No target ends before that many tokens, EOS counted; a prefix may."""
    max_length: int | None = option(
        None,
        Declared(
            low=1,
            high=MAX_TARGET_TOKENS,
            flag="--max-length",
            help="Most tokens of a translation. Default: twice the source's plus 10.",
            code="max_length",
        ),
    )
    """Most target tokens, EOS counted; None: twice the source's tokens plus 10, at most 512."""
    n_best: int = option(
        1,
        Declared(
            low=1,
            high=MAX_BEAM_SIZE,
            code="n_best",
            page=(1, 20),
            since=2,
        ),
    )
    """How many hypotheses are reported, where there are as many; a Trace holds all."""
    prefix: tuple[int, ...] = option(
        (),
        Declared(
            low=0,
            high=MAX_TARGET_TOKENS,
            counted="the number of prefix tokens",
            since=2,
        ),
    )
    """Token ids with which every target starts; they count in log-probabilities and lengths."""
    banned: tuple[int, ...] = option(
        (),
        Declared(
            low=0,
            high=MAX_BANNED,
            counted="the number of banned tokens",
            since=2,
        ),
    )
    """Token ids that are never generated after the prefix; the others' probabilities stay."""
    prefix_text: str = option(
        "",
        Declared(
            flag="--prefix",
            metavar="TEXT",
            help="Start every translation with TEXT.",
            code="start",
            since=0,
        ),
    )
    """The start of every target as typed; a Translator puts it into ``prefix``, unless that is
    given.
    """
    banned_words: tuple[str, ...] = option(
        (),
        Declared(
            flag="--ban",
            metavar="TOKEN",
            help="Never write this token; may be given several times.",
            code="banned",
            since=0,
        ),
    )
    """What is never generated, as typed, a token each; a Translator adds it to ``banned``."""
    source_language: str = option(
        "",
        Declared(
            flag="--source-language",
            metavar="CODE",
            help="Of the text, as the model spells it, such as deu_Latn; for models of several.",
            code="source_language",
            since=3,
        ),
    )
    """The code of a language, for models that read several; empty: the model's usual one."""
    target_language: str = option(
        "",
        Declared(
            flag="--target-language",
            metavar="CODE",
            help="Of the translation; for models of several.",
            code="target_language",
            since=3,
        ),
    )
    """The code of a language, for models that write several; empty: the model's usual one."""
    instruction: str = option(
        "",
        Declared(
            low=0,
            high=MAX_INSTRUCTION,
            counted="characters of the instruction",
            flag="--instruction",
            metavar="TEXT",
            help="Tell the model its task, as T5 wants it: 'translate English to German:'.",
            code="instruction",
            since=3,
        ),
    )
    """What is put before the sentence, such as T5's "translate English to German:"."""
    rules: TargetRules = option(
        TargetRules(),
        Declared(since=3, shows=False),
    )
    """What the model's makers ask of a target; a Translator fills them in."""
    sampling: Sampling | None = option(
        None,
        Declared(since=2),
    )
    """Draw instead of searching; None: beam search."""
    interventions: tuple[Intervention, ...] = option(
        (),
        Declared(
            low=0,
            high=MAX_EDITS,
            counted="the number of edits",
            since=2,
        ),
    )
    """Edits of the cross-attention."""
    distribution_size: int = option(
        10,
        Declared(low=0, high=MAX_DISTRIBUTION_SIZE, shows=False),
    )
    """How many of the most probable next tokens to record for every prefix; 0 leaves them out."""
    record_attention: bool = option(
        True,
        Declared(shows=False),
    )
    """Record attention (and what recurrent models add to it) for every prefix; False leaves it out.
    """

    def __post_init__(self) -> None:
        """Refuse values that no search can serve."""
        least = {"max_length": max(1, self.min_length, len(self.prefix))}
        for one in options_of(type(self)):
            one.check(getattr(self, one.name), low=least.get(one.name))

    @property
    def instructed(self) -> bool:
        """Whether an instruction stands before the sentence."""
        return bool(self.instruction.strip())

    def length_limit(self, source_length: int) -> int:
        """Most target tokens for a source of that many tokens, EOS counted on both sides."""
        usual = max(2 * source_length + 10, self.min_length, len(self.prefix) + 10)
        return self.max_length or min(usual, MAX_TARGET_TOKENS)

    def work(self, source_length: int) -> int:
        """A measure of the longest time that a search may take: tokens looked at, times prefixes.

        Every one of at most T steps looks back at S source and up to T target tokens, for every one
        of K prefixes: (S + T) · K · T.
        """
        length = self.length_limit(source_length)
        return (source_length + length) * self.beam_size * length

    def beyond(self, known: Collection[str]) -> list[str]:
        """Options that are not at their defaults and not among those that a shorter way knows.

        A faster search names what it serves, so that a new option is never silently left out.
        """
        return unusual(self, known)

    @property
    def needs_attention(self) -> bool:
        """The search itself reads the attention, recorded or not."""
        return self.beta > 0

    def normaliser(self, lengths: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """What the log-probability of a hypothesis is divided by.

        1 for "none", |Y|^α for "average", ((5 + |Y|) / 6)^α for "gnmt" (Wu et al. 2016,
        https://arxiv.org/abs/1609.08144, section 7).

        Args:
            lengths: tokens, EOS counted, BOS not; at least 1; any shape.

        Returns:
            the divisors, in the shape of ``lengths``; at least 1.
        """
        numbers = lengths.astype(np.float64)
        if self.length_normalisation == "average":
            return numbers**self.alpha
        if self.length_normalisation == "gnmt":
            return ((numbers + 5.0) / 6.0) ** self.alpha
        return np.ones_like(numbers)

    def edits_at(self, step: int) -> tuple[Intervention, ...]:
        """The edits that are made at this step."""
        return tuple(edit for edit in self.interventions if edit.applies_at(step))


TYPED = tuple(one.name for one in options_of(DecodeOptions) if not one.declared.since)
"""Options that a Translator puts into token ids; a trace has them empty."""
