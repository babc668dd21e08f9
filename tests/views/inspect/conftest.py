"""AppTest shows what the last run drew, and no more: let the whole view run, where a part would."""

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def rerun(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What Streamlit really does, for a test of the parts."""
    found = st.rerun

    def whole(scope: Any = "app") -> None:
        if isinstance(scope, str):
            found(scope)

    monkeypatch.setattr(st, "rerun", whole)
    return found
