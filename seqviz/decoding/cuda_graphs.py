"""Plain beam search on a GPU with every step replayed as one CUDA graph.

Skip this to understand the search: it finds what ``beam.decode_beam`` finds, sooner.

One sentence on a GPU is bound by the launching of kernels, not by arithmetic. So a step, from the
selection of prefixes to the written record, is captured once for every shape (beam size, rounded-up
source and target lengths) and replayed; nothing is brought over before the search is done, and
whether it may stop is asked only now and then. Where capturing fails, ``decode_beam`` goes on
without. Letters in shapes as in ``step``; T' and S' are the rounded-up lengths.
"""

import os
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from seqviz.decoding.buffers import Buffers
from seqviz.decoding.observed import StepRecord, columns_of
from seqviz.decoding.record import Decoding, OnStep, Recorder, extent_of
from seqviz.decoding.scoring import normalisers
from seqviz.decoding.step import (
    Live,
    Scoring,
    advance,
    entropy,
    expand,
    log_softmax,
    no_finished,
    rank_exactly,
)
from seqviz.models.base import Seq2SeqModel
from seqviz.models.fast.fixed import refill, start_fixed
from seqviz.models.transformer import Transformer, TransformerMemory, TransformerState
from seqviz.options import MAX_TARGET_TOKENS, DecodeOptions, StopRule, TargetRules

SWITCH = "SEQVIZ_GRAPHS"
"""The environment variable that switches CUDA graphs off where it is "0"."""
ROUND_UP = 32
"""Lengths are rounded up to a multiple of this; the longest target is a length of its own."""
ASK_EVERY = 8
"""Steps between two looks at whether the search may stop."""
MOST_SHAPES = 8
"""Captured shapes kept; the one unused for longest goes."""
MOST_FLOATS = 2**28
"""Of decoder self-attention in one record; a larger search is not captured."""
WARM_UP = 3
SERVED = frozenset(
    {"beam_size", "length_normalisation", "alpha", "stop", "max_length", "n_best"}
    | {"source_language", "target_language", "instruction"}
    | {"distribution_size", "record_attention", "rules"}
)
"""The options that a captured search serves, or that others read; any other is left to
``decode_beam``."""

_APART = ("outcome", "cross_attention", "self_attention")
_STOPS, _DEAD = 1, 2
"""Outcomes of a step; 0: the search goes on."""

Replay = Callable[[], None]
Capture = Callable[[Callable[[], None]], Replay]


@dataclass(frozen=True)
class Shape:
    """What a captured step depends on."""

    beam_size: int
    distribution_size: int
    stop: StopRule
    record: bool
    source_room: int
    target_room: int
    never: tuple[int, ...]


class CapturedSearches:
    """The captured steps of one Transformer; threads may share it, one searches at a time."""

    def __init__(self, model: Transformer, capture: Capture | None = None) -> None:
        """Nothing is captured before it is needed; ``capture`` replaces the CUDA graph in tests."""
        self._model = model
        self._capture = capture or cuda_graph
        self._searches: OrderedDict[Shape, _Search] = OrderedDict()
        self._lock = threading.Lock()
        self._failed = False

    def decode(
        self, source_ids: tuple[int, ...], options: DecodeOptions, on_step: OnStep | None
    ) -> Decoding | None:
        """What ``decode_beam`` returns; None where it must do it itself."""
        shape = _shape(self._model, len(source_ids), options)
        if shape is None or self._failed:
            return None
        with self._lock, torch.inference_mode():
            try:
                search = self._search(shape)
            except torch.OutOfMemoryError:
                self._searches.clear()  # an uncaptured search needs less
                return None
            except RuntimeError as error:
                self._failed = True
                warnings.warn(f"decoding goes on without CUDA graphs: {error}", stacklevel=2)
                return None
            return search.run(source_ids, options, on_step)

    def _search(self, shape: Shape) -> "_Search":
        search = self._searches.pop(shape, None) or _Search(self._model, shape, self._capture)
        self._searches[shape] = search
        if len(self._searches) > MOST_SHAPES:
            self._searches.popitem(last=False)
        return search


