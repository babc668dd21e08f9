"""A model whose predictions are written down: a function from source and prefix to logits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from seqviz.models.base import SpecialTokens, StepOutput
from seqviz.options.intervention import Intervention

Ids = tuple[int, ...]
Script = Callable[[Ids, Ids], Sequence[float]]
"""(source without padding, target so far without BOS) → logits (V,)."""

LAYERS, HEADS, MEMORY_WIDTH, STATE_WIDTH = 2, 3, 4, 5


@dataclass(frozen=True, kw_only=True)
class ScriptedMemory:
    sources: tuple[Ids, ...]
    mask: Tensor
    self_attention: Tensor | None


@dataclass(frozen=True, kw_only=True)
class ScriptedState:
    memory: ScriptedMemory
    prefixes: tuple[tuple[Ids, ...], ...]
    """(B, K): fed so far, BOS first."""
    room: tuple[int, int]
    """Beam size and length promised by ``start``."""

    def select(self, parents: Tensor) -> "ScriptedState":
        assert parents.dtype == torch.int64
        assert parents.shape[1] <= self.room[0]
        prefixes = tuple(
            tuple(rows[parent] for parent in chosen)
            for rows, chosen in zip(self.prefixes, parents.tolist(), strict=True)
        )
        return ScriptedState(memory=self.memory, prefixes=prefixes, room=self.room)

    def keep(self, sentences: Tensor) -> "ScriptedState":
        rows = sentences.tolist()
        memory = ScriptedMemory(
            sources=tuple(self.memory.sources[row] for row in rows),
            mask=self.memory.mask[sentences],
            self_attention=None,
        )
        prefixes = tuple(self.prefixes[row] for row in rows)
        return ScriptedState(memory=memory, prefixes=prefixes, room=self.room)


class ScriptedModel:
    """Predicts what ``script`` says; counts its steps; records made-up but distinct attention.

    Cross-attention of a slot is ``weights_of(prefix, l, h, S)``, so that a test can tell whose it
    is.
    """

    layers, heads = LAYERS, HEADS

    def __init__(
        self, script: Script, *, eos: int = 0, bos: int = 1, edited: Script | None = None
    ) -> None:
        """``edited`` predicts at steps with edits; None: as ``script`` does."""
        self.script, self.edited = script, edited or script
        self.special = SpecialTokens(pad=bos, unk=bos, bos=bos, eos=eos)
        self.attends = True
        self.longest = None
        self.steps = 0
        self.rows = 0
        self.edits: list[tuple[Intervention, ...]] = []
        """What was asked for at every step."""

    def encode(self, source: Tensor, lengths: Tensor, *, record: bool = False) -> ScriptedMemory:
        sizes = lengths.tolist()
        sources = tuple(tuple(row[:n]) for row, n in zip(source.tolist(), sizes, strict=True))
        width = source.shape[1]
        mask = torch.arange(width)[None] < lengths[:, None]
        weights = torch.full((len(sources), LAYERS + 1, HEADS, width, width), 1 / width)
        return ScriptedMemory(
            sources=sources, mask=mask, self_attention=weights if record else None
        )

    def start(self, memory: ScriptedMemory, *, beam_size: int, max_length: int) -> ScriptedState:
        prefixes = tuple(((),) for _ in memory.sources)
        return ScriptedState(memory=memory, prefixes=prefixes, room=(beam_size, max_length))

    def step(
        self,
        state: ScriptedState,
        tokens: Tensor,
        *,
        record: bool = False,
        edits: Sequence[Intervention] = (),
    ) -> StepOutput[ScriptedState]:
        assert tokens.dtype == torch.int64
        self.edits.append(tuple(edits))
        script = self.edited if edits else self.script
        self.steps += 1
        self.rows += tokens.shape[0]
        prefixes = tuple(
            tuple((*prefix, token) for prefix, token in zip(rows, fed, strict=True))
            for rows, fed in zip(state.prefixes, tokens.tolist(), strict=True)
        )
        assert len(prefixes[0][0]) <= state.room[1], "more steps than start was told"
        logits = torch.tensor(
            [
                [script(source, prefix[1:]) for prefix in rows]
                for source, rows in zip(state.memory.sources, prefixes, strict=True)
            ]
        )
        after = ScriptedState(memory=state.memory, prefixes=prefixes, room=state.room)
        if not record:
            return StepOutput(logits=logits, state=after)
        source_length = state.memory.mask.shape[1]
        values = [[numbers_of(prefix, source_length) for prefix in rows] for rows in prefixes]
        cross, own, scores, context, hidden = (
            torch.tensor(np.array([[slot[part] for slot in rows] for rows in values]))
            for part in range(5)
        )
        return StepOutput(
            logits=logits,
            state=after,
            cross_attention=cross,
            self_attention=own,
            scores=scores,
            context=context,
            hidden=hidden,
        )


@cache
def numbers_of(fed: Ids, source_length: int) -> tuple[np.ndarray, ...]:
    """Cross- and self-attention, scores, context, and state of a prefix, BOS first: all its own."""
    rng = np.random.default_rng([99, *fed])
    shapes: tuple[tuple[int, ...], ...] = (
        (LAYERS, HEADS, source_length),
        (LAYERS, HEADS, len(fed)),
        (source_length,),
        (MEMORY_WIDTH,),
        (STATE_WIDTH,),
    )
    return tuple(rng.random(shape, np.float32) for shape in shapes)


def random_script(seed: int, vocabulary: int, *, spread: float = 1.0) -> Script:
    """Logits drawn anew for every source and prefix, always the same ones."""

    @cache
    def script(source: Ids, prefix: Ids) -> Sequence[float]:
        rng = np.random.default_rng([seed, len(source), *source, *prefix])
        logits: list[float] = (spread * rng.standard_normal(vocabulary)).tolist()
        return logits

    return script


def table_script(table: dict[Ids, Sequence[float]], otherwise: Sequence[float]) -> Script:
    """Log-probabilities from a table by prefix."""
    return lambda _, prefix: table.get(prefix, otherwise)
