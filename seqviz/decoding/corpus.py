"""Translating many sentences: the same search in padded batches, unrecorded.

Sentences of similar length go together, and those that are done leave the batch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from seqviz.decoding.beam import check_source
from seqviz.decoding.constraints import constrained, first_fed, fitted, no_target
from seqviz.decoding.scoring import normalisers
from seqviz.decoding.step import (
    Advance,
    Candidates,
    Live,
    Scoring,
    advance,
    expand,
    first_live,
    log_softmax,
    no_finished,
    rank_next,
)
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import DecodeOptions

BATCH_TOKENS = 8192
"""Padded source tokens of a batch, times beam size."""
SERVED = frozenset(
    {"beam_size", "length_normalisation", "alpha", "stop", "max_length", "min_length"}
    | {"prefix", "banned", "rules", "source_language", "target_language", "instruction"}
    | {"distribution_size", "record_attention"}
)
"""The options that a batch serves, or that others read, or that say what to record."""
_WORTH_LEAVING = 8
"""The batch is closed up when one row in this many is done: closing up copies what is left."""

OnProgress = Callable[[int, int], None]
"""Called after every step with the number of sentences done and of all sentences."""


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


def decode_corpus(
    model: Seq2SeqModel[M, State],
    sources: Sequence[Sequence[int]],
    options: DecodeOptions,
    *,
    batch_tokens: int = BATCH_TOKENS,
    on_progress: OnProgress | None = None,
) -> list[CorpusResult]:
    """Translate many sentences; what ``decode_beam`` ranks first, without the record.

    Args:
        model: any encoder-decoder.
        sources: the sentences, EOS included, at most 512 tokens each.
        options: what to search for, of ``SERVED``; the maximum length depends on each sentence's
            own length.
        batch_tokens: padded source tokens of a batch times beam size; a batch has at least one
            sentence. Changes speed and memory, not results.
        on_progress: called after every step; what it raises ends the decoding.

    Returns:
        one result a sentence, in the order of ``sources``.

    Raises:
        InputError: ``empty_text`` or ``source_too_long``, before anything is translated;
            ``token_unknown``; ``nothing_allowed``: the options leave a sentence no possible target.
        ModelError: ``no_prediction``: the model's numbers are not finite.
        ValueError: the options ask for more than ``SERVED``.
    """
    if unserved := options.beyond(SERVED):
        raise ValueError(f"{', '.join(unserved)}: for single sentences only")
    for source in sources:
        check_source(source)
    results: dict[int, CorpusResult] = {}
    with torch.inference_mode():
        for numbers in _batches(sources, batch_tokens // options.beam_size):
            batch = [sources[number] for number in numbers]
            for done in _decode_batch(model, batch, options):
                results |= {numbers[place]: result for place, result in done.items()}
                if on_progress is not None:
                    on_progress(len(results), len(sources))
    return [results[number] for number in range(len(sources))]


def _batches(sources: Sequence[Sequence[int]], tokens: int) -> Iterator[list[int]]:
    """Numbers of the sentences of each batch, longest first."""
    order = sorted(range(len(sources)), key=lambda number: -len(sources[number]))
    while order:
        count = max(1, tokens // len(sources[order[0]]))
        yield order[:count]
        order = order[count:]


def _decode_batch(
    model: Seq2SeqModel[M, State], batch: Sequence[Sequence[int]], options: DecodeOptions
) -> Iterator[dict[int, CorpusResult]]:
    """Yield, after every step, the sentences that are done, by their place in the batch."""
    memory = model.encode(*_padded(batch, model.special.pad))
    lengths = [len(source) for source in batch]
    limits = [fitted(options, model, length).length_limit(length) for length in lengths]
    device, special = memory.mask.device, model.special
    divisors = torch.from_numpy(normalisers(max(limits), options)).to(device)
    state = model.start(memory, beam_size=options.beam_size, max_length=max(limits))
    first = first_fed(special, options)
    rows = _Rows.first(limits, options.beam_size, bos=first, device=device)
    pending = list(range(len(batch)))  # the place of each row, −1 once it is done
    for step in range(max(limits)):
        if step:
            state = state.select(rows.live.parents)
        output = model.step(state, rows.live.tokens)
        state = output.state
        log_probs = log_softmax(output.logits)
        rows = rows.seeing(log_probs)
        closing = rows.limits == step + 1
        allowed = constrained(log_probs, step, options, eos=special.eos, closing=closing)
        ranked = rank_next(allowed, 2 * options.beam_size)
        found = expand(rows.live, ranked, beam_size=options.beam_size, eos=special.eos)
        scoring = Scoring(divisor=divisors[step])
        result = advance(
            found, rows.pool, scoring=scoring, beam_size=options.beam_size, rule=options.stop
        )
        rows = rows.after(found, result, scoring)
        ended = (result.stops | (rows.limits == step + 1)).tolist()
        done = [row for row, place in enumerate(pending) if ended[row] and place >= 0]
        found_now = rows.best.results(done, options)
        yield dict(zip((pending[row] for row in done), found_now, strict=True))
        for row in done:
            pending[row] = -1
        staying = [row for row, place in enumerate(pending) if place >= 0]
        if not staying:
            return
        if _WORTH_LEAVING * (len(pending) - len(staying)) >= len(pending):
            kept = torch.tensor(staying, device=device)
            state, rows = state.keep(kept), rows.keep(kept)
            pending = [pending[row] for row in staying]


def _padded(batch: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Sources padded at the end (B, S), and their lengths (B,)."""
    width = max(map(len, batch))
    rows = [[*source, *[pad] * (width - len(source))] for source in batch]
    return torch.tensor(rows), torch.tensor([len(source) for source in batch])


