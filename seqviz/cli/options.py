"""Options that several commands have in common."""

from pathlib import Path
from typing import get_args

import click

from seqviz.options import (
    MAX_ALPHA,
    MAX_BEAM_SIZE,
    MAX_TARGET_TOKENS,
    DecodeOptions,
    LengthNormalisation,
)

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
beam = click.option(
    "--beam",
    type=click.IntRange(1, MAX_BEAM_SIZE),
    default=DEFAULTS.beam_size,
    show_default=True,
    help="Prefixes kept at every step; 1 is greedy decoding.",
)
length_normalisation = click.option(
    "--length-normalisation",
    type=click.Choice(get_args(LengthNormalisation)),
    default=DEFAULTS.length_normalisation,
    show_default=True,
    help="Divide the sum of log-probabilities by 1, by |Y|^α, or by ((5 + |Y|) / 6)^α.",
)
alpha = click.option(
    "--alpha",
    type=click.FloatRange(0, MAX_ALPHA),
    default=DEFAULTS.alpha,
    show_default=True,
    help="α of the length normalisation.",
)
max_length = click.option(
    "--max-length",
    type=click.IntRange(1, MAX_TARGET_TOKENS),
    help="Most tokens of a translation. Default: twice the source's plus 10.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
