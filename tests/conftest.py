"""What all tests share: one torch thread, small models, and one worker for the browser's tests."""

import pytest
import torch
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from seqviz.models.rnn import Rnn
from seqviz.models.transformer import Transformer
from tests.fixtures.tiny_networks import make_tiny_rnn, make_tiny_transformer

settings.register_profile("shared machine", deadline=None)  # how long a test takes is no fault
settings.load_profile("shared machine")


class BrowserApart(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """One worker begins with all tests in the browser, which share its page and its servers.

    Together they take longest, and wait a lot; the other workers do the rest meanwhile, one by one.
    """

    def _split_scope(self, nodeid: str) -> str:
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
