"""What is measured: all of it, or what fits in a minute; and on what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from seqviz.models.settings import TransformerSettings

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
class Settings:
    """How a run was asked for, other than its plan."""

    threads: tuple[int, ...] = (1,)
    device: str = "cpu"
    seed: int = 1
    shape: TransformerSettings = BASE
    models: str | None = None
    """The folder of shipped models; None: the usual one."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A piece of work; as text "S = 30, beam 5"."""

    length: int = 0
    """S: tokens of the source, and of the target; 0: no search, but loading a model or starting."""
    beam_size: int = 0
    sentences: int = 1
    """Several: a corpus in batches, of which ``length`` is the longest."""
    batches: int = 1
    model: str = ""
    """A shipped one's name; empty: the random model."""
    kind: str = ""
    """Of a shipped model: "transformer" or "rnn"."""

    def __str__(self) -> str:
        """As tables, warnings and targets name it."""
        if not self.length:
            return "first load"
        if self.sentences > 1:
            return f"{self.sentences} sentences, beam {self.beam_size}"
        return f"S = {self.length}, beam {self.beam_size}"


Cases = tuple[Case, ...]
PARTS = ("peers", "memory", "corpus", "growth", "shipped", "start_ups")
"""A sentence by every engine; its peak of memory; many in batches; recorded searches of ours, each
timed once; every shipped model; commands."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All the work of one run."""

    rounds: int
    """In which the engines take turns."""
    parts: Mapping[str, Cases]
    """Searches by one of ``PARTS``."""
    one_of_a_kind: bool
    """One shipped Transformer and one shipped RNN are enough."""
    start_ups: int
    """Rounds of starting the program."""


def _cases(lengths: Sequence[int], beam_sizes: Sequence[int]) -> Cases:
    return tuple(Case(length=n, beam_size=k) for n, k in product(lengths, beam_sizes))


_PEERS = _cases((30,), (1, 5, 20)) + _cases((100, 300), (5,))
_SHIPPED = _cases((12, 30), (5,))
FULL = Plan(
    rounds=5,
    parts={
        "memory": _cases((300,), (5,)),
        "peers": _PEERS,
        "corpus": (Case(length=60, beam_size=5, sentences=60),),
        "growth": _cases((10, 30, 100, 300), (1, 5, 20, 64)),
        "shipped": _SHIPPED,
    },
    one_of_a_kind=False,
    start_ups=5,
)
QUICK = Plan(
    rounds=FULL.rounds,
    parts={"peers": _PEERS[:2], "growth": _cases((10, 30), (1, 5)), "shipped": _SHIPPED},
    one_of_a_kind=True,
    start_ups=1,
)
"""About a minute on two slow cores."""
