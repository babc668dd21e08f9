"""A given translation under the model: how surprising, where the search lost it, whose fault.

Numpy only. T is the number of the reference's tokens, EOS counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.beam import margins
from seqviz.analysis.compare import prefix_fate
from seqviz.analysis.tokens import surprisal
from seqviz.options import DecodeOptions
from seqviz.trace import Ints, Trace

Array = NDArray[np.floating[Any]]

OTHER = 1
"""In a forced trace, the candidate that holds the most probable token but the forced one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ReferenceTokens:
    """The tokens of a reference, in columns (T,)."""

    pieces: tuple[str, ...]
    surprisals: Array
    """−log p, in nats; infinite for what the model holds impossible."""
    probs: Array
    """In [0, 1]."""
    ranks: Ints
    """Among all next tokens, 1 is the most probable."""
    other_pieces: tuple[str, ...]
    """What the model would have said instead: the most probable other token."""
    other_probs: Array


def reference_tokens(forced: Trace) -> ReferenceTokens:
    """Take from a forced trace what it says about every token.

    Raises:
        ValueError: the trace holds no ranks.
    """
    search = forced.search
    if search.candidate_ranks is None:
        raise ValueError("the trace holds no ranks")
    others = search.candidate_tokens[:, OTHER]
    return ReferenceTokens(
        pieces=forced.target_pieces(),
        surprisals=surprisal(search.candidate_log_probs[:, 0].astype(np.float64)),
        probs=np.exp(search.candidate_log_probs[:, 0].astype(np.float64)),
        ranks=search.candidate_ranks[:, 0],
        other_pieces=tuple(forced.vocabulary.get(int(token), "") for token in others),
        other_probs=np.exp(search.candidate_log_probs[:, OTHER].astype(np.float64)),
    )


RuleCode = Literal["prefix", "banned", "min_length", "max_length"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An option of a search that keeps it from ever saying a translation."""

    code: RuleCode
    step: int
    """The first step at which the search may not go on as the translation does, from 0."""


def ruled_out(target: Sequence[int], found: Trace) -> Rule | None:
    """The first of a search's options that the whole translation breaks, None if it breaks none.

    Args:
        target: its token ids, EOS included where it has one.
        found: the search.
    """
    length = len(found.source.ids)
    return broken_rule(target, found.options, source_length=length, eos=found.model.eos)


def broken_rule(
    target: Sequence[int], options: DecodeOptions, *, source_length: int, eos: int
) -> Rule | None:
    """As ``ruled_out``, of a search that was not recorded; its options in token ids."""
    limit = options.length_limit(source_length)
    for step, token in enumerate(target):
        code: RuleCode | None = None
        if step < len(options.prefix):
            code = "prefix" if token != options.prefix[step] else None
        elif step >= limit:
            code = "max_length"
        elif token in options.banned:
            code = "banned"
        elif token == eos and step + 1 < options.min_length:
            code = "min_length"
        if code is not None:
            return Rule(code=code, step=step)
    return None


@dataclass(frozen=True, kw_only=True)
class Exit:
    """Where a search lost the reference, or that it did not."""

    code: str
    """"pruned": cut at ``step``; "unseen": not even among its candidates; "prefix", "banned",
    "min_length": the options forbade it there; "finished": ended there as a hypothesis; "alive":
    still there when the search stopped.
    """
    step: int
    """Counted from 0."""
    rank: int | None
    """Among the candidates of ``step``, 1 is the best; None where it was none."""
    margin: float
    """Its sum of log-probabilities minus that of the step's last survivor; NaN without one."""
    hypothesis: int | None
    """Place in the final ranking, 0 is the winner; None unless finished or alive at the end."""

    @property
    def lost(self) -> bool:
        """The search did not follow the reference to an end."""
        return self.code not in ("finished", "alive")


def reference_exit(forced: Trace, found: Trace) -> Exit:
    """Follow the reference through a recorded search of the same sentence.

    Args:
        forced: the reference, scored.
        found: what the search, greedy decoding or sampling recorded.
    """
    target = forced.target()
    fate = prefix_fate(target, found)
    code = fate.code
    rule = ruled_out(target, found)
    if code == "unseen" and rule is not None and rule.step == fate.step:
        code = rule.code
    margin = np.nan if fate.rank is None else margins(found.search)[fate.step, fate.rank - 1]
    return Exit(
        code=code,
        step=fate.step,
        rank=fate.rank,
        margin=float(margin),
        hypothesis=fate.hypothesis,
    )


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether the search or the model is to blame that the output is not the reference.

    Stahlberg & Byrne 2019, https://arxiv.org/abs/1908.10090, section 2, call it a search error
    when another translation scores higher than what the search found.
    """

    code: Literal["same", "ruled_out", "search_error", "model_error"]
    """"same": the output is the reference, token by token; "ruled_out": no search with these
    options could say the reference, so neither is to blame.
    """
    rule: Rule | None
    """Which option rules the reference out."""
    score_margin: float
    """Reference minus output, by the score that ranks hypotheses."""
    log_prob_margin: float
    """The same by the plain sum of log-probabilities."""
    same_text: bool
    """The texts are equal, whatever the tokens."""

    @property
    def agree(self) -> bool:
        """The plain sum of log-probabilities orders the two as the score does."""
        return (self.score_margin > 0) == (self.log_prob_margin > 0)


def verdict(forced: Trace, found: Trace) -> Verdict:
    """Judge a reference against the best hypothesis of a search, both scored alike."""
    reference, output = forced.hypotheses, found.hypotheses
    by_score = float(reference.scores[0]) - float(output.scores[0])
    rule = ruled_out(forced.target(), found)
    code: Literal["same", "ruled_out", "search_error", "model_error"] = "model_error"
    if forced.target() == found.target():
        code = "same"
    elif rule is not None:
        code = "ruled_out"
    elif by_score > 0:
        code = "search_error"
    return Verdict(
        code=code,
        rule=rule,
        score_margin=by_score,
        log_prob_margin=float(reference.log_probs[0]) - float(output.log_probs[0]),
        same_text=forced.translation == found.translation,
    )
