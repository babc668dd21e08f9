"""Every target against the model's own forward pass, one by one; and that beam search agrees."""

import itertools
import math

import numpy as np
import pytest
import torch

from seqviz.decoding.exhaustive import all_targets
from seqviz.errors import InputError
from tests.fixtures.tiny_networks import tiny_rnn_settings, tiny_transformer_settings, untrained

SIZE = 7  # three of them are letters
SOURCE = (4, 5, 3)


@pytest.mark.parametrize(
    "settings",
    [
        tiny_rnn_settings(vocabulary=SIZE, width=8, attention="dot"),
        tiny_transformer_settings(vocabulary=SIZE, width=8),
    ],
)
def test_every_target_has_the_probability_that_the_model_gives_it(settings: object) -> None:
    model = untrained(settings, seed=3)  # type: ignore[arg-type] # both kinds are built
    found = all_targets(model, SOURCE, size=SIZE, most=2)
    letters = (4, 5, 6)
    expected = {
        tokens: scored(model, tokens)
        for length in range(3)
        for tokens in itertools.product(letters, repeat=length)
    }
    assert set(found.tokens) == set(expected)
    for tokens, log_prob in zip(found.tokens, found.log_probs.tolist(), strict=True):
        assert log_prob == pytest.approx(expected[tokens], abs=1e-5)
    assert list(found.log_probs) == sorted(found.log_probs, reverse=True)
    assert np.exp(found.log_probs.astype(float)).sum() < 1


def scored(model: torch.nn.Module, tokens: tuple[int, ...]) -> float:
    target = torch.tensor([*tokens, 3])
    fed = torch.tensor([[2, *tokens]])
    logits = model(torch.tensor([SOURCE]), torch.tensor([len(SOURCE)]), fed)[0]
    log_probs = logits.log_softmax(-1)[torch.arange(len(target)), target]
    return math.fsum(log_probs.tolist())


def test_too_many_are_refused() -> None:
    model = untrained(tiny_rnn_settings(vocabulary=40, width=8, attention="dot"), seed=3)
    with pytest.raises(InputError) as caught:
        all_targets(model, SOURCE, size=40, most=9)
    assert caught.value.code == "too_many_targets"