def captured_searches(model: Seq2SeqModel[Any, Any], device: str) -> CapturedSearches | None:
    """The one door to this module: None where ``decode_beam`` is to search step by step.

    Only a Transformer of ours has a state whose shapes never change; see ``fixed``.
    """
    graphs = device == "cuda" and os.environ.get(SWITCH) != "0"
    return CapturedSearches(model) if graphs and isinstance(model, Transformer) else None


def _shape(model: Transformer, source_length: int, options: DecodeOptions) -> Shape | None:
    """The shape of a search; None where more than it serves is asked for, or it is too large."""
    if options.beyond(SERVED) or options.rules != TargetRules(never=options.rules.never):
        return None
    target_room = min(_rounded(options.length_limit(source_length)), MAX_TARGET_TOKENS)
    if model.settings.positions == "learned" and target_room > model.settings.max_positions:
        return None
    heads = model.layers * model.heads
    if options.record_attention and target_room**2 * options.beam_size * heads > MOST_FLOATS:
        return None
    return Shape(
        beam_size=options.beam_size,
        distribution_size=options.distribution_size,
        stop=options.stop,
        record=options.record_attention,
        source_room=_rounded(source_length),
        target_room=target_room,
        never=options.rules.never,
    )


def _rounded(length: int) -> int:
    return -(-length // ROUND_UP) * ROUND_UP


def cuda_graph(step: Callable[[], None]) -> Replay:
    """Capture a step on the present GPU; what it returns runs it again.

    Raises:
        RuntimeError: the step does what cannot be captured.
    """
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # theirs
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        step()
    return graph.replay


class _Search:
    """One captured step and the memory that it works on."""

    def __init__(self, model: Transformer, shape: Shape, capture: Capture) -> None:
        self._model, self._shape = model, shape
        memory = model.encode(torch.tensor([[model.special.eos]]), torch.ones(1, dtype=torch.int64))
        self._state = start_fixed(
            model,
            memory,
            beam_size=shape.beam_size,
            source_room=shape.source_room,
            max_length=shape.target_room,
        )
        device = memory.mask.device
        self._number = torch.zeros(1, dtype=torch.int64, device=device)
        self._divisors = torch.ones(shape.target_room, device=device)
        self._live = Live(
            tokens=torch.zeros((1, shape.beam_size), dtype=torch.int64, device=device),
            parents=torch.zeros((1, shape.beam_size), dtype=torch.int64, device=device),
            cumulative=torch.zeros((1, shape.beam_size), device=device),
        )
        self._pool = no_finished(1, shape.beam_size, device)
        self._barred = torch.zeros(model.settings.target_vocabulary, device=device)
        self._barred[list(shape.never)] = -torch.inf
        self._rows: dict[str, Tensor] = {}
        self._restart(memory)
        self._step()  # says what there is to record
        self._restart(memory)
        self._replay = capture(self._step)

    def run(
        self, source_ids: tuple[int, ...], options: DecodeOptions, on_step: OnStep | None
    ) -> Decoding:
        """Translate one sentence by replayed steps, and return the record of the search."""
        length, record = len(source_ids), self._shape.record
        memory = self._model.encode(
            torch.tensor([source_ids]), torch.tensor([length]), record=record
        )
        table = normalisers(options.length_limit(length), options)
        self._divisors[: len(table)] = torch.from_numpy(table).to(self._divisors.device)
        self._restart(memory)
        steps, stopped_by = self._steps(len(table), on_step)
        recorder = Recorder(extent_of(length, options), memory.self_attention)
        recorder.take(self._record(steps, length), steps)
        return recorder.finish(table, stopped_by)

    def _steps(self, limit: int, on_step: OnStep | None) -> tuple[int, str]:
        """Replay up to the step where the search stops; how many steps, and what stopped it."""
        for step in range(limit):
            if on_step is not None:
                on_step(step, limit)
            self._replay()
            if (step + 1) % ASK_EVERY and step + 1 < limit:
                continue
            outcomes = self._rows["outcome"][: step + 1].tolist()
            ended = [number for number, outcome in enumerate(outcomes) if outcome]
            if ended:
                return ended[0] + 1, self._reason(outcomes[ended[0]])
        return limit, "max_length"

    def _reason(self, outcome: int) -> str:
        if outcome == _DEAD:
            return "finished"
        return "first" if self._shape.stop == "first" else "bound"

    def _restart(self, memory: TransformerMemory) -> None:
        refill(self._model, self._state, memory)
        self._number.zero_()
        self._live.tokens.fill_(self._model.special.bos)
        self._live.parents.zero_()
        self._live.cumulative.fill_(-torch.inf)[:, 0] = 0.0
        self._pool.fill_(-torch.inf)

    def _step(self) -> None:
        """One step, all of it in place."""
        shape = self._shape
        state: TransformerState = self._state.select(self._live.parents)
        output = self._model.step(state, self._live.tokens, record=shape.record)
        log_probs = log_softmax(output.logits)
        count = max(2 * shape.beam_size + len(shape.never), shape.distribution_size)
        ranked = rank_exactly(log_probs, count)
        allowed = replace(ranked, log_probs=ranked.log_probs + self._barred[ranked.tokens])
        found = expand(self._live, allowed, beam_size=shape.beam_size, eos=self._model.special.eos)
        scoring = Scoring(divisor=self._divisors.gather(0, self._number))
        result = advance(
            found, self._pool, scoring=scoring, beam_size=shape.beam_size, rule=shape.stop
        )
        dead = result.live.cumulative[:, 0] == -torch.inf
        step = StepRecord(output=output, ranked=ranked, entropies=entropy(log_probs), found=found)
        values = columns_of(step, distribution_size=shape.distribution_size, attention=shape.record)
        values["outcome"] = torch.where(dead, _DEAD, result.stops.to(torch.int8) * _STOPS)
        if output.self_attention is not None:
            values["self_attention"] = output.self_attention
        for name, value in values.items():
            self._write(name, value)
        for kept, new in zip(vars(self._live).values(), vars(result.live).values(), strict=True):
            kept.copy_(new)
        self._pool.copy_(result.pool)
        self._number.add_(1)

    def _write(self, name: str, value: Tensor) -> None:
        """Write one row of the record; ``value`` (1, …)."""
        if name not in self._rows:
            room = (self._shape.target_room, *value.shape[1:])
            self._rows[name] = torch.zeros(room, dtype=value.dtype, device=value.device)
        self._rows[name].index_copy_(0, self._number, value)

    def _record(self, steps: int, source_length: int) -> Buffers:
        """The record of the first steps, on the CPU, in memory of its own."""
        whole = {name: rows for name, rows in self._rows.items() if name not in _APART}
        columns = {name: _kept(rows[:steps]) for name, rows in whole.items()}
        if "cross_attention" in self._rows:
            weights = self._rows["cross_attention"]
            columns["cross_attention"] = _kept(weights[:steps, ..., :source_length])
        packed, unit = torch.empty(0), 0
        if "self_attention" in self._rows:
            weights = self._rows["self_attention"]
            unit = weights[0, ..., 0].numel()
            packed = torch.cat([weights[t, ..., : t + 1].flatten() for t in range(steps)])
        return Buffers(columns=columns, weights=_kept(packed), unit=unit)


def _kept(rows: Tensor) -> Tensor:
    """A copy on the CPU, in the type that a trace has."""
    if rows.dtype == torch.int64:
        return rows.to("cpu", torch.int32)
    if rows.dtype == torch.int8:
        return rows.to("cpu", copy=True)
    return rows.to("cpu", torch.float32, copy=True).contiguous()
