"""Which tokens a search may take at a step: rules, a given start, banned tokens, a minimum length.

What is forbidden gets a log-probability of −inf; the other probabilities stay as they are, as in
``transformers``. Only a token that the model's rules force counts as certain.
"""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from seqviz.errors import InputError, ModelError, SeqVizError
from seqviz.models.base import Seq2SeqModel, SpecialTokens
from seqviz.options import DecodeOptions


def constrained(
    log_probs: Tensor,
    step: int,
    options: DecodeOptions,
    *,
    eos: int,
    closing: Tensor | bool = False,
) -> Tensor:
    """Log-probabilities with −inf for what may not come at this step; the same if all may.

    Args:
        log_probs: (B, W, V).
        step: from 0.
        options: its ``rules``, ``prefix``, ``banned`` and ``min_length``.
        eos: the token that ends a target.
        closing: whether this is the last step, of all sentences or of each, (B,) bool.

    Raises:
        InputError: ``token_unknown``: the vocabulary lacks a token that the options name.
    """
    if is_forced_first(step, options):
        first = checked_tokens((options.rules.first or 0,), log_probs)[0]
        return _only(log_probs, first, 0.0)
    if step < len(options.prefix):
        token = checked_tokens((options.prefix[step],), log_probs)[0]
        return _only(log_probs, token, log_probs[..., token])
    banned = checked_tokens(_banned(step, options, eos=eos), log_probs)
    allowed = log_probs
    if banned:
        allowed = log_probs.clone()
        allowed[..., banned] = -float("inf")
    return _closed(allowed, closing, eos=eos) if options.rules.ends else allowed


def only_banned(
    step: int, options: DecodeOptions, *, eos: int, closing: Tensor | bool = False
) -> tuple[int, ...] | None:
    """The tokens that may not come at this step, if all others may; None: they may not.

    Args:
        step: from 0.
        options: as in ``constrained``.
        eos: as in ``constrained``.
        closing: as in ``constrained``.
    """
    if is_forced_first(step, options) or step < len(options.prefix):
        return None
    if options.rules.ends and bool(torch.as_tensor(closing).any()):
        return None
    return _banned(step, options, eos=eos)


def most_banned(options: DecodeOptions) -> int:
    """The most tokens that ``only_banned`` names."""
    return len(options.banned) + len(options.rules.never) + (options.min_length > 1)


def _banned(step: int, options: DecodeOptions, *, eos: int) -> tuple[int, ...]:
    ending = (eos,) if step + 1 < options.min_length else ()
    return (*options.banned, *options.rules.never, *ending)


def fitted(
    options: DecodeOptions, model: Seq2SeqModel[Any, Any], source_length: int
) -> DecodeOptions:
    """The options with the maximum length that the model's positions reach, where none was set.

    A maximum that was set, a minimum or a prefix that needs more stays for the model to refuse.

    Args:
        options: of the decoding.
        model: whose ``longest`` counts.
        source_length: EOS counted.
    """
    least = max(options.min_length, len(options.prefix))
    if model.longest is None or options.max_length is not None or model.longest < least:
        return options
    if options.length_limit(source_length) <= model.longest:
        return options
    return replace(options, max_length=model.longest)


def first_fed(special: SpecialTokens, options: DecodeOptions) -> int:
    """The token that the decoder is fed at the first step."""
    return special.bos if options.rules.start is None else options.rules.start


def is_forced_first(step: int, options: DecodeOptions) -> bool:
    """Whether the model's rules leave one token only at this step, the first."""
    return step == 0 and options.rules.first is not None


def _closed(log_probs: Tensor, closing: Tensor | bool, *, eos: int) -> Tensor:
    """EOS alone, and certain, in the sentences at their last step; NaN stays NaN."""
    if isinstance(closing, bool):
        closing = torch.full(log_probs.shape[:1], closing, device=log_probs.device)
    damaged = log_probs[..., eos].isnan()
    ended = _only(log_probs, eos, torch.where(damaged, torch.nan, 0.0))
    return torch.where(closing[:, None, None], ended, log_probs)


def _only(log_probs: Tensor, token: int, value: Tensor | float) -> Tensor:
    only = log_probs.new_full(log_probs.shape, -float("inf"))
    only[..., token] = value
    return only


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
