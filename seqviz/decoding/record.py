"""The one place where the tensors of a search become the arrays of a trace.

Buffers are written step by step and sliced at the end; nothing is copied from step to step, and
from another device everything comes over once. Knows nothing about how candidates are chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqviz.decoding.buffers import (
    COLUMNS,
    Buffers,
    Extent,
    check_memory,
    encoder_bytes,
    layout_of,
    reserve,
    triangle,
)
from seqviz.decoding.constraints import fitted
from seqviz.decoding.observed import StepRecord, columns_of
from seqviz.decoding.sampling import Kept
from seqviz.errors import ModelError
from seqviz.models.base import M, Seq2SeqModel, State, StepOutput
from seqviz.options import DecodeOptions
from seqviz.trace import Fate, Floats, Ints, Search

MAX_RECORD_BYTES = 4_000_000_000

OnStep = Callable[[int, int], None]
"""Called before every step with its number, from 0, and the most steps there can be."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Decoding:
    """A recorded search and its hypotheses, best first, in columns (M,) as in ``trace.Hypotheses``.

    When the search stopped early, finished hypotheses rank before those still alive; at the
    maximum length all compete by score. Equals: finished before alive, then the earlier step, then
    the better rank.
    """

    search: Search
    steps: Ints
    candidates: Ints
    finished: NDArray[np.bool_]
    log_probs: Floats
    lengths: Ints
    normalisers: Floats
    coverage_terms: Floats
    scores: Floats
    encoder_self_attention: Floats | None
    """(L_encoder, H, S, S), rows are queries; None: the model has none, or not recorded."""
    stopped_by: str
    """"bound", "first", "max_length", "finished", or "forced"."""

    @property
    def is_finite(self) -> bool:
        """Whether every prefix that lived on had a distribution of numbers."""
        search = self.search
        kept = search.candidate_fates == int(Fate.KEPT)
        found = [search.entropies[0, :1]]
        for step in range(1, search.steps):
            found.append(search.entropies[step, search.candidate_slots[step - 1][kept[step - 1]]])
        return not np.isnan(np.concatenate(found)).any()


def extent_of(source_length: int, options: DecodeOptions) -> Extent:
    """How far a beam search over a source of that many tokens may reach."""
    return Extent(
        steps=options.length_limit(source_length),
        slots=options.beam_size,
        candidates=options.beam_size * (1 if options.sampling else 2),
        sampled=options.sampling is not None,
        penalised=options.needs_attention,
        attention=options.record_attention,
        distribution_size=options.distribution_size,
        source_length=source_length,
    )


def record_bytes(model: Seq2SeqModel[M, State], source_length: int, options: DecodeOptions) -> int:
    """The most memory, in bytes, that the record of such a beam search can take."""
    return extent_bytes(model, extent_of(source_length, fitted(options, model, source_length)))


def extent_bytes(model: Seq2SeqModel[M, State], extent: Extent) -> int:
    """The most memory, in bytes, that the record of a decoding that reaches so far can take.

    Takes one step on a source of one token to see what the model records.
    """
    record = extent.attention
    source, lengths = torch.tensor([[model.special.eos]]), torch.ones(1, dtype=torch.int64)
    with torch.inference_mode():
        memory = model.encode(source, lengths, record=record)
        state = model.start(memory, beam_size=1, max_length=1)
        start = torch.full((1, 1), model.special.bos, device=memory.mask.device)
        output = model.step(state, start, record=record)
    return layout_of(extent, output).bytes + encoder_bytes(
        memory.self_attention, extent.source_length
    )


