"""What one may ask of a decoding: how to search or sample, under which constraints, what to record.

Knows nothing about models; the Trace carries it, so it stands
below the Trace.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seqviz.errors import InputError
from seqviz.options.intervention import MAX_EDITS, MAX_SEED, Intervention

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
MAX_TOP_K = 1_000
TYPED = ("prefix_text", "banned_words")
"""Options that a Translator puts into token ids; a trace has them empty."""
MIN_SAMPLING_TEMPERATURE = 0.05
MAX_SAMPLING_TEMPERATURE = 10.0


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """Draw every next token at random instead of searching.

    First the log-probabilities are divided by the temperature, then only the ``top_k`` most
    probable tokens are left, then of these the smallest set of most probable tokens that holds
    ``top_p`` of the probability (Holtzman et al. 2020, https://arxiv.org/abs/1904.09751, section
    3.1); one of what is left is drawn. The order is that of ``transformers``.

    Raises:
        InputError: a value is out of its range.
    """

    temperature: float = 1.0
    """Below 1: bolder differences; above 1: flatter."""
    top_k: int = 0
    """0: all tokens."""
    top_p: float = 1.0
    """1: all tokens."""
    seed: int = 0
    """The same seed draws the same samples from the same model."""

    def __post_init__(self) -> None:
        """Refuse values that leave nothing to draw."""
        _check_range(
            "temperature",
            self.temperature,
            low=MIN_SAMPLING_TEMPERATURE,
            high=MAX_SAMPLING_TEMPERATURE,
        )
        _check_range("top_k", self.top_k, low=0, high=MAX_TOP_K)
        _check_range("top_p", self.top_p, low=0.01, high=1.0)
        _check_range("seed", self.seed, low=0, high=MAX_SEED)


@dataclass(frozen=True, kw_only=True)
class TargetRules:
    """What the makers of a model ask of every target, whatever is searched for.

    As ``transformers`` reads it from a generation_config.json. A token that is the only one allowed
    counts as certain: its log-probability is taken as 0.
    """

    start: int | None = None
    """The token fed at the first step; None: the model's own."""
    first: int | None = None
    """The only first token, such as the code of a language; None: any."""
    ends: bool = False
    """At the maximum length only EOS is allowed."""
    never: tuple[int, ...] = ()
    """Tokens that are never generated; the others' probabilities stay."""


@dataclass(frozen=True, kw_only=True)
class DecodeOptions:
    """Options of one decoding; the same for greedy (``beam_size=1``) and beam search.

    What every field means stands below it: in Jupyter ``DecodeOptions??`` shows it.

    Raises:
        InputError: a value is out of its range.
    """

    beam_size: int = 5
    """K, the number of live prefixes; 1 is greedy decoding. With sampling: of samples."""
    length_normalisation: LengthNormalisation = "average"
    """Divide the sum of log-probabilities by 1 ("none"), |Y|^alpha ("average") or ((5 + |Y|) /
    6)^alpha ("gnmt").
    """
    alpha: float = 1.0
    """Exponent of the length normalisation; 0 is the same as "none"."""
    beta: float = 0.0
    """Weight of the coverage penalty that is added to a score: β Σ_j log min(c_j, 1), c_j the
    attention that source token j, EOS left out, received in the mean over layers and heads (Wu et
    al. 2016, section 7); 0: none.
    """
    stop: StopRule = "bound"
    """Stop when no live prefix can still win ("bound"), after K finished ones ("first"), or at
    ``max_length``.
    """
    max_length: int | None = None
    """Most target tokens, EOS counted; None: twice the source's tokens plus 10, at most 512."""
    min_length: int = 0
    """No target ends before that many tokens, EOS counted; a prefix may."""
    n_best: int = 1
    """How many hypotheses are reported, where there are as many; a Trace holds all."""
    prefix: tuple[int, ...] = ()
    """Token ids with which every target starts; they count in log-probabilities and lengths."""
    banned: tuple[int, ...] = ()
    """Token ids that are never generated after the prefix; the others' probabilities stay."""
    prefix_text: str = ""
    """The start of every target as typed; a Translator puts it into ``prefix``, unless that is
    given.
    """
    banned_words: tuple[str, ...] = ()
    """What is never generated, as typed, a token each; a Translator adds it to ``banned``."""
    source_language: str = ""
    """The code of a language, for models that read several; empty: the model's usual one."""
    target_language: str = ""
    """The code of a language, for models that write several; empty: the model's usual one."""
    instruction: str = ""
    """What is put before the sentence, such as T5's "translate English to German:"."""
    rules: TargetRules = TargetRules()
    """What the model's makers ask of a target; a Translator fills them in."""
    sampling: Sampling | None = None
    """Draw instead of searching; None: beam search."""
    interventions: tuple[Intervention, ...] = ()
    """Edits of the cross-attention."""
    distribution_size: int = 10
    """How many of the most probable next tokens to record for every prefix; 0 leaves them out."""
    record_attention: bool = True
    """Record attention (and what recurrent models add to it) for every prefix; False leaves it out.
    """

    def __post_init__(self) -> None:
        """Refuse values that no search can serve."""
        _check_range("beam_size", self.beam_size, low=1, high=MAX_BEAM_SIZE)
        _check_range("alpha", self.alpha, low=0.0, high=MAX_ALPHA)
        _check_range("distribution_size", self.distribution_size, low=0, high=MAX_DISTRIBUTION_SIZE)
        least = max(1, self.min_length, len(self.prefix))
        _check_range("min_length", self.min_length, low=0, high=MAX_TARGET_TOKENS)
        _check_range("the number of prefix tokens", len(self.prefix), low=0, high=MAX_TARGET_TOKENS)
        if self.max_length is not None:
            _check_range("max_length", self.max_length, low=least, high=MAX_TARGET_TOKENS)
        _check_range("beta", self.beta, low=0.0, high=MAX_BETA)
        _check_range("n_best", self.n_best, low=1, high=MAX_BEAM_SIZE)
        _check_range("the number of banned tokens", len(self.banned), low=0, high=MAX_BANNED)
        _check_range(
            "characters of the instruction", len(self.instruction), low=0, high=MAX_INSTRUCTION
        )
        _check_range("the number of edits", len(self.interventions), low=0, high=MAX_EDITS)
        _check_choice(
            "length_normalisation", self.length_normalisation, get_args(LengthNormalisation)
        )
        _check_choice("stop", self.stop, get_args(StopRule))

    def length_limit(self, source_length: int) -> int:
        """Most target tokens for a source of that many tokens, EOS counted on both sides."""
        usual = max(2 * source_length + 10, self.min_length, len(self.prefix) + 10)
        return self.max_length or min(usual, MAX_TARGET_TOKENS)

    def beyond(self, known: Collection[str]) -> tuple[str, ...]:
        """Options that are not at their defaults and not among those that a shorter way knows.

        A faster search names what it serves, so that a new option is never silently left out.
        """
        asked = (field for field in fields(self) if getattr(self, field.name) != field.default)
        return tuple(field.name for field in asked if field.name not in known)

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


def _check_range(option: str, found: float, *, low: float, high: float) -> None:
    if not low <= found <= high:  # also refuses NaN
        raise InputError(
            "option_out_of_range", {"option": option, "found": found, "low": low, "high": high}
        )


def _check_choice(option: str, found: str, choices: tuple[str, ...]) -> None:
    if found not in choices:
        raise InputError(
            "option_unknown", {"option": option, "found": found, "choices": ", ".join(choices)}
        )
