"""What all tests share: one torch thread, and one worker for the browser's tests."""

import gc
from pathlib import Path

import pytest
import torch
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# How long a test takes is no fault.
settings.register_profile("shared machine", deadline=None, max_examples=40)
settings.load_profile("shared machine")


class BrowserApart(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """A worker does a whole file, whose tests share what they make; the browser's are two lots.

    Those of a lot share a page and its servers, take longest together, and wait a lot.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if not file.startswith("tests/browser/"):
            return file
        return "browser, small" if Path(file).stem.removeprefix("test_") in SMALL else "browser"


SMALL = (
    *("cancel", "live", "reference_intervene", "training"),  # on one server
    *("lesson", "live_pictures", "offline_page"),  # on none
    *("viewer", "viewer_numbers", "viewer_tree", "watch"),
)
"""Files of the browser that need no shipped model: others than these share the app's server."""


LONGEST = ("tests/browser/", "tests/views/", "tests/test_notebook.py", "tests/bench/")
"""What is begun first, so that no worker is left with a long file at the end."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep the order below; xdist's own is by the number of tests."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest first."""

    def place(item: pytest.Item) -> int:
        starts = (place for place, start in enumerate(LONGEST) if item.nodeid.startswith(start))
        return next(starts, len(LONGEST))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What is imported by now stays, so no garbage is looked for in it any more."""
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Who runs what under ``pytest -n``."""
    return BrowserApart(config, log)


@pytest.fixture(autouse=True, scope="session")
def _one_torch_thread() -> None:
    """Two threads on two busy cores are slower than one."""
    torch.set_num_threads(1)
