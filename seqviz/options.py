"""What one may ask of a decoding.

Knows nothing about models; the Trace carries it, so it stands
below the Trace.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seqviz.errors import InputError

LengthNormalisation = Literal["none", "average", "gnmt"]
StopRule = Literal["bound", "first", "max_length"]

MAX_SOURCE_TOKENS = 512
MAX_TARGET_TOKENS = 512
MAX_BEAM_SIZE = 64
MAX_CHARACTERS = 20_000
MAX_ALPHA = 5.0
MAX_DISTRIBUTION_SIZE = 100


@dataclass(frozen=True, kw_only=True)
class DecodeOptions:
    """Options of one decoding; the same for greedy (``beam_size=1``) and beam search.

    Raises:
        InputError: a value is out of its range.
    """

    beam_size: int = 5
    """K, the number of live prefixes; 1 is greedy decoding."""
    length_normalisation: LengthNormalisation = "average"
    """Divide the sum of log-probabilities by 1 ("none"), |Y|^alpha ("average") or ((5 + |Y|) /
    6)^alpha ("gnmt").
    """
    alpha: float = 1.0
    """Exponent of the length normalisation; 0 is the same as "none"."""
    stop: StopRule = "bound"
    """Stop when no live prefix can still win ("bound"), after K finished ones ("first"), or at
    ``max_length``.
    """
    max_length: int | None = None
    """Most target tokens, EOS counted; None: twice the source's tokens plus 10, at most 512."""
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
        if self.max_length is not None:
            _check_range("max_length", self.max_length, low=1, high=MAX_TARGET_TOKENS)
        _check_choice(
            "length_normalisation", self.length_normalisation, get_args(LengthNormalisation)
        )
        _check_choice("stop", self.stop, get_args(StopRule))

    def length_limit(self, source_length: int) -> int:
        """Most target tokens for a source of that many tokens, EOS counted on both sides."""
        return self.max_length or min(2 * source_length + 10, MAX_TARGET_TOKENS)

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
