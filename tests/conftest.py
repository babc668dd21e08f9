"""What all tests share: one torch thread, and less searching for garbage."""

import gc

import pytest
import torch
from hypothesis import settings

# How long a test takes is no fault.
settings.register_profile("shared machine", deadline=None, max_examples=25)
settings.load_profile("shared machine")

gc.disable()  # while tests are imported: a sixth of the time


def pytest_collection_finish() -> None:
    """What is imported by now stays: no garbage is looked for in it, and in the rest less often."""
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def _one_torch_thread() -> None:
    """Two threads on two busy cores are slower than one."""
    torch.set_num_threads(1)
