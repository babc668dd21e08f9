"""``seqviz explain``: one step of a recorded translation with every number that led to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import click

from seqviz.cli import options, printing
from seqviz.errors import InputError
from seqviz.export.workbook import computation_workbook
from seqviz.files import write_whole
from seqviz.trace.computation import Read, StepComputation
from seqviz.trace.file import read_trace
from seqviz.trace.pieces import display_piece
from seqviz.translator import load
from seqviz.words import LANGUAGES, table

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(name="explain")
@click.option(
    "--step",
    type=click.IntRange(min=1),
    required=True,
    help="Which token, counted from 1; with --read encoder, of the source.",
)
@click.option(
    "--rank",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Of which hypothesis, the best one first.",
)
@click.option(
    "--candidate",
    type=click.IntRange(min=1),
    help="Of the step's candidates instead, by its rank there, as in tree.csv.",
)
@click.option(
    "--read",
    type=click.Choice(get_args(Read)),
    default="cross",
    show_default=True,
    help="What is attended to: the source, the tokens written so far, or the source by itself.",
)
@click.option("--layer", type=click.IntRange(min=1), help="Counted from 1. Default: the last.")
@click.option("--head", type=click.IntRange(min=1), help="Counted from 1. Default: the first.")
@click.option("--model", metavar="NAME", help="Default: the one that the trace names.")
@options.models
@options.device
@click.option(
    "--out", metavar="FILE.xlsx", type=FILE, help="Write a spreadsheet with live formulas."
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language of the spreadsheet's words.",
)
@options.as_json
@click.argument("trace", type=FILE)
def command(  # noqa: PLR0913 (click hands every option over by its name)
    *,
    step: int,
    rank: int,
    candidate: int | None,
    read: Read,
    layer: int | None,
    head: int | None,
    model: str | None,
    models: Path | None,
    device: str,
    out: Path | None,
    language: str,
    as_json: bool,
    trace: Path,
) -> None:
    """Take one step of the trace file TRACE apart, from the query to the probabilities.

    The step is computed again and compared with the record, so the model must be there. Printed are
    scores, weights and the most probable next tokens; --json has every vector, and --out writes
    them as a spreadsheet (pip install 'seqviz[xlsx]') whose formulas do the step again.

    \b
    Examples:
      seqviz explain cold.json --step 3
      seqviz explain cold.json --step 2 --layer 1 --head 4 --read decoder
      seqviz explain cold.json --step 3 --out cold.xlsx
    """  # noqa: D301 (click wants the character \b itself)
    recorded = read_trace(trace)
    translator = load(model or recorded.model.name, device, models)
    with _counting_from_one():
        found = translator.explain(
            recorded,
            step - 1,
            rank - 1 if candidate is None else (step - 1, candidate - 1),
            read=read,
            layer=None if layer is None else layer - 1,
            head=None if head is None else head - 1,
        )
    if out is not None:
        content = computation_workbook(found, words=table(language))
        write_whole(out, content)
        printing.say(f"{out} ({len(content) / 1000:.0f} kB)")
    elif as_json:
        printing.say(printing.json_line(asdict(found, dict_factory=_plain)))
    else:
        printing.say("\n".join(_lines(found)))


@contextmanager
def _counting_from_one() -> Iterator[None]:
    """Refuse what is not there in the numbers of the command line."""
    try:
        yield
    except InputError as error:
        if error.code != "option_out_of_range":
            raise
        told = error.facts
        numbers = {name: int(str(told[name])) + 1 for name in ("found", "low", "high")}
        option = {"node": "--candidate"}.get(str(told["option"]), f"--{told['option']}")
        raise InputError(error.code, {"option": option, **numbers}) from error


def _plain(fields: list[tuple[str, object]]) -> dict[str, object]:
    """A record as JSON has it."""
    return {name: getattr(value, "tolist", lambda value=value: value)() for name, value in fields}


def _lines(found: StepComputation) -> Iterator[str]:
    """A table of what is read, one of what comes next; names last, for their width is unknown."""
    head = f"{found.kind}, layer {found.layer + 1}, head {found.head + 1}"
    yield f"step {found.step + 1} ({display_piece(found.row_token)}): {head}"
    if found.edits:
        yield f"edits: {', '.join(found.edits)}"
    if (weighing := found.weighing) is not None:
        yield f"\n{'score':>10} {'weight':>8}  token"
        rows = zip(weighing.scores, weighing.weights, found.column_tokens, strict=True)
        for score, weight, piece in rows:
            yield f"{score:10.4f} {weight:8.4f}  {display_piece(piece)}"
    if (prediction := found.prediction) is not None:
        yield f"\n{'logit':>10} {'p':>8}  next token"
        ranked = zip(prediction.logits, prediction.probabilities, prediction.pieces, strict=True)
        for place, (logit, prob, piece) in enumerate(ranked):
            mark = " ←" if place == prediction.chosen else ""
            yield f"{logit:10.4f} {prob:8.4f}  {display_piece(piece)}{mark}"
        yield f"\nlog Z over {prediction.vocabulary} tokens: {prediction.log_normaliser:.4f}"
    away = {"weights": found.weight_deviation, "log-probabilities": found.log_prob_deviation}
    told = (f"{most:.1e} ({what})" for what, most in away.items() if most is not None)
    yield f"largest deviation from the record: {', '.join(told) or 'nothing to compare with'}"
