"""Attention: score the memory against a query, softmax, weighted sum.

Every form returns what it saw as a value; nothing stays on a module. Letters in shapes: B
sentences, Q queries (beams or target positions), S memory positions, D query width, E memory
width, H heads. A bias is added to the scores: 0 where the memory may be read, −inf where not.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seqviz.kinds import RecurrentAttention
from seqviz.models.editing import Edits, LayerEdits, edited_weights


@dataclass(frozen=True, slots=True)
class KeysValues:
    """A memory as one attention reads it: what queries are compared with, and what is summed."""

    keys: Tensor
    """(B, S, D); in several heads (B, H, S, D/H)."""
    values: Tensor
    """(B, S, E); in several heads (B, H, S, D/H)."""

    def keep(self, sentences: Tensor) -> "KeysValues":
        """Those sentences only."""
        return KeysValues(self.keys[sentences], self.values[sentences])


@dataclass(frozen=True, slots=True)
class Question:
    """What the scores of one use of attention are made of.

    A score is ``scaling`` · (query · key) + ``added``, or, where there are ``energies`` v,
    v · tanh(query + key).
    """

    query: Tensor
    """(B, Q, D); in several heads (B, H, Q, D/H)."""
    memory: KeysValues
    """What was read."""
    scaling: float = 1.0
    energies: Tensor | None = None
    """(D,)."""
    added: Tensor | None = None
    """Broadcast to the scores: the relative positions of T5 and its like."""


@dataclass(frozen=True, slots=True)
class Attended:
    """What one use of attention saw."""

    context: Tensor
    """(…, Q, E): weighted sum of the values."""
    weights: Tensor | None
    """(…, Q, S): rows sum to 1, exactly 0 where the bias is −inf; None: not asked for. After edits.
    """
    scores: Tensor | None = None
    """(…, Q, S): before the softmax and before any edit, −inf where the bias is."""
    question: Question | None = None
    """None: not kept."""
    output: nn.Linear | None = None
    """From the contexts of all heads, side by side, to the context; None: one head, or not kept."""


def real_tokens(lengths: Tensor, size: int) -> Tensor:
    """True where a padded batch holds a real token, (B, size)."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]


def padding_bias(mask: Tensor) -> Tensor | None:
    """The bias that hides padding, (B, S); None if there is none to hide.

    Args:
        mask: True where the source holds a real token, (B, S).
    """
    if bool(mask.all()):
        return None
    return torch.zeros(mask.shape, device=mask.device).masked_fill_(~mask, -torch.inf)


def causal_bias(size: int, device: torch.device) -> Tensor:
    """The bias that hides the future, (size, size)."""
    return torch.full((size, size), -torch.inf, device=device).triu_(1)


def weigh(
    scores: Tensor, values: Tensor, *, bias: Tensor | None, edits: Edits | None = None
) -> Attended:
    """Softmax of the scores and the weighted sum of the values.

    Args:
        scores: (…, Q, S).
        values: (…, S, E).
        bias: broadcast to (…, Q, S).
        edits: to be made; with several heads the scores are (…, H, Q, S).
    """
    if bias is not None:
        scores = scores + bias
    weights = scores.softmax(-1) if edits is None else edited_weights(scores, edits)
    return Attended(weights @ values, weights, scores)


class SingleHeadAttention(nn.Module):
    """How the decoder of a recurrent model reads the source; each kind has a formula of its own."""

    before_step: ClassVar[bool] = False
    """The decoder attends first, by its state before the step, and the context goes into the
    cell (Bahdanau et al. 2015); else it attends by its state after the step (Luong et al. 2015)."""
    readout_parts: ClassVar[tuple[str, ...]] = ("context", "state")
    """Vectors of width D that are combined for the output layer, side by side: context and decoder
    state; where attention comes before the step, the embedding of the last token ("fed") too."""

    def __init__(self, query_width: int, memory_width: int) -> None:
        """Make the weights, if there are any.

        Args:
            query_width: D.
            memory_width: E.
        """
        super().__init__()

    def project(self, memory: Tensor) -> KeysValues:
        """Keys and values of encoder states (B, S, E)."""
        return KeysValues(memory, memory)

    @property
    def energies(self) -> Tensor | None:
        """The v of v · tanh(query + key), (D,); None: the score is query · key."""
        return None

    def asked(self, states: Tensor) -> Tensor:
        """The query of decoder states, as keys are compared with it, (B, Q, D)."""
        return states

    @abstractmethod
    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """Scores before the softmax, (B, Q, S).

        Args:
            query: of ``asked``, (B, Q, D).
            keys: of ``project``, (B, S, D).
        """

    def forward(
        self,
        query: Tensor,
        memory: KeysValues,
        *,
        bias: Tensor | None = None,
        edits: LayerEdits | None = None,
    ) -> Attended:
        """Weigh the memory.

        Args:
            query: decoder states, (B, Q, D); see ``before_step``.
            memory: of ``project``.
            bias: (B, 1, S).
            edits: to be made.
        """
        asked = self.asked(query)  # (B, Q, D)
        scores = self.scores(asked, memory.keys)  # (B, Q, S)
        seen = weigh(scores, memory.values, bias=bias, edits=edits)
        return replace(seen, question=Question(asked, memory, energies=self.energies))


