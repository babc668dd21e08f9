"""``seqviz bench``: how fast the recorded search is, against installed peers."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from seqviz.bench import output
from seqviz.bench.plan import FULL, QUICK, Settings
from seqviz.bench.process import EngineFailedError
from seqviz.bench.run import run_benchmark
from seqviz.cli import options
from seqviz.translator.devices import choose_device

_MOST_THREADS = 256


def _different_counts(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, ...]:
    """Such as "1,2" to (1, 2)."""
    parts = value.split(",")
    counts = tuple(int(part) for part in parts if part.strip().isdecimal())
    if len(set(counts)) < len(parts) or not all(1 <= n <= _MOST_THREADS for n in counts):
        raise click.BadParameter(
            f"'{value}' is not a list of different numbers from 1 to {_MOST_THREADS} such as 1,2."
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
    help=f"Rounds in which the engines take turns. Default: {FULL.rounds}.",
)
@options.as_json
@click.option("--markdown", is_flag=True, help="Print the tables as Markdown.")
@options.models
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    quick: bool,
    threads: tuple[int, ...],
    device: str,
    rounds: int | None,
    as_json: bool,
    markdown: bool,
    models: Path | None,
) -> int:
    """Measure the recorded search against transformers and CTranslate2, where installed.

    All engines run the same random model of Marian's size, each in a process of its own, and take
    turns. Their best sequences must be ours, otherwise a comparison is void and says so. Then the
    models that are here are loaded and searched. Only ratios within one run mean much: a busy
    machine is slow for all.

    \b
    Examples:
      seqviz bench --quick
      seqviz bench --threads 1,2 --markdown
      seqviz bench --json > bench.json
    """  # noqa: D301 (click wants the character \b itself)
    if as_json and markdown:
        raise click.UsageError("Take --json or --markdown, not both.")
    plan = QUICK if quick else FULL
    plan = plan if rounds is None else replace(plan, rounds=rounds)
    settings = Settings(
        threads=threads,
        device=choose_device(device),
        models=None if models is None else str(models),
    )
    try:
        report = run_benchmark(plan, settings, on_part=_say)
    except EngineFailedError as error:
        click.echo(f"Error: {error}", err=True)
        return 1
    except KeyboardInterrupt:
        click.echo("Interrupted; all engines were stopped.", err=True)
        return 1
    show = output.as_json if as_json else output.as_markdown if markdown else output.as_text
    click.echo(show(report))
    return 0


def _say(part: str) -> None:
    """Tell somebody who watches what is measured now."""
    if sys.stderr.isatty():
        click.echo(f"Measuring: {part}", err=True)
