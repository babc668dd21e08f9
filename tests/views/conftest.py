"""Folders of tiny models for the page, and caches that forget from test to test."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.decoding.beam import decode_beam
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.record import OnStep
from seqviz.decoding.shift import decode_shift
from seqviz.models.build import Model
from seqviz.models.checkpoint import load_model
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


@cache
def _loaded(folder: Path, device: str, changed: tuple[int, ...]) -> Model:
    return load_model(folder, device)


def load_once(folder: Path, device: str) -> Model:
    """The weights of a folder, which threads may share anyway; anew once a file has changed."""
    changed = (file.stat().st_mtime_ns for file in sorted(folder.iterdir()))
    return _loaded(folder, device, tuple(changed))


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
def _no_scan() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SCANNER, list)
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
    monkeypatch.setattr("seqviz.translator.loading.load_model", load_once)
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
