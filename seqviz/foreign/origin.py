"""Where an imported model comes from: kept beside it as ``origin.json``, and told in its card.

Of a model that was fetched from the hub, the SHA-256 of every file is kept, too.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seqviz.catalog import ORIGIN_FILE, ModelEntry
from seqviz.catalog.download import sha256
from seqviz.catalog.untrusted import read_if_there
from seqviz.errors import ModelError

CARD = "README.md"
HUB = "https://huggingface.co"


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A copy of a model of the hub, whole and checked."""

    folder: Path
    repository: str
    """OWNER/MODEL."""
    revision: str
    """The commit."""
    sha256: Mapping[str, str]
    """Of the files as they came, by name."""
    licence: str = ""
    """For a card that names none; empty: nobody knows."""
    by: str = ""
    """Whose work it is; empty: nobody here knows."""


def write_origin(
    folder: Path, *, origin: str, revision: str, fetched: Fetched | None = None
) -> None:
    """Write where the model in a folder comes from; for one of the hub, complete its card, too."""
    told: dict[str, object] = {"from": origin, "revision": revision}
    if fetched is not None:
        _complete_card(folder, fetched)
        here = sorted(file for file in folder.iterdir() if file.name != CARD)
        told["fetched"] = dict(fetched.sha256)
        told["sha256"] = {file.name: sha256(file) for file in here}
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / ORIGIN_FILE).write_text(f"{text}\n", encoding="utf-8")


def check_origin(entry: ModelEntry) -> None:
    """Compare the files of a model with what they were when it was taken over.

    Raises:
        ModelError: ``import_changed``; or a file cannot be read.
    """
    kept = read_if_there(entry.folder, ORIGIN_FILE).get("sha256")
    for name, sum_then in kept.items() if isinstance(kept, dict) else ():
        file = entry.folder / Path(name).name
        if not file.is_file() or sha256(file) != sum_then:
            raise ModelError("import_changed", {"file": str(file)})


def _complete_card(folder: Path, fetched: Fetched) -> None:
    """Say in the model's card whose it is, under what licence, and what was done to it."""
    card = folder / CARD
    text = card.read_text("utf-8", errors="replace") if card.is_file() else ""
    if fetched.licence and not re.search(r"^license:", text, re.MULTILINE):
        line, is_begun = f"license: {fetched.licence}\n", text.startswith("---\n")
        text = f"---\n{line}{text[4:]}" if is_begun else f"---\n{line}---\n\n{text}"
    is_as_it_came = any(name.endswith(".safetensors") for name in fetched.sha256)
    lines = [
        "## This copy",
        f"- From {HUB}/{fetched.repository}, commit {fetched.revision}, fetched by SeqViz.",
        *([f"- By: {fetched.by}."] if fetched.by else []),
        "- Licence: the one named above; it goes with every copy.",
        "- Changed: nothing."
        if is_as_it_came
        else "- Changed: the weights are stored as safetensors, their numbers as they were.",
    ]
    card.write_text(f"{text.rstrip()}\n\n{chr(10).join(lines)}\n".lstrip(), encoding="utf-8")
