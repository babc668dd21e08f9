"""What the makers of a model ask of its targets; nobody else asks for it."""

from dataclasses import dataclass


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
