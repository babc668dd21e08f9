"""What the benchmark's tests share."""

import sys
from types import ModuleType

import pytest


@pytest.fixture(autouse=True)
def _no_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that was drawn in this process stays behind as its program, and engines would run it.

    A process that is spawned begins with the program of its parent.
    """
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
