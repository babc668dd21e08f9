"""The work of ``seqviz get``: a model fetched, told of on the way, and tried in the end."""

import sys
import time
from pathlib import Path

from seqviz.catalog import ModelEntry
from seqviz.catalog.curated import find_offer
from seqviz.cli import printing
from seqviz.cli.import_model import STAGES as IMPORT_STAGES
from seqviz.cli.import_model import check, summary
from seqviz.errors import SeqVizError
from seqviz.foreign.getting import get_model

STAGES = {"ask": "Asking the Hugging Face hub …", "fetch": "Fetching …", **IMPORT_STAGES}
TELL_SECONDS = 0.2
MEGABYTE = 10**6


def fetch(name: str, folder: Path, *, fresh: bool, as_json: bool, named: bool) -> None:
    """Fetch a model into the folder of models, and say so.

    Args:
        name: what was asked for.
        folder: of models.
        fresh: replace a model that is there.
        as_json: tell it in lines that a program reads.
        named: somebody named the folder.

    Raises:
        SeqVizError: as ``get_model``.
    """
    teller = _JsonTeller() if as_json else _Teller(find_offer(name).label)
    try:
        entry = get_model(
            name, folder, check=check, fresh=fresh, on_stage=teller.stage, on_bytes=teller.bytes
        )
    except SeqVizError as error:
        if as_json:
            facts = {key: str(fact) for key, fact in error.facts.items()}
            printing.say(printing.json_line({"error": error.code, "facts": facts}))
        raise
    except KeyboardInterrupt:
        teller.end()
        printing.notice("Stopped. What came is kept; the same command goes on.")
        raise
    finally:
        teller.end()
    if as_json:
        printing.say(printing.json_line({"model": entry.name, "folder": str(entry.folder)}))
    else:
        printing.say(_summary(entry, folder, teller, named=named))


def _summary(entry: ModelEntry, folder: Path, teller: "_Teller", *, named: bool) -> str:
    said = summary(entry, folder, named=named)
    return said if teller.began else f"It is here already, its files as they came.\n{said}"


class _Teller:
    """Says on a terminal how far it is."""

    def __init__(self, label: str) -> None:
        """Nothing is said yet."""
        self.began = False
        self._label, self._told, self._open = label, 0.0, False

    def stage(self, stage: str) -> None:
        """What begins now."""
        self.began = True
        self.end()
        if sys.stderr.isatty():
            printing.say(STAGES[stage], err=True)

    def bytes(self, done: int, size: int) -> None:
        """How many bytes are there."""
        now = time.monotonic()
        if sys.stderr.isatty() and (now - self._told > TELL_SECONDS or done == size):
            self._told, self._open = now, True
            said = f"{done / MEGABYTE:.0f} of {size / MEGABYTE:.0f} MB of {self._label}"
            printing.rewrite(said)

    def end(self) -> None:
        """End the line that is open."""
        if self._open:
            printing.say("", err=True)
            self._open = False


class _JsonTeller(_Teller):
    """Says how far it is, in lines that a program reads."""

    def __init__(self) -> None:
        """Nothing is said yet."""
        super().__init__("")

    def stage(self, stage: str) -> None:
        """What begins now."""
        printing.say(printing.json_line({"stage": stage}))

    def bytes(self, done: int, size: int) -> None:
        """How many bytes are there."""
        now = time.monotonic()
        if now - self._told > TELL_SECONDS or done == size:
            self._told = now
            printing.say(printing.json_line({"done": done, "size": size}))