class Recorder:
    """Collects the steps of the search for one sentence; ``finish`` hands them over."""

    def __init__(
        self, extent: Extent, read: Tensor | None, *, max_bytes: int = MAX_RECORD_BYTES
    ) -> None:
        """Prepare to record; nothing is reserved before the first step shows what there is.

        Args:
            extent: how far the search may reach.
            read: the encoder's self-attention, (1, L, H, S, S), where there is one to record.
            max_bytes: a record that could become larger is refused at the first step.
        """
        self._extent, self._read, self._max_bytes = extent, read, max_bytes
        self._buffers: Buffers | None = None
        self._steps = 0

    @property
    def reserved_bytes(self) -> int:
        """What the record has room for so far."""
        reserved = 0 if self._buffers is None else self._buffers.bytes
        return reserved + encoder_bytes(self._read, self._extent.source_length)

    def add(
        self, step: StepRecord[State], *, kept: Kept | None = None, terms: Tensor | None = None
    ) -> None:
        """Record one step.

        Args:
            step: what the model and the search found.
            kept: what could be drawn, with sampling.
            terms: the coverage penalty of every slot, (1, W).

        Raises:
            InputError: ``too_much_memory``, at the first step.
        """
        buffers = self._buffers = self._buffers or self._reserve(step.output)
        values = columns_of(
            step,
            distribution_size=self._extent.distribution_size,
            attention=self._extent.attention,
        )
        if kept is not None:
            values |= {"kept_counts": kept.counts, "kept_mass": kept.mass}
        if terms is not None:
            values["coverage_terms"] = terms
        for name, value in values.items():
            buffers.write(self._steps, name, value[0])
        if step.output.self_attention is not None and self._extent.attention:
            buffers.write_packed(self._steps, step.output.self_attention[0])
        self._steps += 1

    def take(self, buffers: Buffers, steps: int) -> None:
        """Take so many steps that were recorded elsewhere; on the CPU."""
        self._buffers, self._steps = buffers, steps

    def _reserve(self, output: StepOutput[State]) -> Buffers:
        layout = layout_of(self._extent, output)
        encoder = encoder_bytes(self._read, self._extent.source_length)
        check_memory(layout.bytes + encoder, self._max_bytes)
        return reserve(layout, output.logits.device)

    def finish(self, normalisers: Floats, stopped_by: str) -> Decoding:
        """The whole record, its hypotheses ranked.

        Args:
            normalisers: of every length from 1, at least as many as there were steps.
            stopped_by: why the search ended.

        Raises:
            ModelError: ``no_prediction``: the model's numbers left no hypothesis at all.
        """
        search = self._search()
        steps, candidates = _hypotheses(search)
        if not len(steps):
            raise ModelError("no_prediction")
        finished = search.candidate_fates[steps, candidates] == int(Fate.FINISHED)
        log_probs = search.candidate_cumulative[steps, candidates]
        terms = self._coverage_terms(search, steps, candidates)
        scores = log_probs / normalisers[steps] + terms
        behind = ~finished & (stopped_by in ("bound", "first"))
        order = np.lexsort((candidates, steps, ~finished, -scores, behind))
        read = self._read
        return Decoding(
            search=search,
            steps=steps[order],
            candidates=candidates[order],
            finished=finished[order],
            log_probs=log_probs[order],
            lengths=steps[order] + np.int32(1),
            normalisers=normalisers[steps[order]],
            coverage_terms=terms[order],
            scores=scores[order],
            encoder_self_attention=None if read is None else _own_memory(read[0]),
            stopped_by=stopped_by,
        )

    def _search(self) -> Search:
        """The arrays, with −1 and NaN in unused places."""
        assert self._buffers is not None, "a record needs at least one step"
        found: dict[str, Any] = {
            name: self._rows(name) if self._buffers.has(name) else None for name in COLUMNS
        }
        fates = found["candidate_fates"]
        absent = fates == int(Fate.ABSENT)
        slots = _blank(found["candidate_slots"], absent)
        empty = _empty_slots(fates, slots, self._extent.slots)
        for name, column in COLUMNS.items():
            if found[name] is not None and column.holds != "fate":
                _blank(found[name], absent if column.shape[1] == "C" else empty)
        impossible = ~(found["next_log_probs"] > -np.inf)
        _blank(found["next_tokens"], impossible)
        _blank(found["next_log_probs"], impossible)
        return Search(**found, self_attention=self._packed(empty))

    def _coverage_terms(self, search: Search, steps: Ints, candidates: Ints) -> Floats:
        """Of the hypotheses that end in these candidates, (M,)."""
        assert self._buffers is not None
        if not self._buffers.has("coverage_terms"):
            return np.zeros(len(steps), np.float32)
        of_slots: Floats = self._rows("coverage_terms")
        return of_slots[steps, search.candidate_parents[steps, candidates]]

    def _rows(self, name: str) -> NDArray[Any]:
        assert self._buffers is not None
        rows: NDArray[Any] = self._buffers.rows(name, self._steps).numpy()
        return rows

    def _packed(self, empty: NDArray[np.bool_]) -> Floats | None:
        assert self._buffers is not None
        weights = self._buffers.packed(self._steps)
        if weights is None:
            return None
        packed: Floats = weights.numpy()
        columns = len(packed) // triangle(self._steps)  # K·L·H, floats of one column
        for step in np.flatnonzero(empty.any(axis=1)).tolist():
            place = packed[columns * triangle(step) : columns * triangle(step + 1)]
            _blank(place.reshape(empty.shape[1], -1), empty[step])
        return packed


def _own_memory(weights: Tensor) -> Floats:
    """As numbers of a trace, which do not hold the rest of a batch."""
    own: Floats = weights.float().cpu().contiguous().numpy()
    return own


def _blank(array: NDArray[Any], unused: NDArray[np.bool_]) -> NDArray[Any]:
    """Put −1 (integers) or NaN (floats) into unused places, in place."""
    array[unused] = np.nan if array.dtype == np.float32 else -1
    return array


def _empty_slots(fates: NDArray[np.int8], kept_in: Ints, slots: int) -> NDArray[np.bool_]:
    """Where no prefix lived, (T, K): at first in all slots but one, later where none was kept."""
    empty = np.ones((len(fates), slots), np.bool_)
    empty[0, 0] = False
    steps, candidates = np.nonzero(fates[:-1] == int(Fate.KEPT))
    empty[steps + 1, kept_in[steps, candidates]] = False
    return empty


def _hypotheses(search: Search) -> tuple[Ints, Ints]:
    """Steps and candidates of everything finished, and of what was alive at the end."""
    ends = search.candidate_fates == int(Fate.FINISHED)
    ends[-1] |= search.candidate_fates[-1] == int(Fate.KEPT)
    steps, candidates = np.nonzero(ends)
    return steps.astype(np.int32), candidates.astype(np.int32)
