"""The search as a tree: who continued whom, how far behind, and why a branch was cut.

Numpy only. Letters in shapes: T steps, C candidates a step, K slots, "nodes" drawn nodes.
"""

from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.layout import rank_rows, tidy_rows
from seqviz.analysis.words import join_pieces
from seqviz.trace import Fate, Ints, Search, Trace
from seqviz.trace.pieces import START_PIECE

Array = NDArray[np.floating[Any]]
Pruned = Literal["none", "next", "all"]
Layout = Literal["rank", "tree"]

START = -1
"""Step and candidate of the root."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BeamNodes:
    """The drawn nodes in columns, by step and then by candidate; parents come first.

    The first rows have no parent: the root, or, where a window starts later, the prefixes that were
    live at its edge.
    """

    step: Ints
    """The step that produced the token; −1 for the root."""
    candidate: Ints
    """Its place among the step's candidates; −1 for the root."""
    rank: Ints
    """1 is the best candidate of its step; 0 for the root."""
    fate: NDArray[np.int8]
    """Values of ``Fate``; the root is kept."""
    parent: Ints
    """Row of the prefix it continues, −1 without one."""
    piece: tuple[str, ...]
    log_prob: Array
    """log p(token | prefix, source); 0 for the root."""
    cumulative: Array
    """Sum of log-probabilities, this token included."""
    score: Array
    """``cumulative`` under the options' length normalisation at this length; 0 for the root."""
    margin: Array
    """``cumulative`` minus that of the step's last survivor; NaN where nothing survived."""
    on_best_path: NDArray[np.bool_]
    """Belongs to the best hypothesis."""
    x: Array
    """Column: the step."""
    y: Array
    """Row, at least 0, counted downwards."""

    def __post_init__(self) -> None:
        """Make the arrays read-only and check that they fit together."""
        for field in fields(self):
            column = getattr(self, field.name)
            if len(column) != len(self.step):
                raise ValueError(f"{field.name} has {len(column)} rows, step has {len(self.step)}")
            if isinstance(column, np.ndarray):
                column.flags.writeable = False

    def __len__(self) -> int:
        """How many nodes."""
        return len(self.piece)

    def row_of(self, step: int, candidate: int) -> int | None:
        """Row of a candidate, None if it is not drawn."""
        rows = np.flatnonzero((self.step == step) & (self.candidate == candidate))
        return int(rows[0]) if len(rows) else None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a candidate lived or fell; ``figures.reason_text`` puts it into words."""

    code: str
    """"kept", "finished", "given", "drawn", "pruned_rank", "pruned_late_eos", "pruned_forced", or
    "absent".
    """
    rank: int
    """Among all candidates of the step, 1 is the best."""
    kept: int
    """How many live prefixes the search keeps."""
    finished: int
    """How many candidates of the step finished."""
    margin: float
    """Sum of log-probabilities minus that of the last survivor; NaN where nothing survived."""
    survivor: str
    """The last survivor's text, "" where nothing survived."""
    piece: str
    """The candidate's own token."""
    token_rank: int | None = None
    """Its place among all next tokens of its prefix, 1 the most probable; None: not recorded."""
    drawable: int | None = None
    """How many next tokens of its prefix could be drawn; None: no sampling."""


def margins(search: Search, steps: slice = slice(None)) -> Array:
    """Every candidate's sum of log-probabilities minus that of its step's last survivor, (T, C).

    NaN where the step has no survivor, or the place no candidate, or both sums are −inf.
    """
    fates, cumulative = search.candidate_fates[steps], search.candidate_cumulative[steps]
    kept = fates == Fate.KEPT
    last = np.where(kept, cumulative, np.inf).min(1, initial=np.inf)
    last = np.where(kept.any(1), last, np.nan)
    with np.errstate(invalid="ignore"):  # a given target may hold what was ruled out
        difference: Array = cumulative.astype(np.float64) - last[:, None]
    return np.where(fates == Fate.ABSENT, np.nan, difference)


def prefix_text(trace: Trace, step: int, candidate: int) -> str:
    """Text of a candidate with everything before it; "" for the root."""
    if step < 0:
        return ""
    _, chosen = trace.search.path(step, candidate)
    tokens = trace.search.candidate_tokens[np.arange(step + 1), chosen]
    return join_pieces([trace.vocabulary[int(token)] for token in tokens])


def node_texts(nodes: BeamNodes, trace: Trace) -> list[str]:
    """The text of every node with everything before it."""
    pieces: list[tuple[str, ...]] = []
    before: list[str] = []
    for row, parent in enumerate(nodes.parent.tolist()):
        if parent < 0:
            pieces.append(())
            before.append(prefix_text(trace, int(nodes.step[row]), int(nodes.candidate[row])))
        else:
            pieces.append((*pieces[parent], nodes.piece[row]))
            before.append(before[parent])
    return [
        join_pieces([text, *tail] if text else tail)
        for text, tail in zip(before, pieces, strict=True)
    ]


def fate_reason(trace: Trace, step: int, candidate: int) -> Reason:
    """Say why a candidate was kept, finished or cut, with the facts that the sentence needs."""
    return fate_reasons(trace, step)[candidate]


