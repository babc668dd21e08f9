"""Does a trace agree with itself? For traces from files, whose every index may be wrong.

``Trace`` itself checks the shapes that a programmer may get wrong; this checks what a stranger may.
"""

import math

import numpy as np

from seqviz.options import MAX_BEAM_SIZE
from seqviz.trace.notices import is_notice
from seqviz.trace.numbers import check_numbers
from seqviz.trace.trace import Fate, Ints, Search, Trace

_ONE = 1 + 1e-3  # a sum of probabilities, rounded
_STOPS = ("bound", "first", "max_length", "finished", "forced")
# Far above what any search here makes, far below what would keep a reader busy for minutes.
_MOST_TOKENS = 4_096  # of the source, and steps
_MOST_HEADS = 4_096  # in all layers
_MOST_CANDIDATES = 1_024  # of a step
_MOST_CHARACTERS = 200_000
_MOST_PARAMETERS = 10**15


def check_trace(trace: Trace) -> None:
    """Refuse a trace whose shapes, indices or tokens do not fit together.

    Raises:
        ValueError: what does not fit.
    """
    _check_extent(trace)
    _check_sizes(trace)
    _check_search(trace.search)
    _check_columns(trace.search)
    check_numbers(trace)
    _check_edits(trace)
    _check_hypotheses(trace)
    _check_vocabulary(trace)
    if not math.isfinite(trace.milliseconds):
        raise ValueError("milliseconds is not finite")
    if not all(map(is_notice, trace.notices)):
        raise ValueError("it has a notice that is not known")
    if trace.stopped_by not in _STOPS:
        raise ValueError(f"it was stopped by other than {', '.join(_STOPS)}")


def _check_extent(trace: Trace) -> None:
    search, model, source = trace.search, trace.model, trace.source
    sizes = {
        "source characters": (len(source.text), _MOST_CHARACTERS),
        "source tokens": (len(source.ids), _MOST_TOKENS),
        "steps": (search.steps, _MOST_TOKENS),
        "slots": (search.slots, MAX_BEAM_SIZE),
        "candidates a step": (search.candidates, _MOST_CANDIDATES),
        "heads": (max(0, model.layers) * max(0, model.heads), _MOST_HEADS),
        "parameters": (model.parameters, _MOST_PARAMETERS),
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
    if search.next_tokens.shape != search.next_log_probs.shape:
        raise ValueError("next_tokens and next_log_probs differ in shape")


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


def _check_columns(search: Search) -> None:
    """What later formats added; unused places hold −1 or NaN."""
    ranks, counts, mass = search.candidate_ranks, search.kept_counts, search.kept_mass
    if ranks is not None and (ranks[search.candidate_fates != Fate.ABSENT] < 1).any():
        raise ValueError("candidate_ranks holds a rank below 1")
    if (counts is None) != (mass is None):
        raise ValueError("kept_counts and kept_mass do not come together")
    if counts is not None and (counts < -1).any():
        raise ValueError("kept_counts holds a number below −1")
    if mass is not None and ((mass < 0) | (mass > _ONE)).any():
        raise ValueError("kept_mass holds what is no probability")


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