class DotAttention(SingleHeadAttention):
    """score = h_s · h_t. Luong et al. 2015, https://arxiv.org/abs/1508.04025, equation 8."""

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """Products of every state with every key, (B, Q, S)."""
        return query @ keys.mT


class GeneralAttention(DotAttention):
    """score = h_t · W h_s. Luong et al. 2015, https://arxiv.org/abs/1508.04025, equation 8."""

    def __init__(self, query_width: int, memory_width: int) -> None:
        super().__init__(query_width, memory_width)
        self.key = nn.Linear(memory_width, query_width, bias=False)

    def project(self, memory: Tensor) -> KeysValues:
        """W h_s as keys of encoder states (B, S, E)."""
        return KeysValues(self.key(memory), memory)


class AdditiveAttention(SingleHeadAttention):
    """score = v · tanh(W s + U h), with a bias in W.

    Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473, appendix A.1.2.
    """

    before_step = True
    readout_parts = ("state", "context", "fed")

    def __init__(self, query_width: int, memory_width: int) -> None:
        super().__init__(query_width, memory_width)
        self.query = nn.Linear(query_width, query_width)
        self.key = nn.Linear(memory_width, query_width, bias=False)
        self.energy = nn.Linear(query_width, 1, bias=False)

    def project(self, memory: Tensor) -> KeysValues:
        """U h as keys of encoder states (B, S, E)."""
        return KeysValues(self.key(memory), memory)

    @property
    def energies(self) -> Tensor:
        """The weights of the last layer, (D,)."""
        return self.energy.weight[0]

    def asked(self, states: Tensor) -> Tensor:
        """W s of decoder states, (B, Q, D)."""
        asked: Tensor = self.query(states)
        return asked

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """A small network's answer for every query with every key, (B, Q, S)."""
        mixed = torch.tanh(query[:, :, None] + keys[:, None])  # (B, Q, S, D)
        energies: Tensor = self.energy(mixed)  # (B, Q, S, 1)
        return energies.squeeze(-1)  # (B, Q, S)


SINGLE_HEADED: Mapping[RecurrentAttention, type[SingleHeadAttention] | None] = {
    "none": None,
    "dot": DotAttention,
    "general": GeneralAttention,
    "additive": AdditiveAttention,
}
"""The class of every kind of attention in ``kinds.ATTENTIONS``; None: the decoder does not attend.
"""


class MultiHeadAttention(nn.Module):
    """softmax(Q Kᵀ / √(D/H)) V in every head, then a linear map of all heads together.

    Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.2.
    """

    def __init__(self, width: int, heads: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.dropout = dropout
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def project(self, memory: Tensor) -> KeysValues:
        """Keys and values of a memory (B, S, D)."""
        return KeysValues(self._split(self.key(memory)), self._split(self.value(memory)))

    def forward(
        self,
        query: Tensor,
        memory: KeysValues,
        *,
        bias: Tensor | None = None,
        record: bool = False,
        edits: Edits | None = None,
    ) -> Attended:
        """Read the memory.

        Args:
            query: (B, Q, D).
            memory: of ``project``.
            bias: broadcast to (B, H, Q, S).
            record: return the weights (B, H, Q, S) too.
            edits: to be made; the weights are returned then as well.

        Dropout is left out where weights are returned.
        """
        heads = self._split(self.query(query))  # (B, H, Q, D/H)
        if record or edits is not None:
            scores = (heads * self.scale) @ memory.keys.mT  # (B, H, Q, S)
            attended = weigh(scores, memory.values, bias=bias, edits=edits)
            joined = self._join(attended.context)
            question = Question(heads, memory, scaling=self.scale)
            return replace(attended, context=joined, question=question, output=self.output)
        context = F.scaled_dot_product_attention(
            heads,
            memory.keys,
            memory.values,
            attn_mask=bias,
            dropout_p=self.dropout if self.training else 0.0,
        )
        return Attended(self._join(context), None)

    def _split(self, x: Tensor) -> Tensor:
        batch, positions, width = x.shape
        return x.view(batch, positions, self.heads, width // self.heads).transpose(1, 2)

    def _join(self, context: Tensor) -> Tensor:
        joined: Tensor = self.output(context.transpose(1, 2).flatten(2))
        return joined
