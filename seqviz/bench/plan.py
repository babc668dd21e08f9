"""What is measured: all of it, or what fits in a minute."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Case:
    """One sentence search."""

    length: int
    """S: tokens of the source, and of the target."""
    beam_size: int

    @property
    def name(self) -> str:
        """Such as "S = 30, beam 5"."""
        return f"S = {self.length}, beam {self.beam_size}"


@dataclass(frozen=True, kw_only=True)
class CorpusPlan:
    """Many sentences in batches."""

    sentences: int
    shortest: int = 5
    longest: int = 60
    beam_size: int = 5
    batch_tokens: int = 8192
    """Padded source tokens of a batch, times beam size."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All the work of one run."""

    rounds: int
    peers: tuple[Case, ...]
    """Ours against the peers."""
    memory: Case | None
    """The search whose peak memory is measured; None: none."""
    growth_lengths: tuple[int, ...]
    growth_beams: tuple[int, ...]
    growth_rounds: int
    corpus: CorpusPlan | None
    corpus_rounds: int
    shipped: tuple[Case, ...]
    """Searches of every shipped model."""
    one_of_a_kind: bool
    """One shipped Transformer and one shipped RNN are enough."""
    start_ups: int
    """Rounds of starting the program."""


FULL = Plan(
    rounds=5,
    peers=(
        Case(length=30, beam_size=1),
        Case(length=30, beam_size=5),
        Case(length=30, beam_size=20),
        Case(length=100, beam_size=5),
        Case(length=300, beam_size=5),
    ),
    memory=Case(length=300, beam_size=5),
    growth_lengths=(10, 30, 100, 300),
    growth_beams=(1, 5, 20, 64),
    growth_rounds=1,
    corpus=CorpusPlan(sentences=60),
    corpus_rounds=5,
    shipped=(Case(length=12, beam_size=5), Case(length=30, beam_size=5)),
    one_of_a_kind=False,
    start_ups=5,
)
QUICK = replace(
    FULL,
    peers=(Case(length=30, beam_size=1), Case(length=30, beam_size=5)),
    memory=None,
    growth_lengths=(10, 30),
    growth_beams=(1, 5),
    growth_rounds=1,
    corpus=None,
    one_of_a_kind=True,
    start_ups=1,
)
"""About a minute on two slow cores."""
