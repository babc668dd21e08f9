"""Options that several commands have in common."""

from pathlib import Path
from typing import get_args

import click

from seqviz.options import DecodeOptions, Precision

DEFAULTS = DecodeOptions()

model = click.option(
    "--model", metavar="NAME", required=True, help="PAIR/SYSTEM, or a model's own folder."
)
models = click.option(
    "--models",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of models. Default: $SEQVIZ_MODELS, else those that came with SeqViz.",
)
device = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
    help="Where to compute; auto is the fastest there is.",
)
precision = click.option(
    "--precision",
    type=click.Choice(get_args(Precision)),
    default="float32",
    show_default=True,
    help="Of the model's numbers; the halves are for GPUs and may change a translation.",
)
threads = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    help="CPU threads to compute with. Default: $SEQVIZ_THREADS, else one for every core.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
