"""Teacher forcing on one sentence: what a training step would see and push. Numpy only.

At every step the decoder reads the reference's own tokens so far, never what it would have said
itself (Williams & Zipser 1989), and the loss is the cross-entropy between the one-hot target y and
the predicted p: −log p(y_t | y_<t, x). Its gradient with respect to the logits is p − y.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.tokens import next_tokens_on_path
from seqviz.trace import Trace

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class SentenceLoss:
    """The loss of a reference; T tokens, EOS counted."""

    pieces: tuple[str, ...]
    losses: Array
    """(T,): −log p, nats; infinite for what the model holds impossible."""

    @property
    def total(self) -> float:
        """Σ −log p, nats."""
        return float(self.losses.sum())

    @property
    def mean(self) -> float:
        """Cross-entropy, nats a token."""
        return float(self.losses.mean())

    @property
    def perplexity(self) -> float:
        """Exponential of the cross-entropy: as if choosing among so many equally likely tokens."""
        with np.errstate(over="ignore"):
            return float(np.exp(self.losses.mean()))


def sentence_loss(forced: Trace) -> SentenceLoss:
    """The loss that training on this pair would have, without label smoothing or dropout.

    Args:
        forced: the reference, scored.
    """
    log_probs = forced.search.candidate_log_probs[:, 0].astype(np.float64)
    return SentenceLoss(pieces=forced.target_pieces(), losses=-log_probs)


@dataclass(frozen=True, kw_only=True, eq=False)
class TeacherStep:
    """One step; N tokens are listed, most probable first, the target last if it is not among them.

    ``p`` sums to at most 1 over the list; all other tokens share what is left.
    """

    fed: tuple[str, ...]
    """The reference's pieces before this step, without BOS."""
    pieces: tuple[str, ...]
    p: Array
    """(N,): predicted probabilities."""
    y: Array
    """(N,): 1 for the target, 0 otherwise."""
    target: int
    """Place of the target in the list."""
    entropy: float
    """Of p over all tokens, nats."""

    @property
    def push(self) -> Array:
        """(N,): p − y, the gradient of the loss by the logits; descent moves the other way."""
        return self.p - self.y


def teacher_step(forced: Trace, step: int) -> TeacherStep:
    """What training would see at one step, from 0.

    Args:
        forced: the reference, scored, with next-token distributions.
        step: which token is the target.
    """
    tokens = next_tokens_on_path(forced, step)
    target = tokens.chosen_index if tokens.chosen_index is not None else 0
    y = np.zeros(len(tokens.pieces))
    y[target] = 1.0
    return TeacherStep(
        fed=forced.target_pieces()[:step],
        pieces=tokens.pieces,
        p=tokens.probs.astype(np.float64),
        y=y,
        target=target,
        entropy=tokens.entropy,
    )
