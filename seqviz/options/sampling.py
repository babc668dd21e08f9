"""What one may ask of sampling, where a decoding draws instead of searching."""

from dataclasses import dataclass

from seqviz.options.declared import Declared, option, options_of
from seqviz.options.intervention import MAX_SEED

MAX_TOP_K = 1_000
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

    temperature: float = option(
        1.0,
        Declared(
            low=MIN_SAMPLING_TEMPERATURE,
            high=MAX_SAMPLING_TEMPERATURE,
            flag="--temperature",
            help="Of sampling: log-probabilities are divided by it before drawing; below 1 is "
            "safer, above 1 more varied. Default: 1.",
            code="temperature",
            page=(0.1, 3.0),
            step=0.1,
        ),
    )
    """Below 1: safer; above 1: more varied."""
    top_k: int = option(
        0,
        Declared(
            low=0,
            high=MAX_TOP_K,
            flag="--top-k",
            help="Of sampling: draw among the K most probable tokens only. Default: all.",
            code="top_k",
        ),
    )
    """0: all tokens."""
    top_p: float = option(
        1.0,
        Declared(
            low=0.01,
            high=1,
            flag="--top-p",
            help="Of sampling: draw among the fewest tokens that hold this share of the "
            "probability. Default: all.",
            code="top_p",
            page=(0.05, 1.0),
            step=0.05,
        ),
    )
    """1: all tokens."""
    seed: int = option(
        0,
        Declared(low=0, high=MAX_SEED, flag="--seed", help="Of sampling. Default: 0.", code="seed"),
    )
    """The same seed draws the same samples from the same model."""

    def __post_init__(self) -> None:
        """Refuse values that leave nothing to draw."""
        for one in options_of(type(self)):
            one.check(getattr(self, one.name))