@dataclass(frozen=True, kw_only=True)
class _Best:
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

    def offer(self, scores: Tensor, log_probs: Tensor, tokens: Tensor) -> "_Best":
        """Take a hypothesis of each row where its score (B,) is higher; tokens (B, t)."""
        better = scores > self.scores
        length = tokens.shape[1]
        padded = self.tokens.clone()
        padded[:, :length] = torch.where(better.unsqueeze(1), tokens, self.tokens[:, :length])
        return _Best(
            scores=torch.where(better, scores, self.scores),
            log_probs=torch.where(better, log_probs, self.log_probs),
            lengths=torch.where(better, length, self.lengths),
            tokens=padded,
            finite=self.finite,
        )

    def keep(self, rows: Tensor) -> "_Best":
        """These rows only."""
        return _Best(**{name: value[rows] for name, value in vars(self).items()})

    def results(self, rows: Sequence[int], options: DecodeOptions) -> Iterator[CorpusResult]:
        """The results of these rows.

        Raises:
            InputError: ``nothing_allowed``: a row has none, within the options' constraints.
            ModelError: ``no_prediction``: a row has none.
        """
        chosen = self.keep(torch.tensor(rows, dtype=torch.int64, device=self.scores.device))
        columns = (chosen.tokens, chosen.lengths, chosen.log_probs, chosen.scores, chosen.finite)
        for tokens, length, *numbers in zip(*(c.tolist() for c in columns), strict=True):
            if not length:
                raise no_target(options)
            yield CorpusResult(tuple(tokens[:length]), *numbers)


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """What the search carries from step to step for every sentence of the batch."""

    live: Live
    history: Tensor
    """(B, W, t): the tokens of the live prefixes."""
    pool: Tensor
    """(B, K): scores of the K best finished hypotheses."""
    best: _Best
    limits: Tensor
    """(B,): the maximum length of each."""

    @classmethod
    def first(
        cls, limits: Sequence[int], beam_size: int, *, bos: int, device: torch.device
    ) -> "_Rows":
        """Before the first step."""
        count = len(limits)
        nothing = torch.full((count,), -torch.inf, device=device)
        lengths = torch.zeros(count, dtype=torch.int64, device=device)
        tokens = torch.zeros((count, max(limits)), dtype=torch.int64, device=device)
        return cls(
            live=first_live(count, bos, device),
            history=tokens.new_zeros((count, 1, 0)),
            pool=no_finished(count, beam_size, device),
            best=_Best(
                scores=nothing,
                log_probs=nothing,
                lengths=lengths,
                tokens=tokens,
                finite=torch.ones(count, dtype=torch.bool, device=device),
            ),
            limits=torch.tensor(limits, device=device),
        )

    def seeing(self, log_probs: Tensor) -> "_Rows":
        """After the distributions (B, W, V) of a step, which are all NaN where one number is."""
        alive = self.live.cumulative > -torch.inf  # (B, W)
        broken = (log_probs[..., 0].isnan() & alive).any(dim=1)
        return replace(self, best=replace(self.best, finite=self.best.finite & ~broken))

    def after(self, found: Candidates, result: Advance, scoring: Scoring) -> "_Rows":
        """After a step.

        The best hypothesis that it finished is offered; where the maximum length is reached and no
        rule stopped the search, so is the best survivor.
        """
        live = result.live
        first = result.finished.argmax(dim=1, keepdim=True)  # (B, 1)
        best = self.best.offer(
            result.finished.gather(1, first).squeeze(1),
            found.cumulative.gather(1, first).squeeze(1),
            _extended(self.history, found.parents.gather(1, first), found.tokens.gather(1, first))[
                :, 0
            ],
        )
        history = _extended(self.history, live.parents, live.tokens)
        closing = (self.limits == history.shape[2]) & ~result.stops
        alive = (live.cumulative[:, 0] / scoring.divisor).masked_fill(~closing, -torch.inf)
        return _Rows(
            live=live,
            history=history,
            pool=result.pool,
            best=best.offer(alive, live.cumulative[:, 0], history[:, 0]),
            limits=self.limits,
        )

    def keep(self, rows: Tensor) -> "_Rows":
        """These rows only."""
        return _Rows(
            live=self.live.keep(rows),
            history=self.history[rows],
            pool=self.pool[rows],
            best=self.best.keep(rows),
            limits=self.limits[rows],
        )


def _extended(history: Tensor, parents: Tensor, tokens: Tensor) -> Tensor:
    """Follow ``parents`` (B, W') in the history (B, W, t) and append a token to each."""
    places = parents.unsqueeze(2).expand(-1, -1, history.shape[2])
    return torch.cat((history.gather(1, places), tokens.unsqueeze(2)), dim=2)  # (B, W', t + 1)
