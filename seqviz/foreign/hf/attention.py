"""The attention that encoder-decoders of ``transformers`` compute with here.

It takes the place of their own by the library's ``AttentionInterface``. All that one pass needs
comes in a value that the library hands through, and what it saw goes out by the same: nothing stays
on a module, so that threads may share a model. Letters in shapes as in ``models.base``; R = B · K
rows, Q queries, N positions that are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor
from transformers import AttentionInterface

from seqviz.models.attention import Attended, KeysValues, Question, causal_bias, weigh
from seqviz.models.editing import edits_in_layer, row_edits
from seqviz.options.intervention import Intervention

ATTENTION = "seqviz"
"""Its name in the library's register; one that has no masks there, so that it gets none."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One pass through one stack: what its attention needs, and what it saw."""

    bias: Tensor | None
    """Hides padding of the source, (B, 1, 1, S); None: there is none."""
    decodes: bool
    """One position of every prefix, or a whole target a sentence, through the decoder; else the
    source through the encoder."""
    record: bool
    edits: Sequence[Intervention] = ()
    """Of the cross-attention, of one position."""
    row_edits: Sequence[Sequence[Intervention]] = ()
    """The same, of every position of a whole target."""
    looks: bool = False
    """Keep, too, what each layer makes of all its heads: else their contexts alone."""
    own: list[Attended] = field(default_factory=list)
    """Self-attention of every layer so far, (R, H, Q, N); empty where nothing is recorded."""
    cross: list[Attended] = field(default_factory=list)
    """Cross-attention of every layer so far, (B, H, K, S)."""

    def add(self, module: Any, found: Attended, question: Question) -> None:
        """Keep what one layer saw, if that is asked for."""
        if not self.record:
            return
        found = replace(found, question=question)
        if self.looks:
            joined = found.context.transpose(1, 2).flatten(2)  # (R, Q, D)
            output = module.o if hasattr(module, "o") else module.out_proj
            found = replace(found, context=output(joined), output=output)
        (self.cross if self.decodes and not module.is_causal else self.own).append(found)


def attend(  # noqa: PLR0913, PLR0917 - the library calls it, with these names
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: None,
    *,
    scaling: float,
    seen: Seen,
    dropout: float = 0.0,
    position_bias: Tensor | None = None,
    use_cache: bool | None = None,
    output_hidden_states: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """One use of attention, as the library's ``eager_attention_forward`` does it.

    The slots of one sentence are queries to the same source, so its keys and values are held once
    a sentence, not once a slot.

    Args:
        module: the attention, which knows its layer.
        query: (R, H, Q, D/H).
        key: (R, H, N, D/H); of the source (B, H, S, D/H).
        value: as ``key``.
        attention_mask: none; ``seen`` says what is hidden.
        scaling: of the scores.
        seen: of this pass.
        dropout: none, for nothing is trained here.
        position_bias: added to the scores of self-attention, (1, H, Q, N); T5 and its like.
        use_cache: does not concern attention.
        output_hidden_states: nor does this.

    Returns:
        the context (R, Q, H, D/H), and the weights.
    """
    if seen.decodes and not module.is_causal:
        return _read_source(module, query, KeysValues(key, value), scaling=scaling, seen=seen)
    scores = (query * scaling) @ key.mT  # (R, H, Q, N)
    if position_bias is not None:
        scores = scores + position_bias
    bias = seen.bias
    if seen.decodes:  # one position sees all before it
        length = query.shape[-2]
        bias = causal_bias(length, query.device).to(query.dtype) if length > 1 else None
    found = weigh(scores, value, bias=bias)
    assert found.weights is not None
    read = KeysValues(key, value)
    seen.add(module, found, Question(query, read, scaling=scaling, added=position_bias))
    return found.context.transpose(1, 2), found.weights


def _read_source(
    module: Any, query: Tensor, source: KeysValues, *, scaling: float, seen: Seen
) -> tuple[Tensor, Tensor]:
    rows, heads, length, width = query.shape
    sentences, layer = source.keys.shape[0], module.layer_idx
    together = query  # (B, H, T, D/H)
    if length == 1:
        together = query.view(sentences, -1, heads, width).transpose(1, 2)  # (B, H, K, D/H)
    found = weigh(
        (together * scaling) @ source.keys.mT,
        source.values,
        bias=seen.bias,
        edits=row_edits(seen.row_edits, layer, heads=heads)
        or edits_in_layer(seen.edits, layer, heads=heads),
    )
    assert found.weights is not None
    seen.add(module, found, Question(together, source, scaling=scaling))
    return found.context.transpose(1, 2).reshape(rows, length, heads, width), found.weights


def register_attention() -> None:
    """Make it known to the library; once or many times."""
    AttentionInterface.register(ATTENTION, attend)
