"""Frozen records of one decoding: what was read, what every step saw, what came out.

Numpy only. A Trace holds no model and no tokenizer; figures and analyses need nothing else. Letters
in shapes: T steps, K slots (beam size), C candidates a step, N recorded next tokens, L layers, H
heads, S source tokens, D width, M hypotheses. Step t predicts ``target[t]``: row t of everything
belongs to the token *produced* at step t, EOS included, BOS not. Log-probabilities are natural
logarithms.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from seqviz.options import DecodeOptions, Precision
from seqviz.trace.card import search_facts, search_name, trace_card, trace_line
from seqviz.trace.columns import Column
from seqviz.trace.facts import Hypotheses, ModelFacts, Source
from seqviz.trace.search import Fate, Floats, Ints, Search, freeze

__all__ = [
    "DistributionShift",
    "Fate",
    "Floats",
    "Hypotheses",
    "Ints",
    "ModelFacts",
    "Search",
    "Source",
    "Trace",
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Trace:
    """One decoding, complete: greedy, beam and forced decoding alike.

    What every field means stands below it: in Jupyter ``Trace??`` shows it.
    """

    source: Source
    model: ModelFacts
    options: DecodeOptions
    search: Search
    hypotheses: Hypotheses
    encoder_self_attention: Annotated[Floats | None, Column("EHSS", "weight", "model", half=True)]
    """(L_encoder, H, S, S), rows are queries; None for recurrent models or when not recorded."""
    vocabulary: dict[int, str]
    """The target pieces of every token id that occurs in the search."""
    device: str
    milliseconds: float
    """Wall-clock time of tokenizing, encoding and searching."""
    stopped_by: str
    """"bound", "first", "max_length", "finished" (nothing lives on), or "forced"."""
    forced: bool = False
    """The target was given, not searched for."""
    notices: tuple[str, ...] = ()
    """Codes of what went otherwise than asked: "out_of_memory" (the CPU took over),
    "half_precision" (it was too coarse for the model's numbers; float32 took over),
    "bfloat16_slow" (the CPU lacks it)."""
    precision: Precision = "float32"
    """Of the model's numbers."""

    def __post_init__(self) -> None:
        """Make the arrays read-only and check that they fit together."""
        freeze(self)
        attention = self.search.cross_attention
        expected = (self.model.layers, self.model.heads, len(self.source.ids))
        if attention is not None and attention.shape[2:] != expected:
            raise ValueError(
                f"cross_attention has shape {attention.shape}, not (T, K, *{expected})"
            )
        if not len(self.hypotheses):
            raise ValueError("a trace needs at least one hypothesis")

    def __repr__(self) -> str:
        """One line: sentence, translation, model, search, score."""
        how = search_name(self.options, forced=self.forced)
        return trace_line(self.source, self.hypotheses, model=self.model, how=how)

    def _repr_html_(self) -> str:
        """A card, which Jupyter shows in place of the line; see ``seqviz.trace.card``."""
        return trace_card(
            self.source,
            self.hypotheses,
            model=self.model,
            how=search_facts(self.options, forced=self.forced),
            target=self.target_pieces(),
            attention=self.cross_attention,
        )

    @property
    def translation(self) -> str:
        """Text of the best hypothesis."""
        return self.hypotheses.texts[0]

    @property
    def unknown(self) -> tuple[str, ...]:
        """What of the sentence the vocabulary lacks, each once; all of it is read as one token."""
        return self.source.unknown(self.model.unk, instructed=self.options.instructed)

    @property
    def unknown_in_instruction(self) -> tuple[str, ...]:
        """As ``unknown``, of the instruction before the sentence."""
        return self.source.unknown_before(self.model.unk) if self.options.instructed else ()

    def cut_off(self, rank: int = 0) -> bool:
        """Whether the hypothesis of that rank ends because the maximum length was reached.

        It then lacks EOS, or has the one that its makers' rules put at the last possible step:
        certain, and with no other candidate beside it.
        """
        found = self.hypotheses
        if not found.finished[rank]:
            return True
        last = int(found.steps[rank])
        if self.forced or not self.options.rules.ends or last + 1 < self.search.steps:
            return False
        there = self.search.candidate_fates[last] != Fate.ABSENT
        others = self.search.candidate_tokens[last][there] != self.model.eos
        return not others.any() and bool(self.log_probs(rank)[-1] == 0)

    def path(self, rank: int = 0) -> tuple[Ints, Ints]:
        """Slots (T,) and candidates (T,) of the hypothesis of that rank; see ``Search.path``."""
        return self.search.path(
            int(self.hypotheses.steps[rank]), int(self.hypotheses.candidates[rank])
        )

    def target(self, rank: int = 0) -> tuple[int, ...]:
        """Token ids of the hypothesis of that rank, EOS included where it was produced."""
        _, chosen = self.path(rank)
        return tuple(
            int(token) for token in self.search.candidate_tokens[np.arange(len(chosen)), chosen]
        )

    def target_pieces(self, rank: int = 0) -> tuple[str, ...]:
        """Pieces of the hypothesis of that rank."""
        return tuple(self.vocabulary[token] for token in self.target(rank))

    def log_probs(self, rank: int = 0) -> Floats:
        """Log-probability of every token of the hypothesis of that rank, (T,)."""
        _, chosen = self.path(rank)
        return self.search.candidate_log_probs[np.arange(len(chosen)), chosen]

    def cross_attention_of(self, rank: int = 0) -> Floats | None:
        """Cross-attention of the hypothesis of that rank, (L, H, T, S); None: there is none."""
        if self.search.cross_attention is None:
            return None
        slots, _ = self.path(rank)
        return np.moveaxis(self.search.cross_attention[np.arange(len(slots)), slots], 0, 2)

    @property
    def cross_attention(self) -> Floats | None:
        """Cross-attention of the best hypothesis, (L, H, T, S); step t predicts ``target()[t]``."""
        return self.cross_attention_of()

    def decoder_self_attention_of(self, rank: int = 0) -> Floats | None:
        """Decoder self-attention of the hypothesis of that rank, (L, H, T, T); None: there is none.

        Column j is the j-th token *fed*: the start token, then ``target()[j - 1]``. Zero above the
        diagonal.
        """
        if self.search.self_attention is None:
            return None
        slots, _ = self.path(rank)
        layers, heads = self.model.layers, self.model.heads
        weights = np.zeros((layers, heads, len(slots), len(slots)), np.float32)
        for step, slot in enumerate(slots):
            at_step = self.search.self_attention_at(step, layers, heads)
            assert at_step is not None
            weights[:, :, step, : step + 1] = at_step[slot]
        return weights


@dataclass(frozen=True, kw_only=True, eq=False)
class DistributionShift:
    """How an intervention changes every next-token distribution along one given target."""

    plain: Trace
    """The target scored without the intervention."""
    edited: Trace
    """The same target scored with it."""
    total_variation: Floats
    """(T,): ½ Σ |p − q| over the vocabulary, in [0, 1]."""
    kl: Floats
    """(T,): Σ p log (p / q) in nats, p without and q with the intervention."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)
