"""What is measured: all of it, or what fits in a minute; and on what."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from seqviz.models.settings import TransformerSettings

OURS, UNRECORDED = "ours", "ours, unrecorded"
ATTENTIONS, TRANSFORMERS = "transformers, attentions", "transformers"
CTRANSLATE2 = "ctranslate2"
PRODUCTS = "the products alone"
"""No engine, but what every engine has to pay."""
BRIEF = 30
"""Tokens of a sentence that is short; see ``Plan.rounds_of``."""

BASE = TransformerSettings(
    source_vocabulary=8000,
    target_vocabulary=8000,
    width=512,
    heads=8,
    encoder_layers=6,
    decoder_layers=6,
    inner_width=2048,
    norm="post",
    final_norm=False,
    activation="silu",
    positions="halves",
    max_positions=512,
    shared_embeddings=True,
    output_bias=True,
    dropout=0.0,
)
"""The random model: Marian's "base"."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A piece of work; as text "S = 30, beam 5"."""

    part: str
    """One of ``PARTS``."""
    length: int = 0
    """S: tokens of the source, and of the target; 0: no search, but loading a model or starting."""
    beam_size: int = 0
    sentences: int = 1
    """Several: a corpus in batches, of which ``length`` is the longest."""
    model: str = ""
    """A shipped one's name; empty: the random model."""
    kind: str = ""
    """Of a shipped model: "transformer" or "rnn"."""

    def __str__(self) -> str:
        """As tables, warnings and targets name it."""
        what = f"S = {self.length}" if self.sentences == 1 else f"{self.sentences} sentences"
        work = f"{what}, beam {self.beam_size}" if self.length else "first load"
        return f"{self.model}, {work}" if self.model else work


PARTS = {
    "peers": "One sentence",
    "corpus": "Many sentences in batches, each",
    "growth": "How the cost of a recorded search grows",
    "shipped": "Shipped models",
    "start_ups": "From the start of a command to its end",
}
"""What is measured, with the title of its table: a sentence by every engine; a corpus by those that
translate batches; searches of ours, each timed once; shipped models that translate; commands."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All the work of one run, and how it was asked for."""

    cases: tuple[Case, ...]
    """Searches, in their order."""
    rounds: int = 5
    """In which the engines take turns; see ``rounds_of``."""
    one_of_a_kind: bool = False
    """One shipped Transformer and one shipped RNN are enough."""
    threads: tuple[int, ...] = (1,)
    device: str = "cpu"
    seed: int = 1
    shape: TransformerSettings = BASE
    """Of the random model."""
    models: str | None = None
    """The folder of shipped models; None: the usual one."""

    def rounds_of(self, case: Case) -> int:
        """One where the cost grows; twice as many for a short sentence, whose times vary most."""
        if case.part == "growth":
            return 1
        return self.rounds * (2 if case.sentences == 1 and case.length <= BRIEF else 1)


def _cases(part: str, lengths: Sequence[int], beam_sizes: Sequence[int]) -> tuple[Case, ...]:
    each = product(lengths, beam_sizes)
    return tuple(Case(part=part, length=length, beam_size=size) for length, size in each)


_SHIPPED = _cases("shipped", (30,), (5,))
FULL = Plan(
    cases=(
        *_cases("peers", (300,), (5,)),  # first: work before it would hide its peak of memory
        *_cases("peers", (30,), (1, 5, 20)),
        *_cases("peers", (100,), (5,)),
        Case(part="corpus", length=60, beam_size=5, sentences=12),
        *_cases("growth", (10, 30, 100), (1, 5, 20, 64)),
        *_cases("growth", (300,), (1, 5)),
        *_SHIPPED,
    ),
)
"""Under ten minutes on two slow cores."""
QUICK = Plan(
    cases=(*_cases("peers", (30,), (1, 5)), *_cases("growth", (10, 30), (1, 5)), *_SHIPPED),
    one_of_a_kind=True,
)
"""About a minute on them."""
