"""From settings to a model: with random weights, or as an empty shell. Knows nothing of files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, overload

import torch
from torch import Tensor
from torch.nn import init
from torch.overrides import TorchFunctionMode

from seqviz.models.base import SpecialTokens
from seqviz.models.checks import check_id
from seqviz.models.rnn import Rnn
from seqviz.models.settings import ModelSettings, RnnSettings, TransformerSettings
from seqviz.models.transformer import Transformer

Model = Rnn | Transformer
CLASSES: Mapping[str, Any] = {
    RnnSettings.kind: Rnn,
    TransformerSettings.kind: Transformer,
}
"""The class of every kind of model."""


@overload
def new_model(settings: RnnSettings, special: SpecialTokens) -> Rnn: ...


@overload
def new_model(settings: TransformerSettings, special: SpecialTokens) -> Transformer: ...


def new_model(settings: ModelSettings, special: SpecialTokens) -> Model:
    """A model of the kind that the settings are for, with random weights."""
    model: Model = CLASSES[settings.kind](settings, special)
    return model


@overload
def empty_model(shape: RnnSettings, special: SpecialTokens) -> Rnn: ...


@overload
def empty_model(shape: TransformerSettings, special: SpecialTokens) -> Transformer: ...


def empty_model(shape: ModelSettings, special: SpecialTokens) -> Model:
    """A model of that shape, without memory for its weights.

    Raises:
        ValueError: the vocabularies lack a special token.
    """
    for name, token in asdict(special).items():
        check_id(name, token, min(shape.source_vocabulary, shape.target_vocabulary))
    with torch.device("meta"), _NoInitialValues():
        return new_model(shape, special)


_DRAWS = (init.normal_, init.uniform_, init.kaiming_uniform_, Tensor.normal_, Tensor.uniform_)


class _NoInitialValues(TorchFunctionMode):
    """Leave new weights as they are: they are about to be read.

    Drawing random numbers for weights without memory also imports torch's compiler, a second.
    """

    def __torch_function__(  # noqa: PLR0917 - torch's signature
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Skip what fills a tensor with random numbers; call everything else."""
        named = kwargs or {}
        if func in _DRAWS:
            return named["tensor"] if "tensor" in named else args[0]
        return func(*args, **named)
