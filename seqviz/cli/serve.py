"""``seqviz serve``: the models over HTTP."""

import ipaddress
from dataclasses import replace
from pathlib import Path

import click

from seqviz.api.create import create_api
from seqviz.api.limits import Limits
from seqviz.api.serve import listen, server_of
from seqviz.api.shelf import Shelf
from seqviz.cli import options, printing
from seqviz.cli.starting import HERE
from seqviz.errors import InputError
from seqviz.options import Precision

PORT = 8600
MOST_TOKEN_BYTES = 4096


@click.command(name="serve")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0 lets other machines in.",
)
@options.models
@options.device
@options.precision
@options.threads
@click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The first line of FILE is the token that every request must send.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0),
    default=0.0,
    help="Requests a minute that one address may make. Default: no limit.",
)
@click.option("--trusted", is_flag=True, help="Let a request take any time and memory.")
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    port: int,
    host: str,
    models: Path | None,
    device: str,
    precision: Precision,
    threads: int | None,
    token_file: Path | None,
    rate: float,
    trusted: bool,
) -> None:
    """Serve the models over HTTP, for the page, the command line and programs elsewhere.

    With SEQVIZ_BACKEND=http://HOST:PORT, and the token in SEQVIZ_BACKEND_TOKEN, the page and all
    commands use these models; Python also with seqviz.load("http://HOST:PORT/PAIR/SYSTEM").
    Requests that wait for the same model are decoded together. http://HOST:PORT/docs describes the
    API. Without --trusted, a request may take no more time and memory than on a public page.

    \b
    Examples:
      seqviz serve
      seqviz serve --host 0.0.0.0 --port 8600 --token-file token.txt
      SEQVIZ_BACKEND=http://127.0.0.1:8600 seqviz models
    """  # noqa: D301 (click wants the character \b itself)
    token = "" if token_file is None else _token(token_file)
    # Of this machine's own names, none is that of a web site which points to it.
    hosts = (*HERE, host) if _is_here(host) else ("*",)
    limits = Limits(token=token, a_minute=rate, hosts=hosts)
    if trusted:
        limits = replace(limits, work=None, record_bytes=None, evidence_tokens=None)
    shelf = Shelf(models, device=device, precision=precision, threads=threads)
    with listen(host, port) as socket:
        name = f"[{host}]" if ":" in host else host
        printing.say(f"SeqViz answers at http://{name}:{socket.getsockname()[1]} (Ctrl+C stops it)")
        if not token and not _is_here(host):
            printing.notice("Anybody who reaches this machine may ask; --token-file wants a token.")
        server_of(create_api(shelf, limits)).run(sockets=[socket])


def _token(file: Path) -> str:
    """The first line of a file.

    Raises:
        InputError: it cannot be read, or holds no token.
    """
    try:
        with file.open("rb") as content:
            line = content.read(MOST_TOKEN_BYTES).partition(b"\n")[0]
            found = line.decode("ascii").strip()
    except OSError as error:
        facts = {"file": str(file), "reason": error.strerror}
        raise InputError("file_unreadable", facts) from error
    except UnicodeDecodeError as error:
        raise InputError("token_unreadable", {"file": str(file)}) from error
    if not found or not found.isprintable():
        raise InputError("token_unreadable", {"file": str(file)})
    return found


def _is_here(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
