"""The steps of a recorded search over one sentence or several; ``beam`` begins it.

Knows a model only by ``start``, ``step``, ``state.select`` and ``state.keep``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

import torch
from torch import Tensor

from seqviz.decoding.batch import WORTH_LEAVING
from seqviz.decoding.choice import Chooser
from seqviz.decoding.constraints import first_fed, most_banned, no_target
from seqviz.decoding.coverage import Coverage, no_coverage
from seqviz.decoding.observed import StepRecord
from seqviz.decoding.record import Decoding, OnStep, Recorder
from seqviz.decoding.sampling import Kept
from seqviz.decoding.scoring import normalisers
from seqviz.decoding.step import (
    Scoring,
    advance,
    entropy,
    first_live,
    log_softmax,
    no_finished,
    rank_next,
)
from seqviz.errors import InputError, ModelError, SeqVizError
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import DecodeOptions


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """A sentence whose search goes on."""

    place: int
    """Among all that were asked for."""
    length: int
    """Tokens of its source."""
    limit: int
    """The most steps."""
    recorder: Recorder
    on_step: OnStep | None


class Batch(Generic[M, State]):
    """Sentences that are searched together; those that are done leave it.

    Every step does the same with the W prefixes of each sentence that are alive (one at first, then
    up to K):

    1. each goes on from the state of its parent;
    2. the model predicts the next token of each;
    3. the most probable next tokens are ranked, for each prefix apart;
    4. the best 2K continuations of a sentence's prefixes are chosen (or drawn, when sampling);
    5. those that end are finished, the K best others live on, the rest is pruned;
    6. all of it is recorded, and the stop rule is asked.
    """

    def __init__(
        self,
        model: Seq2SeqModel[M, State],
        memory: M,
        rows: Sequence[Row],
        *,
        options: DecodeOptions,
    ) -> None:
        """Before the first step."""
        special, device = model.special, memory.mask.device
        self._model, self._options, self._device = model, options, device
        self._rows: list[Row | None] = list(rows)
        self._alone = len(rows) == 1
        self._table = normalisers(max(row.limit for row in rows), options)
        self._divisors = torch.from_numpy(self._table).to(device)
        self._limits = torch.tensor([row.limit for row in rows], device=device)
        self._live = first_live(len(rows), first_fed(special, options), device)  # (B, 1)
        self._pool = no_finished(len(rows), options.beam_size, device)  # (B, K)
        self._state = model.start(memory, beam_size=options.beam_size, max_length=len(self._table))
        self._chooser = Chooser(options, special.eos)
        self._coverage: Coverage | None = no_coverage(memory.mask, options.beta)
        self._found: dict[int, Decoding | SeqVizError] = {}

    def search(self) -> dict[int, Decoding | SeqVizError]:
        """Go on until all are done; their records, by the places of their sentences."""
        for step in range(len(self._table)):
            self._ask(step)
            if not any(self._rows):
                break
            self._close_up()
            self._step(step)
        return self._found

    def _ask(self, step: int) -> None:
        """Whether every sentence is to go on."""
        for number, row in enumerate(self._rows):
            if row is not None and row.on_step is not None:
                try:
                    row.on_step(step, row.limit)
                except SeqVizError as error:
                    self._leave(number, error)

    def _step(self, step: int) -> None:
        options = self._options
        # 1. Continue.
        if step:
            self._state = self._state.select(self._live.parents)
        # 2. Predict.
        read = options.record_attention or self._coverage is not None
        output = self._model.step(
            self._state, self._live.tokens, record=read, edits=options.edits_at(step)
        )
        if self._coverage is not None:
            self._coverage = self._coverage.after(self._live.parents, output)
        log_probs = log_softmax(output.logits)  # (B, W, V)
        # 3. Rank.
        most = max(2 * options.beam_size + most_banned(options), options.distribution_size)
        ranked = rank_next(log_probs, most)  # (B, W, R)
        # 4. Choose: candidates (B, C).
        closing = self._limits == step + 1
        found, kept = self._chooser.choose(
            self._live, log_probs, ranked, step=step, closing=closing
        )
        # 5. Finish, keep, prune.
        terms = None if self._coverage is None else self._coverage.terms()  # (B, W)
        result = advance(
            found,
            self._pool,
            scoring=Scoring(divisor=self._divisors[step], terms=terms),
            beam_size=options.beam_size,
            rule="max_length" if options.sampling else options.stop,
        )
        # 6. Record, and see whether to stop.
        record = StepRecord(output=output, ranked=ranked, entropies=entropy(log_probs), found=found)
        self._record(record, kept=kept, terms=terms)
        self._state, self._live, self._pool = output.state, result.live, result.pool
        for number, stops in enumerate(result.stops.tolist()):
            row = self._rows[number]
            if row is not None and (stops or step + 1 == row.limit):
                self._finish(number, row, self._reason(number) if stops else "max_length")

    def _record(self, step: StepRecord[State], *, kept: Kept | None, terms: Tensor | None) -> None:
        for number, row in enumerate(self._rows):
            if row is not None:
                own = step if self._alone else step.of(number, row.length)
                try:
                    row.recorder.add(
                        own, kept=kept, terms=None if terms is None else terms[[number]]
                    )
                except InputError as error:
                    self._leave(number, error)

    def _reason(self, number: int) -> str:
        """Why the stop rule ended a search."""
        if not bool(self._live.cumulative[number, 0] > -torch.inf):
            return "finished"
        full = bool(self._pool[number, -1] > -torch.inf)
        return "first" if full and self._options.stop == "first" else "bound"

    def _finish(self, number: int, row: Row, stopped_by: str) -> None:
        try:
            self._leave(number, row.recorder.finish(self._table, stopped_by))
        except ModelError as error:
            refused = no_target(self._options)
            refused.__cause__ = error
            self._leave(number, refused)

    def _leave(self, number: int, found: Decoding | SeqVizError) -> None:
        row = self._rows[number]
        assert row is not None, "a sentence is done once"
        self._found[row.place], self._rows[number] = found, None

    def _close_up(self) -> None:
        """Go on without the rows that are done, where that is worth the copies."""
        staying = [number for number, row in enumerate(self._rows) if row is not None]
        if WORTH_LEAVING * (len(self._rows) - len(staying)) < len(self._rows):
            return
        kept = torch.tensor(staying, device=self._device)
        self._rows = [self._rows[number] for number in staying]
        self._limits, self._pool = self._limits[kept], self._pool[kept]
        self._state, self._live = self._state.keep(kept), self._live.keep(kept)
        if self._coverage is not None:
            self._coverage = self._coverage.keep(kept)
