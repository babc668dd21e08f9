"""Options that several commands have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from seqviz.errors import InputError
from seqviz.options import DecodeOptions, Precision

DEFAULTS = DecodeOptions()
Command = TypeVar("Command", bound=Callable[..., Any])

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
    help="Of the model's numbers; the halves may change a translation, and are faster on GPUs, and "
    "as bfloat16 on CPUs with AVX512-BF16.",
)
threads = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    help="CPU threads to compute with. Default: $SEQVIZ_THREADS, else one for every core.",
)
strict = click.option(
    "--strict", is_flag=True, help="Refuse blank lines, instead of passing over them."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def out(name: str) -> Callable[[Command], Command]:
    """Where a record goes, which the page shows if it is called ``name`` and beside the weights."""
    return click.option(
        "--out",
        metavar="FILE.json",
        type=click.Path(path_type=Path, dir_okay=False),
        required=True,
        callback=_in_a_folder,
        help=f"Where to write the result; beside the weights, as {name}, the page shows it.",
    )


def _in_a_folder(_context: click.Context, _option: click.Parameter, file: Path) -> Path:
    """Refuse before the work what could not be written after it."""
    if not file.resolve().parent.is_dir():
        reason = "there is no such folder"
        raise InputError("file_unwritable", {"file": str(file), "reason": reason})
    return file
