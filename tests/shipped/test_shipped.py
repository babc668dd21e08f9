"""What comes with the program is found in a clone, and in a wheel that was built from it."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from seqviz.shipped import shipped

ROOT = Path(__file__).parents[2]
BUILD = "import sys; from setuptools import build_meta as b; b.build_wheel(sys.argv[1])"


def run(*words: str, folder: Path, path: Path | None = None) -> str:
    """What a Python of its own prints that works in a folder."""
    environment = {} if path is None else {"PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["app.py", "pretrained", "data/course", ".streamlit/config.toml"])
def test_a_clone_has_it_beside_the_package(name: str) -> None:
    assert shipped(name) == ROOT / name
    assert shipped(name).exists()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this project with little code and small models."""
    clone, out = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("wheel")
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE", "app.py"):
        shutil.copy(ROOT / name, clone)
    for name in ("seqviz/shipped", "data", ".streamlit", "assets"):
        shutil.copytree(ROOT / name, clone / name)
    (clone / "seqviz/__init__.py").touch()
    for name in ("de-en/dot", "de-en/opus-mt", ".fetching/part"):
        (clone / "pretrained" / name).mkdir(parents=True)
        (clone / "pretrained" / name / "model.safetensors").write_bytes(b"0")
    run("-c", BUILD, str(out), folder=clone)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(out)
    return out


def test_a_wheel_has_it_inside(unpacked: Path) -> None:
    names = ["app.py", ".streamlit/config.toml", "assets/icon.svg", "data/course/de-en.tsv"]
    names += ["data/held-out/README.md", "pretrained/de-en/dot/model.safetensors"]
    ask = "import sys; from seqviz.shipped import shipped; print(*map(shipped, sys.argv[1:]))"
    found = run("-c", ask, *names, folder=unpacked / "seqviz", path=unpacked)
    assert found.split() == [str(unpacked / "seqviz" / "shipped" / name) for name in names]
    for name in ("app.py", ".streamlit/config.toml", "data/course/de-en.tsv"):
        assert (unpacked / "seqviz/shipped" / name).read_bytes() == (ROOT / name).read_bytes()


def test_a_wheel_holds_nothing_that_was_fetched(unpacked: Path) -> None:
    models = unpacked / "seqviz" / "shipped" / "pretrained"
    assert [path.relative_to(models).as_posix() for path in models.glob("*/*/*")] == [
        "de-en/dot/model.safetensors"
    ]
