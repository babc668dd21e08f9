"""What all tests share: one torch thread, and no search for garbage in what was imported."""

import gc

import pytest
import torch
from hypothesis import settings

# How long a test takes is no fault.
settings.register_profile("shared machine", deadline=None, max_examples=40)
settings.load_profile("shared machine")


def pytest_collection_finish() -> None:
    """What is imported by now stays, so no garbage is looked for in it any more."""
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _one_torch_thread() -> None:
    """Two threads on two busy cores are slower than one."""
    torch.set_num_threads(1)
