"""The files around the code: settings, documents, versions, sizes, and what make would do."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
MEGABYTE = 2**20
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SETTINGS = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))


@cache
def tracked() -> tuple[Path, ...]:
    """The files that git would hand to others; those removed but not yet committed left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.exists())


# Settings of the page

SWITCHES = {
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": '"none"',
    "client.showErrorLinks": "false",
    "client.toolbarMode": '"minimal"',
    "server.address": '"127.0.0.1"',
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.enableAgentApi": "false",
    "server.enableStaticServing": "false",
    "server.fileWatcherType": '"none"',
    "server.headless": "true",
    "server.maxMessageSize": "50",
    "server.maxUploadSize": "1024",
}


def shown_settings(text: str) -> dict[str, str]:
    """``section.option`` to its value, from what ``streamlit config show`` prints."""
    section, found = "", {}
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif match := re.match(r"(?:# )?(\w+) = (.+)$", line):
            found[f"{section}.{match[1]}"] = match[2]
    return found


def test_streamlit_reads_the_settings_that_matter() -> None:
    clean = {name: value for name, value in os.environ.items() if "STREAMLIT" not in name}
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "not a valid config option" not in shown.stdout + shown.stderr
    found = shown_settings(shown.stdout)
    assert {name: found.get(name) for name in SWITCHES} == SWITCHES


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def faded(colour: str, ground: str) -> str:
    """The colour at 60 % on a ground: how Streamlit writes captions."""
    mixed = (
        round(0.6 * int(colour[at : at + 2], 16) + 0.4 * int(ground[at : at + 2], 16))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_is_readable(mode: str) -> None:
    theme = SETTINGS["theme"][mode]
    grounds = [
        part[key]
        for part in (theme, theme["sidebar"])
        for key in ("backgroundColor", "secondaryBackgroundColor")
    ]
    for ground in grounds:
        assert contrast(theme["textColor"], ground) >= 7
        assert contrast(faded(theme["textColor"], ground), ground) >= 4.5
        for colour in (theme["primaryColor"], theme["linkColor"]):
            assert contrast(colour, ground) >= 4.5, (colour, ground)
    assert contrast(theme["borderColor"], theme["backgroundColor"]) >= 3


# What is committed


def test_files_are_small() -> None:
    sizes = {path: path.stat().st_size for path in tracked()}
    assert [path for path, size in sizes.items() if size > 25 * MEGABYTE] == []
    shipped = sum(size for path, size in sizes.items() if ROOT / "pretrained" in path.parents)
    assert shipped <= 250 * MEGABYTE


FOREIGN = (  # each begins with plain letters: weights of 100 MB are searched in no time
    re.compile(rb"/(?<![\w.:/]/)(?:home|root|Users|work)/[\w.]"),
    re.compile(rb"pypi\.org"),
    re.compile(rb"pythonhosted\.org"),
    re.compile(rb"registry\.npmjs"),
)


def foreign(content: bytes) -> list[bytes]:
    """The first of every kind of path and host that only somebody's machine knows."""
    found = [pattern.search(content) for pattern in FOREIGN]
    return [match.group() for match in found if match]


@pytest.mark.parametrize(
    "text", [b"see /" + b"home/me/x", b'"/' + b"work/a", b"https://pypi." + b"org/simple"]
)
def test_a_foreign_path_is_found(text: bytes) -> None:
    assert foreign(text)


def test_no_file_names_somebodys_machine() -> None:
    own = Path(__file__)
    found = {path: foreign(path.read_bytes()) for path in tracked() if path != own}
    assert {path: names for path, names in found.items() if names} == {}


# Versions


def pins(name: str) -> dict[str, Version]:
    """Package to pinned version, from a requirements file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pairs = re.findall(r"^([\w-]+)==(\S+)", text, flags=re.MULTILINE)
    lines = [line for line in text.splitlines() if line and line[0] not in "#-"]
    assert len(pairs) == len(lines), "a line is no exact pin"
    return {package: Version(version) for package, version in pairs}


def test_the_pins_satisfy_the_package() -> None:
    pinned = pins("requirements.txt")
    needed = [Requirement(line) for line in PROJECT["dependencies"]]
    refused = [str(need) for need in needed if pinned[need.name] not in need.specifier]
    assert refused == []
    assert set(pinned) == {need.name for need in needed} | {"setuptools"}
    assert not set(pinned) & set(pins("requirements-dev.txt"))


def test_the_changelog_knows_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\](?: - \d{4}-\d\d-\d\d)?$", text, flags=re.MULTILINE)
    assert headings[:2] == ["Unreleased", PROJECT["version"]]


# Documents


def headings(text: str) -> list[str]:
    """The marks of the headings, code left out."""
    return re.findall(r"^#+(?= )", without_code(text), flags=re.MULTILINE)


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def code(text: str) -> list[str]:
    """The lines of all code blocks, comments left out."""
    blocks = re.findall(r"^```\w+\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [line.partition("  #")[0].rstrip() for block in blocks for line in block.splitlines()]


def local_links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


def to_files(links: Iterable[str]) -> list[str]:
    return [link for link in links if not link.startswith("#")]


def places(text: str) -> list[int]:
    """Which headings the text links to, in the spelling of GitHub's anchors."""
    titles = re.findall(r"^#+ (.+)$", without_code(text), flags=re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]
    linked = [link[1:] for link in local_links(text) if link.startswith("#")]
    assert {anchor: anchors.count(anchor) for anchor in linked} == dict.fromkeys(linked, 1)
    return [anchors.index(anchor) for anchor in linked]


def test_both_readmes_say_the_same() -> None:
    english, chinese = (path.read_text(encoding="utf-8") for path in READMES)
    assert headings(english) == headings(chinese)
    assert code(english) == code(chinese)
    assert english.count("\n- ") == chinese.count("\n- ")
    assert english.count("\n| ") == chinese.count("\n| ")
    others = [path.name for path in READMES]
    assert [link for link in to_files(local_links(english)) if link not in others] == [
        link.replace("-zh.", "-en.")
        for link in to_files(local_links(chinese))
        if link not in others
    ]
    assert places(english) == places(chinese) != []


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_what_a_readme_links_to_exists(readme: Path) -> None:
    links = to_files(local_links(readme.read_text(encoding="utf-8")))
    assert any(link.startswith("assets/") for link in links)
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_extra_that_a_readme_names_is_one(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    said = re.findall(r"(?:extra|附加组件) `?([a-z]+)", text) + re.findall(
        r"seqviz\[([a-z]+)\]", text
    )
    assert set(said) == set(PROJECT["optional-dependencies"])


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_make_knows_what_the_readme_says(readme: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    said = set(re.findall(r"(?<=\bmake )[a-z-]+", "\n".join(code(readme.read_text("utf-8")))))
    assert said == {"run", "serve-ray", "test"}
    assert said <= set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))


# Make


def make(*words: str) -> subprocess.CompletedProcess[str]:
    """Run make, without what an outer make hands down."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *words], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A virtual environment as make sees it: pip, and stamps newer than everything."""
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    for name in ("bin/pip", ".runtime-installed", ".development-installed"):
        (venv / name).touch()
    return venv


def test_a_second_run_installs_nothing(installed: Path) -> None:
    planned = make("-n", "run", f"VENV={installed}", "PORT=8600").stdout
    assert "-m seqviz app --port 8600" in planned
    assert "pip install" not in planned


def test_a_changed_requirement_is_installed(installed: Path) -> None:
    os.utime(installed / ".runtime-installed", (0, 0))
    planned = make("-n", "run", f"VENV={installed}").stdout
    assert "pip install --disable-pip-version-check -r requirements.txt" in planned


def test_what_was_trained_is_measured_and_shipped_by_one_command(installed: Path) -> None:
    words = ("DATA=texts", "OUT=made", "DEVICE=cpu", "SHIP=--only-say")
    planned = make("-n", "gpu-ship", f"VENV={installed}", *words).stdout
    assert "-m seqviz.training.ship" in planned
    assert '--data "texts" --out "made" --device cpu --only-say' in planned
    refused = make("-n", "gpu-ship", f"VENV={installed}")
    assert refused.returncode != 0 and "make gpu-ship DATA=FOLDER" in refused.stderr


APART = ("tests/ray",)
"""What needs an extra that the tests do not install; another target has it."""


def test_make_test_checks_everything(installed: Path) -> None:
    planned = make("-n", "test", f"VENV={installed}").stdout
    places = [planned.find(words) for words in ("ruff check", "ruff format --check", "mypy")]
    assert places[0] >= 0
    assert places == sorted(places)
    parts = re.findall(r" -m pytest -q (.*)", planned)
    chosen, others = [folder for part in parts[:-1] for folder in part.split()], parts[-1]
    assert len(parts) == 5
    assert others == " ".join(f"--ignore={folder}" for folder in (*chosen, *APART))
    assert all((ROOT / folder).is_dir() for folder in (*chosen, *APART))


@pytest.mark.parametrize("python", ["false", "no-such-python"])
def test_an_old_or_missing_python_is_one_clear_line(tmp_path: Path, python: str) -> None:
    done = make("run", f"VENV={tmp_path / 'venv'}", f"PYTHON={python}")
    assert done.returncode != 0
    first, *rest = done.stderr.splitlines()
    assert first.startswith(f"SeqViz needs Python 3.11 or newer; '{python}' is older, or missing.")
    assert all("Traceback" not in line for line in rest)
    assert not (tmp_path / "venv").exists()
