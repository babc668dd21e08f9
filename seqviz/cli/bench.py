"""``seqviz bench``: how fast the recorded search is, against installed peers."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from seqviz.bench import output
from seqviz.bench.plan import FULL, QUICK
from seqviz.bench.process import EngineFailedError
from seqviz.bench.run import run_benchmark
from seqviz.cli import options
from seqviz.translator.devices import MAX_THREADS, choose_device

_CLEAR = "\x1b[K"
"""Clears the line of a terminal; click leaves it out elsewhere."""


def _different_counts(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, ...]:
    """Such as "1,2" to (1, 2)."""
    parts = value.split(",")
    counts = tuple(int(part) for part in parts if part.strip().isdecimal())
    if len(set(counts)) < len(parts) or not all(1 <= n <= MAX_THREADS for n in counts):
        raise click.BadParameter(
            f"'{value}' is not a list of different numbers from 1 to {MAX_THREADS} such as 1,2."
        )
    return counts


@click.command(name="bench")
@click.option("--quick", is_flag=True, help="Less of everything: about a minute.")
@click.option(
    "--threads",
    callback=_different_counts,
    metavar="COUNTS",
    default="1",
    show_default=True,
    help="CPU threads of every engine; with several such as 1,2 every engine runs with each.",
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where all engines compute.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 1000),
    default=FULL.rounds,
    show_default=True,
    help="Rounds in which the engines take turns; twice as many for short sentences.",
)
@options.as_json
@options.models
def command(
    *,
    quick: bool,
    threads: tuple[int, ...],
    device: str,
    rounds: int,
    as_json: bool,
    models: Path | None,
) -> int:
    """Measure the recorded search against transformers and CTranslate2, where installed.

    All engines run the same random model of Marian's size, each library in a process of its own,
    and take turns. Their best sequences must be ours, otherwise a comparison is void and says so.
    Then the translation models that are here are loaded and searched. Only ratios within one run
    mean much: a busy machine is slow for all. The tables are Markdown.

    \b
    Examples:
      seqviz bench --quick
      seqviz bench --threads 1,2 > bench.md
      seqviz bench --json > bench.json
    """  # noqa: D301 (click wants the character \b itself)
    plan = replace(
        QUICK if quick else FULL,
        threads=threads,
        device=choose_device(device),
        rounds=rounds,
        models=None if models is None else str(models),
    )
    try:
        report = run_benchmark(plan, on_progress=_say)
    except (EngineFailedError, KeyboardInterrupt) as error:
        why = f"Error: {error}" if str(error) else "Interrupted; all engines were stopped."
        click.echo(f"{_CLEAR}{why}", err=True)
        return 1
    click.echo(_CLEAR, nl=False, err=True)
    click.echo(output.as_json(report) if as_json else output.as_text(report))
    return 0


def _say(what: str, number: int, rounds: int) -> None:
    """One line that changes, for people who watch; otherwise a line for every piece of work."""
    if sys.stderr.isatty():
        step = f": round {number} of {rounds}" if number else " …"
        click.echo(f"{_CLEAR}Bench: {what}{step}\r", nl=False, err=True)
    elif not number:
        click.echo(f"Bench: {what} …", err=True)
