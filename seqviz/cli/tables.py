"""``seqviz tables``: what a trace file holds, as CSV."""

from pathlib import Path

import click

from seqviz.cli import printing
from seqviz.export.tables import attention_csv, hypotheses_csv, tree_csv
from seqviz.files import write_whole, writing
from seqviz.trace.file import read_trace


@click.command(name="tables")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder; made if it is not there.",
)
@click.argument("trace", type=click.Path(path_type=Path, dir_okay=False))
def command(*, out: Path, trace: Path) -> None:
    """Write the trace file TRACE as tables for spreadsheets and pandas.

    attention.csv: every weight of the cross-attention of the best translation, if the trace holds
    it. tree.csv: every candidate of every step. hypotheses.csv: all translations, each score taken
    apart. UTF-8; layers, heads, steps and positions count from 1. Where a spreadsheet would take a
    token for a formula, an apostrophe stands before it.

    \b
    Examples:
      seqviz tables cold.json --out cold
    """  # noqa: D301 (click wants the character \b itself)
    read = read_trace(trace)
    tables = {"tree.csv": tree_csv(read), "hypotheses.csv": hypotheses_csv(read)}
    if read.cross_attention is not None:
        tables = {"attention.csv": attention_csv(read)} | tables
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    for name, content in tables.items():
        write_whole(out / name, content)
        printing.say(f"{out / name} ({len(content) / 1000:.0f} kB)")
