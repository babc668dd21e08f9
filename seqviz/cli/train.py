"""``seqviz train``: train a model from a config, and put it where the page finds it."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import click

from seqviz.cli import options, printing
from seqviz.cli.train_report import Report
from seqviz.training.config import read_config
from seqviz.training.job import STORAGES, Job
from seqviz.training.material import Places, has_run
from seqviz.training.produce import Product, produce
from seqviz.translator.devices import choose_device, use_threads

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(name="train")
@click.option(
    "--data",
    metavar="DIR",
    type=FOLDER,
    help="Folder of the data files. Default: the config's own folder.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=FOLDER,
    default="trained",
    show_default=True,
    help="Folder of models; gets PAIR/SYSTEM when it is whole.",
)
@click.option(
    "--work",
    metavar="DIR",
    type=FOLDER,
    help="Folder of this run: log and checkpoints. Default: runs/PAIR/SYSTEM.",
)
@options.device
@options.threads
@click.option("--fresh", is_flag=True, help="Start anew, and replace a model that is there.")
@click.option(
    "--storage",
    type=click.Choice(STORAGES),
    default="float16",
    show_default=True,
    help="Of the weights; int8 takes half the room, and rounds them.",
)
@click.argument("config", metavar="CONFIG")
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    config: str,
    data: Path | None,
    out: Path,
    work: Path | None,
    device: str,
    threads: int | None,
    fresh: bool,
    storage: Literal["float16", "int8"],
) -> None:
    """Train the model that CONFIG describes: a TOML file, or PAIR/SYSTEM of one that came along.

    A run that was interrupted or killed goes on from its last checkpoint when the same command is
    given again. The model's folder gets weights, settings, training.json and a model card with the
    scores of the test set; "seqviz translate --models trained --model PAIR/SYSTEM" uses it, and so
    does the page, with SEQVIZ_MODELS=trained.

    \b
    Examples:
      seqviz train date-iso/dot
      seqviz train de-en/transformer --data data --device cuda
      seqviz train my.toml --out my-models --threads 2
      seqviz train my.toml --fresh
    """  # noqa: D301 (click wants the character \b itself)
    read = read_config(config)
    use_threads(threads)
    name = read.settings.name
    job = Job(
        config=read,
        places=Places(
            data=data or read.file.parent, out=out, work=work or Path("runs", *name.split("/"))
        ),
        device=choose_device(device),
        storage=storage,
        fresh=fresh,
    )
    product = _produced(job)
    printing.say(_summary(product))


def _produced(job: Job) -> Product:
    with Report(job.places.work, watched=sys.stderr.isatty()) as report:
        try:
            return produce(job, report)
        except KeyboardInterrupt as error:
            report.line(f"Interrupted. Give the same command again{_what_follows(job, report)}.")
            raise click.Abort from error


def _what_follows(job: Job, report: Report) -> str:
    """What the command does after it was interrupted."""
    if step := report.checkpoint:
        return f"{', without --fresh,' if job.fresh else ''} to go on from step {step:,}"
    if has_run(job.places.work) and not job.fresh:
        return " to go on from its last checkpoint"
    return " to begin anew, for nothing of it is kept yet"


def _summary(product: Product) -> str:
    minutes = product.outcome.record.seconds / 60
    lines = [
        f"{product.folder}: {minutes:.1f} minutes of training; "
        f"{time.process_time():,.0f} s of processor time in all"
    ]
    if product.scores:
        lines.append(_scores(product.scores))
    return "\n".join(lines)


def _scores(scores: Mapping[str, object]) -> str:
    return "test: BLEU {bleu:.2f}, chrF {chrf:.2f}, exact match {exact_match:.2f} %".format_map(
        scores
    )
