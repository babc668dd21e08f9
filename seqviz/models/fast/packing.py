"""Pack the linear maps of a model that is to decode on a CPU; the one switch for it.

Packed copies are neither parameters nor in the state dict, and nothing changes after packing, so
that threads may share the model. Training, a weight that has changed since, and another device
fall back to ``F.linear``.
"""

import os

from torch import Tensor, nn

from seqviz.models.fast.packed import PackedWeight, linear, pack_weight
from seqviz.models.layers import Output
from seqviz.models.rnn import Rnn
from seqviz.models.transformer import Transformer

SWITCH = "SEQVIZ_PACKED"
"""The environment variable that switches packing off where it is "0"."""


class PackedLinear(nn.Module):
    """An ``nn.Linear`` with a packed copy of its weight; the parameters are the same objects."""

    def __init__(self, plain: nn.Linear, packed: PackedWeight) -> None:
        super().__init__()
        self.weight = plain.weight
        self.register_parameter("bias", plain.bias)
        self.packed = packed
        self.train(plain.training)

    def forward(self, x: Tensor) -> Tensor:
        """(…, D) to (…, D')."""
        parameters = self._parameters  # half the time of the attributes
        weight, bias = parameters["weight"], parameters["bias"]
        assert weight is not None
        return linear(x, weight, bias=bias, packed=None if self.training else self.packed)


def pack_linears(model: Rnn | Transformer) -> int:
    """Pack every linear map of a model that decodes on a CPU, the output layer included.

    Call once, after ``eval()`` and before threads share the model; where the switch is off, the
    model trains, or this torch cannot, the model stays as it is.

    Returns:
        how many weights were packed.
    """
    if os.environ.get(SWITCH) == "0" or model.training:
        return 0
    packed = sum(_pack_children(module) for module in list(model.modules()))
    packed += _pack_output(model.output, _target_table(model))
    return packed + (_pack_decoder(model) if isinstance(model, Rnn) else 0)


def _pack_children(module: nn.Module) -> int:
    count = 0
    for name, child in list(module.named_children()):
        if not isinstance(child, nn.Linear) or child.out_features == 1:  # nothing to gain from one
            continue
        if (packed := pack_weight(child.weight)) is not None:
            setattr(module, name, PackedLinear(child, packed))
            count += 1
    return count


def _target_table(model: Rnn | Transformer) -> Tensor:
    shared = isinstance(model, Transformer) and model.settings.shared_embeddings
    return model.source_embedding.weight if shared else model.target_embedding.weight


def _pack_output(output: Output, table: Tensor) -> int:
    output.packed = pack_weight(table if output.weight is None else output.weight)
    return int(output.packed is not None)


def _pack_decoder(model: Rnn) -> int:
    weights = [
        pack_weight(weight)
        for name, weight in model.decoder.named_parameters()
        if name.startswith("weight")
    ]
    found = tuple(weight for weight in weights if weight is not None)
    if len(found) < len(weights):
        return 0
    model.packed_decoder = found
    return len(found)
