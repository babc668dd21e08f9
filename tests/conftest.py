"""What all tests share: one torch thread, small models, and two workers for the browser's tests."""

import pytest
import torch
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from seqviz.models.rnn import Rnn
from seqviz.models.transformer import Transformer
from tests.models.tiny import make_tiny_rnn, make_tiny_transformer


class BrowserApart(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """Two workers begin with the tests in the browser, each with a page and servers of its own.

    Together these take longest, and wait a lot; the others are done meanwhile, one by one.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/browser/test_app"):
            return "the app in the browser"
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Who runs what under ``pytest -n``."""
    return BrowserApart(config, log)


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
