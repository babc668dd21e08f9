"""``seqviz get``: fetch a model of the Hugging Face hub into the folder of models."""

from pathlib import Path

import click

from seqviz.catalog import curated, models_folder
from seqviz.cli import loading, options, printing

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
    with loading():
        from seqviz.cli.get_work import fetch  # noqa: PLC0415 (--list needs none of it)
    fetch(name, folder, fresh=fresh, as_json=as_json, named=models is not None)


def _say_offers(*, as_json: bool) -> None:
    if as_json:
        told = [
            {"name": offer.label, "pair": offer.pair, **vars(offer)} for offer in curated.offers()
        ]
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
        for offer in curated.offers()
    ]
    printing.say(printing.aligned([HEADINGS, *rows], right=("SIZE",)))
    printing.say("Any other OWNER/MODEL of the hub can be fetched, too: Marian, NLLB, T5, …")
