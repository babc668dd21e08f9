"""Pack the linear maps of a model that is to decode on a CPU; the one door to it, with its switch.

Skip this to understand the model: its parts are replaced by others that give the same numbers.

Packed copies are neither parameters nor in the state dict, and nothing changes after packing, so
that threads may share the model. Training, a weight that has changed since, and another device
fall back to ``F.linear``.
"""

import os
from collections.abc import Callable
from functools import partial

from torch import Tensor, nn

from seqviz.models.build import Model
from seqviz.models.fast.decoder import PackedDecoder, PackedDecoderLayer, packed_layer
from seqviz.models.fast.packed import PackedWeight, linear, pack_weight, packable
from seqviz.models.fast.recurrent import packed_cells
from seqviz.models.layers import Output
from seqviz.models.transformer import Transformer

SWITCH = "SEQVIZ_PACKED"
"""The environment variable that switches packing off where it is "0"."""

Pack = Callable[[Tensor], PackedWeight | None]


class PackedLinear(nn.Module):
    """An ``nn.Linear`` with a packed copy of its weight; the parameters are the same objects."""

    weight: Tensor
    bias: nn.Parameter | None

    def __init__(self, plain: "nn.Linear | PackedLinear", packed: PackedWeight) -> None:
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


class PackedOutput(Output):
    """An ``Output`` with a packed copy of its weight; the parameters are the same objects."""

    def __init__(self, plain: Output, packed: PackedWeight) -> None:
        nn.Module.__init__(self)
        self.weight, self.bias = plain.weight, plain.bias
        self.packed = packed
        self.train(plain.training)

    def forward(self, hidden: Tensor, embedding: Tensor) -> Tensor:
        """Logits (…, V) of hidden states (…, D), given the target embedding (V, D)."""
        weight = embedding if self.weight is None else self.weight
        packed = None if self.training else self.packed
        return linear(hidden, weight, bias=self.bias, packed=packed)


def pack_linears(model: Model, *, as_bfloat16: bool = False) -> int:
    """Pack every linear map of a model that decodes on a CPU, the output layer included.

    Call once, after ``eval()`` and before threads share the model; where the switch is off, the
    model trains, or this torch cannot, the model stays as it is.

    Args:
        model: packed already or not.
        as_bfloat16: let the products be those of bfloat16, which may change a translation.

    Returns:
        how many weights were packed; a layer that is written out counts as one.
    """
    if os.environ.get(SWITCH) == "0" or model.training:
        return 0
    pack = partial(pack_weight, as_bfloat16=as_bfloat16)
    layers = _pack_layers(model, as_bfloat16=as_bfloat16)
    written = {part for layer in layers for part in layer.modules()}
    others = [module for module in model.modules() if module not in written]
    encoder = set(model.encoder.modules()) if isinstance(model, Transformer) else set()
    packed = sum(
        _pack_children(module, partial(pack, of_sources=True) if module in encoder else pack)
        for module in others
    )
    return len(layers) + packed + _pack_output(model, pack) + _pack_decoder(model, pack)


def _pack_layers(model: Model, *, as_bfloat16: bool) -> list[PackedDecoderLayer]:
    """Replace the layers of a Transformer's decoder."""
    if not isinstance(model, Transformer) or not packable(model.target_table):
        return []
    layers = [packed_layer(layer, as_bfloat16=as_bfloat16) for layer in model.decoder_layers()]
    model.decoder = PackedDecoder(layers).eval()
    return layers


def _pack_children(module: nn.Module, pack: Pack) -> int:
    count = 0
    for name, child in list(module.named_children()):
        if not isinstance(child, nn.Linear | PackedLinear) or len(child.weight) == 1:
            continue  # with one number to come out there is nothing to gain
        if (packed := pack(child.weight)) is not None:
            setattr(module, name, PackedLinear(child, packed))
            count += 1
    return count


def _pack_output(model: Model, pack: Pack) -> int:
    plain = model.output
    packed = pack(model.target_table if plain.weight is None else plain.weight)
    if packed is None:
        return 0
    model.output = PackedOutput(plain, packed)
    return 1


def _pack_decoder(model: Model, pack: Pack) -> int:
    """Pack the cells of a recurrent decoder; all of them, or none."""
    cells = model.decoder
    if not isinstance(cells, nn.LSTM | nn.GRU):
        return 0
    weights = [
        pack(weight) for name, weight in cells.named_parameters() if name.startswith("weight")
    ]
    found = tuple(weight for weight in weights if weight is not None)
    if len(found) < len(weights):
        return 0
    model.decoder = packed_cells(cells, found)
    return len(found)
