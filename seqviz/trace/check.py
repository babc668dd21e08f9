"""Does a trace agree with itself? For traces from files, whose every index may be wrong.

``Trace`` itself checks the shapes that a programmer may get wrong; this checks what a stranger may.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.options import MAX_BEAM_SIZE
from seqviz.trace.columns import PACKED, Holds, columns
from seqviz.trace.notices import is_notice
from seqviz.trace.trace import Fate, Ints, Search, Trace

_SLACK = 1e-3  # of a rounded probability, or its logarithm
_LEAST = np.finfo(np.float32).min
Rule = Callable[[NDArray[Any], bool], NDArray[np.bool_]]
_RULES: Mapping[Holds, Rule] = {  # whether numbers are such, given whether the target was given
    "rank": lambda found, _: found >= 1,
    "count": lambda found, _: found >= -1,
    "log-probability": lambda found, forced: (
        (found >= (-np.inf if forced else _LEAST)) & (found <= _SLACK)
    ),
    "probability": lambda found, _: ~((found < 0) | (found > 1 + _SLACK)),
    "weight": lambda found, _: (found >= -_SLACK) & (found <= 1 + _SLACK),
    "raw score": lambda found, _: found < np.inf,
    "number": lambda found, _: np.isfinite(found),
    "score": lambda found, forced: ~np.isnan(found) if forced else np.isfinite(found),
    "divisor": lambda found, _: np.isfinite(found) & (found > 0),
}
STOPS = ("bound", "first", "max_length", "finished", "forced")
# Far above what any search here makes, far below what would keep a reader busy for minutes.
MOST_TOKENS = 4_096  # of the source, and steps
MOST_HEADS = 4_096  # in all layers
MOST_CANDIDATES = 1_024  # of a step
MOST_CHARACTERS = 200_000
MOST_PARAMETERS = 10**15


def check_trace(trace: Trace) -> None:
    """Refuse a trace whose shapes, indices or tokens do not fit together.

    Raises:
        ValueError: what does not fit.
    """
    _check_extent(trace)
    _check_sizes(trace)
    _check_search(trace.search)
    _check_numbers(trace)
    _check_edits(trace)
    _check_hypotheses(trace)
    _check_vocabulary(trace)
    if not math.isfinite(trace.milliseconds):
        raise ValueError("milliseconds is not finite")
    if not all(map(is_notice, trace.notices)):
        raise ValueError("it has a notice that is not known")
    if trace.stopped_by not in STOPS:
        raise ValueError(f"it was stopped by other than {', '.join(STOPS)}")


def _check_extent(trace: Trace) -> None:
    search, model, source = trace.search, trace.model, trace.source
    sizes = {
        "source characters": (len(source.text), MOST_CHARACTERS),
        "source tokens": (len(source.ids), MOST_TOKENS),
        "steps": (search.steps, MOST_TOKENS),
        "slots": (search.slots, MAX_BEAM_SIZE),
        "candidates a step": (search.candidates, MOST_CANDIDATES),
        "heads": (max(0, model.layers) * max(0, model.heads), MOST_HEADS),
        "parameters": (model.parameters, MOST_PARAMETERS),
        "hypotheses": (len(trace.hypotheses), search.slots * (search.steps + 1)),
    }
    for name, (found, most) in sizes.items():
        if found > most:
            raise ValueError(f"it has {found} {name}, more than {most}")


def _check_sizes(trace: Trace) -> None:
    search, model, length = trace.search, trace.model, len(trace.source.ids)
    if model.layers < 1 or model.heads < 1:
        raise ValueError("the model has no layers or no heads")
    if not length:
        raise ValueError("the source has no tokens")
    if model.parameters < 0:
        raise ValueError("the model has fewer than no parameters")
    packed = search.slots * model.layers * model.heads * search.steps * (search.steps + 1) // 2
    if search.self_attention is not None and search.self_attention.size != packed:
        raise ValueError(f"self_attention has {search.self_attention.size} numbers, not {packed}")
    if search.raw_scores is not None and search.raw_scores.shape[2] != length:
        raise ValueError("raw_scores is not as long as the source")
    encoder = trace.encoder_self_attention
    if encoder is not None and encoder.shape[2:] != (length, length):
        raise ValueError("encoder_self_attention is not as long as the source")


def _check_search(search: Search) -> None:
    fates = search.candidate_fates
    if not np.isin(fates, [int(fate) for fate in Fate]).all():
        raise ValueError("candidate_fates holds unknown fates")
    present = fates != Fate.ABSENT
    _check_range("candidate_parents", search.candidate_parents[present], search.slots)
    kept = fates == Fate.KEPT
    _check_range("candidate_slots", search.candidate_slots[kept], search.slots)
    for step in range(search.steps):
        alive = search.candidate_slots[step - 1][kept[step - 1]] if step else np.zeros(1, np.int32)
        if len(np.unique(alive)) != len(alive):
            raise ValueError(f"two prefixes share a slot at step {step}")
        if not np.isin(search.candidate_parents[step][present[step]], alive).all():
            raise ValueError(f"a candidate of step {step} continues a slot that holds nothing")


def _check_numbers(trace: Trace) -> None:
    """Refuse numbers that are not what their column says: weights above 1, and so on.

    Unused places may hold anything. A given target may hold a token that was ruled out, with a
    log-probability of −inf.
    """
    live = _live_slots(trace.search)
    records: tuple[object, ...] = (trace, trace.search, trace.hypotheses)
    for record in records:
        kind: type = type(record)
        for name, column in columns(kind).items():
            is_right, array = _RULES.get(column.holds), getattr(record, name)
            if is_right is None or array is None:
                continue
            used = _used(trace, name, live) if record is trace.search else (array,)
            if not all(is_right(values, trace.forced).all() for values in used):
                raise ValueError(f"{name} holds what is no {column.holds}")
    if (trace.search.kept_counts is None) != (trace.search.kept_mass is None):
        raise ValueError("kept_counts and kept_mass do not come together")


def _live_slots(search: Search) -> list[NDArray[np.intp]]:
    """The slots that hold a prefix, by step."""
    kept = search.candidate_fates == Fate.KEPT
    later = [search.candidate_slots[step][kept[step]] for step in range(search.steps - 1)]
    return [np.zeros(1, np.intp), *(slots.astype(np.intp) for slots in later)]


def _used(trace: Trace, name: str, live: list[NDArray[np.intp]]) -> Iterator[NDArray[Any]]:
    """The numbers of a column of the search that stand for something; step by step where many."""
    search, model = trace.search, trace.model
    array, shape = getattr(search, name), columns(Search)[name].shape
    if shape == "TC":
        yield array[search.candidate_fates != Fate.ABSENT]
    elif shape == "TKN":
        yield array[search.next_tokens != -1]
    else:
        for step, slots in enumerate(live):
            if shape == PACKED:
                of_step = search.self_attention_at(step, model.layers, model.heads)
                assert of_step is not None
                yield of_step[slots]
            else:
                yield array[step][slots]


def _check_edits(trace: Trace) -> None:
    model, length = trace.model, len(trace.source.ids)
    for edit in trace.options.interventions:
        if any(layer >= model.layers or head >= model.heads for layer, head in edit.heads):
            raise ValueError("an edit names a head that is not there")
        if any(source >= length for source in edit.sources):
            raise ValueError("an edit names a source token that is not there")
        if edit.weights and len(edit.weights) != length:
            raise ValueError("an edit sets a row that is not as long as the source")


def _check_hypotheses(trace: Trace) -> None:
    search, hypotheses = trace.search, trace.hypotheses
    _check_range("steps", hypotheses.steps, search.steps)
    _check_range("candidates", hypotheses.candidates, search.candidates)
    if (search.candidate_fates[hypotheses.steps, hypotheses.candidates] == Fate.ABSENT).any():
        raise ValueError("a hypothesis ends in a candidate that is not there")
    if (hypotheses.lengths != hypotheses.steps + 1).any():
        raise ValueError("lengths and steps of the hypotheses differ")


def _check_vocabulary(trace: Trace) -> None:
    search = trace.search
    present = search.candidate_fates != Fate.ABSENT
    tokens = np.concatenate(
        [search.candidate_tokens[present], search.next_tokens[search.next_tokens != -1]]
    )
    named = {*trace.options.prefix, *trace.options.banned}
    unknown = (set(np.unique(tokens).tolist()) | named) - trace.vocabulary.keys()
    if unknown:
        raise ValueError(f"its vocabulary lacks token {min(unknown)}")


def _check_range(name: str, values: Ints, size: int) -> None:
    if ((values < 0) | (values >= size)).any():
        raise ValueError(f"{name} points outside 0…{size - 1}")
