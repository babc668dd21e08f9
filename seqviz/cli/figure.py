"""``seqviz figure``: a trace file as a picture for print."""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import click

from seqviz.analysis.attention import missing_attention
from seqviz.analysis.beam import Pruned
from seqviz.cli import printing
from seqviz.errors import InputError
from seqviz.export.figure_file import DPI, figure_format, figure_size, write_figure
from seqviz.figures import attention_print, beam_tree_print, comparison_print
from seqviz.trace import Trace
from seqviz.trace.file import read_trace
from seqviz.words import LANGUAGES, table

FILE = click.Path(path_type=Path, dir_okay=False)
KINDS = ("attention", "tree", "comparison")
_OWNER = {
    "layer": "attention",
    "head": "attention",
    "words": "attention",
    "pruned": "tree",
    "with": "comparison",
}
"""Which kind an option belongs to."""


@click.command(name="figure")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What to draw.")
@click.option(
    "--out", metavar="FILE", type=FILE, required=True, help="FILE.svg, FILE.png or FILE.pdf."
)
@click.option(
    "--layer",
    type=click.IntRange(min=1),
    help="Of attention, counted from 1. Default: the layer that aligns best.",
)
@click.option(
    "--head",
    type=click.IntRange(min=1),
    help="Of attention, counted from 1. Default: the mean of all heads.",
)
@click.option("--words", is_flag=True, help="Of attention: words instead of tokens.")
@click.option(
    "--pruned",
    type=click.Choice(get_args(Pruned)),
    help="Of the tree: no cut candidates, every step's best one, or all. Default: next.",
)
@click.option(
    "--with",
    "other",
    metavar="TRACE",
    type=FILE,
    help="Of a comparison: a second trace of the same sentence. Default: the two best hypotheses "
    "of the one trace.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language of the picture's words.",
)
@click.option(
    "--width-cm",
    type=click.FloatRange(2, 500),
    help="Width on paper. Default: 16, and more where many tokens need it.",
)
@click.option(
    "--dpi",
    type=click.IntRange(30, 2400),
    default=DPI,
    show_default=True,
    help="Dots per inch of a PNG.",
)
@click.argument("trace", type=FILE)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    kind: str,
    out: Path,
    layer: int | None,
    head: int | None,
    words: bool,
    pruned: Pruned | None,
    other: Path | None,
    language: str,
    width_cm: float | None,
    dpi: int,
    trace: Path,
) -> None:
    """Draw the trace file TRACE for print, with a caption that says how it was made.

    Neither the model nor torch is needed, but the package kaleido (pip install 'seqviz[figures]')
    and an installed Chrome, Chromium or Edge.

    \b
    Examples:
      seqviz figure cold.json --kind attention --layer 2 --head 5 --out attention.pdf
      seqviz figure cold.json --kind tree --language zh --out tree.svg
      seqviz figure greedy.json --with beam.json --kind comparison --out both.png
    """  # noqa: D301 (click wants the character \b itself)
    given = {"layer": layer, "head": head, "words": words, "pruned": pruned, "with": other}
    _check_kind(kind, given)
    figure_format(out)
    read, texts = read_trace(trace), table(language)
    if kind == "attention":
        _check_attention(read, layer=layer, head=head)
        figure = attention_print(
            read, layer=_place(layer), head=_place(head), words_level=words, words=texts
        )
    elif kind == "tree":
        figure = beam_tree_print(read, pruned=pruned or "next", words=texts)
    else:
        second = None if other is None else read_trace(other)
        figure = comparison_print(read, second, words=texts)
    write_figure(figure, out, width_cm=width_cm, dpi=dpi)
    wide, high = figure_size(figure, width_cm=width_cm)
    printing.say(f"{out} ({wide:.1f} × {high:.1f} cm, {out.stat().st_size / 1000:.0f} kB)")


def _check_kind(kind: str, given: Mapping[str, object]) -> None:
    for option, owner in _OWNER.items():
        if given[option] and owner != kind:
            context = click.get_current_context()
            raise click.UsageError(f"--{option}: only with --kind {owner}.", context)


def _check_attention(trace: Trace, *, layer: int | None, head: int | None) -> None:
    missing = missing_attention(trace)
    if missing == "not_recorded":
        raise InputError("figure_unrecorded")
    if missing:
        raise InputError("figure_no_attention", {"model": trace.model.name})
    places = {"layer": (layer, trace.model.layers), "head": (head, trace.model.heads)}
    for option, (found, most) in places.items():
        if found is not None and found > most:
            facts = {"option": f"--{option}", "found": found, "low": 1, "high": most}
            raise InputError("option_out_of_range", facts)


def _place(number: int | None) -> int | None:
    """Layers and heads count from 1 for people, from 0 inside."""
    return None if number is None else number - 1
