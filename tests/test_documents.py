"""What documents say: each command that they show exists, and no news stands twice."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from seqviz.cli import commands

ROOT = Path(__file__).parents[1]


def shown(document: Path) -> Iterator[list[str]]:
    """The words of every ``seqviz …`` in a block of shell; variables and redirections left out."""
    text = document.read_text(encoding="utf-8").replace("\\\n", "")
    for block in re.findall(r"^```sh\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            call = re.match(r"(?:\S+=\S+ |\.venv/bin/)*seqviz (.+)", line.partition("  #")[0])
            if call:
                yield shlex.split(re.sub(r"\d?[<>] \S+", "", call[1]))


@pytest.mark.parametrize("document", ["README.md", "docs/api.md", "deploy/ray/README.md"])
def test_the_commands_that_a_document_shows_are_understood(document: str) -> None:
    calls = list(shown(ROOT / document))
    assert calls
    for name, *words in calls:
        context = click.Context(commands)
        command = commands.get_command(context, name)
        assert command is not None, name
        command.make_context(name, words, parent=context)  # refuses options that it does not have


def test_the_changelog_says_nothing_twice() -> None:
    said = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    entries = [line for line in said if line.startswith("- ")]
    assert len(entries) > 50
    assert len(set(entries)) == len(entries)


def test_both_readmes_count_the_systems_that_ship() -> None:
    """In words, so a new system has to be told here, too."""
    pairs = [folder for folder in (ROOT / "pretrained").glob("??-??") if folder.is_dir()]
    systems = [one for pair in pairs for one in pair.glob("*/settings.json")]
    words = {"README.md": "fifteen systems of three", "README.zh.md": "三个语言对的十五个系统"}
    assert (len(systems), len(pairs)) == (15, 3)
    for name, said in words.items():
        assert said in (ROOT / name).read_text("utf-8")
