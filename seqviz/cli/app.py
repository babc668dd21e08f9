"""``seqviz app``: the page, on this machine, in a class or for strangers."""

import re
from pathlib import Path

import click

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.cli import options
from seqviz.cli.starting import ADDRESS, PORT, Server, start
from seqviz.errors import InputError, ModelError

PUBLIC, FRAMES, RATE, LOG = "SEQVIZ_PUBLIC", "SEQVIZ_FRAMES", "SEQVIZ_RATE", "SEQVIZ_LOG"
"""Environment variables that the page reads."""
_ORIGIN = re.compile(r"https?://(\*\.)?[\w.-]+(:\d+)?", re.ASCII)


@click.command(name="app")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    envvar="STREAMLIT_SERVER_PORT",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="",
    help=f"Address to listen on. Default: {ADDRESS}, this machine only; 0.0.0.0: all networks.",
)
@click.option(
    "--name",
    "names",
    metavar="HOST",
    multiple=True,
    help="A host name that visitors type; may be given several times. The machine's own addresses "
    "need none.",
)
@click.option(
    "--public",
    is_flag=True,
    help="For strangers: no uploads, no models by path, and limits on time and memory.",
)
@click.option(
    "--embed",
    "frames",
    metavar="ORIGIN",
    multiple=True,
    help="A site whose pages may show SeqViz in a frame, such as https://moodle.example.edu; may "
    "be given several times.",
)
@click.option(
    "--rate",
    metavar="N",
    type=click.IntRange(0, 100_000),
    help="Decodings a minute for one address, half of them at once; 0: no limit. Default: 120 with "
    "--public, else no limit.",
)
@click.option("--log", is_flag=True, help="Log requests and decodings as lines of JSON on stderr.")
@options.models
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    port: int,
    host: str,
    names: tuple[str, ...],
    public: bool,
    frames: tuple[str, ...],
    rate: int | None,
    log: bool,
    models: Path | None,
) -> None:
    """Serve the page, at http://127.0.0.1:8501 unless told otherwise; Ctrl+C stops it.

    \b
    Examples:
      seqviz app
      seqviz app --host 0.0.0.0 --public --rate 0
      seqviz app --public --name demo.example.org --embed https://moodle.example.edu
    """  # noqa: D301 (click wants the character \b itself)
    for origin in frames:
        if not _ORIGIN.fullmatch(origin):
            raise InputError("origin_invalid", {"found": origin})
    if models is not None and not models.is_dir():
        raise ModelError("no_models", {"folder": str(models)})
    said = {
        PUBLIC: "1" if public else "",
        FRAMES: " ".join(frames),
        RATE: "" if rate is None else str(rate),
        LOG: "1" if log else "",
        FOLDER_VARIABLE: "" if models is None else str(models.resolve()),
    }
    environment = {name: value for name, value in said.items() if value}
    start(Server(port=port, address=host, names=names, environment=environment))
