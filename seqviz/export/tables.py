"""A trace as CSV tables for spreadsheets and pandas: attention, candidates, hypotheses.

UTF-8 with a byte order mark, by which Excel knows it. Layers, heads, steps, positions and ranks
count from 1, as on the figures. Numbers are exact: read as the type that the trace has, they are
the trace's. Where a token or text, any apostrophes aside, would be taken for a formula ("=1+1",
"@SUM"), one apostrophe more stands before it; token ids are beside all tokens. In pandas,
``read_csv(file, keep_default_na=False, na_values={"margin": [""]})`` keeps a token "NA".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqviz.analysis.beam import beam_nodes, node_texts
from seqviz.trace import Fate, Trace

_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠].", re.DOTALL)


def attention_csv(trace: Trace) -> bytes:
    """Cross-attention of the best hypothesis, a row a weight; no rows where there is none.

    Columns: layer, head, step, target_id, target_token, source_position, source_id, source_token,
    weight (weights of a layer, head and step sum to 1).
    """
    weights = trace.cross_attention
    if weights is None:
        weights = np.zeros((0, 0, 0, 0), np.float32)
    layer, head, step, position = (axis.ravel() for axis in np.indices(weights.shape, np.int32))
    target, pieces = np.array(trace.target()), guarded(trace.target_pieces())
    return as_csv(
        {
            "layer": layer + 1,
            "head": head + 1,
            "step": step + 1,
            "target_id": target[step],
            "target_token": pieces[step],
            "source_position": position + 1,
            "source_id": np.array(trace.source.ids)[position],
            "source_token": guarded(trace.source.pieces)[position],
            "weight": weights.ravel(),
        }
    )


def tree_csv(trace: Trace) -> bytes:
    """Every candidate that the search considered, a row each, by step and rank.

    Columns: node (counted from 1), parent (the node that it continues; 0: the start), step, rank
    among the step's candidates, token_id, token, its log_prob and prob, cumulative_log_prob with
    all tokens before it, normalised_log_prob (that divided by the length normalisation, without
    coverage), margin to the step's last survivor, fate ("kept", "finished" or "pruned"), best_path
    (1: part of the best hypothesis), text with all tokens before it.
    """
    nodes = beam_nodes(trace, pruned="all", layout="rank")
    table: dict[str, NDArray[Any]] = {
        "node": np.arange(len(nodes)),  # the root is 0
        "parent": nodes.parent,
        "step": nodes.step + 1,
        "rank": nodes.rank,
        "token_id": trace.search.candidate_tokens[nodes.step, nodes.candidate],
        "token": guarded(nodes.piece),
        "log_prob": nodes.log_prob,
        "prob": np.exp(nodes.log_prob),
        "cumulative_log_prob": nodes.cumulative,
        "normalised_log_prob": nodes.score,
        "margin": nodes.margin,
        "fate": np.array([Fate(int(fate)).name.lower() for fate in nodes.fate], object),
        "best_path": nodes.on_best_path.astype(np.int8),
        "text": guarded(node_texts(nodes, trace)),
    }
    return as_csv({name: column[1:] for name, column in table.items()})


def hypotheses_csv(trace: Trace) -> bytes:
    """All finished hypotheses and those alive at the end, best first.

    Columns: rank, score, log_prob (of the whole), normaliser (score is log_prob / normaliser +
    coverage_term), coverage_term, length in tokens, finished (1: it ended in EOS), token_ids and
    tokens with spaces between, text.
    """
    found = trace.hypotheses
    targets = [trace.target(rank) for rank in range(len(found))]
    pieces = [trace.target_pieces(rank) for rank in range(len(found))]
    return as_csv(
        {
            "rank": np.arange(1, len(found) + 1),
            "score": found.scores,
            "log_prob": found.log_probs,
            "normaliser": found.normalisers,
            "coverage_term": found.coverage_terms,
            "length": found.lengths,
            "finished": found.finished.astype(np.int8),
            "token_ids": np.array([" ".join(map(str, target)) for target in targets], object),
            "tokens": guarded([" ".join(row) for row in pieces]),
            "text": guarded(found.texts),
        }
    )


def guarded(texts: Sequence[str]) -> NDArray[np.object_]:
    """Texts of which no spreadsheet makes a formula."""
    guarded = [f"'{text}" if _FORMULA.match(text) else text for text in texts]
    return np.array(guarded, object)


def as_csv(columns: Mapping[str, NDArray[Any]]) -> bytes:
    """As RFC 4180 has it: by its line ends, either half of one in a text is quoted."""
    text: str = pd.DataFrame(dict(columns)).to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig", errors="replace")