def fate_reasons(trace: Trace, step: int) -> list[Reason]:
    """The same of all candidates of a step, (C,)."""
    search = trace.search
    fates = search.candidate_fates[step]
    survivors = np.flatnonzero(fates == Fate.KEPT)
    survivor = prefix_text(trace, step, int(survivors[-1])) if len(survivors) else ""
    finished = int((fates == Fate.FINISHED).sum())
    columns = zip(
        fates.tolist(),
        search.candidate_tokens[step].tolist(),
        search.candidate_parents[step].tolist(),
        margins(search, slice(step, step + 1))[0].tolist(),
        strict=True,
    )
    return [
        Reason(
            code=_reason_code(trace, step, Fate(fate), ends=token == trace.model.eos),
            rank=candidate + 1,
            kept=trace.options.beam_size,
            finished=finished,
            margin=margin,
            survivor=survivor,
            piece=trace.vocabulary.get(token, ""),
            token_rank=_at(search.candidate_ranks, step, candidate),
            drawable=_at(search.kept_counts, step, parent),
        )
        for candidate, (fate, token, parent, margin) in enumerate(columns)
    ]


def _at(values: Ints | None, step: int, place: int) -> int | None:
    return None if values is None else int(values[step, place])


def _reason_code(trace: Trace, step: int, fate: Fate, *, ends: bool) -> str:
    lives = fate in (Fate.KEPT, Fate.FINISHED)
    if lives and step < len(trace.options.prefix) and not trace.forced:
        return "given"
    if lives and trace.options.sampling is not None and not trace.forced:
        return "drawn"
    if fate is not Fate.PRUNED:
        return fate.name.lower()
    if trace.forced:
        return "pruned_forced"
    return "pruned_late_eos" if ends else "pruned_rank"


def beam_nodes(
    trace: Trace,
    *,
    pruned: Pruned = "none",
    layout: Layout = "tree",
    first_step: int = 0,
    last_step: int | None = None,
) -> BeamNodes:
    """Turn the recorded steps into the tree that is drawn.

    Args:
        trace: the decoding.
        pruned: which cut candidates to draw: none, every step's best one, or all.
        layout: "tree" draws no crossing edges, "rank" stacks every step's nodes by rank.
        first_step: where the window starts; prefixes live there become its entries.
        last_step: the window's last step, None for the last of all.
    """
    search = trace.search
    first = min(max(first_step, 0), search.steps - 1)
    last = search.steps - 1 if last_step is None else min(last_step, search.steps - 1)
    drawn = _drawn(search.candidate_fates, pruned)
    drawn[:first] = False
    drawn[last + 1 :] = False
    if first:  # the entries
        drawn[first - 1] = search.candidate_fates[first - 1] == Fate.KEPT
    nodes = np.flatnonzero(drawn)
    if first == 0:
        nodes = np.concatenate([[START], nodes])
    return _record(trace, nodes, layout)


def _drawn(fates: NDArray[np.int8], pruned: Pruned) -> NDArray[np.bool_]:
    drawn: NDArray[np.bool_] = (fates == Fate.KEPT) | (fates == Fate.FINISHED)
    cut: NDArray[np.bool_] = fates == Fate.PRUNED
    if pruned == "next":
        cut &= np.cumsum(cut, axis=1) == 1
    return drawn if pruned == "none" else drawn | cut


def _record(trace: Trace, nodes: NDArray[np.intp], layout: Layout) -> BeamNodes:
    """Fill the columns for these places of the flattened (T, C) arrays; −1 is the root."""
    search = trace.search
    step = (nodes // search.candidates).astype(np.int32)  # −1 for the root
    candidate = np.where(nodes < 0, START, nodes % search.candidates).astype(np.int32)
    parent = _parents(search, nodes, step)
    cumulative = _take(search.candidate_cumulative, nodes, root=0.0)
    on_best_path = _take(_best_path(trace), nodes, root=True)
    tokens = _take(search.candidate_tokens, nodes, root=START)
    return BeamNodes(
        step=step,
        candidate=candidate,
        rank=candidate + np.int32(1),
        fate=_take(search.candidate_fates, nodes, root=Fate.KEPT),
        parent=parent,
        piece=tuple(START_PIECE if t < 0 else trace.vocabulary[t] for t in tokens.tolist()),
        log_prob=_take(search.candidate_log_probs, nodes, root=0.0),
        cumulative=cumulative,
        score=cumulative / trace.options.normaliser(np.maximum(step + 1, 1)),
        margin=_take(margins(search), nodes, root=np.nan),
        on_best_path=on_best_path,
        x=step.astype(np.float64),
        y=rank_rows(step) if layout == "rank" else tidy_rows(step, parent, trunk=on_best_path),
    )


def _take(values: NDArray[Any], nodes: NDArray[np.intp], *, root: float) -> NDArray[Any]:
    """Values (T, C) of the nodes; −1 takes the root's."""
    return np.append(values.ravel(), np.array(root, values.dtype))[nodes]


def _parents(search: Search, nodes: NDArray[np.intp], step: Ints) -> Ints:
    """Row of every node's parent."""
    row_of = np.full(search.candidate_tokens.shape, -1, np.int32)
    real = np.flatnonzero(nodes >= 0)
    row_of.flat[nodes[real]] = real
    before = np.maximum(step - 1, 0)
    parents: Ints = row_of[
        before, search.owners[before, _take(search.candidate_parents, nodes, root=0)]
    ]
    parents[step == 0] = 0  # the root, where it is drawn
    parents[step == step.min(initial=0)] = -1
    return parents


def _best_path(trace: Trace) -> NDArray[np.bool_]:
    on_path = np.zeros(trace.search.candidate_tokens.shape, np.bool_)
    _, chosen = trace.path()
    on_path[np.arange(len(chosen)), chosen] = True
    return on_path
