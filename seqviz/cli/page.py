"""``seqviz page``: a trace file as one HTML file that needs nothing else."""

from pathlib import Path

import click

from seqviz.cli import printing
from seqviz.export.offline import offline_page
from seqviz.files import write_whole
from seqviz.trace.file import read_trace
from seqviz.words import LANGUAGES

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(name="page")
@click.option(
    "--with",
    "greedy",
    metavar="TRACE",
    type=FILE,
    help="Another trace of the same sentence and model to compare with, such as greedy's.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language in which the page opens; it holds all.",
)
@click.option("--out", metavar="FILE.html", type=FILE, required=True, help="The page.")
@click.argument("trace", type=FILE)
def command(*, greedy: Path | None, language: str, out: Path, trace: Path) -> None:
    """Turn the trace file TRACE into one page: attention, search tree and comparison.

    The page opens in any browser, from a memory stick too, without network or Python. Neither the
    model nor torch is needed to make it.

    \b
    Examples:
      seqviz page cold.json --out cold.html
      seqviz page cold.json --with cold-greedy.json --language zh --out cold.html
    """  # noqa: D301 (click wants the character \b itself)
    other = None if greedy is None else read_trace(greedy)
    content = offline_page(read_trace(trace), greedy=other, language=language).encode()
    write_whole(out, content)
    printing.say(f"{out} ({len(content) / 1000:.0f} kB)")
