"""The models that lie in pretrained/ are whole, and are what their names say."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

from seqviz.models.checkpoint import load_model
from seqviz.models.quantised import SCALE
from seqviz.models.rnn import Rnn
from seqviz.models.transformer import Transformer

PRETRAINED = Path(__file__).resolve().parents[2] / "pretrained"
SIZES = {
    "de-en/transformer": (9.6, 132),
    "de-en/additive": (11.6, 33),
    "de-en/dot": (10.6, 29),
    "de-en/none-reversed": (10.9, 19),
    "zh-en/transformer": (9.6, 132),
    "zh-en/additive": (11.6, 33),
    "zh-en/dot": (10.6, 29),
    "zh-en/general": (10.7, 30),
    "zh-en/none-reversed": (10.9, 19),
    "fr-en/transformer": (9.6, 132),
}
INT8 = {"zh-en/none-reversed", "zh-en/general"}


@pytest.fixture(params=SIZES, scope="module")
def name(request: pytest.FixtureRequest) -> str:
    """All tests of a model before those of the next."""
    return str(request.param)


@lru_cache(maxsize=1)
def loaded(name: str) -> Rnn | Transformer:
    return load_model(PRETRAINED / name, packed=False)


def test_a_shipped_model_is_what_its_name_says(name: str) -> None:
    model = loaded(name)
    millions, tensors = SIZES[name]
    parameters = sum(parameter.numel() for parameter in model.parameters())
    assert round(parameters / 1e6, 1) == millions
    with safe_open(PRETRAINED / name / "model.safetensors", "pt") as content:
        types = {tensor: content.get_slice(tensor).get_dtype() for tensor in list(content.keys())}
    scales = {tensor for tensor in types if tensor.endswith(SCALE)}
    names = types.keys() - scales
    assert len(names) == tensors and names == set(model.state_dict())
    matrices = {tensor for tensor in names if model.state_dict()[tensor].dim() > 1}
    rounded = matrices if name in INT8 else set()
    assert {tensor for tensor in names if types[tensor] == "I8"} == rounded
    assert {types[tensor] for tensor in names - rounded} == {"F16"}
    assert scales == {tensor + SCALE for tensor in rounded}
    assert model.settings.source_vocabulary == model.settings.target_vocabulary == 8000
    assert isinstance(model, Transformer) == name.endswith("transformer")
    if isinstance(model, Rnn):
        assert model.settings.reverse_source == name.endswith("reversed")
        assert model.settings.attention == name.split("/")[1].removesuffix("-reversed")


def test_a_shipped_model_has_learnt_to_stop(name: str) -> None:
    """An empty source, EOS alone, is answered within twenty tokens."""
    model: Any = loaded(name)
    state = model.start(
        model.encode(torch.tensor([[3]]), torch.tensor([1])), beam_size=1, max_length=20
    )
    tokens = [2]
    while tokens[-1] != 3 and len(tokens) <= 20:
        output = model.step(state, torch.tensor([tokens[-1:]]))
        tokens.append(int(output.logits.argmax()))
        state = output.state
    assert tokens[-1] == 3
