"""``seqviz get``: fetch a model of the Hugging Face hub into the folder of models."""

import sys
import time
from pathlib import Path

import click

from seqviz.catalog import ModelEntry, models_folder
from seqviz.catalog.curated import find_offer, offers
from seqviz.cli import options, printing
from seqviz.cli.import_model import STAGES as IMPORT_STAGES
from seqviz.cli.import_model import check, summary
from seqviz.errors import SeqVizError
from seqviz.foreign.getting import get_model

STAGES = {"ask": "Asking the Hugging Face hub …", "fetch": "Fetching …", **IMPORT_STAGES}
TELL_SECONDS = 0.2
MEGABYTE = 10**6
HEADINGS = ("NAME", "LANGUAGES", "SIZE", "LICENCE", "ABOUT")


@click.command(name="get")
@click.option("--list", "listed", is_flag=True, help="List models that are known to be good.")
@click.option("--fresh", is_flag=True, help="Fetch it anew, and replace the one that is there.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON: with --list the table, else a line for every stage, for the bytes that came, "
    "and for the model, or the error, in the end.",
)
@options.models
@click.argument("name", required=False)
def command(
    *, name: str | None, listed: bool, fresh: bool, as_json: bool, models: Path | None
) -> None:
    """Fetch a model of the Hugging Face hub: NAME is one of --list, or OWNER/MODEL[@REVISION].

    It is listed as PAIR/SYSTEM from then on, such as de-en/opus-mt. The commit and the SHA-256 of
    every file are kept beside it, with the licence; weights become safetensors. What is
    interrupted goes on with the same command. Behind a proxy, set HTTPS_PROXY; without a network,
    bring the model's folder on a stick, and run 'seqviz import FOLDER'.

    \b
    Examples:
      seqviz get --list
      seqviz get opus-mt-de-en
      seqviz get Helsinki-NLP/opus-mt-es-en
    """  # noqa: D301 (click wants the character \b itself)
    if listed:
        _say_offers(as_json=as_json)
        return
    if name is None:
        raise click.UsageError("Missing argument 'NAME'; --list shows some.")
    folder = models or models_folder()
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
        printing.say(_summary(entry, folder, teller, named=models is not None))


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


def _say_offers(*, as_json: bool) -> None:
    if as_json:
        told = [{"name": offer.label, "pair": offer.pair, **vars(offer)} for offer in offers()]
        printing.say(printing.json_line(told, indent=2))
        return
    rows = [
        (
            offer.label,
            offer.pair.replace("-", " → "),
            f"{offer.megabytes} MB",
            offer.licence,
            f"{offer.about}; {offer.repository}",
        )
        for offer in offers()
    ]
    printing.say(printing.aligned([HEADINGS, *rows], right=("SIZE",)))
    printing.say("Any other OWNER/MODEL of the hub can be fetched, too: Marian, NLLB, T5, …")
