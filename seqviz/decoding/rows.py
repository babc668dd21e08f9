"""What a batched search carries from step to step for every sentence, and what comes of it.

Letters in shapes as in ``step``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from seqviz.decoding.constraints import no_target
from seqviz.decoding.step import Advance, Candidates, Live, Scoring, first_live, no_finished
from seqviz.decoding.trail import Hypothesis, Trail, first_trail, followed, longer_trail
from seqviz.options import DecodeOptions
from seqviz.trace.followed import Followed


@dataclass(frozen=True)
class CorpusResult:
    """The best hypothesis of one sentence."""

    tokens: tuple[int, ...]
    """EOS included where it was produced."""
    log_prob: float
    """Sum of log-probabilities."""
    score: float
    """``log_prob`` divided by the normaliser of its length."""
    is_finite: bool = True
    """Whether every prefix on the way had a distribution of numbers."""
    trail: Trail | None = None
    """How near it came to being cut; None: nobody watched."""
    finished: tuple[Hypothesis, ...] = ()
    """All that finished, in the order of their steps; empty: nobody watched."""
    other: Followed | None = None
    """What became of another target that was looked for; None: there was none."""

    def with_seen(self, finished: tuple[Hypothesis, ...], other: Followed | None) -> "CorpusResult":
        """The same with what was seen beside it."""
        return replace(self, finished=finished, other=other)

    @property
    def mean(self) -> float:
        """Log-probability a token, EOS counted; nats."""
        return self.log_prob / len(self.tokens)


@dataclass(frozen=True, kw_only=True)
class Best:
    """The best hypothesis of every row so far."""

    scores: Tensor
    """(B,); −inf before there is one."""
    log_probs: Tensor
    """(B,)."""
    lengths: Tensor
    """(B,) int64."""
    tokens: Tensor
    """(B, T), T the longest maximum length."""
    finite: Tensor
    """(B,) bool: see ``CorpusResult.is_finite``."""
    trails: Tensor | None
    """(B, 3): see ``trail``; None: nobody watches."""

    def offer(
        self, scores: Tensor, log_probs: Tensor, tokens: Tensor, *, trails: Tensor | None
    ) -> "Best":
        """Take a hypothesis of each row where its score (B,) is higher; tokens (B, t)."""
        better = scores > self.scores
        length = tokens.shape[1]
        padded = self.tokens.clone()
        padded[:, :length] = torch.where(better.unsqueeze(1), tokens, self.tokens[:, :length])
        return Best(
            scores=torch.where(better, scores, self.scores),
            log_probs=torch.where(better, log_probs, self.log_probs),
            lengths=torch.where(better, length, self.lengths),
            tokens=padded,
            finite=self.finite,
            trails=None
            if self.trails is None or trails is None
            else torch.where(better.unsqueeze(1), trails, self.trails),
        )

    def keep(self, rows: Tensor) -> "Best":
        """These rows only."""
        return Best(
            scores=self.scores[rows],
            log_probs=self.log_probs[rows],
            lengths=self.lengths[rows],
            tokens=self.tokens[rows],
            finite=self.finite[rows],
            trails=None if self.trails is None else self.trails[rows],
        )

    def results(self, rows: Sequence[int], options: DecodeOptions) -> Iterator[CorpusResult]:
        """The results of these rows.

        Raises:
            InputError: ``nothing_allowed``: a row has none, within the options' constraints.
            ModelError: ``no_prediction``: a row has none.
        """
        chosen = self.keep(torch.tensor(rows, dtype=torch.int64, device=self.scores.device))
        columns = (chosen.tokens, chosen.lengths, chosen.log_probs, chosen.scores, chosen.finite)
        trails = [None] * len(rows) if chosen.trails is None else chosen.trails.tolist()
        for *found, trail in zip(*(column.tolist() for column in columns), trails, strict=True):
            tokens, length, log_prob, score, is_finite = found
            if not length:
                raise no_target(options)
            yield CorpusResult(
                tokens=tuple(tokens[:length]),
                log_prob=log_prob,
                score=score,
                is_finite=is_finite,
                trail=None if trail is None else Trail.of(trail),
            )


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What the search carries from step to step for every sentence of the batch."""

    live: Live
    history: Tensor
    """(B, W, t): the tokens of the live prefixes."""
    pool: Tensor
    """(B, K): scores of the K best finished hypotheses."""
    best: Best
    limits: Tensor
    """(B,): the maximum length of each."""
    trails: Tensor | None
    """(B, W, 3): see ``trail``; None: nobody watches."""

    @classmethod
    def first(
        cls, limits: Sequence[int], beam_size: int, *, bos: int, device: torch.device, watch: bool
    ) -> "Rows":
        """Before the first step."""
        count = len(limits)
        nothing = torch.full((count,), -torch.inf, device=device)
        lengths = torch.zeros(count, dtype=torch.int64, device=device)
        tokens = torch.zeros((count, max(limits)), dtype=torch.int64, device=device)
        trails = first_trail(count, device) if watch else None
        return cls(
            live=first_live(count, bos, device),
            history=tokens.new_zeros((count, 1, 0)),
            pool=no_finished(count, beam_size, device),
            best=Best(
                scores=nothing,
                log_probs=nothing,
                lengths=lengths,
                tokens=tokens,
                finite=torch.ones(count, dtype=torch.bool, device=device),
                trails=None if trails is None else trails[:, 0],
            ),
            limits=torch.tensor(limits, device=device),
            trails=trails,
        )

    def seeing(self, log_probs: Tensor) -> "Rows":
        """After the distributions (B, W, V) of a step, which are all NaN where one number is."""
        alive = self.live.cumulative > -torch.inf  # (B, W)
        broken = (log_probs[..., 0].isnan() & alive).any(dim=1)
        return replace(self, best=replace(self.best, finite=self.best.finite & ~broken))

    def after(self, found: Candidates, result: Advance, scoring: Scoring, *, eos: int) -> "Rows":
        """After a step.

        The best hypothesis that it finished is offered; where the maximum length is reached and no
        rule stopped the search, so is the best survivor.
        """
        live = result.live
        first = result.finished.argmax(dim=1, keepdim=True)  # (B, 1)
        parents = found.parents.gather(1, first)
        best = self.best.offer(
            result.finished.gather(1, first).squeeze(1),
            found.cumulative.gather(1, first).squeeze(1),
            _extended(self.history, parents, found.tokens.gather(1, first))[:, 0],
            trails=None if self.trails is None else followed(self.trails, parents)[:, 0],
        )
        history = _extended(self.history, live.parents, live.tokens)
        trails = self._longer_trails(found, live, eos=eos)
        closing = (self.limits == history.shape[2]) & ~result.stops
        alive = (live.cumulative[:, 0] / scoring.divisor).masked_fill(~closing, -torch.inf)
        best = best.offer(
            alive,
            live.cumulative[:, 0],
            history[:, 0],
            trails=None if trails is None else trails[:, 0],
        )
        return replace(self, live=live, history=history, pool=result.pool, best=best, trails=trails)

    def _longer_trails(self, found: Candidates, live: Live, *, eos: int) -> Tensor | None:
        if self.trails is None:
            return None
        return longer_trail(self.trails, found, live, step=self.history.shape[2], eos=eos)

    def keep(self, rows: Tensor) -> "Rows":
        """These rows only."""
        return Rows(
            live=self.live.keep(rows),
            history=self.history[rows],
            pool=self.pool[rows],
            best=self.best.keep(rows),
            limits=self.limits[rows],
            trails=None if self.trails is None else self.trails[rows],
        )


def _extended(history: Tensor, parents: Tensor, tokens: Tensor) -> Tensor:
    """Follow ``parents`` (B, W') in the history (B, W, t) and append a token to each."""
    places = parents.unsqueeze(2).expand(-1, -1, history.shape[2])
    return torch.cat((history.gather(1, places), tokens.unsqueeze(2)), dim=2)  # (B, W', t + 1)
