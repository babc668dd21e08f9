"""What went into a translation: every number against a straight computation."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqviz.errors import InputError
from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
from seqviz.translator import Translator
from tests.fixtures.explained import OPTIONS, TEXT, tiny_translators

Vectors = NDArray[np.float64]


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    return tiny_translators(tmp_path_factory.mktemp("models"))


def blocks(model: Any, trace: Trace, rank: int) -> Iterator[tuple[Vectors, Vectors, Vectors]]:
    """Of every layer of a Transformer, from one pass over the whole target.

    Yields:
        α f(x) of every head, step and token (H, T, S, D); the bias (D,); what the block adds (T, D)
    """
    fed = torch.tensor([[model.special.bos, *trace.target(rank)[:-1]]])
    handles, caught = [], list[tuple[Any, Tensor, Tensor]]()

    def catch(module: Any, inputs: tuple[Any, ...], output: Any) -> None:
        caught.append((module, inputs[0], output.context))

    for layer in model.decoder:
        handles.append(layer.cross_attention.register_forward_hook(catch))
    with torch.inference_mode():
        memory = model.encode(
            torch.tensor([trace.source.ids]), torch.tensor([len(trace.source.ids)])
        )
        model(torch.tensor([trace.source.ids]), torch.tensor([len(trace.source.ids)]), fed)
        for handle in handles:
            handle.remove()
        for attention, query, block in caught:
            parts, size = [], query.shape[-1] // attention.heads
            for head in range(attention.heads):
                own = slice(head * size, (head + 1) * size)
                asked = attention.query(query)[0][:, own]
                keys = attention.key(memory.states)[0][:, own]
                alphas = (asked @ keys.T / size**0.5).softmax(-1)
                mapped = (
                    attention.value(memory.states)[0][:, own] @ attention.output.weight[:, own].T
                )
                parts.append(alphas[:, :, None] * mapped)
            yield (
                torch.stack(parts).double().numpy(),
                attention.output.bias.double().numpy(),
                block[0].double().numpy(),
            )


def test_norms_of_a_transformer(translators: dict[str, Translator]) -> None:
    translator = translators["transformer"]
    trace = translator.translate(TEXT, OPTIONS)
    for rank in (0, len(trace.hypotheses) - 1):
        found = translator.evidence(trace, rank).norms()
        straight = list(blocks(translator._model.model, trace, rank))
        assert len(found.layers) == len(straight) == trace.model.layers
        for layer, (parts, bias, added) in enumerate(straight):
            np.testing.assert_allclose(parts.sum((0, 2)) + bias, added, atol=1e-5)
            np.testing.assert_allclose(
                found.heads[layer], np.linalg.norm(parts, axis=-1), atol=1e-5
            )
            together = np.linalg.norm(parts.sum(0), axis=-1)
            np.testing.assert_allclose(found.layers[layer], together, atol=1e-5)


@pytest.mark.parametrize("kind", ["dot", "general", "additive"])
def test_norms_of_a_recurrent_model(translators: dict[str, Translator], kind: str) -> None:
    translator = translators[kind]
    trace = translator.translate(TEXT, OPTIONS)
    found = translator.evidence(trace).norms()
    model: Any = translator._model.model
    width = model.settings.width
    place = model.attention.readout_parts.index("context")
    columns = model.readout.weight[:, place * width : (place + 1) * width]
    ids = trace.source.ids
    with torch.inference_mode():
        states = model.encode(torch.tensor([ids]), torch.tensor([len(ids)])).states[0]
        lengths = (states @ columns.T).norm(dim=-1).double().numpy()
    assert trace.cross_attention is not None
    np.testing.assert_allclose(found.heads, trace.cross_attention * lengths, atol=1e-5)
    np.testing.assert_allclose(found.layers, found.heads[:, 0], atol=1e-12)


def test_edits_are_in_force(translators: dict[str, Translator]) -> None:
    muted = replace(OPTIONS, interventions=(Intervention(kind="mute", sources=(1,), steps=(1,)),))
    for kind in ("transformer", "additive"):
        trace = translators[kind].translate(TEXT, muted)
        heads = translators[kind].evidence(trace).norms().heads
        assert not heads[:, :, 1, 1].any() and heads[:, :, 0, 1].all()


def test_what_is_not_there_is_refused(translators: dict[str, Translator], tmp_path: Path) -> None:
    without = translators["none-reversed"]
    found = without.evidence(without.translate(TEXT, OPTIONS))
    with pytest.raises(InputError) as caught:
        found.norms()
    assert caught.value.code == "norms_no_attention"
    trace = translators["dot"].translate(TEXT, OPTIONS)
    with pytest.raises(InputError) as caught:
        translators["dot"].evidence(trace, 99)
    assert caught.value.facts["option"] == "rank"
    with pytest.raises(InputError) as caught:
        translators["additive"].evidence(trace)
    assert caught.value.code == "explain_other_model"
