"""Folders of tiny models for the page, and caches that forget from test to test."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import MagicMock

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.state.session_state import SessionState
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.decoding.beam import decode_beam
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.record import OnStep
from seqviz.decoding.shift import decode_shift
from seqviz.models.checkpoint import load_model, special_tokens
from seqviz.models.fast.packing import SWITCH
from seqviz.options import DecodeOptions
from seqviz.server.kept import Kept
from seqviz.views.session import cache as shared
from tests.fixtures.short import short_limit
from tests.fixtures.tiny_models import write_tiny_models

SCANNER = "streamlit.components.v2.manifest_scanner.scan_component_manifests"
"""Every AppTest looks through all installed packages for components, half a second that we need
not spend: ours are registered when they are imported.
"""
WAIT = "streamlit.testing.v1.local_script_runner.require_widgets_deltas"
"""AppTest looks every millisecond whether the page is drawn, which it is by the same Python."""

MOCK = "streamlit.testing.v1.app_test.MagicMock"
"""Every run makes a runtime of nothing anew, and gives it the same attributes."""


def join(runner: LocalScriptRunner, seconds: float) -> None:
    """Wait until the page is drawn, without looking."""
    assert runner._script_thread is not None
    runner._script_thread.join(seconds)
    assert runner.script_stopped(), f"the page was not drawn in {seconds} seconds"


class LookedUp(Mapping[str, Any]):
    """A session's values: where a widget asks for its own, not all are gathered first."""

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def __getitem__(self, key: str) -> Any:
        return self._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(gathered(self._state))

    def __len__(self) -> int:
        return len(gathered(self._state))


gathered: Callable[[SessionState], dict[str, Any]] = vars(SessionState)["filtered_state"].fget
Read = TypeVar("Read")


def read_once(read: Callable[..., Read]) -> Callable[..., Read]:
    """What is read of a folder of a model, by threads too; anew once a file in it has changed."""

    @cache
    def known(folder: Path, changed: tuple[int, ...], *how: str) -> Read:
        return read(folder, *how)

    def found(folder: Path, *how: str) -> Read:
        changed = (file.stat().st_mtime_ns for file in sorted(folder.iterdir()))
        return known(folder, tuple(changed), *how)

    return found


READ = {
    f"seqviz.translator.loading.{read.__name__}": read_once(read)
    for read in (load_model, special_tokens)
}

_FOUND: dict[tuple[Any, ...], tuple[Any, list[tuple[int, ...]]]] = {}


def once(decode: Callable[..., Any]) -> Callable[..., Any]:
    """With weights that are loaded once: the second time only the steps are told anew."""

    def found(model: Any, *asked: Any, on_step: OnStep | None = None, **options: Any) -> Any:
        tell: OnStep = on_step or (lambda *_: None)

        def follow(*step: int) -> None:
            steps.append(step)
            tell(*step)

        ids = (one if isinstance(one, DecodeOptions) else tuple(one) for one in asked)
        key, steps = (decode, model, *ids, *options.values()), list[tuple[int, ...]]()
        if key not in _FOUND:
            _FOUND[key] = decode(model, *asked, on_step=follow, **options), steps
        else:
            for step in _FOUND[key][1]:
                tell(*step)
        return _FOUND[key][0]

    return found


def forget_searches() -> None:
    """Let go of every search that was done."""
    _FOUND.clear()


@pytest.fixture(scope="session", autouse=True)
def _light() -> Iterator[None]:
    runtime = MagicMock(spec=Runtime)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SCANNER, list)
        patch.setattr(MOCK, lambda spec: runtime)
        patch.setattr(WAIT, join)
        patch.setattr(SessionState, "filtered_state", property(LookedUp))
        yield


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every system for de-en, and for eo-en, a pair without examples."""
    folder = write_tiny_models(tmp_path_factory.mktemp("pretrained"))
    shutil.copytree(folder / "de-en", folder / "eo-en")
    return folder


@pytest.fixture
def tiny(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the page see the tiny models."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tiny_folder))
    monkeypatch.setenv(SWITCH, "0")  # nothing to gain for the tiny, and tests/models has them
    monkeypatch.setattr(DecodeOptions, "length_limit", short_limit)
    for name, read in READ.items():
        monkeypatch.setattr(name, read)
    monkeypatch.setattr("seqviz.decoding.searcher.decode_beam", once(decode_beam))
    monkeypatch.setattr("seqviz.translator.translator.decode_forced", once(decode_forced))
    monkeypatch.setattr("seqviz.translator.translator.decode_shift", once(decode_shift))
    forget()
    yield
    forget()


def forget() -> None:
    """Let go of all that visitors share."""
    for one in vars(shared).values():
        if isinstance(one, Kept):
            one.clear()


@pytest.fixture
def own_folder(
    tiny: None, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Let the page see a copy of the tiny models, to be damaged."""
    folder = tmp_path / "pretrained"
    shutil.copytree(tiny_folder, folder)
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder
