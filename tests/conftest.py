"""What all tests share: one torch thread, and small models."""

import pytest
import torch

from seqviz.models.rnn import Rnn
from seqviz.models.transformer import Transformer
from tests.models.tiny import make_tiny_rnn, make_tiny_transformer


@pytest.fixture(autouse=True, scope="session")
def _one_torch_thread() -> None:
    """Two threads on two busy cores are slower than one."""
    torch.set_num_threads(1)


@pytest.fixture
def tiny_rnn() -> Rnn:
    """Additive attention, LSTM, V = 11, D = 16; ``make_tiny_rnn`` makes others."""
    return make_tiny_rnn()


@pytest.fixture
def tiny_transformer() -> Transformer:
    """Pre-norm, two layers, two heads, V = 11, D = 16; ``make_tiny_transformer`` makes others."""
    return make_tiny_transformer()
