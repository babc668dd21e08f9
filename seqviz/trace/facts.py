"""Frozen records of what stands around a search: the sentence, the model's facts, the hypotheses.

Numpy only. M hypotheses; log-probabilities are natural logarithms.
"""

from dataclasses import dataclass, fields
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from seqviz.aligned import Alignment
from seqviz.kinds import NO_ATTENTION
from seqviz.trace.columns import Column
from seqviz.trace.pieces import unknown_pieces
from seqviz.trace.search import Floats, Ints, freeze


@dataclass(frozen=True, kw_only=True)
class Source:
    """The sentence as the model read it; EOS is the last token."""

    text: str
    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Half-open character ranges of ``text``; EOS has an empty range at the end, tokens of an
    instruction before the sentence have one at its start."""

    def __post_init__(self) -> None:
        """Refuse records that disagree with themselves."""
        if not len(self.ids) == len(self.pieces) == len(self.spans):
            found = f"{len(self.ids)} ids, {len(self.pieces)} pieces, {len(self.spans)} spans"
            raise ValueError(f"{found}: need the same number of each")

    def unknown(self, unk: int, *, instructed: bool = False) -> tuple[str, ...]:
        """What of the sentence a vocabulary lacks, each once, as it was written.

        Args:
            unk: the id of everything that the vocabulary lacks.
            instructed: an instruction stands before the sentence.
        """
        first = self._first if instructed else 0
        return unknown_pieces(self.ids[first:], self.pieces[first:], unk)

    def unknown_before(self, unk: int) -> tuple[str, ...]:
        """As ``unknown``, of the instruction before the sentence."""
        first = self._first
        return unknown_pieces(self.ids[:first], self.pieces[:first], unk)

    @property
    def _first(self) -> int:
        """Place of the first token that holds something of the sentence."""
        return next((place for place, (_, end) in enumerate(self.spans) if end), 0)


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What the pages and files say about the model that decoded."""

    name: str
    """PAIR/SYSTEM, such as "de-en/transformer"."""
    kind: str
    """"transformer" or "rnn"."""
    attention: str
    """A code of ``kinds.ATTENTIONS``, or "multi-head"."""
    source_language: str
    target_language: str
    layers: int
    """L of the recorded attention (decoder layers for a Transformer, 1 for a recurrent model)."""
    heads: int
    reverses_source: bool
    """The encoder reads backwards; positions are always those of the written sentence."""
    parameters: int
    fingerprint: str
    """SHA-256 over the weights, hexadecimal."""
    eos: int
    """Id of the token that ends a target."""
    unk: int
    """Id of everything that the vocabulary lacks."""
    revision: str = ""
    """Commit of the hub's repository that the model came from; empty: of none."""
    alignment: Alignment | None = None
    """Which of its attention to read as a word alignment; None: nobody measured it."""

    def __post_init__(self) -> None:
        """Refuse an alignment by what the model does not have."""
        if self.alignment is not None:
            self.alignment.check_within(self.layers, self.heads)

    @property
    def attends(self) -> bool:
        """Whether its decoder looks back at the source."""
        return self.attention != NO_ATTENTION


@dataclass(frozen=True, kw_only=True, eq=False)
class Hypotheses:
    """All finished hypotheses and those alive at the end, best first, in columns (M,)."""

    steps: Annotated[Ints, Column("M", "place")]
    """The step of the last token."""
    candidates: Annotated[Ints, Column("M", "place")]
    """Its candidate at that step; ``Search.path`` leads from there to the start."""
    finished: Annotated[NDArray[np.bool_], Column("M", "flag")]
    """It ended in EOS."""
    log_probs: Annotated[Floats, Column("M", "log-probability")]
    """Sum of log-probabilities, EOS included where it was produced."""
    lengths: Annotated[Ints, Column("M", "count")]
    """Tokens, EOS counted, BOS not."""
    normalisers: Annotated[Floats, Column("M", "divisor")]
    """What the sum is divided by."""
    coverage_terms: Annotated[Floats, Column("M", "log-probability", since=2)]
    """β Σ_j log min(c_j, 1) ≤ 0; 0 without a coverage penalty."""
    scores: Annotated[Floats, Column("M", "score")]
    """``log_probs / normalisers + coverage_terms``: the ranking goes by it; higher is better."""
    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        """Make the arrays read-only and check that they fit together."""
        freeze(self)
        count = len(self.texts)
        for field in fields(self):
            if len(getattr(self, field.name)) != count:
                raise ValueError(
                    f"{field.name} has {len(getattr(self, field.name))} entries, texts has {count}"
                )

    def __len__(self) -> int:
        """M."""
        return len(self.texts)
