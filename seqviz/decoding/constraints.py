"""Which tokens a search may take at a step: a given start, banned tokens, a minimum length.

What is forbidden gets a log-probability of −inf; the other probabilities stay as they are, as in
``transformers``.
"""

from torch import Tensor

from seqviz.errors import InputError, ModelError, SeqVizError
from seqviz.options import DecodeOptions


def constrained(log_probs: Tensor, step: int, options: DecodeOptions, *, eos: int) -> Tensor:
    """Log-probabilities with −inf for what may not come at this step; the same if all may.

    Args:
        log_probs: (B, W, V).
        step: from 0.
        options: its ``prefix``, ``banned`` and ``min_length``.
        eos: the token that ends a target.

    Raises:
        InputError: ``token_unknown``: the vocabulary lacks a token that the options name.
    """
    if step < len(options.prefix):
        token = checked_tokens((options.prefix[step],), log_probs)[0]
        only = log_probs.new_full(log_probs.shape, -float("inf"))
        only[..., token] = log_probs[..., token]
        return only
    banned = checked_tokens(options.banned, log_probs)
    if step + 1 < options.min_length:
        banned.append(eos)
    if not banned:
        return log_probs
    allowed = log_probs.clone()
    allowed[..., banned] = -float("inf")
    return allowed


def no_target(options: DecodeOptions) -> SeqVizError:
    """What to raise where a search found no possible target: the constraints, or the model."""
    if options.prefix or options.banned or options.min_length > 1:
        return InputError("nothing_allowed")
    return ModelError("no_prediction")


def checked_tokens(tokens: tuple[int, ...], log_probs: Tensor) -> list[int]:
    """The tokens, all of them in the vocabulary of log-probabilities (…, V).

    Raises:
        InputError: ``token_unknown``.
    """
    last = log_probs.shape[-1] - 1
    for token in tokens:
        if not 0 <= token <= last:
            raise InputError("token_unknown", {"found": token, "last": last})
    return list(tokens)
